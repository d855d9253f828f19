"""What of a district a person sees: all of it, or a teacher's own sections."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, cast

import flask

from agent.domain import AssessmentId, Class, ClassId, PersonId
from agent.ledger import Ledger
from agent.ledger.search import NOW, Part, Wanted
from agent.settings import PersonSettings


@dataclass(frozen=True, slots=True)
class Scope:
    """The sections that a person sees, and the classes they belong to; None: every one.

    `teacher`: who the person is in Otus, if that is what the scope is made from.
    """

    sections: Collection[str] | None = None
    classes: Collection[ClassId] | None = None
    teacher: str | None = None

    @property
    def whole(self) -> bool:
        """Whether the person sees the whole district."""
        return self.sections is None

    @property
    def among(self) -> Mapping[Part, Collection[str]]:
        """The same for a search among records."""
        return {} if self.sections is None else {"section": self.sections}

    def has_section(self, section: str) -> bool:
        """Whether the person sees this section."""
        return self.sections is None or section in self.sections

    def has_class(self, class_: ClassId) -> bool:
        """Whether the person sees this class."""
        return self.classes is None or class_ in self.classes

    def covers(self, ledger: Ledger, asked: Mapping[str, Any]) -> bool:
        """Whether the person sees what the parts of an address name.

        A part with a name that is not known here is never covered: nothing is seen by oversight.
        """
        if self.whole:
            return True
        if not asked.keys() <= {"section", "assessment", "student", "teacher"}:
            return False
        if "teacher" in asked and asked["teacher"] != self.teacher:
            return False
        if "section" in asked and not self.has_section(asked["section"]):
            return False
        if {"assessment", "student"} & asked.keys():
            return self._has_record(ledger, asked)
        return True

    def _has_record(self, ledger: Ledger, asked: Mapping[str, Any]) -> bool:
        assessment, student = asked.get("assessment"), asked.get("student")
        wanted = Wanted(
            among=self.among,
            assessment=AssessmentId(assessment) if assessment is not None else None,
            student=PersonId(student) if student is not None else None,
        )
        if ledger.search.page(NOW, wanted, limit=1, skip=0):
            return True
        # Of an assessment that no run has judged yet there is no record.
        placed = ledger.source.in_classes(AssessmentId(assessment)) if assessment else ()
        return student is None and any(self.has_class(each.class_id) for each in placed)


def scope() -> Scope:
    """What of its district the person behind this request sees."""
    return cast("Scope", flask.g.scope)


def scope_of(ledger: Ledger, person: PersonSettings) -> Scope:
    """A teacher's sections are those of the classes in which the source lists the teacher."""
    if person.role == "administrator":
        return Scope()
    own = [
        each
        for each in ledger.source.classes()
        if isinstance(each, Class) and any(t.teacher == person.teacher for t in each.teachers)
    ]
    sections = frozenset(each.section or each.id for each in own)
    return Scope(sections, frozenset(each.id for each in own), person.teacher)
