"""Scores that no gradebook tells of: their students sit in none of the sections that have it.

With one gradebook to an assessment that gradebook tells; with several each would leave it to the
others. Such a record stands under no section, `""`.
"""

from collections.abc import Iterable, Sequence

from agent.domain import AssessmentId, ClassId, PersonId
from agent.ledger.store import Part, listed

Stray = tuple[AssessmentId, PersonId]


class Strays(Part):
    """Scores without a section."""

    def shared(self, classes: Iterable[ClassId] | None) -> Sequence[AssessmentId]:
        """Assessments that several classes have, one of *classes* (None: any) among them."""
        if classes is None:
            return [AssessmentId(row[0]) for row in self._store.read(SHARED.format(among="true"))]
        among = "id IN (SELECT id FROM assessment WHERE class IN (SELECT value FROM json_each(?)))"
        rows = self._store.read(SHARED.format(among=among), listed(tuple(classes)))
        return [AssessmentId(row[0]) for row in rows]

    def strays(self, assessments: Iterable[AssessmentId]) -> Sequence[Stray]:
        """Scores of *assessments* of which no record in any section tells."""
        return [(a, s) for a, s in self._store.read(STRAYS, listed(tuple(assessments)))]

    def found_strays(self, run: str) -> Sequence[Stray]:
        """Records under no section of runs before *run*, whose score is told elsewhere or gone.

        One that says what stands in the cell of an earlier SIS id goes when that is settled.
        """
        return [(a, s) for a, s in self._store.read(FOUND, run)]


SHARED = """
SELECT id FROM assessment WHERE {among}
GROUP BY id HAVING count(*) > 1 AND total(broken IS NOT NULL) = 0
"""

LIVE = "score.broken IS NOT NULL OR score.progress IS NOT NULL"

TOLD = """SELECT 1 FROM record WHERE record.assessment = score.assessment
AND record.student = score.student AND record.section <> ''"""

STRAYS = f"""
SELECT assessment, student FROM score
WHERE assessment IN (SELECT value FROM json_each(?)) AND ({LIVE}) AND NOT EXISTS ({TOLD})
ORDER BY assessment, student
"""

FOUND = f"""
SELECT stray.assessment, stray.student FROM record AS stray
WHERE stray.section = '' AND stray.student <> '' AND stray.run <> ? AND NOT EXISTS (
    SELECT 1 FROM left_score WHERE left_score.assessment = stray.assessment
    AND left_score.student = stray.student AND accepted IS NOT NULL
) AND NOT EXISTS (
    SELECT 1 FROM score WHERE score.assessment = stray.assessment
    AND score.student = stray.student AND ({LIVE}) AND NOT EXISTS ({TOLD})
    AND (SELECT count(*) FROM assessment WHERE id = score.assessment) > 1)
"""
