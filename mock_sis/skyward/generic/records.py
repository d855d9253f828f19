"""Records as Qmlativ's JSON: a field's type says how its value is shown and read."""

import sqlite3
from collections.abc import Mapping
from datetime import UTC, date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from mock_sis.gradebook.periods import Period, PeriodState
from mock_sis.http.types import Problem
from mock_sis.oneroster.bodies import number
from mock_sis.skyward.generic.object_type import ObjectType
from mock_sis.skyward.generic.search import DIGITS, WHOLE, shown, whole_text
from mock_sis.world.world import World

STATUS = {
    PeriodState.UPCOMING: ("Future", "Upcoming"),
    PeriodState.OPEN: ("Active", "Open"),
    PeriodState.CLOSED: ("Completed", "Closed"),
}


def period_record(period: Period, world: World) -> dict[str, Any]:
    """A grading period as `Grading/GradingPeriod` says it, in this moment of the world."""
    active, shown = STATUS[period.state]
    last = (period.closes.astimezone(world.zone) - timedelta(microseconds=1)).date()
    by_rule = last == period.end + timedelta(days=period.grace_days)
    return {
        "GradingPeriodID": period.id,
        "Description": period.title,
        "Number": period.number,
        "StartDate": period.start.isoformat(),
        "EndDate": period.end.isoformat(),
        "SectionLengthID": period.term,
        "GradingPeriodSetID": "1",
        "DateOverrideTeacherGracePeriod": None
        if by_rule
        else period.closes.astimezone(UTC).isoformat(),
        "ExtensionDays": period.grace_days,
        "ExtensionEndTime": None,
        "CalculatedEndDateWithExtension": last.isoformat(),
        "IsActiveOrExtended": period.state is PeriodState.OPEN,
        "IsCompleted": period.state is PeriodState.CLOSED,
        "CurrentActiveStatus": active,
        "StatusDisplay": shown,
        "WithinGradingPeriod": period.holds(world.today()),
    }


def records(
    object_type: ObjectType, fields: list[str], rows: list[sqlite3.Row]
) -> list[dict[str, Any]]:
    """Rows whose columns are *fields*, in their order."""
    kinds = [(n, name, shown(object_type, name)[1]) for n, name in enumerate(fields)]
    return [{name: _shown(kind, row[n]) for n, name, kind in kinds} for row in rows]


def _shown(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == "Bool":
        return bool(value)
    if kind == "Decimal":
        return Decimal(str(value))
    if kind.endswith("Int"):
        return int(value) if DIGITS.fullmatch(str(value)) else value
    return value


def read_value(object_type: ObjectType, name: str, value: Any) -> Any:
    """What a caller sent for a field; a Decimal with every digit. Problem(400) if it is not one."""
    kind = object_type.fields[name]
    try:
        if kind == "Decimal":
            return None if value is None else number(_from_text(value), name, Decimal(0))
        if kind == "Date":
            return None if value is None else date.fromisoformat(str(value)[:10])
    except (ValueError, InvalidOperation) as error:
        raise Problem(400, f"{name} is not a {kind}") from error
    if kind in WHOLE and value is not None:
        return whole_text(value)
    return "" if value is None else str(value)


def _from_text(value: Any) -> Any:
    """A number that came as text, as programs of this API send it."""
    return Decimal(value) if isinstance(value, str) else value


def comment(given: Mapping[str, Any]) -> dict[str, str]:
    """What a cell keeps of `Comments`."""
    return {"comment": str(given["Comments"])} if given.get("Comments") is not None else {}


def whole(text: str, name: str) -> int:
    """A page number or size."""
    if not text.isdecimal() or not 0 < int(text) < 10**9:
        raise Problem(400, f"{name} is a whole number from 1")
    return int(text)
