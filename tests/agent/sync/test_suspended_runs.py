"""A run that stood still in the middle of a column, as on a suspended machine, looks once more."""

import pytest

from tests.agent.sync.school import PUPILS, School, SchoolSis, sis_id


class SuspendedSis(SchoolSis):
    """After the first score the machine stands still for some seconds, while a teacher types."""

    def __init__(self, school: School, name: str, seconds: float, typed: str | None) -> None:
        super().__init__()
        self.cells, self.book = school.sis.cells, school.sis.book
        self._school, self._name, self._seconds, self._typed = school, name, seconds, typed
        self.now = 1000.0

    def put_scores(self, gradebook, ref, scores, found=None):
        """Write marks, and stand still."""
        receipts = super().put_scores(gradebook, ref, scores, found)
        if self._seconds and scores[0][0] == sis_id("s-1"):
            self.now += self._seconds
            if self._typed is not None:
                self._school.type(self._name, "s-2", self._typed)
            self._seconds = 0
        return receipts


def suspended(
    school: School, name: str = "a-2", seconds: float = 60, typed: str | None = "19"
) -> SuspendedSis:
    """A night of *school* that stands still after the first score of an assignment."""
    sis = SuspendedSis(school, name, seconds, typed)
    school.sis = sis
    school.night(clock=lambda: sis.now)
    return sis


@pytest.fixture
def school() -> School:
    """a-2, not due yet, is in the gradebook without scores; tonight it has three."""
    made = School()
    made.assess("a-2")
    made.night()
    made.day += 1
    graded(made)
    return made


def graded(school: School) -> None:
    """5, 6 and 7 in Otus."""
    for number, pupil in enumerate(PUPILS):
        school.score("a-2", pupil, f"{number + 5}")


def test_c5_what_a_teacher_typed_while_the_run_stood_still_is_kept(school: School):
    suspended(school)

    assert school.row("a-2") == ["5", "19", "7"]
    assert school.told("a-2", "s-2") == ("kept", [])
    assert not school.ledger.attempts.open()
    school.night()
    assert school.row("a-2") == ["5", "19", "7"]


def test_b4_no_0_goes_over_a_score_that_was_typed_while_the_run_stood_still():
    school = School()
    school.assess("a-1")
    school.score("a-1", "s-1", "5")

    suspended(school, name="a-1")

    assert school.row("a-1") == ["5", "19", "0"]


def test_a_column_that_was_just_made_is_looked_at_after_a_standstill_too():
    school = School()
    school.assess("a-2")
    graded(school)

    suspended(school)

    assert school.row("a-2") == ["5", "19", "7"]


def test_a_run_that_goes_on_at_once_looks_once(school: School):
    sis = suspended(school, seconds=5, typed=None)

    assert school.row("a-2") == ["5", "6", "7"]
    assert len(sis.looked_up) == 2  # to decide, and the last look


def test_each_score_is_sent_once_however_often_the_run_looks(school: School):
    sis = suspended(school, typed=None)

    assert [write[2] for write in sis.writes if write[0] == "put"] == [sis_id(p) for p in PUPILS]
    assert school.row("a-2") == ["5", "6", "7"]
    assert not school.ledger.attempts.open()
