"""The way of one record (`agent.explain.way`), with names and with links to the other systems."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.decide.person.decision import Decision
from agent.domain import AssessmentId, PersonId
from agent.explain.way import InSis, Way, way_of
from agent.ledger import Ledger
from agent.records import RecordKey, RecordState, State
from agent.rules.advice import whys
from agent.serve.access.scope import Scope
from agent.serve.district import District
from agent.serve.pages.names import Names, names_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A way as a page shows it.

    Attributes:
        source: the link to Otus.
        records: the states of the record, each with the codes or state to look up, and a link.
        columns: where the SIS has it from us, each with a link.
        decisions: those of persons that are open.
    """

    way: Way
    named: Names
    source: str | None
    records: Sequence[tuple[RecordState, Sequence[str], str | None]]
    columns: Sequence[tuple[InSis, str | None]]
    decisions: Mapping[RecordKey, Decision]


def follow(
    district: District,
    ledger: Ledger,
    scope: Scope,
    id_: AssessmentId,
    student: PersonId | None = None,
) -> Followed | None:
    """The way of an assignment, or of the student's score, into the sections of *scope*.

    None: nothing is known of it there.
    """
    way = way_of(ledger, id_, student, scope)
    if way is None:
        return None
    gradebook = district.places.gradebook
    # The page is named by its record also where there is none.
    own = RecordState(assessment=id_, student=student, section="", state=State.UNCHANGED)
    return Followed(
        way=way,
        named=names_of(district, ledger, [*way.records, own]),
        source=district.places.source(id_),
        records=[(r, whys(r.state, r.codes), gradebook(r.section)) for r in way.records],
        decisions=ledger.decisions.of([each.key for each in way.records]),
        columns=[(c, gradebook(c.column.gradebook, c.column.ref)) for c in way.columns],
    )
