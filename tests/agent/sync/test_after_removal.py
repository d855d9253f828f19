"""Nights after a purge or an erase: all others go on as before, and nothing of it is touched."""

from datetime import date

import pytest

from agent.decide.person.decision import Choice
from agent.domain import Student
from agent.ledger import open_store
from agent.ledger.care.erase import erase
from agent.ledger.care.purge import over_by, purge
from agent.records import Change
from tests.agent.ledger.records_of_a_school import pull
from tests.agent.sync.school import sis_id
from tests.agent.sync.term import NOW, Term

FIRST, SECOND, THIRD = date(2026, 10, 6), date(2026, 10, 16), date(2026, 10, 17)
NEXT_DUE = date(2026, 10, 20)
LATER = date(2026, 10, 22)


def begun(folder, *, snapshots=False):
    """A term of which a-1 is over by the second night, and a-2 is not."""
    folder.mkdir()
    term = Term(folder)
    term.snapshots = snapshots
    term.assign()
    term.score("s-1", "8")
    term.assign("a-2", title="Next", due=NEXT_DUE)
    term.score("s-1", "4", "a-2")
    term.night(FIRST)
    term.night(SECOND)
    return term


@pytest.fixture
def term(tmp_path):
    return begun(tmp_path / "one")


@pytest.fixture(params=[False, True], ids=["changes", "snapshots"])
def terms(tmp_path, request):
    """The same term twice, on two ledgers and two gradebooks."""
    return [begun(tmp_path / name, snapshots=request.param) for name in ("one", "other")]


def purged(term):
    store = open_store(f"sqlite:///{term.path}", "lakeview")
    over = over_by(store, SECOND)
    removal = purge(store, history=THIRD, assessments=over, now=NOW, done=True)
    store.close()
    return over, removal


def erased(term, student="s-1"):
    store = open_store(f"sqlite:///{term.path}", "lakeview")
    removal = erase(store, student, NOW, done=True)
    store.close()
    return removal


def go_on(term):
    """What happens afterwards to what is still going on."""
    term.score("s-2", "5", "a-2")
    term.assign("a-2", title="Next one", due=NEXT_DUE)
    term.assign("a-3", title="Third", due=NEXT_DUE)
    term.score("s-1", "1", "a-3")
    first, _ = term.night(THIRD)
    term.score("s-2", "6", "a-2")
    second, _ = term.night(LATER)
    return first.writes, second.writes


def test_nights_after_a_purge_write_what_they_would_have_written(terms):
    one, other = terms
    over, removal = purged(one)
    assert (over, removal.rows["known_score"]) == (["a-1"], 2)
    assert go_on(one) == go_on(other)
    assert (one.sis.book, one.sis.cells) == (other.sis.book, other.sis.cells)


@pytest.mark.parametrize(
    "change",
    [
        lambda term: term.score("s-1", "9"),
        lambda term: term.score("s-1", None),
        lambda term: term.score("s-2", "3"),
        lambda term: term.assign(title="Renamed"),
        lambda term: term.assign(due=date(2026, 11, 20)),
    ],
    ids=["changed score", "removed score", "first score over a 0", "renamed", "due later"],
)
def test_a_purged_assessment_is_never_touched_again(term, change):
    purged(term)
    term.type("s-1", "2")
    before = (dict(term.sis.book), {ref: dict(cells) for ref, cells in term.sis.cells.items()})
    change(term)

    plan, told = term.night(THIRD)

    assert (plan.writes, told) == (0, {})
    assert (term.sis.book, term.sis.cells) == before


def test_a_purged_column_is_not_adopted_for_another_assessment(term):
    purged(term)
    ledger = term.open()
    [ref] = [ref for ref in term.sis.book if "a-1" in ref]
    assert ledger.delivered.claimed([ref]) == {ref}
    assert [c.assessment for c in ledger.delivered.columns(["c-1"])] == ["a-2"]
    ledger.close()


def test_after_an_erase_all_others_go_on_and_the_student_is_left_alone(terms):
    one, other = terms
    erased(one)
    one.type("s-1", None, "a-2")  # B4 would call for a 0 if the ledger knew them as new
    go_on(one)
    go_on(other)
    for id_ in ("a-1", "a-2", "a-3"):
        assert one.shown("s-2", id_) == other.shown("s-2", id_)
    assert [one.shown("s-1", id_) for id_ in ("a-1", "a-2", "a-3")] == ["8", "*", "*"]


def test_after_an_erase_no_byte_of_the_file_names_the_student(term):
    both = {"s-1": None, "s-2": None}
    term.assign("a-4", title="Listed", due=NEXT_DUE, students=both)
    term.night(THIRD)
    assert b"s-1" in term.path.read_bytes()
    erased(term)
    for _ in range(2):
        every = [path.read_bytes() for path in term.path.parent.glob("passback.db*")]
        assert not any(b"s-1" in each or b"9001" in each for each in every)
        assert any(b"s-2" in each for each in every)
        term.assign("a-4", title="Listed again", due=NEXT_DUE, students=both)
        term.score("s-1", "3", "a-4")
        term.night(LATER)
    assert term.shown("s-1", "a-4") == "*"


# ---- an erased student and others who have, or had, the same SIS id ------------------------------


def erased_from(school, student):
    erase(school.ledger._store, student, NOW, done=True)


def had_the_id_of(school, other):
    """For a night, s-1 has the SIS id of another student by mistake."""
    school.sis_student(other, None)
    school.sis_student("s-1", sis_id(other))
    school.night()
    assert school.shown("a-2", other) == "8"
    school.sis_student("s-1", sis_id("s-1"))
    school.sis_student(other, sis_id(other))


def past_due(school):
    school.day = 6
    school.night(recheck=True)


def test_b4_who_comes_back_under_another_id_of_otus_gets_no_0_in_a_cell_that_had_a_score(school):
    school.score("a-2", "s-3", "5")
    school.night()
    school.score("a-2", "s-3", None)
    school.night()
    assert school.shown("a-2", "s-3") == "*"
    erased_from(school, "s-3")
    value = Student(id="s-9", sis_id=sis_id("s-3"))
    pull(school.ledger, Change(kind="student", key=("s-9",), value=value))

    past_due(school)

    assert school.row("a-2") == ["8", "7", "*"]
    assert school.told("a-2", "s-9") == ("refused", ["withheld_missing"])
    school.score("a-2", "s-9", "6")
    past_due(school)
    assert school.row("a-2") == ["8", "7", "6"]


def test_b4_no_0_where_the_erased_student_once_had_the_id_of_another(school):
    had_the_id_of(school, "s-3")
    school.night()
    assert school.shown("a-2", "s-3") == "*"
    erased_from(school, "s-1")

    past_due(school)

    assert school.shown("a-2", "s-3") == "*"


def test_c6_what_was_written_under_the_id_of_another_is_taken_out_after_an_erase_too(school):
    had_the_id_of(school, "s-3")
    erased_from(school, "s-1")
    school.night(recheck=True)
    assert school.shown("a-2", "s-3") == "*"


def test_what_is_decided_about_others_stays_decided(school):
    had_the_id_of(school, "s-2")
    school.night()
    school.decide("a-2", "s-2", Choice.IGNORE)
    school.score("a-2", "s-2", "6")
    erased_from(school, "s-1")

    school.night()

    assert (school.shown("a-2", "s-2"), school.told("a-2", "s-2")[0]) == ("7", "held")
