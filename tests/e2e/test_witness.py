"""The witness of wild days finds what no agent may do: each of its claims, one night at a time.

Nobody errs here but the test's own hand, which writes what an agent might that errs.
"""

import ast
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.powerschool.bypass import Xte
from tests.e2e.support.bypass import Bypass
from tests.e2e.support.district import START, District
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.recording_proxy import Exchange
from tests.e2e.wild.look import Look
from tests.e2e.wild.memory import Note
from tests.e2e.wild.nights import assert_each_once
from tests.e2e.wild.witness import Witness

LATER = date(2026, 10, 18)
"""Past what `a-1` is due in Otus."""


@dataclass(slots=True)
class Case:
    """A district after its first night: `a-1` for one class, with an 8 for one student."""

    district: District
    witness: Witness
    feed: Any

    def look(self) -> Look:
        """Both sides as they stand."""
        return Look.at(self.district)

    @property
    def column(self) -> dict[str, Any]:
        """The column of `a-1`."""
        return next(c for c, _, id_ in self.look().columns() if id_ == "a-1")

    def put(self, student: str, score: float | None, column: str | None = None) -> None:
        """Write a cell behind the witness's back."""
        path = f"/columns/{column or self.column['id']}/scores/{student}"
        self.district.control("PUT", path, {"score": score})

    def typed(self, student: str, score: float | None) -> None:
        """A teacher types a score."""
        before = self.look().cell((self.column["id"], student))
        self.put(student, score)
        shown = "*" if score is None else f"{score:g}"
        self.witness.typed(self.column["id"], student, shown, before)

    def number(self, person: str, number: str | None) -> None:
        """A SIS id is corrected in Otus."""
        self.feed.put("student", person, {"id": person, "sisId": number})

    def swap(self, one: str = "s-3001", other: str = "s-3003") -> None:
        """Two students get each other's SIS id."""
        mine, theirs = (self.feed.get("student", person)["sisId"] for person in (one, other))
        self.number(one, theirs)
        self.number(other, mine)

    def night(self) -> None:
        """A night of the agent's, which the witness finds right."""
        before = self.look()
        run = self.district.sync()
        self.witness.good_night(before, self.look(), run)


@pytest.fixture
def case(servers, district: District) -> Case:
    """After the first night."""
    world = servers.worlds.find(district.sis.rpartition("/")[2]).world
    made = Case(district, Witness(district), world.feed)
    district.assess("a-1")
    district.score("a-1", "s-3001", 8)
    district.evening(START)
    made.night()
    return made


Wrong = Callable[[Case], Look]


def found(case: Case, wrong: Wrong, words: str) -> None:
    """The witness finds it after a night that the report calls quiet."""
    run = case.district.sync()
    before = wrong(case)
    with pytest.raises(AssertionError, match=words):
        case.witness.good_night(before, case.look(), run)
    case.district.typed_zeros |= {
        (column["external_id"], student): True
        for column, _, _ in case.look().columns()
        for student in case.look().cells(column["id"])
    }


# ---- scores ------------------------------------------------------------------------------------


def over_the_teacher(case: Case) -> Look:
    case.typed("400001", 5)
    before = case.look()
    case.put("400001", 8)
    return before


def from_nowhere(case: Case) -> Look:
    before = case.look()
    case.put("400002", 7)
    return before


def of_somebody_else(case: Case) -> Look:
    before = case.look()
    case.put("400001", 9)
    return before


def emptied(case: Case) -> Look:
    before = case.look()
    case.put("400001", None)
    return before


def not_sent(case: Case) -> Look:
    case.district.score("a-1", "s-3002", 11)
    return case.look()


def first_score_dropped(case: Case) -> Look:
    """New in Otus after a night without one, over what a teacher typed meanwhile (C5)."""
    case.typed("400002", 0)
    case.district.score("a-1", "s-3002", 11)
    return case.look()


def over_a_first_look(case: Case) -> Look:
    """The ledger is lost, and what stood there is taken for nothing (C5)."""
    case.typed("400001", 5)
    case.witness.forgot()
    before = case.look()
    case.put("400001", 8)
    return before


def into_an_exempt_cell(case: Case) -> Look:
    case.district.score("a-1", "s-3002", 11)
    case.district.annotate("a-1", "400002", None, status="exempt")
    before = case.look()
    case.put("400002", 11)
    return before


@BOTH
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (over_the_teacher, "E3: the teacher's score"),
        (from_nowhere, "Otus has no score"),
        (of_somebody_else, "Otus has 8"),
        (emptied, "Otus has 8"),
        (not_sent, "E1: a-1 of 400002"),
        (first_score_dropped, "E1: a-1 of 400002 .* new in Otus since"),
        (over_a_first_look, "E3: typed before ours"),
        (into_an_exempt_cell, "C5: exempt"),
    ],
)
def test_the_witness_finds_a_wrong_score(case: Case, wrong: Wrong, words: str):
    found(case, wrong, words)


# ---- zeros -------------------------------------------------------------------------------------


