"""A section of a generated world, by the indexes of who is in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mock_sis.ids import otus_id, sis_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A section by the indexes of who is in it. `teachers`: the main one first."""

    index: int
    school: int
    course: int
    title: str
    slot: str
    teachers: tuple[int, ...]
    students: Sequence[int]
    link: str | None = None


def class_record(seat: Seat, *, linked_to_sis: bool = True) -> dict[str, Any]:
    """The Otus class of a section."""
    return {
        "id": otus_id("section", seat.index),
        "title": seat.title,
        "sectionId": sis_id("section", seat.index) if linked_to_sis else None,
        "teachers": [
            {"teacherId": otus_id("teacher", teacher), "main": not position}
            for position, teacher in enumerate(seat.teachers)
        ],
    }
