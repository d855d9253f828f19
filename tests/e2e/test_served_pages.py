"""The agent's pages between mocks: Tonight, a run, its result, and the way of a score."""

import re
from collections.abc import Iterator

import pytest

from agent.ledger import run_lock
from tests.e2e.support.district import District
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.night_work import AFTER, fault, healed, shown, some_work
from tests.e2e.support.served import Person, served
from tests.e2e.test_brake import thirteen


@pytest.fixture
def person(district: District) -> Iterator[Person]:
    with served(district) as address:
        found = Person(address)
        yield found
        found.close()


def plain(page: str) -> str:
    """The words of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@BOTH
def test_tonight_shows_what_the_run_then_does(district: District, person: Person, kind: str):
    district.assess("a-1", title="Fractions quiz")
    district.score("a-1", "s-3001", 8.5)
    district.assess("a-2", title="Field journal", type="Journal")
    page = plain(person.read("tonight"))
    assert "would make 1 assignment, send 1 score." in page
    assert "Fractions quiz" in page
    assert "maps to no category" in page
    assert "who runs Passback" in page
    assert district.columns() == []

    result = person.run()
    assert "Everything that passes is in the gradebook" in result
    assert len(district.columns()) == 1
    assert "8.5" in district.marks("a-1").values()

    assert "it would send nothing" in plain(person.read("tonight"))
    again = district.sync()
    assert (again.code, again.writes) == (0, 0)
    del kind


def test_a_change_is_shown_field_by_field_from_old_to_new(district: District, person: Person):
    district.assess("a-1", title="Fractions quiz")
    person.run()
    district.edit("a-1", title="Fractions test", totalPoints=25)
    page = plain(person.read("tonight"))
    assert "change 1 assignment" in page
    assert "Title Fractions quiz → becomes Fractions test" in page
    assert "Points 20" in page
    assert "becomes 25" in page


def test_zeros_for_missing_work_are_told_apart(district: District, person: Person):
    district.assess("a-1", classes=[district.assigned("c-1001", dueDate="2026-10-13")])
    page = plain(person.read("tonight"))
    assert re.search(r"send (\d+) scores \(\1 of them a 0 for missing work", page)
    run = person.run()
    records = re.search(r"runs/[^/\"]+/records", run)
    assert records is not None
    assert "past due, nothing submitted" in person.read(records[0])


def test_a_score_is_followed_and_its_records_found(district: District, person: Person):
    district.assess("a-1", title="Fractions quiz")
    district.score("a-1", "s-3001", 8.5)
    person.run()
    records = person.read("result", "")
    run = re.search(r"/runs/([^/\"?]+)/records", records)
    assert run is not None
    found = person.read(f"runs/{run[1]}/records", "?q=fractions&state=sent")
    assert "/scores/a-1/s-3001" in found
    page = plain(person.read("scores/a-1/s-3001"))
    assert "8.5 points, graded" in page
    assert "Write 8.5; the cell was empty. accepted" in page
    assert "last accepted from Passback: 8.5" in page
    assert "Ada of" in page
    district.edit("a-1", title="Fractions test")
    person.run()
    assert "Change the assignment" in plain(person.read("assignments/a-1"))


def test_a_night_that_the_brake_stops_waits_for_a_reason(district: District, person: Person):
    classes = [district.assigned("c-1001"), district.assigned("c-1002")]
    for n in range(1, 5):
        district.assess(f"a-{n}", classes=classes)
    person.run()
    district.evening(AFTER)
    assert district.sync().code == 4
    told = person.read("result")
    assert "Stopped by the brake" in told
    assert "would become 0 for missing work" in told
    assert "--force" not in told

    page = plain(person.read("tonight"))
    assert "The brake would stop this night" in page
    assert "would become 0 for missing work" in page
    assert "Run tonight now" not in page
    assert "The last run was stopped, and nothing was sent" in page
    before = shown(district)
    stopped = plain(person.run(reason=""))
    assert "A reason is missing" in stopped
    assert shown(district) == before

    result = plain(person.run(reason="checked with the coach"))
    assert "The brake was overridden: checked with the coach" in result
    assert shown(district) != before
    assert "checked with the coach" in person.read("runs")


@pytest.mark.slow
def test_a_source_that_lost_half_of_it_waits_for_a_reason_too(district: District, person: Person):
    thirteen(district)
    person.run()
    for n in range(1, 11):
        district.unassign(f"a-{n}")
    page = plain(person.read("tonight"))
    assert "The brake would stop this night" in page
    assert "10 of 13 assessment records vanished" in page
    result = plain(person.run(reason="the term is over"))
    assert "It was unassigned or removed in Otus" in result


@pytest.mark.slow
@pytest.mark.parametrize(
    ("action", "words"), [("maintenance", "maintenance"), ("status", "No answer")]
)
def test_a_sis_that_is_away_is_told_and_the_next_run_heals(
    district: District, person: Person, action: str, words: str
):
    some_work(district)
    fault(district, action, **({"status": 500} if action == "status" else {}))
    assert words in plain(person.read("tonight"))
    healed(district)
    assert "Everything that passes" in person.run()


@pytest.mark.slow
def test_scores_without_an_answer_are_open_points_until_the_next_run(
    district: District, person: Person
):
    district.assess("a-1", title="Fractions quiz")
    district.score("a-1", "s-3001", 8.5)
    fault(district, "status", district.facts.score, status=500)
    result = plain(person.run())
    healed(district)
    assert "Done, with open points" in result
    assert "The SIS gave no usable answer" in result
    page = plain(person.read("scores/a-1/s-3001"))
    assert "No answer, tried again next night" in page
    assert "no usable answer" in page
    assert "Everything that passes" in person.run()
    assert "last accepted from Passback: 8.5" in plain(person.read("scores/a-1/s-3001"))


@pytest.mark.slow
def test_a_teachers_entry_that_stays_is_told_with_what_would_change_it(
    district: District, person: Person
):
    district.assess("a-1", title="Fractions quiz")
    district.score("a-1", "s-3001", 8.5)
    person.run()
    district.type_score("a-1", "400001", 12)
    district.edit("a-1", title="Fractions test")
    person.run()
    district.control("PATCH", f"/columns/{district.column('a-1')['id']}", {"title": "Mine"})
    district.edit("a-1", title="Fractions exam")
    page = plain(person.read("tonight"))
    assert "Title Mine → becomes Fractions exam" in page
    assert district.marks("a-1")["400001"] == "12"


def test_a_run_at_a_terminal_keeps_the_page_waiting_with_the_right_words(
    district: District, person: Person
):
    district.assess("a-1")
    page = person.read("tonight")
    assert "Run tonight now" in page
    with run_lock(f"sqlite:///{district.folder / district.ledger}"):
        assert "Another run is at work" in person.read("tonight")
        assert "has not run yet" in person.read("result")
    assert district.columns() == []
