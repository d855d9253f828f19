"""What OneRoster's rows say of a section: who sits and teaches there, categories, periods."""

from collections.abc import Iterable, Mapping
from datetime import date
from zoneinfo import ZoneInfo

from agent.domain import CategoryId, Period, SisPersonId, Span
from agent.sis.oneroster.calendar import Stretch
from agent.sis.oneroster.rows import CategoryRow, EnrollmentRow


def main_teacher(
    enrolments: Iterable[EnrollmentRow], today: date, zone: ZoneInfo
) -> SisPersonId | None:
    """Of several main teachers, the one who came last."""
    leading = [
        (span.start or date.min, row.user.sourced_id)
        for row in enrolments
        if row.role == "teacher" and row.leads and (span := _span(row, zone)).holds(today)
    ]
    return SisPersonId(max(leading)[1]) if leading else None


def seated(
    enrolments: Iterable[EnrollmentRow], zone: ZoneInfo
) -> dict[SisPersonId, tuple[Span, ...]]:
    """The days on which each student sits there."""
    spans: dict[SisPersonId, tuple[Span, ...]] = {}
    for row in enrolments:
        if row.role == "student":
            student = SisPersonId(row.user.sourced_id)
            spans[student] = (*spans.get(student, ()), _span(row, zone))
    return spans


def _span(row: EnrollmentRow, zone: ZoneInfo) -> Span:
    start = row.begin_date.day(zone) if row.begin_date else None
    return Span(start=start, end=row.end_date.day(zone) if row.end_date else None)


def labels(categories: Iterable[CategoryRow], codes: Mapping[str, str]) -> dict[str, CategoryId]:
    """Codes and titles; a title that two categories share names neither."""
    titled: dict[str, CategoryId | None] = {}
    coded: dict[str, CategoryId] = {}
    for row in categories:
        title, id_ = row.title.strip().casefold(), CategoryId(row.sourced_id)
        titled[title] = id_ if title not in titled else None
        if row.sourced_id in codes:
            coded[codes[row.sourced_id].casefold()] = id_
    return {label: id_ for label, id_ in titled.items() if id_ is not None} | coded


def period(stretch: Stretch, *, closed: bool, grace: date | None = None) -> Period:
    """A grading period of the calendar, as it stands for the section."""
    return Period(
        id=stretch.id,
        title=stretch.title,
        start=stretch.start,
        end=stretch.end,
        closed=closed,
        grace=grace,
    )
