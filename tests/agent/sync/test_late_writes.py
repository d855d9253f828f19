"""A write of a run that was lost arrives after the next run has read the gradebook (C10)."""

from contextlib import contextmanager
from decimal import Decimal

import pytest

from agent.domain import SisCell
from agent.errors import DeniedError, UnavailableError, UnknownOutcomeError
from tests.agent.sync.played import DAY, EVENING, District, Otus
from tests.agent.sync.school import School


@pytest.fixture
def school() -> School:
    """The 0 of s-2 was about to be sent; then s-2 got 17, which the next night sent."""
    made = School()
    made.assess("a-1")
    made.score("a-1", "s-1", "5")
    made.dying_night(2)
    made.score("a-1", "s-2", "17")
    made.night()
    assert made.row("a-1") == ["5", "17", "0"]
    return made


def test_b4_a_late_0_does_not_stay_over_a_score(school: School):
    school.type("a-1", "s-2", "0")  # it arrives

    school.night()

    assert school.row("a-1") == ["5", "17", "0"]
    sent = len(school.sis.writes)
    school.night()
    assert len(school.sis.writes) == sent


def test_c5_what_a_teacher_typed_instead_is_no_late_write(school: School):
    school.type("a-1", "s-2", "12")

    school.night()

    assert school.row("a-1") == ["5", "12", "0"]


def test_c5_only_the_next_night_looks_for_it(school: School):
    school.night()
    school.type("a-1", "s-2", "0")

    school.night()

    assert school.row("a-1") == ["5", "0", "0"]


def test_a_write_that_never_arrives_costs_one_look_and_no_write(school: School):
    sent = len(school.sis.writes)

    school.night()

    assert len(school.sis.writes) == sent


def test_a_late_update_does_not_stay_over_a_newer_title():
    school = School()
    school.assess("a-2")
    school.night()
    school.assess("a-2", title="Second")
    school.dying_night(0)
    school.assess("a-2", title="Third")
    school.night()
    assert school.title("a-2") == "Third"
    school.retitle("a-2", "Second")  # it arrives

    school.night()

    assert school.title("a-2") == "Third"


def refuses(error):
    """What raises an error, whatever it is called with."""

    def refuse(*_, **__):
        raise error

    return refuse


LOST = refuses(UnknownOutcomeError("putScores", "hung up"))
AWAY = refuses(UnavailableError("away", system="sis", operation="getScores"))
DENIED = refuses(DeniedError("no", system="sis", operation="getSection"))


@contextmanager
def instead(sis, name, do):
    """Have a gradebook do something else for a while."""
    setattr(sis, name, do)
    yield
    delattr(sis, name)


def test_c10_a_late_write_does_not_stay_though_the_look_for_it_breaks_off(school: School):
    """The first column's late write was found when the second one could not be read."""
    school.assess("a-2")
    school.score("a-2", "s-1", "8")
    school.night()
    school.score("a-1", "s-1", "6")
    school.score("a-2", "s-1", "9")
    with instead(school.sis, "put_scores", LOST):
        school.night()
    school.score("a-1", "s-1", "7")
    school.night()
    assert (school.row("a-1")[0], school.row("a-2")[0]) == ("7", "9")
    school.type("a-1", "s-1", "6")  # it arrives
    read = school.sis.scores

    def some(gradebook, ref, *zeros):
        return AWAY() if ref == school.column_ref("a-2") else read(gradebook, ref, *zeros)

    with instead(school.sis, "scores", some):
        school.night()

    school.night()

    assert (school.row("a-1")[0], school.row("a-2")[0]) == ("7", "9")


def test_c10_a_late_write_is_looked_for_though_the_run_that_read_back_broke_off():
    """The SIS refused the second gradebook after the first one had been read back."""
    otus = Otus()
    district = District(otus, nights=0)
    names = {"a-1": "pb-a-1.c-1", "a-3": "pb-a-3.c-2"}
    for name in names:
        otus.assign(name)
        otus.score(name, "s-1", "5")
    district.night(EVENING)
    for name in names:
        otus.score(name, "s-1", "6")
    with instead(district.sis, "put_scores", LOST):
        district.night(EVENING + DAY)
    for name in names:
        otus.score(name, "s-1", "5")
    read = iter([district.sis.gradebook, DENIED])

    def only_one(*asked):
        return next(read)(*asked)

    with instead(district.sis, "gradebook", only_one):
        assert district.night(EVENING + 2 * DAY).code == 6
    for ref in names.values():
        district.sis.cells[ref]["91"] = SisCell(points=Decimal(6))  # it arrives

    district.night(EVENING + 3 * DAY)

    assert [district.sis.cells[ref]["91"].points for ref in names.values()] == [5, 5]
