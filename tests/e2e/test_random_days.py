"""Random days over every kind of bad night, against a twin that has none, on each SIS.

`test_invariants` holds random weeks against a model, `test_invariants_single` single nights.
"""

import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.e2e.support.bypass import Bypass
from tests.e2e.support.district import START, District, Run
from tests.e2e.support.earned_zeros import assert_every_zero_is_earned
from tests.e2e.support.kinds import BOTH, Kind
from tests.e2e.support.night_work import AFTER, fault, healed, shown, some_work
from tests.e2e.support.random_days import STUDENTS, Act, carry_out, some_acts
from tests.e2e.support.verdicts import SECTIONS, assert_adds_up, lenient, sis_writes

pytestmark = pytest.mark.slow


def weather(chance: random.Random, sis: Kind) -> dict[str, Any]:
    """What goes wrong in a night."""
    return chance.choice(
        [
            {"action": "status", "status": 503, "probability": 0.1},
            {"action": "drop_before", "probability": 0.1},
            {"action": "drop_after", "probability": 0.1},
            {"action": "drop_after", "operation": sis.create},
            {"action": "drop_after", "operation": sis.score, "probability": 0.5},
            {"action": "status", "status": 500, "operation": sis.score, "probability": 0.5},
            {"action": "maintenance", "operation": sis.create, "seconds": 0},
            {"action": "truncate", "probability": 0.05},
        ]
    )


def days(chance: random.Random, many: int) -> Iterator[int]:
    """Some days after the start, in order."""
    day = 0
    for _ in range(many):
        day += chance.choice([1, 1, 1, 2, 5, 12])
        yield day


def more_acts(chance: random.Random, day: int) -> list[Act]:
    """Two days' acts in one; what is assigned is new, so that columns gather."""
    acts = some_acts(chance, day) + some_acts(chance, day)
    return [
        (name, (f"a-{day}{n}",) if name == "assess" else arguments, more)
        for n, (name, arguments, more) in enumerate(acts)
    ]


def every_zero_is_earned_tonight(district: District) -> None:
    """Judge the 0s that are new; one of an earlier night may have had to stay (closed, dropped)."""
    assert_every_zero_is_earned(district)
    for section in SECTIONS:
        book = district.gradebook(section)
        ids = {column["id"]: column["external_id"] for column in book["columns"]}
        for row in book["rows"]:
            for cell in row["cells"]:
                if cell["score"] == 0:
                    district.typed_zeros[ids[cell["column"]], row["student"]] = True


@BOTH
@pytest.mark.seeds(2)
def test_e1_e2_bad_nights_lose_nothing_and_double_nothing(
    district: District, twin: District, seed: int
):
    """A night of faults and one without come to what the one without alone comes to."""
    chance = random.Random(seed)
    for one in (district, twin):
        one.more = "[brake]\nenabled = false\n"
        some_work(one)
    for day in days(chance, 8):
        acts = more_acts(chance, day)
        for one in (district, twin):
            one.evening(START + timedelta(days=day), 18)
            carry_out(acts, one)
            one.evening(START + timedelta(days=day))
        trouble = weather(chance, district.facts)
        fault(district, **{"operation": None, **trouble})
        bad = district.sync()
        assert bad.code in {0, 3, 5, 6}, bad.err
        healed(district)

        assert (district.sync().code, twin.sync().code) == (0, 0)
        assert shown(district) == shown(twin), (day, acts, trouble)
        every_zero_is_earned_tonight(district)
        every_zero_is_earned_tonight(twin)


@BOTH
@pytest.mark.seeds(2)
def test_e3_a_teachers_hand_stands_until_its_own_source_changes(district: District, seed: int):
    chance = random.Random(seed)
    classes = [district.assigned("c-1001", dueDate="2026-11-10")]
    for id_ in ("a-1", "a-2"):
        district.assess(id_, classes=classes)
    typed: dict[tuple[str, str], str] = {}
    district.night(START)
    for day in range(1, 7):
        district.evening(START + timedelta(days=day), 18)
        changed = set()
        for _ in range(chance.randint(0, 5)):
            id_, student = chance.choice(["a-1", "a-2"]), chance.choice(STUDENTS[:7])
            act = chance.choice(["score", "type", "type", "title"])
            if act == "type":
                mark = chance.randint(0, 19) + 0.5  # no score of Otus here has a half
                district.type_score(id_, f"400{student[3:]}", mark)
                if (id_, student) not in changed:
                    typed[id_, student] = str(mark)
            elif act == "title":
                district.edit(id_, title=f"Quiz of day {day}, {chance.random()}")
            else:
                district.score(id_, student, chance.randint(0, 20))
                typed.pop((id_, student), None)
                changed.add((id_, student))
        assert district.night(START + timedelta(days=day)).code == 0
        marks = {id_: district.marks(id_) for id_ in ("a-1", "a-2")}
        assert {key: marks[key[0]][f"400{key[1][3:]}"] for key in typed} == typed


