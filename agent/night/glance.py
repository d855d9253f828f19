"""Passing by the cells of a column about which there is nothing to do and nothing to say.

A student is passed by only where the seat leaves no doubt and the whole way of deciding would end
in what is stored already. A column where everything is settled costs a few comparisons of sets.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agent.domain import PersonId, SectionId
from agent.eligibility.scores import unscored
from agent.ledger import Ledger
from agent.ledger.cells import ColumnCells, Standing
from agent.night.room import Room
from agent.night.seats import Desk
from agent.night.targets import Joined, Target
from agent.records import UNSCORED, KnownScore, SourceScore

_NOBODY: frozenset[PersonId] = frozenset()


@dataclass(frozen=True, slots=True)
class Glance:
    """What a glance at a column told.

    Attributes:
        scores, known: of those who must be looked at.
        passed: students who need no look.
        over: nobody is left to be looked at.
    """

    scores: Mapping[PersonId, SourceScore]
    known: Mapping[PersonId, KnownScore]
    passed: frozenset[PersonId] = _NOBODY
    over: bool = False


def look(desk: Desk, word: str | None = None) -> Glance:
    """The cells of a column to be looked at: those that a glance leaves, else all.

    All of them too where one has a write of unknown outcome, which is to be told.
    """
    unread = desk.kit.unread.concerns(desk.group.assessment)
    glanced = None if unread else glance(desk.room, desk.group, word)
    return glanced or in_full(desk.kit.ledger, desk.group)


def glance(room: Room | None, group: Joined, word: str | None = None) -> Glance | None:
    """Look at a column as a whole; None: every cell must be looked at.

    Args:
        word: where one word is said of every cell that is not settled, how that is stored.
    """
    if room is None or room.standing is None:
        return None
    cells = _undoubted(room, room.standing, group)
    if cells is None:
        return None
    eye = _Eye(room, room.standing, group, cells)
    for section, target in _places(group):
        eye.pass_by(section, target, word)
    return eye.told()


def in_full(ledger: Ledger, group: Joined) -> Glance:
    """Nobody is passed by."""
    known = group.known and not group.cells_unknown
    return Glance(
        scores={row.student: row for row in ledger.source.scores(group.assessment)},
        known=ledger.delivered.known_scores(group.assessment, group.owner) if known else {},
    )


def _undoubted(room: Room, standing: Standing, group: Joined) -> ColumnCells | None:
    """The cells of a column whose seats leave no doubt."""
    known = group.known
    if known is None or known.ref is None or known.deleted or group.cells_unknown:
        return None
    if room.roster.several or (group.assessment, group.owner) in standing.doubtful:
        return None
    if room.classes[group.assessment] != len(group.targets):
        return None
    lists = [t.candidate.assessment.students for t in group.targets]
    if (len(lists) > 1 and any(each is not None for each in lists)) or any(
        t.candidate.due is None for t in group.targets
    ):
        return None
    return standing.cells.get((group.assessment, group.owner))


def _places(group: Joined) -> Iterator[tuple[SectionId, Target]]:
    """The sections in which a column was assigned, each with the class that comes first."""
    places: dict[SectionId, Target] = {}
    for target in group.targets:
        section = target.candidate.class_.section
        if section is not None:
            places.setdefault(section, target)
    yield from places.items()


class _Eye:
    """Goes over one column, section by section."""

    def __init__(self, room: Room, standing: Standing, group: Joined, cells: ColumnCells) -> None:
        self._room, self._standing, self._group, self._cells = room, standing, group, cells
        self._passed = self._placed = _NOBODY

    def pass_by(self, section: SectionId, target: Target, word: str | None) -> None:
        """Pass by whom one can in *section*."""
        here = self._group.assessment, section
        sure = _less(self._room.roster.sitting.get(section, _NOBODY), self._placed)
        listed = target.candidate.assessment.students
        if listed is not None:
            sure = sure.intersection(listed)
        self._placed = _both(self._placed, sure)
        told, odd = self._standing.told.get(here, ()), self._standing.odd.get(here, {})
        passed = sure.intersection(self._cells.settled).intersection(told).difference(odd)
        rest = [s for s in told if s and s not in passed] if len(told) > len(passed) + 1 else ()
        if rest and word is not None:
            same = {s for s in rest if odd.get(s) == word and s in sure}
            passed |= {s for s in same if self._untouched(s)}
        self._passed = _both(self._passed, passed)
        self._room.passed[here] = _both(self._room.passed.get(here, _NOBODY), passed)

    def _untouched(self, student: PersonId) -> bool:
        """Whether nothing is known of a cell, and a missing score was noted."""
        known = self._cells.known_score(student)
        if known is not None:
            return known.seen == UNSCORED
        row = self._cells.source_score(self._group.assessment, student)
        return not unscored(row.score if row else None)

    def told(self) -> Glance:
        """What came of it."""
        cells, assessment = self._cells, self._group.assessment
        ours = self._room.roster.everyone
        for target in self._group.targets:
            if target.candidate.assessment.students:
                ours = ours.union(target.candidate.assessment.students)
        passed = self._passed
        open_ = ours - passed
        rows = cells.settled, cells.points, cells.sources
        if not open_ and all(map(ours.issuperset, rows)):
            return Glance({}, {}, passed, over=True)
        open_ |= frozenset().union(*rows) - ours
        scores = ((s, cells.source_score(assessment, s)) for s in open_)
        known = ((s, cells.known_score(s)) for s in open_)
        return Glance(
            scores={student: score for student, score in scores if score is not None},
            known={student: score for student, score in known if score is not None},
            passed=passed,
        )


def _both(some: frozenset[PersonId], more: frozenset[PersonId]) -> frozenset[PersonId]:
    """Their union; mostly one is empty, and then nothing is copied."""
    return some | more if some and more else some or more


def _less(some: frozenset[PersonId], fewer: frozenset[PersonId]) -> frozenset[PersonId]:
    return some - fewer if fewer else some
