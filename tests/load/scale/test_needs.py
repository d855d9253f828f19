"""What many districts need, by multiplication that is easy to follow by hand."""

import msgspec
import pytest

from load.profiles import Night
from load.scale.constants import Constants, read, write
from load.scale.needs import plan_night, plan_year, scores_a_student

ONES = msgspec.convert(
    {name: 1.0 for name in Constants.__struct_fields__ if name != "measured"} | {"measured": "now"},
    Constants,
)


def with_(**values):
    return msgspec.structs.replace(ONES, **values)


def test_cpu_is_a_run_for_each_district_and_the_scores():
    plan = plan_night([1_000] * 10, with_(run_cpu=2.0, score_cpu=0.5), Night.TYPICAL, slots=4)
    assert (plan.districts, plan.scores, plan.cpu_seconds) == (10, 6_000, 10 * 2 + 6_000 * 0.5)


def test_workers_have_slots_for_all_runs_with_room_to_spare():
    plan = plan_night([1_200] * 10, ONES, Night.TYPICAL, slots=4, window=100)
    assert plan.slots == pytest.approx(plan.run_seconds / 100 / 0.7, abs=1)
    assert plan.workers == -(-plan.slots // 4)


def test_a_run_that_is_longer_than_the_window_is_counted_and_takes_a_slot_all_the_time():
    plan = plan_night([1_200] * 7, ONES, Night.TYPICAL, slots=1, window=1)
    assert (plan.over, plan.slots) == (7, 10)


def test_connections_are_those_of_workers_and_of_runs():
    constants = with_(worker_connections=2.0, run_connections=3.0)
    plan = plan_night([1_200] * 70, constants, Night.TYPICAL, slots=4, window=1)
    assert (plan.slots, plan.workers) == (100, 25)
    assert (plan.connections, plan.pooled) == (25 * 2 + 100 * 3, 25 * 2 + 70 * 3)


def test_what_is_written_ahead():
    plan = plan_night([1_000], with_(run_wal=7.0, score_wal=2.0), Night.END_OF_TERM, slots=1)
    assert plan.wal == 7 + 2_400 * 2


def test_a_school_year_of_scores():
    assert scores_a_student() == pytest.approx(0.6 * 180 + 4 * (2.4 - 0.6))


def test_the_ledgers_after_a_year():
    constants = with_(student_bytes=10.0, score_bytes=2.0, run_bytes=3.0, ledger_bytes=5.0)
    plan = plan_year([1_000] * 2_500, constants)
    assert plan.size == 2.5e6 * 10 + plan.scores * 2 + 2_500 * (180 * 3 + 5)
    assert plan.rows == 2.5e6 + plan.scores + 2_500 * 180
    assert (plan.databases, plan.relations) == (3, 834)
    assert (plan.drop_databases, plan.drop_schemas) == (3, 2_500)


def test_constants_are_kept_with_three_figures(tmp_path):
    file = tmp_path / "constants.toml"
    write(with_(run_cpu=0.123456, score_bytes=1234.5), file)
    kept = read(file)
    assert (kept.run_cpu, kept.score_bytes, kept.measured) == (0.123, 1230.0, "now")
