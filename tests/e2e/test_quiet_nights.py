"""A quiet night looks only at what may have changed, and comes to what a full pass comes to.

Two twins live the same weeks. One agent runs as it is; the other must look at everything, every
night. Gradebooks and records must never differ.
"""

import random
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from agent.ledger import open_ledger
from tests.e2e.support.district import START, District
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.random_days import carry_out, some_acts

pytestmark = pytest.mark.slow


def look_at_everything(district: District) -> None:
    """Mark every class, as if nothing were known of when to look again."""
    with closing(
        open_ledger(f"sqlite:///{district.folder / district.ledger}", "lakeview")
    ) as ledger:
        ledger.schedule.mark_dirty(None)


@BOTH
@pytest.mark.seeds(2)
def test_a_quiet_night_equals_a_full_pass(district: District, twin: District, seed: int):
    chance = random.Random(seed)
    day = 0
    for night in range(14):
        day += chance.choice([1, 1, 1, 2, 5])
        # Later nights have one act at most: with more, another act mends what one had overlooked.
        acts = some_acts(chance, day)[: 4 if night < 4 else 1]
        runs = []
        for one in (district, twin):
            one.evening(START + timedelta(days=day), 18)
            carry_out(acts, one)
            one.evening(START + timedelta(days=day))
            if one is twin and day:
                look_at_everything(one)
            runs.append(one.sync())
        quiet, full = runs
        assert quiet.code == full.code
        assert quiet.writes == full.writes, acts
        assert _told(quiet) == _told(full), acts
        for section in district.facts.books:
            assert _shown(district, section) == _shown(twin, section)


@BOTH
def test_a_night_on_which_nothing_is_due_reads_no_gradebook(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    district.sync()

    before = len(district.journal())
    run = district.sync()

    assert run.writes == 0
    read = {e["operation"] for e in district.journal()[before:]}
    of_gradebooks = ("LineItem", "Result", "Assignment", "Score")
    assert not {o for o in read if o and any(word in o for word in of_gradebooks)}


def _told(run: Any) -> list[tuple[Any, ...]]:
    return sorted(
        (r["assignment"], r.get("student") or "", r["section"], r["state"], tuple(r["codes"]))
        for r in run.report["records"]
    )


def _shown(district: District, section: str) -> Any:
    book = district.gradebook(section)
    columns = {c["id"]: c["external_id"] for c in book["columns"]}
    return [
        (row["student"], sorted((columns[c["column"]], c["display"]) for c in row["cells"]))
        for row in book["rows"]
    ]
