"""The records of a run, filtered, counted and a page at a time: what pages in a browser show.

Of the last run that wrote records these are all records, as they read in it. Of an earlier one they
are those that it wrote: what it did or found anew. What else stood then is not kept.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from agent.domain import AssessmentId, PersonId
from agent.ledger.readings import READS
from agent.ledger.store import ANY_OF, Store, listed
from agent.records import Count, RecordState, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """Ids that fit a text that a person searched for; a record fits by any of its three."""

    assessments: Collection[AssessmentId]
    students: Collection[PersonId]
    sections: Collection[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which records are asked for; what is empty asks for all."""

    kind: Literal["assignment", "score", ""] = ""
    states: Collection[State] = ()
    code: str = ""
    section: str | None = None
    assessment: AssessmentId | None = None
    matches: Matches | None = None

    def conditions(self) -> Iterator[tuple[str, Sequence[Any]]]:
        """SQL conditions, each with its arguments in their order."""
        if self.kind:
            yield ("student = ''" if self.kind == "assignment" else "student <> ''"), ()
        if self.states:
            yield f"state {ANY_OF}", [listed(self.states)]
        if self.code:
            yield "EXISTS (SELECT 1 FROM json_each(codes) WHERE value = ?)", [self.code]
        if self.section is not None:
            yield "section = ?", [self.section]
        if self.assessment is not None:
            yield "assessment = ?", [self.assessment]
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
        return bool(self._store.read(WHOLE, run)[0][0])

    def count(self, run: str, wanted: Wanted) -> Sequence[Count]:
        """How many of the wanted records have the same kind, state and codes."""
        rows = self._read(run, wanted, "student = '', state, codes, count(*)", GROUPED)
        return [
            Count(
                kind="assignment" if of_column else "score",
                state=State(state),
                codes=msgspec.json.decode(codes, type=tuple[str, ...]),
                number=number,
            )
            for of_column, state, codes, number in rows
        ]

    def sections(self, run: str, wanted: Wanted) -> Mapping[str, Counter[State]]:
        """Section -> how many of its wanted records are in which state."""
        found: dict[str, Counter[State]] = defaultdict(Counter)
        grouped = "GROUP BY section, state ORDER BY section"
        for section, state, number in self._read(run, wanted, "section, state, count(*)", grouped):
            found[section][State(state)] = number
        return found

    def page(self, run: str, wanted: Wanted, *, limit: int, skip: int) -> Sequence[RecordState]:
        """Some of the wanted records: by section, in it by assessment, its own record first."""
        rows = self._read(run, wanted, RECORD, f"{IN_ORDER} LIMIT {limit:d} OFFSET {skip:d}")
        return [
            RecordState(
                assessment=assessment,
                student=student or None,
                section=section,
                state=State(state),
                codes=msgspec.json.decode(codes, type=tuple[str, ...]),
                reason=reason,
            )
            for assessment, student, section, state, codes, reason in rows
        ]

    def _read(self, run: str, wanted: Wanted, what: str, how: str) -> list[tuple[Any, ...]]:
        conditions = list(wanted.conditions())
        where = " AND ".join(["true", *(condition for condition, _ in conditions)])
        arguments = [argument for _, given in conditions for argument in given]
        records = ALL if self.is_whole(run) else WRITTEN
        query = f"WITH found AS ({records}) SELECT {what} FROM found WHERE {where} {how}"
        return self._store.read(query, run, *arguments)


RECORD = "assessment, student, section, state, codes, reason"
IN_ORDER = "ORDER BY section, assessment, student"
GROUPED = "GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"

WHOLE = """
SELECT NOT EXISTS (
    SELECT 1 FROM (SELECT DISTINCT run FROM record) AS wrote JOIN run ON run.id = wrote.run
    WHERE run.rowid > (SELECT rowid FROM run WHERE id = ?)
)
"""

ALL = f"SELECT assessment, student, section, {READS} AS state, codes, reason FROM record"

WRITTEN = f"""
SELECT {RECORD}, max(number) FROM (
    SELECT id AS number, {RECORD} FROM past_record WHERE run = ?1
    UNION ALL SELECT 9e999, {RECORD} FROM record WHERE run = ?1
) GROUP BY assessment, student, section
"""
"""Of a record that the run wrote several times the last; SQLite takes all of that row."""
