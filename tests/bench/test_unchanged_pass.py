"""The bench of an unchanged night measures one."""

import pytest

from agent.sync.run import decide_night
from bench.unchanged_pass import deliver, look_at_everything, night
from load.districts import write_configuration
from mock_sis.server import serving

pytestmark = pytest.mark.slow


def test_a_full_pass_of_the_bench_sends_nothing_and_has_no_news_of_a_score(tmp_path):
    with serving("otus", "skyward") as servers:
        path = write_configuration(
            tmp_path / "bench.toml", otus=servers.otus.url, sis=servers.skyward.url
        )
        delivered = deliver(path)
        look_at_everything(path)
        with night(path) as (run, plan_file):
            decide_night(run, plan_file, forced=True)
            plans = list(plan_file)

    assert delivered > 1
    assert plans
    assert [plan.columns for plan in plans if plan.columns] == []
    assert [s for plan in plans for s in plan.states if s.student is not None] == []
