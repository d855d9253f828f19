"""The classes, teachers, students and teacher group of the Otus feed, as values of the domain."""

from collections.abc import Callable

from msgspec import Raw
from msgspec.json import Decoder

from agent.domain import (
    Class,
    ClassId,
    ClassTeacher,
    GroupMember,
    PersonId,
    SectionId,
    SisPersonId,
    Student,
    Teacher,
)
from agent.sources.otus.feed import FeedChange, WireClass, WireGroupMember, WirePerson
from agent.sources.port import Change, Record, RecordKind, usable

_class = Decoder(WireClass)
_person = Decoder(WirePerson)
_member = Decoder(WireGroupMember)


def roster_change(found: FeedChange) -> Change:
    """One change of a kind in `ROSTER_KINDS`; a record that cannot be used becomes `Broken`."""
    kind, read = ROSTER_KINDS[found.kind]
    value = None if found.op == "remove" else usable(read, found.id, found.record)
    return Change(kind=kind, key=(found.id,), value=value)


def _a_class(key: str, raw: Raw) -> Class:
    wire = _class.decode(raw)
    return Class(
        id=ClassId(key),
        title=wire.title,
        section=None if wire.section_id is None else SectionId(wire.section_id),
        teachers=tuple(
            ClassTeacher(teacher=PersonId(each.teacher_id), main=each.main)
            for each in wire.teachers
        ),
    )


def _a_teacher(key: str, raw: Raw) -> Teacher:
    return Teacher(id=PersonId(key), sis_id=_sis_id(raw))


def _a_student(key: str, raw: Raw) -> Student:
    return Student(id=PersonId(key), sis_id=_sis_id(raw))


def _sis_id(raw: Raw) -> SisPersonId | None:
    found = _person.decode(raw).sis_id
    return None if found is None else SisPersonId(found)


def _a_member(key: str, raw: Raw) -> GroupMember:
    _member.decode(raw)
    return GroupMember(teacher=PersonId(key))


ROSTER_KINDS: dict[str, tuple[RecordKind, Callable[[str, Raw], Record]]] = {
    "class": ("class", _a_class),
    "teacher": ("teacher", _a_teacher),
    "student": ("student", _a_student),
    "groupMember": ("group_member", _a_member),
}
"""A kind of the feed -> our kind, and what reads its record."""
