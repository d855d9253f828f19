"""The bodies that we send: every member that the standard requires, references in full.

A lenient server takes less; a strict one takes no less and nothing else.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from agent.domain import ColumnRef, SectionId, SisPersonId
from agent.sis.oneroster.rows import instant, to_instant
from agent.sis.oneroster.versions import Version
from agent.sis.port import Draft

NOTHING: Mapping[str, Any] = MappingProxyType({})
"""Beside a record that is new."""


class Receiver(Protocol):
    """What a body depends on: the server that it goes to, with its version, zone and clock."""

    @property
    def base_url(self) -> str:
        """What references begin with."""
        ...

    @property
    def version(self) -> Version:
        """The standard's version."""
        ...

    @property
    def zone(self) -> ZoneInfo:
        """The district's."""
        ...

    @property
    def now(self) -> Callable[[], datetime]:
        """The present, aware."""
        ...

    def today(self) -> date:
        """The district's date."""
        ...


def result_id(ref: ColumnRef, student: SisPersonId) -> str:
    """Our id of a student's score in a column: always the same, and a digest of the two."""
    return "pbr-" + sha256(f"{ref}\n{student}".encode()).hexdigest()[:32]


def line_item(
    server: Receiver,
    draft: Draft,
    theirs: Mapping[str, Any],
    *,
    period: str | None,
    school: str | None,
) -> dict[str, Any]:
    """The column of *draft*, with the members of the SIS's record that are not ours."""
    data = draft.data
    item: dict[str, Any] = {
        "sourcedId": draft.external_id,
        "status": "active",
        "dateLastModified": instant(server.now()),
        "title": data.title,
        "assignDate": to_instant(data.assigned or data.due, server.zone),
        "dueDate": to_instant(data.due, server.zone),
        "class": _ref(server, "{rostering}/classes/{}", draft.section, "class"),
    }
    beside = {"resultValueMin": 0, **theirs}
    if server.version.column_metadata:
        beside["metadata"] = {**theirs.get("metadata", {}), **server.version.column_metadata}
    if server.version.school_on_columns and school is not None:
        item["school"] = _ref(server, "{rostering}/orgs/{}", school, "org")
    if data.category is not None:
        item["category"] = _ref(server, "{gradebook}/categories/{}", data.category, "category")
    if period is not None:
        item["gradingPeriod"] = _ref(
            server, "{rostering}/academicSessions/{}", period, "academicSession"
        )
    return {"lineItem": item | beside | {"resultValueMax": data.points}}


def result(
    server: Receiver,
    ref: ColumnRef,
    student: SisPersonId,
    points: Decimal | None,
    theirs: Mapping[str, Any],
    *,
    section: SectionId | None,
) -> dict[str, Any]:
    """The score of *student*, who sits in *section*, with the members that are not ours.

    Without *points* it has no score, and the cell shows `*`.
    """
    result: dict[str, Any] = {
        "sourcedId": result_id(ref, student),
        "status": "active",
        "dateLastModified": instant(server.now()),
        "lineItem": _ref(server, "{gradebook}/lineItems/{}", ref, "lineItem"),
        "student": _ref(server, "{rostering}/users/{}", student, "user"),
    }
    if server.version.class_on_results and section is not None:
        result["class"] = _ref(server, "{rostering}/classes/{}", section, "class")
    return {
        "result": result
        | dict(theirs)
        | {
            "scoreStatus": "not submitted" if points is None else "fully graded",
            **({} if points is None else {"score": points}),
            "scoreDate": server.today(),
        }
    }


def _ref(server: Receiver, path: str, sourced_id: str, kind: str) -> dict[str, str]:
    href = server.base_url + server.version.path(path, sourced_id)
    return {"href": href, "sourcedId": sourced_id, "type": kind}
