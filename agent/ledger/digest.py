"""What a report tells of all records, counted inside the database and kept until one changes.

A record of the run that is told reads as it was written, any other as what is still so. A kept
digest serves later runs too: it says which of its counts were of the run that it was made in.
"""

from dataclasses import replace

import msgspec

from agent.ledger.records import quoted, reads_later
from agent.ledger.rows import json
from agent.ledger.store import Part
from agent.records import Count, Digest, RecordState, State
from agent.report import LISTED, NEEDS_A_PERSON, NOTED

_NAME = "digest"


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


class Digests(Part):
    """The whole of a report but its list of records."""

    def digest(self, run: str) -> Digest:
        """Counts of all records as they read in *run*, and the few that a report shows."""
        rows = self._store.read("SELECT value FROM setting WHERE name = ?", _NAME)
        if rows:
            return _as_read(_kept.decode(rows[0][0]), run)
        kept = self._gathered(run)
        with self._store.write() as sql:
            sql.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (_NAME, json(kept)))
        return _as_read(kept, run)

    def _gathered(self, run: str) -> _Kept:
        groups = _groups.decode(self._store.read(GROUPS, run)[0][0])
        firsts = [group.first for group in groups if group.first]
        states = {group.state for group in groups}
        shown = self._shown(run, FIRSTS, json(firsts), len(firsts)) if firsts else []
        shown += self._shown(run, ATTENTION, "", LISTED) if states & NEEDS_A_PERSON else []
        shown += self._shown(run, KEPT, "", LISTED) if State.KEPT in states else []
        shown += self._shown(run, NOTES, run, LISTED) if states & NOTED else []
        return _Kept(run, groups, shown)

    def _shown(self, run: str, where: str, argument: str, limit: int) -> list[_Shown]:
        query = SHOWN.format(where, limit)
        return _shown.decode(self._store.read(query, run, argument)[0][0])


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

ATTENTION = f"?2 = '' AND state IN ({quoted(NEEDS_A_PERSON)})"
KEPT = f"?2 = '' AND state = '{State.KEPT}'"
NOTES = f"run = ?2 AND state IN ({quoted(NOTED)}) AND reason <> ''"
"""The lists of `agent.report.Summary`."""


def _as_read(kept: _Kept, run: str) -> Digest:
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
    return Digest(counts=counts, shown=tuple(shown[key] for key in sorted(shown)))
