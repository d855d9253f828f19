"""The records of a run, filtered, counted and a page at a time: what pages in a browser show.

Of the last run that wrote records these are all records, as they read in it. Of an earlier one they
are those that it wrote: what it did or found anew. What else stood then is not kept.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

import msgspec

from agent.domain import AssessmentId, PersonId
from agent.ledger.rows import READS
from agent.ledger.store import ANY_OF, Store, listed
from agent.records import READS_LATER, RecordState, State
from agent.report import Count

Part = Literal["section", "assessment", "student"]
"""A part of a record's key."""
PARTS: tuple[Part, ...] = get_args(Part)

NOW = ""
"""In place of a run: every record as it stands now, with nothing done by the last run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """Ids that fit a text that a person searched for; a record fits by any of its three."""

    assessments: Collection[AssessmentId]
    students: Collection[PersonId]
    sections: Collection[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which records are asked for; what is empty asks for all.

    Attributes:
        undecided: only those about which no decision is open.
        among: of a part of the key several values; none at all asks for no record.
        after: a section, assessment and student ("" for none): only what comes after these in the
            order of `RecordSearch.page`.
    """

    kind: Literal["assignment", "score", ""] = ""
    states: Collection[State] = ()
    code: str = ""
    section: str | None = None
    assessment: AssessmentId | None = None
    student: PersonId | None = None
    undecided: bool = False
    among: Mapping[Part, Collection[str]] = field(default_factory=dict)
    matches: Matches | None = None
    after: tuple[str, str, str] | None = None

    def conditions(self) -> Iterator[tuple[str, Sequence[Any]]]:
        """SQL conditions, each with its arguments in their order."""
        if self.kind:
            yield ("student = ''" if self.kind == "assignment" else "student <> ''"), ()
        if self.states:
            yield f"state {ANY_OF}", [listed(self.states)]
        if self.code:
            yield "EXISTS (SELECT 1 FROM elements(codes) WHERE value = ?)", [self.code]
        for part in PARTS:
            if (value := getattr(self, part)) is not None:
                yield f"{part} = ?", [value]
        for part, values in self.among.items():
            yield f"{part} {ANY_OF}", [listed(values)]
        if self.undecided:
            yield UNDECIDED, ()
        if self.after is not None:
            yield "(section, assessment, student) > (?, ?, ?)", self.after
        if self.matches is not None:
            ids = (self.matches.assessments, self.matches.students, self.matches.sections)
            any_of_three = " OR ".join(
                f"{n} {ANY_OF}" for n in ("assessment", "student", "section")
            )
            yield f"({any_of_three})", [listed(each) for each in ids]


