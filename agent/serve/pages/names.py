"""Names and titles for the ids on a page, and the ids that fit what a person searches for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from agent.domain import AssessmentId, Class, PersonId
from agent.ledger import Ledger
from agent.ledger.search import Matches
from agent.records import RecordState
from agent.serve.district import District


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What a page calls its records; whatever has no name is called by its id."""

    titles: Mapping[AssessmentId, str] = field(default_factory=dict)
    people: Mapping[PersonId, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)

    def assessment(self, id_: AssessmentId) -> str:
        """The title of an assessment."""
        return self.titles.get(id_) or f"Assessment {id_}"

    def student(self, id_: PersonId) -> str:
        """The name of a student of Otus."""
        return self.people.get(id_) or f"Student {id_}"

    def section(self, id_: str) -> str:
        """The title of a section of the SIS."""
        return self.places.get(id_) or (f"Section {id_}" if id_ else "In no section")


def names_of(district: District, ledger: Ledger, records: Iterable[RecordState]) -> Names:
    """The names of all that these records are about."""
    found = list(records)
    return names(
        district,
        ledger,
        assessments={each.assessment for each in found},
        students={each.student for each in found if each.student is not None},
        sections={each.section for each in found},
    )


def names(
    district: District,
    ledger: Ledger,
    *,
    assessments: Iterable[AssessmentId] = (),
    students: Iterable[PersonId] = (),
    sections: Iterable[str] = (),
) -> Names:
    """The names for these ids, from the district and the ledger."""
    places = [each for each in sections if each]
    own = ledger.source.class_titles(places)
    return Names(
        titles=_titles(ledger, list(assessments)),
        people=_people(district, ledger, students),
        places={id_: district.people.section(id_) or own.get(id_, "") for id_ in places},
    )


def _titles(ledger: Ledger, assessments: list[AssessmentId]) -> Mapping[AssessmentId, str]:
    """Titles as Otus has them; of what is gone there, as it was sent."""
    found = dict(ledger.source.titles_of(assessments))
    gone = [each for each in assessments if each not in found]
    for column in ledger.delivered.columns_of(gone):
        if column.seen is not None:
            found.setdefault(column.assessment, column.seen.title)
    return found


def _people(
    district: District, ledger: Ledger, students: Iterable[PersonId]
) -> Mapping[PersonId, str]:
    found = {}
    for student in ledger.source.students(students).values():
        name = district.people.student(student.sis_id) if student.sis_id else None
        if name:
            found[student.id] = name
    return found


def matches(district: District, ledger: Ledger, text: str) -> Matches:
    """The ids whose title or name holds *text*, in any case, or that are *text*."""
    asked = text.casefold()

    def fits(*names: str | None) -> bool:
        return any(asked in name.casefold() for name in names if name)

    named, source = district.people, ledger.source
    places = (
        (each.section or each.id, each.title)
        for each in source.classes()
        if isinstance(each, Class)
    )
    return Matches(
        assessments={id_ for id_, title in source.titles() if fits(title, id_)},
        students={
            id_
            for id_, sis in source.every_student()
            if fits(id_, sis, named.student(sis) if sis else None)
        },
        sections={id_ for id_, title in places if fits(title, id_, named.section(id_))},
    )
