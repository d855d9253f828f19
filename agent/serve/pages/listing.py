"""What the lists show: sections and students that fit a search, assignments with their scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agent.domain import Class, PersonId
from agent.ledger import Ledger
from agent.ledger.search import NOW, Wanted
from agent.records import RecordState, State
from agent.serve.access.scope import Scope
from agent.serve.district import District
from agent.serve.pages.names import names
from agent.serve.pages.paging import Page


def sections(
    district: District, ledger: Ledger, scope: Scope, text: str
) -> Sequence[tuple[str, str]]:
    """The sections whose id or title holds *text*, with their titles, by title."""
    titles = dict.fromkeys(ledger.search.places(NOW, Wanted(among=scope.among)), "")
    for each in ledger.source.classes():
        if isinstance(each, Class) and scope.has_section(each.section or each.id):
            place = each.section or each.id
            titles[place] = min(filter(None, (titles.get(place), each.title)))
    found = [
        (id_, district.people.section(id_) or title or _unnamed(id_))
        for id_, title in titles.items()
    ]
    asked = text.casefold()
    return sorted(
        (each for each in found if asked in f"{each[0]} {each[1]}".casefold()),
        key=lambda each: (each[1].casefold(), each[0]),
    )


def _unnamed(section: str) -> str:
    return f"Section {section}" if section else "In no section"


@dataclass(frozen=True, slots=True)
class Row:
    """An assignment in a section, and how many of its scores there are in which state."""

    own: RecordState
    scores: Mapping[State, int]


def assignments(
    district: District, ledger: Ledger, wanted: Wanted, number: int, size: int
) -> dict[str, Any]:
    """A page of the assignments that are wanted."""
    own = replace(wanted, kind="assignment")
    total = sum(count.number for count in ledger.search.count(NOW, own))
    page = Page(number, size, total)
    found = ledger.search.page(NOW, own, limit=size, skip=page.skip)
    of_these = Wanted(
        kind="score",
        among={
            "assessment": {r.assessment for r in found},
            "section": {r.section for r in found},
        },
    )
    scores = ledger.search.by(["section", "assessment"], NOW, of_these)
    return {
        "page": page,
        "rows": [Row(r, scores.get((r.section, r.assessment), {})) for r in found],
        "named": names(
            district,
            ledger,
            assessments={r.assessment for r in found},
            sections={r.section for r in found},
        ),
    }


def students(district: District, ledger: Ledger, scope: Scope, text: str) -> Sequence[PersonId]:
    """The students whose id in either system, or name, holds *text*; by name, then by id."""
    if scope.whole:
        known = dict(ledger.source.every_student())
    else:
        own = ledger.search.students(NOW, Wanted(among=scope.among))
        known = {each.id: each.sis_id for each in ledger.source.students(own).values()}
        known |= {id_: None for id_ in own if id_ not in known}
    asked, found = text.casefold(), []
    for id_, sis in known.items():
        name = (district.people.student(sis) if sis else None) or ""
        if asked in f"{id_} {sis or ''} {name}".casefold():
            found.append((not name, name.casefold(), id_))
    return [id_ for *_, id_ in sorted(found)]
