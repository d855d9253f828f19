"""Resolve what a crash or a lost answer left open: read the SIS back, never guess (C10).

What cannot be told tonight stays open, and its column stays as it is; it stops nobody else. A score
whose cell cannot be read back stays open alone, night after night, until the cell can be read.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from agent.decide.facts import UnreadCells, Unresolved
from agent.decide.identity import several_with_tag
from agent.decide.listing import Listing, paired, several_adoptable
from agent.decide.plan import ColumnKey
from agent.decide.scores.compare import STAR, Reading, canonical
from agent.domain import (
    EMPTY_CELL,
    Class,
    Column,
    ColumnRef,
    Gradebook,
    Marks,
    PersonId,
    SectionId,
    SisPersonId,
)
from agent.errors import FATAL, UnavailableError
from agent.records import Intent, KnownColumn, KnownScore, OpenAttempt, Outcome, State
from agent.rules.codes import Code
from agent.sync.context import Kit
from agent.sync.memory import assignment_data, column_after, score_after

UNANSWERED = "its last write went without a usable answer"
NOT_YET = Unresolved(State.FAILED, f"{UNANSWERED}; a sync reads back first what became of it")
UNREAD = Unresolved(
    State.HELD,
    f"{UNANSWERED}, and the gradebook does not let its scores be read, so nothing is written into"
    " this cell until they can be: `passback check` says which access is missing",
    (Code.OUTCOME_UNKNOWN,),
)
OTHER_ROUTE = Unresolved(
    State.HELD, f"{UNANSWERED}, and only the route it took can tell what became"
)


def unsettled(attempts: Iterable[OpenAttempt]) -> tuple[dict[ColumnKey, Unresolved], UnreadCells]:
    """The columns and cells that a forecast leaves alone: a sync settles them first."""
    columns = {column_of(a): NOT_YET for a in attempts if not _of_a_cell(a)}
    return columns, _cells_of(filter(_of_a_cell, attempts), NOT_YET)


def resume(
    kit: Kit, links: Mapping[SectionId, str]
) -> tuple[dict[ColumnKey, Unresolved], UnreadCells]:
    """Settle the open attempts against the gradebook; the columns and cells left in doubt.

    What we sent stands there: accepted. What stood there before: it never arrived, and is decided
    anew tonight. Anything else is somebody's edit, and is kept.
    """
    attempts = kit.ledger.attempts.open()
    doubts: dict[ColumnKey, Unresolved] = {}
    unread: list[OpenAttempt] = []
    for sections, same in _by_gradebook(kit, links, attempts).items():
        try:
            resolver = _Resolver(kit, kit.sis.gradebook(sections[0], sections))
            doubts |= resolver.settle(same)
            unread += resolver.unread
        except FATAL:
            raise
        except UnavailableError as error:
            why = f"{UNANSWERED}, and cannot be read back: {error}"
            doubts |= {column_of(a): Unresolved(State.FAILED, why) for a in same}
    if attempts:
        kit.ledger.schedule.mark_dirty({a.intent.owner for a in attempts})
        in_doubt = len(doubts) + len(unread)
        kit.emit({"event": "resumed", "attempts": len(attempts), "in_doubt": in_doubt})
    return doubts, _cells_of(unread, UNREAD)


def _cells_of(attempts: Iterable[OpenAttempt], why: Unresolved) -> UnreadCells:
    """The cells of these attempts, which are put or clear."""
    intents = [attempt.intent for attempt in attempts]
    return UnreadCells(
        {(i.assessment, i.student): why for i in intents if i.student is not None},
        {(i.assessment, SisPersonId(i.sending["sis_student"])): why for i in intents},
    )


def _of_a_cell(attempt: OpenAttempt) -> bool:
    return attempt.intent.op in {"put", "clear"}


def column_of(attempt: OpenAttempt) -> ColumnKey:
    """The column that an attempt concerns."""
    return attempt.intent.assessment, attempt.intent.owner


def _by_gradebook(
    kit: Kit, links: Mapping[SectionId, str], attempts: Iterable[OpenAttempt]
) -> Mapping[tuple[SectionId, ...], list[OpenAttempt]]:
    """The attempts by the sections in which their columns may stand.

    That is where they were sent, and where their class is linked to by now: sections merge.
    """
    now = {c.id: c.section for c in kit.ledger.source.classes() if isinstance(c, Class)}
    found: dict[tuple[SectionId, ...], list[OpenAttempt]] = defaultdict(list)
    for attempt in attempts:
        sections = {SectionId(attempt.intent.section)}
        own = now.get(attempt.intent.owner)
        sections |= {own} if own is not None else set()
        keys = {links[s] for s in sections if s in links}
        sections |= {s for s, key in links.items() if key in keys}
        found[tuple(sorted(sections))].append(attempt)
    return found


class _Resolver:
    """Settles the open attempts of one gradebook.

    Attributes:
        unread: those whose cells cannot be read, though the column is there.
    """

    def __init__(self, kit: Kit, gradebook: Gradebook) -> None:
        self._kit = kit
        self._gradebook = gradebook
        self._idempotent = kit.sis.traits.idempotent_create
        self._columns: Listing | None = None
        self.unread: list[OpenAttempt] = []

    def settle(self, attempts: Sequence[OpenAttempt]) -> dict[ColumnKey, Unresolved]:
        """The columns' own attempts first: scores are read at their addresses."""
        doubts = {column_of(a): OTHER_ROUTE for a in attempts if self._by_another_route(a)}
        columns = [
            a
            for a in attempts
            if a.intent.op in {"create", "update"} and column_of(a) not in doubts
        ]
        outcomes, unclear = self._column_outcomes(columns)
        doubts |= unclear
        scores: dict[ColumnKey, list[OpenAttempt]] = defaultdict(list)
        for attempt in attempts:
            if _of_a_cell(attempt) and column_of(attempt) not in doubts:
                scores[column_of(attempt)].append(attempt)
        for key, same in scores.items():
            outcomes += self._score_outcomes(key, same)
        self._kit.ledger.attempts.settle(outcomes, self._kit.tonight.now)
        return doubts

    def _by_another_route(self, attempt: OpenAttempt) -> bool:
        """Whether the way that is set up now cannot tell what became of it."""
        sis, sending = self._kit.sis, attempt.intent.sending
        if _of_a_cell(attempt):
            known = self._known(column_of(attempt))
            return known is not None and known.ref is not None and not sis.addresses(known.ref)
        mark = sis.tag(sending["external_id"])
        ref = sending["ref"]
        return sending.get("mark", mark) != mark or (ref is not None and not sis.addresses(ref))

    def _known(self, key: ColumnKey) -> KnownColumn | None:
        columns = self._kit.ledger.delivered.columns([key[1]])
        return next((c for c in columns if c.assessment == key[0]), None)

    # -- columns

    def _all(self) -> Listing:
        if self._columns is None:
            sis, claimed = self._kit.sis, self._kit.ledger.delivered.claimed
            self._columns = Listing(sis.columns(self._gradebook), sis.tag, claimed)
        return self._columns

    def _column_outcomes(
        self, attempts: Sequence[OpenAttempt]
    ) -> tuple[list[Outcome], dict[ColumnKey, Unresolved]]:
        """By mark or address; a lost create without a mark by what was sent, if that is plain."""
        every = {a.id: self._find(a.intent) for a in attempts}
        several = [a for a in attempts if len(every[a.id]) > 1]
        doubts = {column_of(a): self._doubled(a, every[a.id]) for a in several}
        attempts = [a for a in attempts if a not in several]
        found = {a.id: next(iter(every[a.id]), None) for a in attempts}
        lost = [a for a in attempts if a.intent.op == "create" and not found[a.id]]
        look = lost and not self._idempotent
        rest = self._all().adoptable() if look else []
        taken = {column.ref for column in found.values() if column}
        rest = [column for column in rest if column.ref not in taken]
        wanted = {a.id: assignment_data(a.intent.sending["data"]) for a in lost}
        plain = paired(wanted, rest)
        found |= plain
        left = len(rest) - len(plain)
        unclear = [a for a in lost if left and a.id not in plain]
        doubts |= {column_of(a): self._which(a, left) for a in unclear}
        settled = [a for a in attempts if column_of(a) not in doubts]
        return [self._column_outcome(a, found[a.id]) for a in settled], doubts

    def _which(self, attempt: OpenAttempt, number: int) -> Unresolved:
        return several_adoptable(self._kit.sis.tag(attempt.intent.sending["external_id"]), number)

    def _doubled(self, attempt: OpenAttempt, columns: Sequence[Column]) -> Unresolved:
        tag = self._kit.sis.tag(attempt.intent.sending["external_id"])
        return several_with_tag(tag, columns, claimed=False)

    def _find(self, intent: Intent) -> Sequence[Column]:
        """The columns that may be the one; two agents, or two creates, make several."""
        ref = intent.sending["ref"]
        if ref is None:
            return self._all().tagged(intent.sending["external_id"])
        found = self._all().at(ref)
        return [] if found is None else [found]

    def _column_outcome(self, attempt: OpenAttempt, found: Column | None) -> Outcome:
        intent = attempt.intent
        if found is None:
            return Outcome(attempt=attempt.id, kind="dropped", detail="not in the gradebook")
        after = column_after(intent, found.ref, list_again=not self._idempotent)
        if intent.op == "create" or found.data == assignment_data(intent.sending["data"]):
            self._kit.ledger.delivered.save_column(after)
            return Outcome(attempt=attempt.id, kind="adopted", detail="found in the gradebook")
        if intent.before and found.data == assignment_data(intent.before):
            return Outcome(attempt=attempt.id, kind="dropped", detail="never arrived")
        # Nothing of ours was accepted: that is how the report knows that an edit stands there.
        self._kit.ledger.delivered.save_column(replace(after, accepted=None))
        return Outcome(attempt=attempt.id, kind="kept", detail="changed in the gradebook since")

    # -- scores

    def _score_outcomes(self, key: ColumnKey, attempts: Sequence[OpenAttempt]) -> list[Outcome]:
        known = self._known(key)
        if known is None or known.ref is None:
            return [Outcome(attempt=a.id, kind="dropped", detail="no column") for a in attempts]
        marks = self._kit.sis.scores(self._gradebook, known.ref)
        if marks is None and self._stands(known.ref):
            self.unread += attempts
            return []
        cells = self._kit.ledger.delivered.known_scores(*key)
        return [self._score_outcome(a, marks, cells) for a in attempts]

    def _stands(self, ref: ColumnRef) -> bool:
        """Whether a column whose cells tell nothing is there, for all we know."""
        sis, gradebook = self._kit.sis, self._gradebook
        return not gradebook.sections or sis.column(gradebook, ref) is not None

    def _score_outcome(
        self,
        attempt: OpenAttempt,
        marks: Marks | None,
        cells: Mapping[PersonId, KnownScore],
    ) -> Outcome:
        intent = attempt.intent
        if marks is None:
            return Outcome(attempt=attempt.id, kind="dropped", detail="no column")
        after = score_after(intent)
        found = _shown(marks, SisPersonId(intent.sending["sis_student"]))
        if found == (intent.sending["points"] or STAR):
            self._save(intent, after)
            return Outcome(attempt=attempt.id, kind="adopted", detail="found in the gradebook")
        held = cells.get(after.student)
        if found == _shown_before(intent, held):
            return Outcome(attempt=attempt.id, kind="dropped", detail="never arrived")
        self._save(intent, replace(after, accepted=held.accepted if held else None))
        return Outcome(attempt=attempt.id, kind="kept", detail="changed in the gradebook since")

    def _save(self, intent: Intent, score: KnownScore) -> None:
        ledger, sending = self._kit.ledger, intent.sending
        if "orphan" not in sending:
            ledger.delivered.save_scores(intent.assessment, intent.owner, [score])
        if "takes_over" in sending:
            cell = SisPersonId(sending["sis_student"])
            ledger.delivered.settle_left(intent.assessment, intent.owner, [cell])


def _shown_before(intent: Intent, held: KnownScore | None) -> str:
    """What the cell showed before the write; where it could not be read, what we had put there."""
    if intent.before:
        return str(intent.before["points"])
    ours = held.accepted if held and "unread" in intent.sending else None
    return STAR if ours is None else canonical(ours)


def _shown(marks: Marks, student: SisPersonId) -> str:
    """A cell as text: its points, `*`, or something that is neither."""
    return Reading.of(marks.get(student, EMPTY_CELL)).shown or STAR
