"""A whole gradebook at a glance: which cells are settled, told by comparing texts.

SQLite writes the points of a column at the source, and those that the SIS accepted, as two JSON
texts; where the texts agree nobody looks at the cells. A score counts for this only when it is a
short plain number that nothing speaks against; all others are handed out one by one.
"""

from collections.abc import Iterable
from functools import cache

import msgspec

from agent.domain import ClassId, PersonId
from agent.ledger.cells import ColumnCells, Standing
from agent.ledger.records import STILL
from agent.ledger.store import Store, listed

Points = dict[PersonId, str]

_NOBODY: Points = {}

_texts = msgspec.json.Decoder(Points)
_names = msgspec.json.Decoder(list[PersonId])


class Standings:
    """What stands in a gradebook, as far as the ledger knows."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def standing(self, classes: Iterable[ClassId], sections: Iterable[str]) -> Standing:
        """The cells of the columns that *classes* own, and the records in *sections*."""
        owners, places = listed(classes), listed(sections)
        sources = {row[:2]: row[2:] for row in self._store.read(SOURCES, owners)}
        known = {row[:2]: row[2:] for row in self._store.read(KNOWN, owners)}
        doubtful = frozenset(self._store.read(DOUBTFUL, owners))
        told = self._store.read(TOLD, places)
        odd = self._store.read(ODD, places)
        # Most columns of a section name the same students.
        names_in = cache(_names.decode)
        return Standing(
            cells={
                column: _cells(*sources.get(column, NOTHING), *known.get(column, NOTHING))
                for column in sources.keys() | known.keys()
            },
            told={(key, place): names_in(names) for key, place, names in told},
            odd={(key, place): _texts.decode(texts) for key, place, texts in odd},
            doubtful=doubtful,
        )


def _cells(points: str, sources: str, accepted: str, known: str) -> ColumnCells:
    ours = _texts.decode(accepted)
    given = ours if points == accepted else _texts.decode(points)
    settled = ours
    if given is not ours:
        settled = {student: sent for student, sent in ours.items() if given.get(student) == sent}
    return ColumnCells(
        settled=settled,
        points=_NOBODY if given is ours else _without(given, settled),
        accepted=_NOBODY if given is ours else _without(ours, settled),
        sources=_NOBODY if sources == NONE else _texts.decode(sources),
        known=_NOBODY if known == NONE else _texts.decode(known),
    )


def _without(points: Points, settled: Points) -> Points:
    return {student: text for student, text in points.items() if student not in settled}


NONE = "{}"
NOTHING = (NONE, NONE)

PLAIN = """(progress = 'graded' AND points BETWEEN '0' AND '9:'
    AND (length(points) < 6 OR instr(points, '.') BETWEEN 2 AND 6)
    AND (flags = '[]' OR instr(flags, 'exclu') = 0))"""
"""Points without a sign, of at most five digits before the decimal point, not excluded."""

SOURCES = f"""
SELECT score.assessment, owner,
    coalesce(json_group_object(student, points) FILTER (WHERE {PLAIN}), '{NONE}'),
    coalesce(json_group_object(student, json_array(progress, points, json(flags),
        json(iif(had_score, 'true', 'false')), broken) || '')
        FILTER (WHERE {PLAIN} IS NOT TRUE), '{NONE}')
FROM known_column CROSS JOIN score ON score.assessment = known_column.assessment
WHERE owner IN (SELECT value FROM json_each(?)) GROUP BY owner, known_column.assessment
"""

KNOWN = f"""
SELECT known_column.assessment, known_column.owner,
    coalesce(json_group_object(student, cell.seen)
        FILTER (WHERE cell.seen = cell.accepted AND had_score), '{NONE}'),
    coalesce(json_group_object(student, json_array(cell.seen, cell.accepted,
        json(iif(had_score, 'true', 'false'))) || '')
        FILTER (WHERE cell.seen IS NOT cell.accepted OR NOT had_score), '{NONE}')
FROM known_column CROSS JOIN known_score AS cell
ON cell.assessment = known_column.assessment AND cell.owner = known_column.owner
WHERE known_column.owner IN (SELECT value FROM json_each(?))
GROUP BY known_column.owner, known_column.assessment
"""

DOUBTFUL = """
SELECT DISTINCT cell.assessment, cell.owner
FROM known_column CROSS JOIN known_score AS cell
ON cell.assessment = known_column.assessment AND cell.owner = known_column.owner
WHERE known_column.owner IN (SELECT value FROM json_each(?1)) AND CASE
    WHEN cell.sis_student IS NULL THEN cell.accepted IS NOT NULL
        AND EXISTS (SELECT 1 FROM student WHERE id = cell.student AND sis_id IS NOT NULL)
    ELSE (
        SELECT CASE count(*)
            WHEN 1 THEN max(id) <> cell.student
            WHEN 0 THEN EXISTS (
                SELECT 1 FROM student WHERE id = cell.student AND sis_id IS NOT NULL)
            ELSE 1 END
        FROM student WHERE sis_id = cell.sis_student AND broken IS NULL
    ) END
UNION
SELECT assessment, owner FROM left_score
WHERE owner IN (SELECT value FROM json_each(?1))
"""
"""Columns with a cell that was written for another student than has its SIS id now, or of which it
is not known whose it is in the SIS."""

TOLD = """
SELECT assessment, section, json_group_array(student) FROM record
WHERE section IN (SELECT value FROM json_each(?)) GROUP BY section, assessment
"""

ODD = f"""
SELECT assessment, section,
    json_group_object(student, json_array({STILL}, json(codes), reason) || '')
FROM record WHERE section IN (SELECT value FROM json_each(?))
AND NOT (state IN ('created', 'updated', 'sent', 'unchanged') AND codes = '[]' AND reason = '')
GROUP BY section, assessment
"""
"""The condition is that of the index `record_odd`."""
