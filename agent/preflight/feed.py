"""What the source tells of a set-up, and which sections of the SIS take part in it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from agent.domain import (
    Assessment,
    Class,
    ClassId,
    GroupMember,
    PersonId,
    SectionId,
    SisPersonId,
    Student,
    Teacher,
)
from agent.records import Change


class _Assigned(NamedTuple):
    """An assessment in one class, as far as `check` asks; `due` only where it has a time."""

    type: str
    due: datetime | None
    by: PersonId | None


@dataclass(slots=True)
class Feed:
    """What of the source tells whether anything can pass back; scores are let go.

    Attributes:
        students, teachers: source id -> SIS id, None where the SIS does not know them.
    """

    group: set[str] = field(default_factory=set)
    classes: dict[ClassId, Class] = field(default_factory=dict)
    students: dict[str, SisPersonId | None] = field(default_factory=dict)
    teachers: dict[str, SisPersonId | None] = field(default_factory=dict)
    _assessments: dict[str, dict[str, _Assigned]] = field(default_factory=dict)

    def take(self, changes: Iterable[Change]) -> None:
        """Take a page of the source in."""
        for change in changes:
            key, value = change.key, change.value
            if change.kind == "group_member":
                (self.group.add if isinstance(value, GroupMember) else self.group.discard)(key[0])
            elif change.kind == "class":
                self.classes.pop(ClassId(key[0]), None)
                if isinstance(value, Class):
                    self.classes[value.id] = value
            elif change.kind in {"student", "teacher"}:
                people = self.students if change.kind == "student" else self.teachers
                people.pop(key[0], None)
                if isinstance(value, Student | Teacher):
                    people[key[0]] = value.sis_id
            elif change.kind == "assessment":
                self._assessment(key, value if isinstance(value, Assessment) else None)

    def _assessment(self, key: Sequence[str], value: Assessment | None) -> None:
        if value is not None:
            due = value.due if isinstance(value.due, datetime) else None
            self._assessments.setdefault(key[0], {})[key[1]] = _Assigned(
                value.type, due, value.assigned_by
            )
        elif len(key) == 1:
            self._assessments.pop(key[0], None)
        else:
            self._assessments.get(key[0], {}).pop(key[1], None)

    def types(self) -> Counter[str]:
        """Type -> assessments that have it."""
        per_id = ({one.type for one in each.values()} for each in self._assessments.values())
        return Counter(kind for kinds in per_id for kind in kinds)

    def due_times(self) -> list[datetime]:
        """The due dates that have a time."""
        found = self._assessments.values()
        return [one.due for each in found for one in each.values() if one.due is not None]

    def in_use(self) -> frozenset[str]:
        """The classes in which something is assigned."""
        return frozenset(class_ for each in self._assessments.values() for class_ in each)

    def assigners(self) -> frozenset[PersonId]:
        """Who assigned something."""
        found = (one.by for each in self._assessments.values() for one in each.values())
        return frozenset(by for by in found if by is not None)

    def shared(self) -> dict[SisPersonId, list[str]]:
        """SIS id -> the students of the source who share it."""
        by_id = defaultdict(list)
        for student, sis_id in sorted(self.students.items()):
            if sis_id is not None:
                by_id[sis_id].append(student)
        return {sis_id: students for sis_id, students in by_id.items() if len(students) > 1}

    def missing(self) -> dict[ClassId, list[PersonId]]:
        """Class with a section -> its teachers who are not in the group: none if it is complete."""
        return {
            id_: [t.teacher for t in each.teachers if t.teacher not in self.group]
            for id_, each in sorted(self.classes.items())
            if each.teachers and each.section is not None
        }

    def blocked(self) -> dict[ClassId, list[PersonId]]:
        """Class of which some teachers are in the group -> the others of its teachers."""
        return {
            id_: lacks
            for id_, lacks in self.missing().items()
            if 0 < len(lacks) < len(self.classes[id_].teachers)
        }

    def sections(self, *, whole_classes: bool) -> dict[SectionId, list[str]]:
        """Section that takes part -> its classes by title; first one a teacher, then the others.

        *whole_classes*: a class takes part with all of its teachers in the group (A8), else with
        any. Where none does, every class with a section counts.
        """
        missing = self.missing()
        complete = [id_ for id_, lacks in missing.items() if not lacks]
        some = [
            id_ for id_, lacks in missing.items() if len(lacks) < len(self.classes[id_].teachers)
        ]
        found: dict[SectionId, list[str]] = {}
        for id_ in self._one_a_teacher((complete if whole_classes else some) or list(missing)):
            each = self.classes[id_]
            if each.section is not None:
                told = f"{each.title} ({id_}, teacher {_main(each)})"
                found.setdefault(each.section, []).append(told)
        return found

    def _one_a_teacher(self, classes: Iterable[ClassId]) -> list[ClassId]:
        """*classes* in rounds: of each main teacher the first, then of each the second."""
        seen: Counter[PersonId] = Counter()
        rounds = []
        for id_ in classes:
            main = _main(self.classes[id_])
            rounds.append((seen[main], id_))
            seen[main] += 1
        return [id_ for _, id_ in sorted(rounds, key=lambda each: each[0])]


def _main(class_: Class) -> PersonId:
    """The main teacher of a class that has teachers; where none is marked so, the first."""
    return next((t.teacher for t in class_.teachers if t.main), class_.teachers[0].teacher)
