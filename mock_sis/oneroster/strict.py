"""Strict mode: a written record must hold what the standard requires, and nothing else.

The contract has checked types before; this adds required members, whole references, formats and
vocabularies, and names the first place at fault.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from mock_sis.oneroster.errors import invalid

Check = Callable[[Any, str], None]

STATUSES = {"exempt", "fully graded", "not submitted", "partially graded", "submitted"}
EXTENSION = re.compile(r"ext:[a-zA-Z0-9._-]+")
FRAME = ("sourcedId", "status", "dateLastModified")


def _text(value: Any, at: str) -> None:
    if not isinstance(value, str):
        raise invalid(f"{at} must be a string")


def _number(value: Any, at: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise invalid(f"{at} must be a number")


def _flag(value: Any, at: str) -> None:
    if value not in {"true", "false"}:
        raise invalid(f"{at} must be the string true or false")


def _status(value: Any, at: str) -> None:
    if value not in {"active", "tobedeleted"}:
        raise invalid(f"{at} must be active or tobedeleted")


def _date(value: Any, at: str) -> None:
    try:
        exact = date.fromisoformat(value).isoformat() == value
    except (TypeError, ValueError):
        exact = False
    if not exact:
        raise invalid(f"{at} must be a date")


def _moment(value: Any, at: str) -> None:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise invalid(f"{at} must be a date-time") from error
    if "T" not in value or moment.utcoffset() != timedelta(0):
        raise invalid(f"{at} must be a date-time in UTC")


def _open(_value: Any, _at: str) -> None:
    """Metadata and lists of learning objectives are looked at by nobody."""


def _ref(kind: str) -> Check:
    def check(value: Any, at: str) -> None:
        for member in ("href", "sourcedId", "type"):
            if not isinstance(value, Mapping) or not isinstance(value.get(member), str):
                raise invalid(f"{at}/{member} is required")
        if value["type"] != kind:
            raise invalid(f"{at}/type must be {kind}")
        strange = sorted(value.keys() - {"href", "sourcedId", "type"})
        if strange:
            raise invalid(f"{at}/{strange[0]} is no member of a reference")

    return check


def _word(*, extensible: bool) -> Check:
    def check(value: Any, at: str) -> None:
        extended = extensible and isinstance(value, str) and EXTENSION.fullmatch(value)
        if value not in STATUSES and not extended:
            raise invalid(f"{at} is no status of a result")

    return check


_FRAME: Mapping[str, Check] = {
    "sourcedId": _text,
    "status": _status,
    "dateLastModified": _moment,
    "metadata": _open,
}
_ITEM: Mapping[str, Check] = {
    **_FRAME,
    "title": _text,
    "description": _text,
    "assignDate": _moment,
    "dueDate": _moment,
    "class": _ref("class"),
    "category": _ref("category"),
    "gradingPeriod": _ref("academicSession"),
    "resultValueMin": _number,
    "resultValueMax": _number,
}
_RESULT: Mapping[str, Check] = {
    **_FRAME,
    "lineItem": _ref("lineItem"),
    "student": _ref("user"),
    "score": _number,
    "scoreDate": _date,
    "comment": _text,
}
_NEW_ITEM = {
    "school": _ref("org"),
    "academicSession": _ref("academicSession"),
    "scoreScale": _ref("scoreScale"),
    "learningObjectiveSet": _open,
}
_NEW_RESULT = {
    "class": _ref("class"),
    "scoreScale": _ref("scoreScale"),
    "scoreStatus": _word(extensible=True),
    "textScore": _text,
    "learningObjectiveSet": _open,
    **dict.fromkeys(("inProgress", "incomplete", "late", "missing"), _flag),
}
_ITEM_NEEDS = ("title", "assignDate", "dueDate", "class", "category")
_RESULT_NEEDS = ("lineItem", "student", "scoreStatus", "scoreDate")

MEMBERS: Mapping[tuple[str, bool], Mapping[str, Check]] = {
    ("lineItem", True): _ITEM,
    ("lineItem", False): {**_ITEM, **_NEW_ITEM},
    ("result", True): {**_RESULT, "scoreStatus": _word(extensible=False)},
    ("result", False): {**_RESULT, **_NEW_RESULT},
    ("category", True): {**_FRAME, "title": _text},
    ("category", False): {**_FRAME, "title": _text, "weight": _number},
}
"""(kind, version 1.1) -> the members that the standard knows, each with its check."""

NEEDS: Mapping[tuple[str, bool], tuple[str, ...]] = {
    ("lineItem", True): (*_ITEM_NEEDS, "gradingPeriod", "resultValueMin", "resultValueMax"),
    ("lineItem", False): (*_ITEM_NEEDS, "school"),
    ("result", True): (*_RESULT_NEEDS, "score"),
    ("result", False): _RESULT_NEEDS,
    ("category", True): ("title",),
    ("category", False): ("title",),
}
"""(kind, version 1.1) -> the members that it requires besides those of every object."""


def check(kind: str, record: Mapping[str, Any], *, old: bool) -> None:
    """Raise a 422 that names the first place where *record* is not what the standard wants."""
    known = MEMBERS[kind, old]
    for name in (*FRAME, *NEEDS[kind, old]):
        if record.get(name) is None:
            raise invalid(f"/{kind}/{name} is required")
    for name, value in record.items():
        if name not in known:
            raise invalid(f"/{kind}/{name} is no member of this version's {kind}")
        known[name](value, f"/{kind}/{name}")
