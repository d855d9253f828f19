"""Look once more for writes that had not arrived when they were read back: they may have since.

A run that was killed, or lost its ledger, may have had a request on its way to a slow SIS. The next
run found the gradebook as it was before, and wrote what was right by then; then the late write
arrived over it. Nothing that is compared would ever show it: the ledger has the newer value. So the
run after the next reads those cells and columns again. What shows the late write is what the SIS
has from us by now, and what differs from it in Otus is sent again. A late 0 does not stay (B4).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from agent.decide.scores.compare import STAR, canonical, shown
from agent.domain import EMPTY_CELL, Gradebook, SectionId, SisPersonId
from agent.errors import FATAL, UnavailableError
from agent.log import lines as log
from agent.records import ColumnKey, KnownColumn, KnownScore, OpenAttempt
from agent.sync.attempts import assignment_data, delivered_column, delivered_score
from agent.sync.context import RunContext
from agent.sync.recovery.attempts import by_sections, may_arrive, note_late, of_a_cell
from agent.sync.recovery.read_back import read_back


def recovered(run: RunContext) -> RunContext:
    """Settle what earlier runs left open; return *run* with what stays unresolved."""
    left_open, late = run.ledger.attempts.open(), may_arrive(run.ledger)
    if not left_open and not late:
        return run
    log.info("recovery", attempts=len(left_open), late=len(late))
    links = run.sis.district_snapshot(None).links
    _look_for_late_writes(run, links)
    return read_back(run, links)


def _look_for_late_writes(run: RunContext, links: Mapping[SectionId, str]) -> None:
    """Take in what arrived late; what cannot be read now is looked for by the next run."""
    attempts = run.ledger.attempts.some(may_arrive(run.ledger))
    arrived, unread = list[OpenAttempt](), list[OpenAttempt]()
    for sections, some in by_sections(run, links, attempts).items():
        try:
            arrived += _arrived(run, run.sis.gradebook(sections[0], sections), some)
        except FATAL:
            raise
        except UnavailableError:
            unread += some
    if arrived:
        log.warning("late writes", attempts=len(arrived))
    note_late(run.ledger, [each.id for each in unread])


def _arrived(
    run: RunContext, gradebook: Gradebook, attempts: Sequence[OpenAttempt]
) -> list[OpenAttempt]:
    """Save, and return, the attempts of one gradebook that it shows by now.

    Each class is marked to be checked before its attempt is saved: a look that breaks off after
    that does not find it again.
    """
    columns = {(c.assessment, c.owner): c for c in _columns(run, attempts)}
    found, by_column = list[OpenAttempt](), defaultdict[ColumnKey, list[OpenAttempt]](list)
    for attempt in attempts:
        if attempt.column in columns:
            by_column[attempt.column].append(attempt)
    for key, some in by_column.items():
        found += _late_scores(run, gradebook, columns[key], [a for a in some if of_a_cell(a)])
        for attempt in some:
            if not of_a_cell(attempt) and _late_column(run, gradebook, columns[key], attempt):
                found.append(attempt)
    return found


def _columns(run: RunContext, attempts: Sequence[OpenAttempt]) -> list[KnownColumn]:
    owners = {attempt.owner for attempt in attempts}
    known = run.ledger.delivered.columns(sorted(owners))
    return [c for c in known if c.ref is not None and run.sis.addresses(c.ref)]


def _late_scores(
    run: RunContext, gradebook: Gradebook, column: KnownColumn, attempts: Sequence[OpenAttempt]
) -> list[OpenAttempt]:
    marks = run.sis.scores(gradebook, column.ref) if attempts and column.ref else None
    if marks is None:
        return []
    cells = run.ledger.delivered.known_scores(column.assessment, column.owner)
    late = []
    for attempt in attempts:
        sent = delivered_score(attempt)
        known = cells.get(sent.student, KnownScore(student=sent.student))
        cell = marks.get(SisPersonId(attempt.sending["sis_student"]), EMPTY_CELL)
        points = attempt.sending["points"] or STAR
        ours = STAR if known.accepted is None else canonical(known.accepted)
        if shown(cell) == points != ours and _is_of(sent, known):
            found = replace(sent, had_score=sent.had_score or known.had_score)
            run.ledger.schedule.mark_dirty([column.owner])
            run.ledger.delivered.save_scores(column.assessment, column.owner, [found])
            late.append(attempt)
    return late


def _is_of(sent: KnownScore, known: KnownScore) -> bool:
    """Whether the student still has the SIS id under which the score was sent (C6)."""
    return known.sis_student in {None, sent.sis_student}


def _late_column(
    run: RunContext, gradebook: Gradebook, column: KnownColumn, attempt: OpenAttempt
) -> bool:
    """Whether the column shows data that was sent late; of a create, whether there are two now."""
    if attempt.op == "create" and not run.sis.traits.idempotent_create:
        # Deciding lists the columns then, and holds the assignment where two have our tag.
        run.ledger.schedule.mark_dirty([column.owner])
        run.ledger.delivered.save_column(replace(column, list_again=True))
        return True
    found = run.sis.column(gradebook, column.ref) if column.ref else None
    sent = assignment_data(attempt.sending["data"])
    ours = None if column.accepted is None else assignment_data(column.accepted)
    if found is None or found.data != sent or ours in {None, sent}:
        return False
    run.ledger.schedule.mark_dirty([column.owner])
    run.ledger.delivered.save_column(delivered_column(attempt, found.ref))
    return True
