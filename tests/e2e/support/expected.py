"""What the gradebook must show after each night, by RULES alone: it shares no code with the agent.

One model for both SIS; `kinds` tells in what they differ. A column has what the SIS shows and what
was last acted upon (`seen`); so has each cell. A night compares the source with `seen` and changes
what is shown. Values are texts as a teacher reads them, None is `*`.
"""

import copy
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tests.e2e.support.kinds import Kind

START = date(2026, 10, 14)
DAY = timedelta(days=1)
ASSIGNED = date(2026, 10, 12)
"""When everything was assigned; what was due before that was due to nobody (B4)."""
SECTION = {"c-1001": "200001", "c-1002": "200002", "c-1003": "200003"}
ASSIGNER = "t-2001"
TEACHERS = {"c-1001": {"t-2001"}, "c-1002": {"t-2001"}, "c-1003": {"t-2002", "t-2003"}}
PERIODS = {
    "120001": (date(2026, 9, 14), date(2026, 11, 15)),
    "120002": (date(2026, 11, 16), date(2027, 1, 17)),
}
TERM = date(2026, 9, 14), date(2027, 5, 23)
ZERO, UNSCORED, CLEARED, GONE, HOLD = "zero", "unscored", "cleared", "gone", "hold"


@dataclass(slots=True)
class Source:
    """An assessment as Otus has it now; its classes differ in nothing."""

    title: str
    type: str
    points: int
    due: date
    final: bool
    classes: tuple[str, ...]
    alive: bool = True

    def fields(self) -> dict[str, Any]:
        """What C5 compares."""
        return {"title": self.title, "type": self.type, "points": self.points, "due": self.due}


@dataclass(slots=True)
class Cell:
    """A student's place in a column."""

    shown: str | None = None
    seen: str | None = None
    accepted: str | None = None

    def never(self) -> bool:
        """Whether we never wrote there, nor left a score to the teacher."""
        return self.seen in {None, UNSCORED} and self.accepted is None

    def take(self, value: str | None, seen: str | None) -> None:
        """We wrote it."""
        self.shown, self.seen, self.accepted = value, seen, value


@dataclass(slots=True)
class Column:
    """What the SIS shows of an assessment in a group."""

    shown: dict[str, Any]
    seen: dict[str, Any]
    cells: dict[str, Cell] = field(default_factory=dict)
    deleted: bool = False


@dataclass(slots=True)
class Score:
    """What Otus has of a student's work."""

    progress: str
    points: str | None
    marks: tuple[str, ...] = ()


def _seats() -> dict[str, dict[str, list[list[date | None]]]]:
    whole: dict[str, list[str]] = {
        "200001": [f"{n:02}" for n in range(1, 8)],
        "200002": [f"{n:02}" for n in range(8, 15)],
        "200003": [f"{n:02}" for n in (1, 3, 5, 7, 9, 11, 13, 15)],
    }
    return {s: {n: [[None, None]] for n in numbers} for s, numbers in whole.items()}


