"""OneRoster's records as they come in, and its dates both ways.

Only what a night needs is named; everything else in a record is let pass. A date goes out as noon
in the district, so that neither cutting the time off nor converting it moves the day.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from agent.http.responses import Reply
from agent.sis.reading import from_text, truth

_NOON = time(12)
_MIDNIGHT = time()


class OneRosterDate:
    """A date or an instant, as OneRoster servers write either; empty text is neither."""

    __slots__ = ("_at",)

    def __init__(self, text: str) -> None:
        self._at = datetime.fromisoformat(text) if text else None

    def day(self, zone: ZoneInfo) -> date | None:
        """The district's date: midnight UTC stands for a bare date."""
        if self._at is None or self._at.tzinfo is None:
            return self._at and self._at.date()
        utc = self._at.astimezone(UTC)
        return utc.date() if utc.time() == _MIDNIGHT else self._at.astimezone(zone).date()


class Ref(msgspec.Struct, rename="camel"):
    """A reference to another record."""

    sourced_id: str


class Row(msgspec.Struct, rename="camel", kw_only=True):
    """What every record has. A member that is not there may come as null."""

    sourced_id: str
    status: str = "active"
    modified: str | None = msgspec.field(name="dateLastModified", default=None)

    @property
    def active(self) -> bool:
        """Whether it counts; 1.0's `inactive` was dropped, and means the same as deleted."""
        return self.status == "active"

    def members(self, names: Iterable[str]) -> dict[str, Any]:
        """Those of the members *names*, by their names on the wire, that hold anything."""
        fields = zip(self.__struct_encode_fields__, self.__struct_fields__, strict=True)
        found = {wire: getattr(self, field) for wire, field in fields if wire in names}
        return {name: value for name, value in found.items() if value not in (None, "", [], {})}


class ClassRow(Row):
    """A class: a section of the SIS."""

    school: Ref | None = None
    terms: list[Ref] | None = None


class EnrollmentRow(Row):
    """One person in one class, from one day to another."""

    user: Ref
    class_: Ref = msgspec.field(name="class")
    role: str
    primary: bool | str | None = None
    begin_date: OneRosterDate | None = None
    end_date: OneRosterDate | None = None

    @property
    def leads(self) -> bool:
        """Whether it is the class's main teacher; the standard writes the flag as text."""
        return truth(self.primary)


class SessionRow(Row):
    """A year, semester, term or grading period."""

    start_date: OneRosterDate
    end_date: OneRosterDate
    title: str = ""
    type: str = ""
    parent: Ref | None = None


class CategoryRow(Row):
    """A category of the gradebook."""

    title: str


class LineItemRow(Row):
    """A column."""

    title: str
    assign_date: OneRosterDate | None = None
    due_date: OneRosterDate | None = None
    category: Ref | None = None
    result_value_max: Decimal | None = None
    result_value_min: Any = None
    description: Any = None
    instructions: Any = None
    weight: Any = None
    metadata: Any = None
    score_scale: Any = None
    learning_objective_set: Any = None


_STATES = frozenset({"fully graded", "not submitted"})
"""The statuses that a program writes; any other is a person's."""


class ResultRow(Row):
    """A cell. The flags are 1.2's, which writes them as text."""

    student: Ref
    score: Decimal | None = None
    score_status: str | None = None
    comment: str | None = None
    late: bool | str | None = None
    missing: bool | str | None = None
    in_progress: bool | str | None = None
    incomplete: bool | str | None = None
    metadata: Any = None
    score_scale: Any = None
    learning_objective_set: Any = None

    @property
    def exempt(self) -> bool:
        """Whether the student need not do it; 1.2 lets a vendor add words of its own."""
        status = (self.score_status or "").casefold()
        return "exempt" in status or "excus" in status

    @property
    def annotated(self) -> bool:
        """Whether a comment, a flag or a status of a person's stands in it."""
        return self.bars_zero or truth(self.late) or truth(self.missing)

    @property
    def bars_zero(self) -> bool:
        """Whether it says more of the work than late or missing, so that B4's 0 stays away."""
        by_person = (self.score_status or "fully graded").strip().casefold() not in _STATES
        flagged = truth(self.in_progress) or truth(self.incomplete)
        return bool(self.comment) or by_person or flagged


R = TypeVar("R", bound=Row)
_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Kind(Generic[R]):
    """How records of one kind stand in an answer: several under a plural name, or one alone."""

    def __init__(self, rows: type[list[R]], row: type[R], plural: str, singular: str) -> None:
        self._plural, self._rows = plural, msgspec.json.Decoder(rows, dec_hook=from_text)
        self._singular, self._row = singular, msgspec.json.Decoder(row, dec_hook=from_text)

    def page(self, reply: Reply) -> list[R]:
        """The records of a page."""
        return _member(reply, self._plural).read(self._rows)

    def one(self, reply: Reply) -> R:
        """The one record."""
        return _member(reply, self._singular).read(self._row)


def _member(reply: Reply, name: str) -> Reply:
    found = reply.read(_MEMBERS).get(name)
    if found is None:
        raise reply.not_understood()
    return replace(reply, content=bytes(found))


CLASSES = Kind(list[ClassRow], ClassRow, "classes", "class")
ENROLLMENTS = Kind(list[EnrollmentRow], EnrollmentRow, "enrollments", "enrollment")
SESSIONS = Kind(list[SessionRow], SessionRow, "academicSessions", "academicSession")
CATEGORIES = Kind(list[CategoryRow], CategoryRow, "categories", "category")
LINE_ITEMS = Kind(list[LineItemRow], LineItemRow, "lineItems", "lineItem")
RESULTS = Kind(list[ResultRow], ResultRow, "results", "result")


def to_instant(day: date, zone: ZoneInfo) -> str:
    """Noon of *day* in *zone*, as OneRoster writes an instant."""
    return instant(datetime.combine(day, _NOON, zone))


@lru_cache(maxsize=16)
def instant(moment: datetime) -> str:
    """An aware *moment* in UTC, to the millisecond."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"
