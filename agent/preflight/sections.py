"""Findings about the sections that take part: there, taught, of this school year, open, ours."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from agent.domain import Section, SectionId, Span, Who
from agent.probe import FEW, Probe, bad, doubtful, good, some

_NAME = "sections"


@dataclass(slots=True)
class SectionFacts:
    """What the SIS has of the sections that take part.

    Attributes:
        titles: section -> the classes of the source that are linked to it.
        found: those that were looked at; None: the SIS has no such section.
        strangers: section -> ids of Passback's in it that our ledger does not know.
        skipped: those that were not looked at, for the bound on requests.
    """

    titles: Mapping[SectionId, Sequence[str]] = field(default_factory=dict)
    found: dict[SectionId, Section | None] = field(default_factory=dict)
    strangers: dict[SectionId, frozenset[str]] = field(default_factory=dict)
    skipped: list[SectionId] = field(default_factory=list)

    def there(self) -> dict[SectionId, Section]:
        """Those that the SIS has."""
        return {id_: each for id_, each in self.found.items() if each is not None}

    def named(self, ids: Iterable[SectionId]) -> str:
        """Sections with their classes, for a person."""
        return some([f"{id_}: {', '.join(self.titles.get(id_, ()))}" for id_ in ids], "; ")


def section_probes(facts: SectionFacts, today: date, *, needs_period: bool) -> Iterator[Probe]:
    """What is wrong with the sections; one line where nothing is.

    *needs_period*: the due date must lie in the grading period that holds tonight (A11).
    """
    if not facts.titles:
        yield bad(
            _NAME,
            "no class of the source leads to a section: nothing passes",
            Who.OTUS,
            "link classes to their sections in Otus, and give them their teachers",
        )
        return
    findings = list(_findings(facts, today, needs_period=needs_period))
    looked = f"{len(facts.found)} of {len(facts.titles)} looked at"
    more = (
        f"; not looked at (see --requests): {some(facts.skipped, most=FEW)}"
        if facts.skipped
        else ""
    )
    healthy = facts.found and not findings
    state = "" if not healthy else ", each there, taught and in a grading period that is open"
    yield good(_NAME, f"{looked}{state}{more}")
    yield from findings
    yield _ownership(facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Flaw:
    """What can be wrong with a section, and how it is told; *what* may hold `{day}`."""

    name: str
    has: Callable[[Section, date], bool]
    what: str
    who: Who
    fix: str


def _between_periods(section: Section, today: date) -> bool:
    """Whether the school year goes on, and no period holds *today*."""
    if not section.periods or _ended(section, today):
        return False
    return not any(period.holds(today) for period in section.periods)


def _ended(section: Section, today: date) -> bool:
    span = section.term or _hull(section)
    return span is not None and span.end is not None and span.end < today


def _hull(section: Section) -> Span | None:
    if not section.periods:
        return None
    return Span(
        start=min(p.start for p in section.periods),
        end=max(p.grace or p.end for p in section.periods),
    )


def _closed(section: Section, today: date) -> bool:
    current = [p for p in section.periods if p.holds(today)]
    return any(p.closed for p in current)


_NOT_THERE = _Flaw(
    name="sections that are not there",
    has=lambda _section, _day: False,
    what="are not in the SIS",
    who=Who.OTUS,
    fix="link these classes to sections of this school year, by the ids that this route of the SIS"
    " uses",
)
_FLAWS = (
    _Flaw(
        name="sections without a teacher",
        has=lambda section, _day: section.main_teacher is None,
        what="are taught by nobody",
        who=Who.SIS,
        fix="give each its lead teacher from today on",
    ),
    _Flaw(
        name="school year",
        has=_ended,
        what="ended before {day}",
        who=Who.OTUS,
        fix="link these classes to the sections of this school year, or archive them",
    ),
    _Flaw(
        name="grading period tonight",
        has=_between_periods,
        what="are in no grading period on {day}",
        who=Who.SIS,
        fix="set up the period; before school begins, look with `check --at` at the first night",
    ),
    _Flaw(
        name="closed grading period",
        has=_closed,
        what="have a closed grading period on {day}",
        who=Who.SIS,
        fix="open the period until its last day, if it should take scores now",
    ),
)
_NO_PERIOD = _Flaw(
    name="sections without a grading period",
    has=lambda section, _day: not section.periods,
    what="have no grading period",
    who=Who.SIS,
    fix="give the terms of these sections their grading periods",
)
"""Only where a due date must lie in one."""


def _findings(facts: SectionFacts, today: date, *, needs_period: bool) -> Iterator[Probe]:
    missing = [id_ for id_, each in facts.found.items() if each is None]
    yield from _told(_NOT_THERE, missing, facts, today)
    for flaw in (*_FLAWS, _NO_PERIOD) if needs_period else _FLAWS:
        ids = [id_ for id_, each in facts.there().items() if flaw.has(each, today)]
        yield from _told(flaw, ids, facts, today)


def _told(
    flaw: _Flaw, ids: Sequence[SectionId], facts: SectionFacts, today: date
) -> Iterator[Probe]:
    if not ids:
        return
    every = len(ids) == len(facts.found)
    make = bad if every else doubtful
    number, what = "all" if every else str(len(ids)), flaw.what.format(day=today)
    yield make(flaw.name, f"{number} {what}: {facts.named(ids)}", flaw.who, flaw.fix)


def _ownership(facts: SectionFacts) -> Probe:
    """Columns of another agent's, or of a ledger that is not here."""
    name, number = "second agent", len(frozenset().union(*facts.strangers.values()))
    if not number:
        return good(name, "no column in these sections is another Passback's")
    return doubtful(
        name,
        f"{number} columns with an id of Passback's that this ledger does not know, in section"
        f" {some([*facts.strangers])}: another Passback writes into this district, or this ledger"
        " was lost, restored or moved",
        Who.OPERATOR,
        "stop the other one: two agents overwrite each other. If this ledger is new in place of a"
        " lost one, bring back its backup; without one the next night takes such columns over by"
        " their ids",
        where="[ledger] url",
    )