@dataclass(slots=True)
class Model:
    """Both sides of the district. Students are named by the last two digits of their ids."""

    kind: Kind
    today: date = START
    sources: dict[str, Source] = field(default_factory=dict)
    scores: dict[tuple[str, str], Score] = field(default_factory=dict)
    had_score: set[tuple[str, str]] = field(default_factory=set)
    columns: dict[tuple[str, str], Column] = field(default_factory=dict)
    seats: dict[str, dict[str, list[list[date | None]]]] = field(default_factory=_seats)
    hand: dict[str, str] = field(default_factory=dict)
    group: set[str] = field(default_factory=lambda: {"t-2001", "t-2002", "t-2003"})
    sent: set[tuple[str, str]] = field(default_factory=set)

    # -- the calendar and the roster

    def closed(self, day: date) -> bool:
        """Whether the period of a day is closed now."""
        for id_, (start, end) in PERIODS.items():
            if start <= day <= end:
                return self.hand.get(id_) == "close" or (id_ not in self.hand and self.today > end)
        return False

    def within(self, day: date) -> bool:
        """Whether a due date may lie there: in the period that contains today, or in the term."""
        if not self.kind.in_current_period:
            return TERM[0] <= day <= TERM[1]
        return any(s <= self.today <= e and s <= day <= e for s, e in PERIODS.values())

    def in_group(self, classes: tuple[str, ...]) -> bool:
        """A8: all who teach there; A7: who assigned it."""
        taught = {teacher for class_ in classes for teacher in TEACHERS[class_]}
        return (taught if self.kind.all_who_teach else {ASSIGNER}) <= self.group

    def sits(self, section: str, student: str, day: date) -> bool:
        """Whether the student was enrolled in the section on that day."""
        return any(
            (start is None or start <= day) and (end is None or day <= end)
            for start, end in self.seats[section].get(student, [])
        )

    def drop(self, section: str, student: str) -> None:
        """From today on."""
        for span in self.seats[section].get(student, []):
            if span[1] is None:
                span[1] = self.today - DAY

    def enroll(self, section: str, student: str) -> None:
        """From today on."""
        if not self.sits(section, student, self.today):
            self.seats[section].setdefault(student, []).append([self.today, None])

    # -- a night

    def night(self) -> None:
        """Do what RULES say of a night on which nothing goes wrong."""
        self.sent = set()
        self.had_score |= {key for key, score in self.scores.items() if score.points is not None}
        for id_, source in self.sources.items():
            for book, sharing in self.kind.books.items():
                classes = tuple(c for c in sharing if c in source.classes)
                if source.alive and classes:
                    if self.in_group(classes):
                        self._column(id_, book, source)
                    self._note_unscored(id_, book, source)

    def after(self, beside: "Model | None" = None) -> "Model":
        """This model after such a night; *beside*: whose district it goes on living in."""
        other = copy.deepcopy(self)
        other.night()
        if beside is not None:
            other.sources, other.scores = beside.sources, beside.scores
            other.seats, other.hand, other.group = beside.seats, beside.hand, beside.group
        return other

    def _column(self, id_: str, book: str, source: Source) -> None:
        column = self.columns.get((id_, book))
        due = column.shown["due"] if column else source.due
        if source.type not in self.kind.categories or not source.final or self.closed(due):
            return
        if column is None:
            if not self.within(source.due):
                return
            column = Column(shown=self._mapped(source), seen=source.fields())
            self.columns[id_, book] = column
        elif column.deleted:
            return
        else:
            self._update(column, source)
        for class_ in (c for c in self.kind.books[book] if c in source.classes):
            for student in self.seats[SECTION[class_]]:
                self._cell(id_, SECTION[class_], student, source, column)

    def _note_unscored(self, id_: str, book: str, source: Source) -> None:
        """C5: a night on which the column stands and a student in it has no score."""
        column = self.columns.get((id_, book))
        if column is None or column.deleted:
            return
        for class_ in (c for c in self.kind.books[book] if c in source.classes):
            for student in self.seats[SECTION[class_]]:
                score = self.scores.get((id_, student))
                graded = score is not None and score.points is not None
                cell = column.cells.setdefault(student, Cell())
                if cell.never() and not graded and self.sits(SECTION[class_], student, self.today):
                    cell.seen = UNSCORED

    def _update(self, column: Column, source: Source) -> None:
        """C5: per field; a due date only to where it may lie, and into no closed period."""
        for name, value in source.fields().items():
            blocked = name == "due" and (not self.within(value) or self.closed(value))
            if column.seen[name] != value and not blocked:
                column.seen[name] = value
                target = "category" if name == "type" else name
                column.shown[target] = self._mapped(source)[target]

    def _mapped(self, source: Source) -> dict[str, Any]:
        return {
            "title": source.title,
            "category": self.kind.categories.get(source.type),
            "points": source.points,
            "due": source.due,
        }

    # -- a cell

    def _cell(self, id_: str, section: str, student: str, source: Source, column: Column) -> None:
        if not self.sits(section, student, self.today):
            return
        cell = column.cells.setdefault(student, Cell())
        before = cell.shown
        wish = self._wish(id_, section, student, source, column)
        if wish == GONE:
            self._gone(cell, source)
        elif wish is None:
            stuck = cell.shown == "0" and not self.kind.takes_back
            if cell.seen == ZERO and cell.accepted == "0" and not stuck:
                if cell.shown == "0":
                    cell.take(None, UNSCORED)
                # What a teacher put in its place is theirs, an empty cell too.
                cell.accepted = None
        elif wish == ZERO:
            _zero(cell)
        elif wish not in {cell.seen, HOLD}:
            _put(cell, wish)
        if cell.shown != before:
            self.sent.add((id_, student))

    def _wish(
        self, id_: str, section: str, student: str, source: Source, column: Column
    ) -> str | None:
        """B1 to B9: points, ZERO, HOLD (due later in the gradebook), GONE (C6), None: withhold."""
        score = self.scores.get((id_, student)) or Score("not_submitted", None)
        if "excluded" in score.marks or score.progress == "turned_in":
            return None
        if score.points is not None:
            return score.points
        if (id_, student) in self.had_score:
            return GONE
        late = self.today > source.due
        if "excused" in score.marks or not late or source.due < ASSIGNED:
            return None
        if not self.sits(section, student, source.due):
            return None
        return ZERO if self.today > column.shown["due"] else HOLD

    def _gone(self, cell: Cell, source: Source) -> None:
        """C6: back to `*` before the due date, where that can be; else a person decides."""
        ours = cell.accepted is not None and cell.shown == cell.accepted
        if ours and self.today <= source.due and self.kind.takes_back:
            cell.take(None, CLEARED)


def _put(cell: Cell, wish: str) -> None:
    first = cell.never() and cell.seen != UNSCORED
    if cell.shown == wish or not first or cell.shown is None:
        cell.take(wish, wish)
    else:
        cell.seen = wish


def _zero(cell: Cell) -> None:
    if cell.never():
        if cell.shown is None:
            cell.take("0", ZERO)
        else:
            cell.seen = ZERO
