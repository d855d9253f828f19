"""Settle the writes that a crash or a lost answer left open: read the SIS back, never guess (C10).

What we sent is there: accepted. What was there before is still there: the write never arrived, and
is decided anew. Anything else is a person's edit, and is kept. An attempt that cannot be settled
stays open and its column, or its cell alone, is left as it is; all else goes on.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import msgspec

from agent.decide.facts import UnreadCells, Unresolved
from agent.decide.identity import several_with_tag
from agent.decide.listing import Listing, paired, several_adoptable
from agent.decide.person.decision import EndedDecision
from agent.decide.scores.compare import STAR, canonical, shown
from agent.domain import (
    EMPTY_CELL,
    Column,
    ColumnRef,
    Gradebook,
    Marks,
    PersonId,
    SectionId,
    SisPersonId,
)
from agent.errors import FATAL, UnavailableError
from agent.records import (
    ColumnKey,
    Intent,
    KnownColumn,
    KnownScore,
    OpenAttempt,
    Outcome,
    State,
)
from agent.rules.codes import Code
from agent.sync.attempts import (
    CARRIED_OUT,
    LAPSED,
    assignment_data,
    delivered_column,
    delivered_score,
)
from agent.sync.context import RunContext
from agent.sync.recovery.attempts import by_sections, may_arrive, note_late, of_a_cell

UNANSWERED = "the last write to it got no usable answer"
NOT_YET = Unresolved(State.FAILED, f"{UNANSWERED}; the next sync reads back whether it arrived")
UNREAD = Unresolved(
    State.HELD,
    f"{UNANSWERED}, and the gradebook does not let its scores be read. Nothing is written into this"
    " cell until they can be: run `passback check` to see which access is missing",
    (Code.OUTCOME_UNKNOWN,),
)
OTHER_ROUTE = Unresolved(
    State.HELD,
    f"{UNANSWERED}, and it went over another route to the SIS. Set `sis.route` back, so that it can"
    " be read back",
)


def leave_open(run: RunContext) -> RunContext:
    """Return *run* with every open attempt unresolved, for a plan: a sync reads them back first."""
    attempts = run.ledger.attempts.open()
    columns = {a.column: NOT_YET for a in attempts if not of_a_cell(a)}
    cells = _cells_of(filter(of_a_cell, attempts), NOT_YET)
    return replace(run, unresolved=columns, unread=cells)


def read_back(run: RunContext, links: Mapping[SectionId, str]) -> RunContext:
    """Settle the open attempts; return *run* with the columns and cells that stay unresolved.

    *links* are the linked sections, as the district snapshot has them.
    """
    attempts = run.ledger.attempts.open()
    unresolved: dict[ColumnKey, Unresolved] = {}
    unread: list[OpenAttempt] = []
    for sections, some in by_sections(run, links, attempts).items():
        try:
            recovery = _GradebookRecovery(run, run.sis.gradebook(sections[0], sections))
            unresolved |= recovery.settle(some)
            unread += recovery.unread
        except FATAL:
            raise
        except UnavailableError as error:
            why = f"{UNANSWERED}, and it cannot be read back: {error}"
            unresolved |= {a.column: Unresolved(State.FAILED, why) for a in some}
    if attempts:
        run.ledger.schedule.mark_dirty({a.owner for a in attempts})
        in_doubt = len(unresolved) + len(unread)
        run.emit({"event": "resumed", "attempts": len(attempts), "in_doubt": in_doubt})
    return replace(run, unresolved=unresolved, unread=_cells_of(unread, UNREAD))


def _cells_of(attempts: Iterable[OpenAttempt], why: Unresolved) -> UnreadCells:
    """Return the cells of these attempts, which are put or clear."""
    every = list(attempts)
    return UnreadCells(
        {(a.assessment, a.student): why for a in every if a.student is not None},
        {(a.assessment, SisPersonId(a.sending["sis_student"])): why for a in every},
    )


class _GradebookRecovery:
    """Settles the open attempts of one gradebook.

    Attributes:
        unread: attempts whose column is there, but whose cell cannot be read.
    """

    def __init__(self, run: RunContext, gradebook: Gradebook) -> None:
        self._run = run
        self._gradebook = gradebook
        self._columns: Listing | None = None
        # In a ledger from a copy an open attempt may long be settled, and not be the last one.
        self._in_doubt = run.ledger.delivered.not_compared()
        self.unread: list[OpenAttempt] = []

    def settle(self, attempts: Sequence[OpenAttempt]) -> dict[ColumnKey, Unresolved]:
        """Settle what can be; return the columns that stay unresolved."""
        unresolved = {a.column: OTHER_ROUTE for a in attempts if self._on_other_route(a)}
        # The columns come first: their scores are read at the addresses that this finds.
        outcomes, unclear = self._column_outcomes(
            [a for a in attempts if not of_a_cell(a) and a.column not in unresolved]
        )
        unresolved |= unclear
        scores: dict[ColumnKey, list[OpenAttempt]] = defaultdict(list)
        for attempt in attempts:
            if of_a_cell(attempt) and attempt.column not in unresolved:
                scores[attempt.column].append(attempt)
        for key, some in scores.items():
            outcomes += self._score_outcomes(key, some)
        self._settle(outcomes)
        return unresolved

    def _settle(self, outcomes: Sequence[Outcome]) -> None:
        """Note what came of the attempts, and which may arrive late, whatever ends this run."""
        ledger = self._run.ledger
        dropped = [each.attempt for each in outcomes if each.kind == "dropped"]
        with ledger.together():
            ledger.attempts.settle(outcomes, self._run.tonight.now)
            note_late(ledger, [*may_arrive(ledger), *dropped])

    def _on_other_route(self, attempt: OpenAttempt) -> bool:
        """Whether it was sent over a route whose tags and addresses the present one cannot read."""
        sis, sending = self._run.sis, attempt.sending
        if of_a_cell(attempt):
            known = self._known(attempt.column)
            return known is not None and known.ref is not None and not sis.addresses(known.ref)
        tag, ref = self._tag(attempt), sending["ref"]
        return sending.get("mark", tag) != tag or (ref is not None and not sis.addresses(ref))

    def _tag(self, attempt: OpenAttempt) -> str:
        return self._run.sis.tag(attempt.sending["external_id"])

    def _known(self, key: ColumnKey) -> KnownColumn | None:
        columns = self._run.ledger.delivered.columns([key[1]])
        return next((c for c in columns if c.assessment == key[0]), None)

    def _all(self) -> Listing:
        if self._columns is None:
            sis, claimed = self._run.sis, self._run.ledger.delivered.claimed
            self._columns = Listing(sis.columns(self._gradebook), sis.tag, claimed)
        return self._columns

    def _column_outcomes(
        self, attempts: Sequence[OpenAttempt]
    ) -> tuple[list[Outcome], dict[ColumnKey, Unresolved]]:
        """Find each column by tag or address, a lost create without a tag by the data it sent."""
        every = {a.id: self._find(a) for a in attempts}
        several = [a for a in attempts if len(every[a.id]) > 1]
        unresolved = {
            a.column: several_with_tag(self._tag(a), every[a.id], claimed=False) for a in several
        }
        found = {a.id: every[a.id][0] for a in attempts if every[a.id] and a not in several}
        lost = [a for a in attempts if a.op == "create" and not every[a.id]]
        # An idempotent create is repeated under its id; any other would make a second column (C3).
        if lost and not self._run.sis.traits.idempotent_create:
            taken = {column.ref for column in found.values()}
            rest = [c for c in self._all().adoptable() if c.ref not in taken]
            sent = {a.id: assignment_data(a.sending["data"]) for a in lost}
            plain = paired(sent, rest)
            found |= plain
            if left := len(rest) - len(plain):
                unclear = [a for a in lost if a.id not in plain]
                unresolved |= {a.column: several_adoptable(self._tag(a), left) for a in unclear}
        settled = [a for a in attempts if a.column not in unresolved]
        return [self._column_outcome(a, found.get(a.id)) for a in settled], unresolved

    def _find(self, intent: Intent) -> Sequence[Column]:
        """Return the columns that may be the one; two agents or a repeated create make several."""
        ref = intent.sending["ref"]
        if ref is None:
            return self._all().tagged(intent.sending["external_id"])
        found = self._all().at(ref)
        return [] if found is None else [found]

    def _column_outcome(self, attempt: OpenAttempt, found: Column | None) -> Outcome:
        ledger = self._run.ledger
        if found is None:
            return Outcome(attempt=attempt.id, kind="dropped", detail="not in the gradebook")
        again = not self._run.sis.traits.idempotent_create
        known = delivered_column(attempt, found.ref, list_again=again)
        after = replace(known, in_doubt=self._in_doubt)
        if attempt.op == "create" or found.data == assignment_data(attempt.sending["data"]):
            self._end_decision(attempt, CARRIED_OUT)
            ledger.delivered.save_column(after)
            return Outcome(attempt=attempt.id, kind="adopted", detail="found in the gradebook")
        if attempt.before and found.data == assignment_data(attempt.before):
            return Outcome(attempt=attempt.id, kind="dropped", detail="never arrived")
        self._end_decision(attempt, LAPSED)
        # Without an accepted value every later report lists the teacher's edit as kept (C5).
        ledger.delivered.save_column(replace(after, accepted=None))
        return Outcome(attempt=attempt.id, kind="kept", detail="changed in the gradebook since")

    def _score_outcomes(self, key: ColumnKey, attempts: Sequence[OpenAttempt]) -> list[Outcome]:
        known = self._known(key)
        marks = None
        if known is not None and known.ref is not None:
            marks = self._run.sis.scores(self._gradebook, known.ref)
            # Cells that cannot be read stay open, night after night, until they can be.
            if marks is None and self._stands(known.ref):
                self.unread += attempts
                return []
        if marks is None:
            return [Outcome(attempt=a.id, kind="dropped", detail="no column") for a in attempts]
        cells = self._run.ledger.delivered.known_scores(*key)
        return [self._score_outcome(a, marks, cells) for a in attempts]

    def _stands(self, ref: ColumnRef) -> bool:
        """Whether a column without readable cells is there; assumed so where no section is left."""
        sis, gradebook = self._run.sis, self._gradebook
        return not gradebook.sections or sis.column(gradebook, ref) is not None

    def _score_outcome(
        self, attempt: OpenAttempt, marks: Marks, cells: Mapping[PersonId, KnownScore]
    ) -> Outcome:
        after = replace(delivered_score(attempt), in_doubt=self._in_doubt)
        cell = marks.get(SisPersonId(attempt.sending["sis_student"]), EMPTY_CELL)
        found = shown(cell)
        if found == (attempt.sending["points"] or STAR):
            self._end_decision(attempt, CARRIED_OUT)
            self._save(attempt, after)
            return Outcome(attempt=attempt.id, kind="adopted", detail="found in the gradebook")
        known = cells.get(after.student)
        if found == _shown_before(attempt, known):
            return Outcome(attempt=attempt.id, kind="dropped", detail="never arrived")
        self._end_decision(attempt, LAPSED)
        self._save(attempt, replace(after, accepted=known.accepted if known else None))
        return Outcome(attempt=attempt.id, kind="kept", detail="changed in the gradebook since")

    def _end_decision(self, intent: Intent, how: EndedDecision) -> None:
        """End the decision of a person that asked for the write."""
        if "decision" in intent.sending:
            ended = msgspec.structs.replace(how, id=intent.sending["decision"])
            self._run.ledger.decisions.end([ended], self._run.tonight.now)

    def _save(self, intent: Intent, score: KnownScore) -> None:
        ledger, sending = self._run.ledger, intent.sending
        if "orphan" not in sending:
            ledger.delivered.save_scores(intent.assessment, intent.owner, [score])
        if "takes_over" in sending:
            cell = SisPersonId(sending["sis_student"])
            ledger.delivered.settle_left(intent.assessment, intent.owner, [cell])


def _shown_before(intent: Intent, known: KnownScore | None) -> str:
    """Return what the cell showed before the write; if it could not be read, our last score."""
    if intent.before:
        return str(intent.before["points"])
    ours = known.accepted if known and "unread" in intent.sending else None
    return STAR if ours is None else canonical(ours)