class RecordSearch:
    """Reads records; writes nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def is_whole(self, run: str) -> bool:
        """Whether every record can still be read as of *run*: no later run wrote any."""
        return run == NOW or bool(self._store.read(WHOLE, run)[0][0])

    def count(self, run: str, wanted: Wanted) -> Sequence[Count]:
        """How many of the wanted records have the same kind, state and codes."""
        rows = self._read(run, wanted, COUNTS, "GROUP BY stored, codes")
        found = Counter[tuple[str, State, str]]()
        for stored, codes, *numbers in rows:
            now = State(stored)
            for key, number in zip(_read_as(now, codes), numbers, strict=True):
                found[key] += number
        return [
            Count(
                kind="assignment" if kind == "assignment" else "score",
                state=state,
                codes=msgspec.json.decode(codes, type=tuple[str, ...]),
                number=found[kind, state, codes],
            )
            for kind, state, codes in sorted(+found)
        ]

    def by_assessment(self, run: str) -> Mapping[AssessmentId, Sequence[Count]]:
        """Assessment -> how many of its records have the same kind, state and codes."""
        found: dict[AssessmentId, list[Count]] = defaultdict(list)
        what = "assessment, student = '', state, codes, count(*)"
        grouped = "GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"
        for assessment, *row in self._read(run, Wanted(), what, grouped):
            found[AssessmentId(assessment)].append(_count(*row))
        return found

    def places(self, run: str, wanted: Wanted) -> Sequence[str]:
        """The sections of the wanted records, sorted."""
        return [row[0] for row in self._read(run, wanted, "DISTINCT section", "ORDER BY section")]

    def students(self, run: str, wanted: Wanted) -> Sequence[PersonId]:
        """The students of the wanted records, sorted."""
        rows = self._read(run, wanted, "DISTINCT student", "ORDER BY student")
        return [PersonId(row[0]) for row in rows if row[0]]

    def by(
        self, parts: Sequence[Part], run: str, wanted: Wanted
    ) -> Mapping[tuple[str, ...], Counter[State]]:
        """How many of the wanted records are in which state, by these parts of their key."""
        found: dict[tuple[str, ...], Counter[State]] = defaultdict(Counter)
        names = ", ".join(parts)
        how = f"GROUP BY {names}, state ORDER BY {names}"
        for *key, state, number in self._read(run, wanted, f"{names}, state, count(*)", how):
            found[tuple(key)][State(state)] = number
        return found

    def page(self, run: str, wanted: Wanted, *, limit: int, skip: int) -> Sequence[RecordState]:
        """Some of the wanted records: by section, in it by assessment, its own record first."""
        rows = self._read(run, wanted, RECORD, f"{IN_ORDER} LIMIT {limit:d} OFFSET {skip:d}")
        return [_record(row) for row in rows]

    def each(self, run: str, wanted: Wanted, *, at_once: int = 1000) -> Iterator[RecordState]:
        """All the wanted records in the order of `page`, with only a part of them in memory."""
        while rows := self._read(run, wanted, RECORD, f"{IN_ORDER} LIMIT {at_once:d}"):
            yield from map(_record, rows)
            assessment, student, section, *_ = rows[-1]
            wanted = replace(wanted, after=(section, assessment, student))

    def _read(self, run: str, wanted: Wanted, what: str, how: str) -> list[tuple[Any, ...]]:
        conditions = list(wanted.conditions())
        where = " AND ".join(["true", *(condition for condition, _ in conditions)])
        arguments = [argument for _, given in conditions for argument in given]
        records = ALL if self.is_whole(run) else WRITTEN
        query = f"WITH found AS ({records}) SELECT {what} FROM found WHERE {where} {how}"
        return self._store.read(query, run, run, *arguments)


def _count(of_column: int, state: str, codes: str, number: int) -> Count:
    return Count(
        kind="assignment" if of_column else "score",
        state=State(state),
        codes=msgspec.json.decode(codes, type=tuple[str, ...]),
        number=number,
    )


def _read_as(stored: State, codes: str) -> Sequence[tuple[str, State, str]]:
    """What the numbers of `COUNTS` are of."""
    later = READS_LATER.get(stored, stored)
    return [(kind, s, codes) for s in (stored, later) for kind in ("assignment", "score")]


def _record(row: tuple[Any, ...]) -> RecordState:
    assessment, student, section, state, codes, reason = row
    return RecordState(
        assessment=assessment,
        student=student or None,
        section=section,
        state=State(state),
        codes=msgspec.json.decode(codes, type=tuple[str, ...]),
        reason=reason,
    )


RECORD = "assessment, student, section, state, codes, reason"
IN_ORDER = "ORDER BY section, assessment, student"

UNDECIDED = """NOT EXISTS (
    SELECT 1 FROM decision WHERE decision.ended IS NULL
    AND (decision.assessment, decision.student, decision.section)
        = (found.assessment, found.student, found.section)
)"""

COUNTS = """stored, codes,
count(*) FILTER (WHERE student = '' AND new), count(*) FILTER (WHERE student <> '' AND new),
count(*) FILTER (WHERE student = '' AND NOT new), count(*) FILTER (WHERE student <> '' AND NOT new)
"""
"""Grouped by what is stored, in the order of `record_by_state`: to group by what it reads, SQLite
sorts, and half a million records then take three times as long."""

WHOLE = """
SELECT CASE WHEN rowid = (SELECT max(rowid) FROM run) THEN true ELSE NOT EXISTS (
    SELECT 1 FROM (SELECT DISTINCT run FROM record) AS wrote
    JOIN run AS later ON later.id = wrote.run WHERE later.rowid > run.rowid
) END FROM run WHERE id = ?
"""

ALL = f"""
SELECT assessment, student, section, state AS stored, run = ? AS new, {READS} AS state,
    codes, reason
FROM record
"""

WRITTEN = f"""
SELECT assessment, student, section, state AS stored, true AS new, state, codes, reason
FROM (
    SELECT {RECORD}, row_number() OVER (
        PARTITION BY assessment, student, section ORDER BY stands DESC, number DESC) AS nth
    FROM (
        SELECT id AS number, 0 AS stands, {RECORD} FROM past_record WHERE run = ?
        UNION ALL SELECT 0, 1, {RECORD} FROM record WHERE run = ?
    ) AS written
) AS numbered WHERE nth = 1
"""
"""Of a record that the run wrote several times the last."""