def before_the_gradebooks_due(case: Case) -> Look:
    """A teacher moved the due date there, and Otus's has passed."""
    case.district.evening(LATER)
    changes = {"due": "2026-10-30"}
    case.district.control("PATCH", f"/columns/{case.column['id']}", changes)
    before = case.look()
    case.put("400002", 0)
    return before


def where_the_student_had_a_score(case: Case) -> Look:
    case.district.evening(LATER)
    case.swap()
    case.district.score("a-1", "s-3001", None, "not_submitted")
    before = case.look()
    case.put("400003", 0)
    return before


def where_a_score_was(case: Case) -> Look:
    case.district.evening(LATER)
    case.swap()
    before = case.look()
    case.put("400001", 0)
    return before


def for_two(case: Case) -> Look:
    case.district.evening(LATER)
    case.number("s-3002", "400003")
    before = case.look()
    case.put("400003", 0)
    return before


def for_nobody(case: Case) -> Look:
    case.district.evening(LATER)
    case.number("s-3003", None)
    before = case.look()
    case.put("400003", 0)
    return before


@BOTH
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (before_the_gradebooks_due, "B4: due 2026-10-30 there"),
        (where_the_student_had_a_score, "B4: the student had a score"),
        (where_a_score_was, "B4: a score was there"),
        (for_two, "B4: a 0, but whose"),
        (for_nobody, "B4: a 0, but whose"),
    ],
)
def test_the_witness_finds_a_wrong_0(case: Case, wrong: Wrong, words: str):
    found(case, wrong, words)


# ---- SIS ids -----------------------------------------------------------------------------------


def stays_with_the_wrong_child(case: Case) -> Look:
    case.swap()
    return case.look()


def cleared_in_two_steps(case: Case) -> Look:
    """The new holder has a score, which must take the place of the earlier one's at once."""
    case.district.score("a-1", "s-3003", 11)
    case.night()
    case.swap()
    before = case.look()
    case.put("400001", None)
    return before


def over_the_teacher_for_another(case: Case) -> Look:
    """A moved SIS id is no change in Otus."""
    case.district.score("a-1", "s-3003", 11)
    case.night()
    case.typed("400003", 5)
    case.night()
    case.swap()
    before = case.look()
    case.put("400001", 11)
    case.put("400003", 8)
    return before


def of_two_who_share(case: Case) -> Look:
    case.number("s-3002", "400001")
    case.district.score("a-1", "s-3002", 11)
    before = case.look()
    case.put("400001", 11)
    return before


def shared_and_not_told(case: Case) -> Look:
    case.number("s-3002", "400001")
    case.district.score("a-1", "s-3002", 11)
    return case.look()


def shared_but_one_score(case: Case) -> Look:
    case.number("s-3002", "400003")
    case.district.score("a-1", "s-3002", 11)
    return case.look()


@BOTH
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (stays_with_the_wrong_child, "E1: a-1 of 400001 .* stays, told"),
        (cleared_in_two_steps, "Otus has 11"),
        (over_the_teacher_for_another, "E3: the teacher's score, of another student"),
        (of_two_who_share, "two share the SIS id and have a score"),
        (shared_and_not_told, "E6: a-1 of s-3001, whose SIS id is shared"),
        (shared_but_one_score, "E1: a-1 of 400003 .* Otus has 11"),
    ],
)
def test_the_witness_finds_a_score_that_a_moved_sis_id_left(case: Case, wrong: Wrong, words: str):
    found(case, wrong, words)


# ---- columns -----------------------------------------------------------------------------------


def not_made(case: Case) -> Look:
    case.district.assess("a-2")
    return case.look()


def not_made_on_its_day(case: Case) -> Look:
    entry = case.district.assigned("c-1001", assignedDate="2026-10-15", dueDate="2026-10-20")
    case.district.assess("a-2", classes=[entry])
    case.night()
    case.district.evening(date(2026, 10, 15))
    return case.look()


@BOTH
@pytest.mark.parametrize("wrong", [not_made, not_made_on_its_day])
def test_the_witness_finds_a_column_that_is_missing(case: Case, wrong: Wrong):
    found(case, wrong, "E1: a-2 is not in")


def a_second_one(case: Case) -> Look:
    before = case.look()
    assert Bypass(case.district).put_column("pb-a-1.c-1002").done
    return before


def two_at_once(case: Case) -> Look:
    case.district.assess("a-2")
    before, past = case.look(), Bypass(case.district)
    assert past.put_column("pb-a-2.c-1001").done
    assert past.put_column("pb-a-2.c-1002").done
    return before


def before_it_is_assigned(case: Case) -> Look:
    entry = case.district.assigned("c-1001", assignedDate="2026-10-15", dueDate="2026-10-20")
    case.district.assess("a-2", classes=[entry])
    before = case.look()
    assert Bypass(case.district).put_column("pb-a-2.c-1001").done
    return before


