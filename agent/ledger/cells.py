"""A gradebook as the ledger holds it: settled cells by name, the few others as texts.

What is known of a cell that is not settled stays JSON until somebody asks, because most of those
cells are as they were, and two texts compare faster than what they stand for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from agent.domain import AssessmentId, Broken, ClassId, PersonId, Progress, Score, StatusFlag
from agent.ledger.rows import number
from agent.records import KnownScore, RecordState, SourceScore, State

_source = msgspec.json.Decoder(
    tuple[Progress | None, str | None, list[StatusFlag] | None, bool, str | None]
)
_known = msgspec.json.Decoder(tuple[str | None, str | None, bool])


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnCells:
    """The cells of a column.

    Attributes:
        settled: points of the source that are what the SIS accepted last, and what we last acted
            upon; nothing at the source speaks against them.
        points: such points of the source that are something else.
        accepted: what the SIS accepted last and we last acted upon, where the source has not that.
        sources: all other rows of the source.
        known: all else that we know of cells.
    """

    settled: Mapping[PersonId, str]
    points: Mapping[PersonId, str]
    accepted: Mapping[PersonId, str]
    sources: Mapping[PersonId, str]
    known: Mapping[PersonId, str]

    def source_score(self, assessment: AssessmentId, student: PersonId) -> SourceScore | None:
        """The source's row; of plain points without the flags, which change nothing here."""
        plain = self.settled.get(student) or self.points.get(student)
        text = f'["graded","{plain}",[],true,null]' if plain else self.sources.get(student)
        if text is None:
            return None
        progress, points, flags, had_score, broken = _source.decode(text)
        score: Score | Broken | None = None if broken is None else Broken(reason=broken)
        if progress is not None:
            score = Score(
                assessment=assessment,
                student=student,
                progress=progress,
                points=None if points is None else number(points),
                flags=frozenset(flags or ()),
            )
        had_score = had_score or points is not None
        return SourceScore(student=student, score=score, had_score=had_score)

    def known_score(self, student: PersonId) -> KnownScore | None:
        """What we know of a cell."""
        plain = self.settled.get(student) or self.accepted.get(student)
        text = f'["{plain}","{plain}",true]' if plain else self.known.get(student)
        if text is None:
            return None
        seen, accepted, had_score = _known.decode(text)
        return KnownScore(
            student=student,
            seen=seen,
            accepted=None if accepted is None else number(accepted),
            had_score=had_score,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the ledger holds of a gradebook, read in one go.

    Attributes:
        cells: by assessment and owner, for every column with a cell of which anything is known.
        told: whose records are stored, by assessment and section; "" is the assignment's own.
        odd: the records among them that do not simply stand as sent.
        doubtful: columns of which every cell must be looked at, because SIS ids changed.
    """

    cells: Mapping[tuple[AssessmentId, ClassId], ColumnCells]
    told: Mapping[tuple[AssessmentId, str], Sequence[PersonId]]
    odd: Mapping[tuple[AssessmentId, str], Mapping[PersonId, str]]
    doubtful: frozenset[tuple[AssessmentId, ClassId]] = frozenset()

    def stands(self, state: RecordState) -> bool:
        """Whether a record is stored just so; what was sent reads unchanged."""
        here, who = (state.assessment, state.section), state.student or PersonId("")
        odd = self.odd.get(here, {}).get(who)
        if odd is not None:
            return odd == as_stored(state.state, state.codes, state.reason)
        plain = state.state is State.UNCHANGED and not state.codes and not state.reason
        return plain and who in self.told.get(here, ())


def as_stored(state: State, codes: tuple[str, ...], reason: str) -> str:
    """How an odd record is written in a `Standing`."""
    return msgspec.json.encode((state, codes, reason)).decode()
