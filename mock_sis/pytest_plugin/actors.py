"""What people do in a SIS while programs work with it: a teacher in a gradebook, the registrar."""

from decimal import Decimal
from typing import TypedDict, Unpack

from mock_sis.pytest_plugin.clock import Clock, Moment, as_text
from mock_sis.pytest_plugin.control import Control
from mock_sis.pytest_plugin.gradebook import Column, Period, column_of, gradebook_of, period_of

Number = Decimal | int | float


class Changes(TypedDict, total=False):
    """What a teacher may change of a column; days are "2026-10-16"."""

    title: str
    points: Number
    category: str | None
    assigned: str | None
    due: str | None
    description: str


class Teacher:
    """A teacher's hand. The SIS refuses a teacher what it refuses (MockError with status 409)."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def add_column(
        self,
        section: str,
        title: str,
        *,
        points: Number,
        category: str | None = None,
        assigned: str | None = None,
        due: str | None = None,
    ) -> Column:
        """Enter an assignment by hand; *section* is an id, days are "2026-10-16"."""
        asked = {"section": section, "title": title, "points": points}
        more = {"category": category, "assigned": assigned, "due": due}
        given = {name: value for name, value in more.items() if value is not None}
        return column_of(self._control("POST", "columns", body={**asked, **given}))

    def edit_column(self, column: Column | str, **changes: Unpack[Changes]) -> Column:
        """Change what is given; None takes a category or a day away."""
        return column_of(self._control("PATCH", "columns", _id(column), body=changes))

    def delete_column(self, column: Column | str) -> None:
        """Delete it with its scores."""
        self._control("DELETE", "columns", _id(column))

    def restore_column(self, column: Column | str) -> Column:
        """Bring it back, with its scores."""
        return column_of(self._control("POST", "columns", _id(column), "restore"))

    def enter_score(self, column: Column | str, student: str, score: Number | None) -> None:
        """Type a score; None empties the cell, which shows `*` then."""
        path = ("columns", _id(column), "scores", student)
        self._control("PUT", *path, body={"score": score})


class Registrar:
    """The registrar's hand: who sits where, who teaches, which grading period is closed."""

    def __init__(self, control: Control, clock: Clock) -> None:
        self._control = control
        self._clock = clock

    def periods(self) -> list[Period]:
        """The grading periods of the first section, by start."""
        first = self._control("GET", "gradebooks")[0]["id"]
        return list(gradebook_of(self._control("GET", "gradebooks", first)).periods)

    def current_period(self) -> Period:
        """The one that holds today. LookupError: today is in none."""
        today = self._clock.today()
        for period in self.periods():
            if period.start <= today <= period.end:
                return period
        raise LookupError(f"no grading period holds {today}")

    def close_period(self, period: Period | str | None = None) -> Period:
        """Close it by hand; None is the current one."""
        return period_of(self._control("POST", "periods", self._period(period), "close"))

    def reopen_period(self, period: Period | str | None = None) -> Period:
        """Open it until it is closed by hand; None is the current one."""
        return period_of(self._control("POST", "periods", self._period(period), "reopen"))

    def change_period(
        self,
        period: Period | str | None = None,
        *,
        start: str | None = None,
        end: str | None = None,
        grace_days: int | None = None,
        closes_at: Moment | None = None,
    ) -> Period:
        """Move its days ("2026-10-16"), or when it closes; None leaves as it is."""
        closes = closes_at and as_text(closes_at, self._clock.zone)
        asked = {"start": start, "end": end, "grace_days": grace_days, "closes_at": closes}
        body = {name: value for name, value in asked.items() if value is not None}
        return period_of(self._control("PATCH", "periods", self._period(period), body=body))

    def drop(self, student: str, section: str | None = None) -> None:
        """Take the student out of one section, or of all; yesterday was the last day."""
        body = {"section": section} if section else {}
        self._control("POST", "students", student, "drop", body=body)

    def enroll(self, student: str, section: str) -> None:
        """Put the student into a section, from today on."""
        self._control("POST", "students", student, "enroll", body={"section": section})

    def transfer(self, student: str, to: str) -> None:
        """Move the student to another section of the course."""
        self._control("POST", "students", student, "transfer", body={"to": to})

    def add_teacher(self, section: str, teacher: str, *, main: bool = False) -> None:
        """A teacher joins a class, in the SIS and in Otus."""
        body = {"teacher": teacher, "main": main}
        self._control("POST", "sections", section, "teachers", body=body)

    def merge(self, section: str, into: str) -> None:
        """A section ends; its students and columns go to another."""
        self._control("POST", "sections", section, "merge", body={"into": into})

    def deactivate_category(self, category: str, *, teacher: str | None = None) -> None:
        """For all, or in one teacher's account."""
        body = {"teacher": teacher} if teacher else {}
        self._control("POST", "categories", category, "deactivate", body=body)

    def activate_category(self, category: str, *, teacher: str | None = None) -> None:
        """For all, or in one teacher's account."""
        body = {"teacher": teacher} if teacher else {}
        self._control("POST", "categories", category, "activate", body=body)

    def _period(self, period: Period | str | None) -> str:
        if period is None:
            return self.current_period().id
        return period.id if isinstance(period, Period) else period


def _id(column: Column | str) -> str:
    return column.id if isinstance(column, Column) else column