def a_score_in_two_columns(case: Case) -> Look:
    """As sections that merged or were linked bring them together."""
    past = Bypass(case.district)
    assert past.put_column("pb-a-1.c-1002").done
    before = case.look()
    assert past.put_score("pb-a-1.c-1002", "400001", 8).done
    return before


def wiped_comment(case: Case) -> Look:
    case.district.annotate("a-1", "400001", 8, status="late", comment="See me.")
    case.witness.noted[case.column["id"], "400001"] = Note(frozenset({"late"}), "See me.")
    case.district.score("a-1", "s-3001", 9)
    before = case.look()
    assert Bypass(case.district).put_score("pb-a-1.c-1001", "400001", 9).done
    return before


def wiped_description(case: Case) -> Look:
    path, column = f"/columns/{case.column['id']}", case.column["id"]
    case.district.control("PATCH", path, {"description": "Bring a ruler."})
    case.witness.described[column] = "Bring a ruler."
    before = case.look()
    case.district.control("PATCH", path, {"description": ""})
    return before


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (a_second_one, "E2: a-1 in 200001 a second time"),
        (two_at_once, "E2: a-2 in 200001 made 2 times in one night"),
        (before_it_is_assigned, "A6: a-2 in 200001"),
        (a_score_in_two_columns, "E2: a score of it stands in another column"),
        (wiped_comment, "C5: .* at .* became"),
        (wiped_description, "C5: the description of"),
    ],
)
def test_the_witness_finds_a_wrong_column_and_what_is_gone(case: Case, wrong: Wrong, words: str):
    found(case, wrong, words)


# ---- doubled tags ------------------------------------------------------------------------------


def doubled(case: Case) -> str:
    """Another program makes a column with our tag."""
    past = Xte(case.district)  # type: ignore[arg-type]
    tag = case.column["description"]
    number = past.create(description=tag, name="Double", duedate="2026-10-16").number
    case.witness.looked_for.add("a-1")
    return str(past.part_of(number)["assignmentsectionid"])


def into_the_double(case: Case) -> Look:
    double = doubled(case)
    case.district.score("a-1", "s-3002", 11)
    before = case.look()
    case.put("400002", 11, double)
    return before


def into_either_without_a_claim(case: Case) -> Look:
    doubled(case)
    case.witness.forgot()
    case.district.score("a-1", "s-3002", 11)
    before = case.look()
    case.put("400002", 11)
    return before


def the_double_changed(case: Case) -> Look:
    double = doubled(case)
    before = case.look()
    case.district.control("PATCH", f"/columns/{double}", {"title": "Quiz a-1"})
    return before


def not_told(case: Case) -> Look:
    doubled(case)
    return case.look()


@pytest.mark.parametrize("kind", ["powerschool"])
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (into_the_double, "C3: two carry the tag, a-1 of 400002"),
        (into_either_without_a_claim, "C3: two carry the tag, a-1 of 400002"),
        (the_double_changed, "C3: two carry the tag, and title"),
        (not_told, "C3: two of pb-a-1.c-1001 in 200001, told"),
    ],
)
def test_the_witness_finds_what_is_done_to_a_doubled_column(case: Case, wrong: Wrong, words: str):
    found(case, wrong, words)


# ---- the judge itself -------------------------------------------------------------------------


def test_the_witness_knows_nothing_of_the_agent():
    here = Path(__file__).parent
    judges = [*(here / "wild").glob("*.py"), here / "support/earned_zeros.py"]
    judges.append(here / "support/unassigned.py")
    assert len(judges) > 10
    for path in judges:
        nodes = list(ast.walk(ast.parse(path.read_text())))
        names = {a.name for n in nodes if isinstance(n, ast.Import) for a in n.names}
        names |= {n.module or "" for n in nodes if isinstance(n, ast.ImportFrom)}
        assert not {name for name in names if name.partition(".")[0] == "agent"}, path.name


# ---- writes ------------------------------------------------------------------------------------


def exchange(method: str, path: str, **body: Any) -> Exchange:
    return Exchange(method, path, json.dumps(body).encode(), status=200)


def test_the_witness_finds_a_cell_that_is_written_twice_in_a_night(case: Case):
    cell = {"lineItem": {"sourcedId": "pb-a-1.c-1001"}, "student": {"sourcedId": "400001"}}
    once = exchange("PUT", "/ims/results/r-1", result=cell)
    assert_each_once(case.witness, [once])
    with pytest.raises(AssertionError, match="C3: written twice"):
        assert_each_once(case.witness, [once, exchange("PUT", "/ims/results/r-2", result=cell)])
    with pytest.raises(AssertionError, match="C3: written twice"):
        assert_each_once(case.witness, [exchange("DELETE", "/ims/results/r-1"), once])

    row = {"_assignmentsection": {"assignmentsectionid": 7}, "studentsdcid": 400001}
    batch = exchange("PUT", "/ws/xte/score?term_id=1", assignment_scores=[row])
    with pytest.raises(AssertionError, match="C3: written twice"):
        assert_each_once(case.witness, [batch, batch])
