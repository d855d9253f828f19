"""The result of a run as its pages show it: figures, reasons, sections, records."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal, Self

from agent.domain import AssessmentId, PersonId
from agent.ledger import Ledger
from agent.ledger.search import Wanted
from agent.records import DELIVERED, RecordState, State
from agent.report import NEEDS_A_PERSON
from agent.rules.advice import OF_STATE, advice, whys
from agent.rules.codes import Code, Who
from agent.serve.access.scope import Scope
from agent.serve.district import District
from agent.serve.pages.names import matches, names
from agent.serve.pages.paging import Page

RECORDS = 100
"""Records on a page."""
SECTIONS = 50
"""Sections on a page."""

Run = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Figures:
    """Records in four heaps: delivered by this run, in order, kept back, and for a person."""

    delivered: int
    unchanged: int
    out: int
    needs_person: int


def figures_of(counts: Mapping[State, int]) -> Figures:
    """Sort the counts of states into the heaps."""
    delivered = sum(counts.get(state, 0) for state in DELIVERED)
    needs_person = sum(counts.get(state, 0) for state in NEEDS_A_PERSON)
    unchanged = counts.get(State.UNCHANGED, 0)
    rest = sum(counts.values()) - delivered - unchanged - needs_person
    return Figures(delivered, unchanged, rest, needs_person)


def figures(run: Run) -> Figures | None:
    """Those that a run's report had; None: it ended without one."""
    counts = (run["summary"] or {}).get("counts")
    if counts is None:
        return None
    known = {State(state): number for state, number in counts.items() if state in set(State)}
    return figures_of(known)


@dataclass(frozen=True, slots=True)
class Reason:
    """A code or a state that keeps records back, and how many of each kind."""

    why: str
    assignments: int
    scores: int


def overview(district: District, ledger: Ledger, run: Run, number: int) -> dict[str, Any]:
    """The page of a run."""
    counts = ledger.search.count(run["run"], Wanted())
    assignments, scores = Counter[str](), Counter[str]()
    for count in counts:
        of_kind = assignments if count.kind == "assignment" else scores
        for why in whys(count.state, count.codes):
            of_kind[why] += count.number
    reasons = [Reason(why, assignments[why], scores[why]) for why in {*assignments, *scores}]
    sections = ledger.search.places(run["run"], Wanted())
    page = Page(number, SECTIONS, len(sections))
    shown = sections[page.skip : page.skip + SECTIONS]
    by_section = ledger.search.by(["section"], run["run"], Wanted(among={"section": shown}))
    return {
        "run": run,
        "figures": figures(run),
        "whole": ledger.search.is_whole(run["run"]),
        "reasons": sorted(reasons, key=_order),
        "sections": [(id_, figures_of(by_section[id_,])) for id_ in shown],
        "named": names(district, ledger, sections=shown),
        "page": page,
    }


def _order(reason: Reason) -> tuple[bool, int, str]:
    """First what somebody can change, and of that what concerns most records."""
    left_alone = advice(reason.why).who == Who.NOBODY
    return left_alone, -reason.assignments - reason.scores, reason.why


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a person asked the list of records for; what is empty asks for all."""

    text: str = ""
    kind: Literal["assignment", "score", ""] = ""
    state: str = ""
    why: str = ""
    section: str | None = None
    assessment: str = ""
    student: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Self:
        """Read it from an address; what is none of the words is as if not asked."""
        kind, state = given.get("kind"), given.get("state", "")
        return cls(
            text=given.get("q", "").strip(),
            kind="assignment" if kind == "assignment" else "score" if kind == "score" else "",
            state=state if state in set(State) else "",
            why=given.get("why", ""),
            section=given.get("section"),
            assessment=given.get("assessment", ""),
            student=given.get("student", ""),
        )

    def wanted(
        self, district: District, ledger: Ledger, scope: Scope, *, undecided: bool = False
    ) -> Wanted:
        """The same for the ledger, within *scope*; *undecided*: of what waits for a decision."""
        states = [State(self.state)] if self.state else []
        if undecided:
            states = [each for each in states if each in NEEDS_A_PERSON] or sorted(NEEDS_A_PERSON)
        by_state = self.why.removeprefix(OF_STATE)
        if by_state != self.why and by_state in set(State) and not undecided:
            states.append(State(by_state))
        return Wanted(
            among=scope.among,
            undecided=undecided,
            kind=self.kind,
            states=states,
            code=self.why if self.why in set(Code) else "",
            section=self.section,
            assessment=AssessmentId(self.assessment) if self.assessment else None,
            student=PersonId(self.student) if self.student else None,
            matches=matches(district, ledger, self.text) if self.text else None,
        )


@dataclass(frozen=True, slots=True)
class Group:
    """An assignment in a section, and those of its scores that are on the page.

    `scores` are together where state, codes and reason are the same: often all of them.
    """

    section: str
    assessment: AssessmentId
    own: RecordState | None
    scores: Sequence[Sequence[RecordState]]


def records(
    district: District, ledger: Ledger, run: str, wanted: Wanted, number: int
) -> dict[str, Any]:
    """A page of the records of a run, or of all as they are now."""
    total = sum(count.number for count in ledger.search.count(run, wanted))
    page = Page(number, RECORDS, total)
    found = ledger.search.page(run, wanted, limit=RECORDS, skip=page.skip)
    assessments = [wanted.assessment] if wanted.assessment else []
    students = [wanted.student] if wanted.student else []
    sections = [wanted.section] if wanted.section else []
    return {
        "page": page,
        "groups": grouped(found),
        "named": names(
            district,
            ledger,
            assessments={*assessments, *(r.assessment for r in found)},
            students={*students, *(r.student for r in found if r.student)},
            sections={*sections, *(r.section for r in found)},
        ),
        "reasons": filters(ledger, run, wanted),
    }


def grouped(found: Sequence[RecordState]) -> Sequence[Group]:
    """Records, as they come sorted, by section and assignment."""
    groups = []
    for (section, assessment), some in groupby(found, lambda r: (r.section, r.assessment)):
        together = list(some)
        own = together.pop(0) if together[0].student is None else None
        alike = defaultdict[Any, list[RecordState]](list)
        for each in together:
            alike[each.state, each.codes, each.reason].append(each)
        groups.append(Group(section, assessment, own, [*alike.values()]))
    return groups


def filters(ledger: Ledger, run: str, wanted: Wanted) -> Sequence[str]:
    """Every code and state that these records have, whatever they are filtered by now."""
    within = Wanted(
        states=wanted.states if wanted.undecided else (),
        undecided=wanted.undecided,
        among=wanted.among,
        section=wanted.section,
        assessment=wanted.assessment,
        student=wanted.student,
    )
    counts = ledger.search.count(run, within)
    return sorted({why for count in counts for why in whys(count.state, count.codes)})
