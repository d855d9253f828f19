"""A section of a generated world, by the indexes of who is in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mock_sis.districts.ids import otus_id, sis_id


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionPlan:
    """A section by the indexes of who is in it. `teachers`: the main one first."""

    index: int
    school: int
    course: int
    title: str
    slot: str
    teachers: tuple[int, ...]
    students: Sequence[int]
    link: str | None = None


def class_record(plan: SectionPlan, *, linked_to_sis: bool = True) -> dict[str, Any]:
    """The Otus class of a section."""
    return {
        "id": otus_id("section", plan.index),
        "title": plan.title,
        "sectionId": sis_id("section", plan.index) if linked_to_sis else None,
        "teachers": [
            {"teacherId": otus_id("teacher", teacher), "main": not position}
            for position, teacher in enumerate(plan.teachers)
        ],
    }
