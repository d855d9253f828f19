"""Resolve what a crash or a lost answer left open: read the SIS back, never guess (C10)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from agent.domain import (
    Column,
    ColumnRef,
    Gradebook,
    Marks,
    PersonId,
    Section,
    SectionId,
    SisPersonId,
)
from agent.night.memory import assignment_data, column_after, score_after
from agent.night.work import Kit
from agent.plan import canonical
from agent.records import Intent, KnownColumn, KnownScore, OpenAttempt, Outcome


def resume(kit: Kit, links: Mapping[SectionId, str]) -> int:
    """Settle every open attempt against the gradebook; how many there were.

    What we sent stands there: accepted. What stood there before: it never arrived, and is decided
    anew tonight. Anything else is somebody's edit, and is kept.
    """
    attempts = kit.ledger.open_attempts()
    by_column: dict[tuple[str, str], list[OpenAttempt]] = defaultdict(list)
    for attempt in attempts:
        by_column[attempt.intent.assessment, attempt.intent.owner].append(attempt)
    for same in by_column.values():
        _Resolver(kit, links, same[0].intent).settle(same)
    if attempts:
        kit.ledger.look_again({a.intent.owner for a in attempts})
        kit.emit({"event": "resumed", "attempts": len(attempts)})
    return len(attempts)


class _Resolver:
    """Settles the open attempts of one column."""

    def __init__(self, kit: Kit, links: Mapping[SectionId, str], first: Intent) -> None:
        self._kit = kit
        section = SectionId(first.section)
        key = links.get(section, section)
        linked = [s for s, k in links.items() if k == key] or [section]
        self._gradebook = Gradebook(id=key, sections={s: Section(id=s) for s in linked})
        self._assessment, self._owner = first.assessment, first.owner

    def settle(self, attempts: Sequence[OpenAttempt]) -> None:
        """The column's own attempts first: its scores are read at its address."""
        outcomes = [
            self._column_outcome(a) for a in attempts if a.intent.op in {"create", "update"}
        ]
        scores = [a for a in attempts if a.intent.op in {"put", "clear"}]
        if scores:
            outcomes += self._score_outcomes(scores)
        self._kit.ledger.settle(outcomes, self._kit.tonight.now)

    def _known(self) -> KnownColumn | None:
        columns = self._kit.ledger.columns([self._owner])
        return next((c for c in columns if c.assessment == self._assessment), None)

    def _column_outcome(self, attempt: OpenAttempt) -> Outcome:
        intent = attempt.intent
        found = self._find(intent)
        if found is None:
            return Outcome(attempt=attempt.id, kind="dropped", detail="not in the gradebook")
        after = column_after(intent, found.ref)
        if intent.op == "create" or found.data == assignment_data(intent.sending["data"]):
            self._kit.ledger.save_column(after)
            return Outcome(attempt=attempt.id, kind="adopted", detail="found in the gradebook")
        if intent.before and found.data == assignment_data(intent.before):
            return Outcome(attempt=attempt.id, kind="dropped", detail="never arrived")
        # Nothing of ours was accepted: that is how the report knows that an edit stands there.
        self._kit.ledger.save_column(replace(after, accepted=None))
        return Outcome(attempt=attempt.id, kind="kept", detail="changed in the gradebook since")

    def _find(self, intent: Intent) -> Column | None:
        ref, ours = intent.sending["ref"], self._kit.sis.tag(intent.sending["external_id"])
        for column in self._kit.sis.columns(self._gradebook):
            if column.external_id == ours or (ref is not None and column.ref == ref):
                return column
        return None

    def _score_outcomes(self, attempts: Sequence[OpenAttempt]) -> list[Outcome]:
        known = self._known()
        if known is None or known.ref is None:
            return [Outcome(attempt=a.id, kind="dropped", detail="no column") for a in attempts]
        marks = self._marks(known.ref)
        cells = self._kit.ledger.known_scores(self._assessment, self._owner)
        return [self._score_outcome(a, marks, cells) for a in attempts]

    def _marks(self, ref: ColumnRef) -> Marks | None:
        return self._kit.sis.scores(self._gradebook, ref)

    def _score_outcome(
        self,
        attempt: OpenAttempt,
        marks: Marks | None,
        cells: Mapping[PersonId, KnownScore],
    ) -> Outcome:
        intent = attempt.intent
        if marks is None:
            return Outcome(attempt=attempt.id, kind="dropped", detail="cannot be read back")
        after = score_after(intent)
        found = _shown(marks, SisPersonId(intent.sending["sis_student"]))
        if found == (intent.sending["points"] or EMPTY):
            self._save(after)
            return Outcome(attempt=attempt.id, kind="adopted", detail="found in the gradebook")
        if found == (intent.before["points"] if intent.before else EMPTY):
            return Outcome(attempt=attempt.id, kind="dropped", detail="never arrived")
        held = cells.get(after.student)
        self._save(replace(after, accepted=held.accepted if held else None))
        return Outcome(attempt=attempt.id, kind="kept", detail="changed in the gradebook since")

    def _save(self, score: KnownScore) -> None:
        self._kit.ledger.save_scores(self._assessment, self._owner, [score])


EMPTY = "*"


def _shown(marks: Marks, student: SisPersonId) -> str:
    """A cell as text: its points, `*`, or something that is neither."""
    if student not in marks:
        return EMPTY
    points = marks[student]
    return "no number" if points is None else canonical(points)
