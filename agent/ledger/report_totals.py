"""What a report tells of all records, counted inside the database and kept until one changes.

A record of the run that is told reads as it was written, any other as what is still so. A kept
digest serves later runs too: it says which of its counts were of the run that it was made in.
"""

from dataclasses import replace

import msgspec

from agent.ledger.rows import json
from agent.ledger.store import Store
from agent.records import DELIVERED, Count, RecordState, ReportTotals, State

_LATER = dict.fromkeys(DELIVERED, State.UNCHANGED) | {State.CLEARED: State.WITHDRAWN}


def reads_later(state: State) -> State:
    """How a state reads in a later run than the one that wrote it."""
    return _LATER.get(state, state)


_still = " ".join(f"WHEN '{was}' THEN '{now}'" for was, now in sorted(_LATER.items()))
STILL = f"CASE record.state {_still} ELSE record.state END"
"""What a record reads in a later run than the one that wrote it."""

LISTED = 20
_NAME = "digest"
_ODD = frozenset({State.HELD, State.REJECTED, State.FAILED})
_MADE = frozenset({State.CREATED, State.UPDATED})


class _Group(msgspec.Struct, array_like=True):
    """Records that were written alike; `first` is the key of one whose only code has a reason."""

    now: bool
    scores: bool
    state: State
    codes: tuple[str, ...]
    number: int
    first: tuple[str, str, str] | None


class _Shown(msgspec.Struct, array_like=True):
    """A record that a report shows."""

    now: bool
    record: RecordState


class _Kept(msgspec.Struct, array_like=True):
    """A digest as it is kept; `now` speaks of *run*."""

    run: str
    groups: list[_Group]
    shown: list[_Shown]


_groups = msgspec.json.Decoder(list[_Group])
_shown = msgspec.json.Decoder(list[_Shown])
_kept = msgspec.json.Decoder(_Kept)


def totals_of(store: Store, run: str) -> ReportTotals:
    """Counts of all records as they read in *run*, and the few that a report shows."""
    rows = store.read("SELECT value FROM setting WHERE name = ?", _NAME)
    if rows:
        return _as_read(_kept.decode(rows[0][0]), run)
    kept = _gathered(store, run)
    with store.write() as sql:
        sql.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (_NAME, json(kept)))
    return _as_read(kept, run)


def _gathered(store: Store, run: str) -> _Kept:
    groups = _groups.decode(store.read(GROUPS, run)[0][0])
    firsts = [group.first for group in groups if group.first]
    states = {group.state for group in groups}
    shown = _shown_of(store, run, FIRSTS, json(firsts), len(firsts)) if firsts else []
    shown += _shown_of(store, run, ODD, "", LISTED) if states & _ODD else []
    shown += _shown_of(store, run, KEPT, "", LISTED) if State.KEPT in states else []
    shown += _shown_of(store, run, REMARKS, run, LISTED) if states & _MADE else []
    return _Kept(run, groups, shown)


def _shown_of(store: Store, run: str, where: str, argument: str, limit: int) -> list[_Shown]:
    return _shown.decode(store.read(SHOWN.format(where, limit), run, argument)[0][0])


GROUPS = """
SELECT json_group_array(json_array(json(iif(now, 'true', 'false')),
    json(iif(scores, 'true', 'false')), state, json(codes), number, json(first)))
FROM (
    SELECT run = ? AS now, student <> '' AS scores, state, codes, count(*) AS number,
        min(json_array(assessment, student, section))
            FILTER (WHERE json_array_length(codes) = 1 AND reason <> '') AS first
    FROM record GROUP BY 1, 2, 3, 4
)
"""

SHOWN = """
SELECT json_group_array(json_array(json(iif(run = ?1, 'true', 'false')), json_object(
    'assessment', assessment, 'student', nullif(student, ''), 'section', section, 'state', state,
    'codes', json(codes), 'reason', reason)))
FROM (SELECT * FROM record WHERE {} ORDER BY assessment, student, section LIMIT {})
"""

FIRSTS = """(assessment, student, section) IN (
    SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?2))"""

ODD = "?2 = '' AND state IN ('held', 'rejected', 'failed')"

KEPT = "?2 = '' AND state = 'kept'"

REMARKS = "run = ?2 AND state IN ('created', 'updated') AND reason <> ''"


def _as_read(kept: _Kept, run: str) -> ReportTotals:
    """What was written in another run than this reads as what is still so."""
    same = kept.run == run
    shown = {
        (record.assessment, record.student or "", record.section): replace(
            record, state=record.state if same and each.now else reads_later(record.state)
        )
        for each in kept.shown
        for record in [each.record]
    }
    counts = tuple(
        Count(
            kind="score" if group.scores else "assignment",
            state=group.state if same and group.now else reads_later(group.state),
            codes=group.codes,
            number=group.number,
        )
        for group in kept.groups
    )
    return ReportTotals(counts=counts, shown=tuple(shown[key] for key in sorted(shown)))