@BOTH
@pytest.mark.seeds(2)
def test_e4_e5_e6_e7_nights_add_up_and_leave_closed_periods_alone(district: District, seed: int):
    """The mock refuses nothing, so that only the agent keeps out of what is closed."""
    lenient(district)
    district.more = "[brake]\nenabled = false\n"
    some_work(district)
    chance = random.Random(100 + seed)
    for day in days(chance, 8):
        district.evening(START + timedelta(days=day), 18)
        carry_out(more_acts(chance, day), district)
        district.evening(START + timedelta(days=day))
        before, calls = closed_cells(district), len(sis_writes(district))

        run = district.sync()

        assert run.code == 0, run.err
        assert closed_cells(district) == before
        assert_adds_up(run)
        assert_told_alike(district, run, calls)
        again = district.sync()
        assert (again.code, again.writes) == (0, 0)
        assert unsent(run) <= unsent(again)
        every_zero_is_earned_tonight(district)


def closed_cells(district: District) -> list[Any]:
    """What stands in the closed grading periods of all gradebooks."""
    found = []
    for section in SECTIONS:
        book = district.gradebook(section)
        shut = {p["id"] for p in book["periods"] if p["state"] == "closed"}
        columns = [c for c in book["columns"] if c["period"] in shut]
        ids = {c["id"] for c in columns}
        for row in book["rows"]:
            found += [
                (row["student"], c["column"], c["score"])
                for c in row["cells"]
                if c["column"] in ids
            ]
        found += [tuple(c.items()) for c in columns]
    return found


def assert_told_alike(district: District, run: Run, calls: int) -> None:
    """The report, the mock's log and the ledger count the same."""
    done = [e for e in sis_writes(district)[calls:] if e["status"] < 300]
    made = Counter(e["operation"] for e in done)
    counts = run.report["counts"]
    assert run.writes == len(done)
    columns = sum(made[operation] for operation in {district.facts.create, district.facts.update})
    assert columns == counts.get("created", 0) + counts.get("updated", 0)
    scores = counts.get("sent", 0)
    assert scores / district.facts.batch <= made[district.facts.score] <= scores
    assert made[district.facts.clear] == counts.get("cleared", 0)
    status = district.command("status", "-c", str(district.config)).out
    told = re.findall(r"^ +(\d+)  (\w+)$", status, re.MULTILINE)
    assert {state: int(count) for count, state in told} == counts


def unsent(run: Run) -> set[tuple[Any, ...]]:
    """Every record that is not in the SIS, with its reasons."""
    return {
        (r["assignment"], r.get("student"), r["section"], r["state"], *r["codes"])
        for r in run.report["records"]
        if r["codes"] and r["state"] not in {"created", "updated", "cleared"}
    }


def test_e9_a_0_that_nobody_earned_is_found(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    assert_every_zero_is_earned(district)

    past = Bypass(district)
    column = district.column("a-1")["external_id"]
    assert past.put_score(column, "400002", 0).done
    with pytest.raises(AssertionError, match="not due yet, but 0"):
        assert_every_zero_is_earned(district)

    assert past.delete_score(column, "400002").done


def test_e9_a_0_is_judged_by_what_otus_had_when_it_took_the_class_off(district: District):
    district.assess("a-1")
    district.assess("a-2", classes=[district.assigned("c-1001", dueDate="2026-10-30")])
    district.night(AFTER)
    past = Bypass(district)
    earned, early = district.column("a-1")["external_id"], district.column("a-2")["external_id"]

    for id_ in ("a-1", "a-2"):
        district.assess(id_, classes=[district.assigned("c-1003", dueDate="2026-10-30")])
    assert_every_zero_is_earned(district)
    assert "0" in district.marks("a-1").values()
    assert past.put_score(early, "400002", 0).done
    with pytest.raises(AssertionError, match="not due yet, but 0"):
        assert_every_zero_is_earned(district)
    assert past.delete_score(early, "400002").done

    district.score("a-1", "s-3002", None, "turned_in")
    district.edit("a-1", classes=[district.assigned("c-1001")])
    with pytest.raises(AssertionError, match="handed in, but 0"):
        assert_every_zero_is_earned(district)
    district.unassign("a-1")
    with pytest.raises(AssertionError, match="a 0 of no assessment"):
        assert_every_zero_is_earned(district)
    district.typed_zeros[earned, "400002"] = True
