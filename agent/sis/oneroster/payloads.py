"""The bodies that we send: every member that the standard requires, references in full.

A lenient server takes less; a strict one takes no less and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from agent.domain import ColumnRef, SectionId, SisPersonId
from agent.sis.oneroster.rows import instant, to_instant
from agent.sis.oneroster.versions import Version
from agent.sis.port import Draft

NOTHING: Mapping[str, Any] = MappingProxyType({})
"""Beside a record that is new."""


def result_id(ref: ColumnRef, student: SisPersonId) -> str:
    """Our id of a student's score in a column: always the same, and a digest of the two."""
    return "pbr-" + sha256(f"{ref}\n{student}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Payloads:
    """Bodies for one server: its base URL stands in the references."""

    base: str
    version: Version
    zone: ZoneInfo

    def line_item(
        self,
        draft: Draft,
        *,
        period: str | None,
        school: str | None,
        now: datetime,
        theirs: Mapping[str, Any] = NOTHING,
    ) -> dict[str, Any]:
        """The column of *draft*, with the members of the SIS's record that are not ours."""
        data = draft.data
        item: dict[str, Any] = {
            "sourcedId": draft.external_id,
            "status": "active",
            "dateLastModified": instant(now),
            "title": data.title,
            "assignDate": to_instant(data.assigned or data.due, self.zone),
            "dueDate": to_instant(data.due, self.zone),
            "class": self._ref("{rostering}/classes/{}", draft.section, "class"),
        }
        beside = {"resultValueMin": 0, **theirs}
        if self.version.column_metadata:
            beside["metadata"] = {**theirs.get("metadata", {}), **self.version.column_metadata}
        if self.version.school_on_columns and school is not None:
            item["school"] = self._ref("{rostering}/orgs/{}", school, "org")
        if data.category is not None:
            item["category"] = self._ref("{gradebook}/categories/{}", data.category, "category")
        if period is not None:
            item["gradingPeriod"] = self._ref(
                "{rostering}/academicSessions/{}", period, "academicSession"
            )
        return {"lineItem": item | beside | {"resultValueMax": data.points}}

    def result(
        self,
        ref: ColumnRef,
        student: SisPersonId,
        points: Decimal | None,
        *,
        section: SectionId | None,
        now: datetime,
        theirs: Mapping[str, Any] = NOTHING,
    ) -> dict[str, Any]:
        """The score of *student*, who sits in *section*, with the members that are not ours.

        Without *points* it has no score, and the cell shows `*`.
        """
        result: dict[str, Any] = {
            "sourcedId": result_id(ref, student),
            "status": "active",
            "dateLastModified": instant(now),
            "lineItem": self._ref("{gradebook}/lineItems/{}", ref, "lineItem"),
            "student": self._ref("{rostering}/users/{}", student, "user"),
        }
        if self.version.class_on_results and section is not None:
            result["class"] = self._ref("{rostering}/classes/{}", section, "class")
        return {
            "result": result
            | dict(theirs)
            | {
                "scoreStatus": "not submitted" if points is None else "fully graded",
                **({} if points is None else {"score": points}),
                "scoreDate": now.astimezone(self.zone).date(),
            }
        }

    def _ref(self, path: str, sourced_id: str, kind: str) -> dict[str, str]:
        href = self.base + self.version.path(path, sourced_id)
        return {"href": href, "sourcedId": sourced_id, "type": kind}
