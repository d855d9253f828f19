"""Reading OULAD's four tables into presentations, sections and pieces of work.

OULAD counts days from the start of a presentation: day 0 becomes October 1 for a J presentation and
February 1 for a B, since the publisher gives the month only. Spans have first and last day inside.
"""

import csv
import gzip
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import click

from tools.oulad.folder import Row

LARGEST_SECTION = 30
GRADING_PERIODS = 4
ASSIGNED_BEFORE_DUE = 28
ASSIGNED_BEFORE_END = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Presentation:
    """One run of a module: what a school would call a course in a school year."""

    number: int
    module: str
    code: str
    length: int

    @property
    def name(self) -> str:
        """As `--presentation` takes it."""
        return f"{self.module}-{self.code}"

    def day(self, number: int) -> date:
        """The calendar day of OULAD's day *number*; 0 is the first."""
        month = {"B": 2, "J": 10}[self.code[-1]]
        return date(int(self.code[:4]), month, 1) + timedelta(days=number)

    def id(self, kind: int, number: int = 0) -> str:
        """An id in the range of its kind, so that no id is good for two kinds of thing."""
        return f"9{kind}{self.number:02d}{number:04d}"

    @property
    def periods(self) -> Sequence[tuple[int, int]]:
        """First and last day of each grading period; together they cover the presentation."""
        cuts = [self.length * n // GRADING_PERIODS for n in range(GRADING_PERIODS + 1)]
        return [(first + (n > 0), last) for n, (first, last) in enumerate(pairwise(cuts))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A class of up to 30: students with their first and last day (None: unknown, or stayed)."""

    id: str
    presentation: Presentation
    number: int
    students: Mapping[str, tuple[int | None, int | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One of OULAD's assessments; `due` is None where the data has no date."""

    id: str
    presentation: Presentation
    title: str
    type: str
    due: int | None
    total: Decimal

    @property
    def assigned(self) -> int:
        """The day it was assigned; work without a due date falls due a week later, by rule A10."""
        if self.due is None:
            return self.presentation.length - ASSIGNED_BEFORE_END
        return max(0, self.due - ASSIGNED_BEFORE_DUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gradebook:
    """The chosen presentations, sorted out."""

    presentations: Sequence[Presentation]
    sections: Sequence[Section]
    works: Mapping[str, Work]
    submissions: Sequence[Row]

    def section_of(self) -> Mapping[tuple[str, str], Section]:
        """(presentation, student) -> section."""
        return {
            (section.presentation.name, student): section
            for section in self.sections
            for student in section.students
        }


def read(source: Path, chosen: Sequence[str] = ()) -> Gradebook:
    """Read OULAD's tables from *source* (plain or gzipped); *chosen* empty means all."""
    presentations = {
        f"{row['code_module']}-{row['code_presentation']}": Presentation(
            number=number,
            module=row["code_module"],
            code=row["code_presentation"],
            length=int(row["module_presentation_length"]),
        )
        for number, row in enumerate(_table(source, "courses"), start=1)
    }
    if unknown := sorted(set(chosen) - set(presentations)):
        raise click.UsageError(
            f"no presentation {unknown[0]}; there are {', '.join(presentations)}"
        )
    kept = {name: p for name, p in presentations.items() if name in chosen or not chosen}
    return Gradebook(
        presentations=list(kept.values()),
        sections=list(_sections(kept, _table(source, "studentRegistration"))),
        works=_works(kept, _table(source, "assessments")),
        submissions=list(_table(source, "studentAssessment")),
    )


def _table(source: Path, name: str) -> Iterator[Row]:
    plain, packed = source / f"{name}.csv", source / f"{name}.csv.gz"
    if not plain.exists() and not packed.exists():
        raise click.UsageError(f"{source} has no {plain.name}")
    with (
        plain.open(newline="", encoding="utf-8")
        if plain.exists()
        else gzip.open(packed, "rt", newline="", encoding="utf-8")
    ) as file:
        yield from csv.DictReader(file)


def _sections(kept: Mapping[str, Presentation], registrations: Iterator[Row]) -> Iterator[Section]:
    students: dict[str, dict[str, tuple[int | None, int | None]]] = {name: {} for name in kept}
    for row in registrations:
        name = f"{row['code_module']}-{row['code_presentation']}"
        if name in kept:
            students[name][row["id_student"]] = _attendance(row)
    for name, presentation in kept.items():
        ids = sorted(students[name], key=int)
        count = math.ceil(len(ids) / LARGEST_SECTION)
        for n in range(count):
            part = ids[len(ids) * n // count : len(ids) * (n + 1) // count]
            yield Section(
                id=presentation.id(3, n + 1),
                presentation=presentation,
                number=n + 1,
                students={student: students[name][student] for student in part},
            )


def _attendance(row: Row) -> tuple[int | None, int | None]:
    """First and last day; on the day of unregistration a student is no longer there."""
    first = _number(row["date_registration"])
    left = _number(row["date_unregistration"])
    if left is None:
        return first, None
    return (None if first is None else min(first, left - 1)), left - 1


def _works(kept: Mapping[str, Presentation], assessments: Iterator[Row]) -> Mapping[str, Work]:
    works: dict[str, Work] = {}
    counted: dict[tuple[str, str], int] = {}
    for row in sorted(assessments, key=lambda row: int(row["id_assessment"])):
        name, kind = f"{row['code_module']}-{row['code_presentation']}", row["assessment_type"]
        if name not in kept:
            continue
        counted[name, kind] = counted.get((name, kind), 0) + 1
        weightless = kind == "Exam" or Decimal(row["weight"]) == 0
        works[row["id_assessment"]] = Work(
            id=row["id_assessment"],
            presentation=kept[name],
            title="Exam" if kind == "Exam" else f"{kind} {counted[name, kind]}",
            type=kind,
            due=_number(row["date"]),
            total=Decimal(100) if weightless else Decimal(row["weight"]),
        )
    return works


def _number(cell: str) -> int | None:
    return int(cell) if cell not in {"", "?"} else None
