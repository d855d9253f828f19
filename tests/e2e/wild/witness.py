"""A witness of many nights: every change of a night must be justified, and what rules want stands.

Reads both sides through their public faces and remembers what people did; it shares no code with
the agent, and holds for whatever registrars, teachers and calendars do. `support.expected` says
what each cell must show for fewer acts; `support.earned_zeros` judges each new 0 (B4). This is
memory; the judges are `columns`, `cells`, `missing` and `beside`.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.e2e.support.district import District, Run
from tests.e2e.wild import beside, cells, columns, missing
from tests.e2e.wild.look import EMPTY, Look, Place, Record, Source
from tests.e2e.wild.memory import Edit, Note, Ours
from tests.e2e.wild.rules import FIELDS, given, may, scored, served, source_of, unscored

COLUMN_ACTED = frozenset({"created", "updated", "unchanged", "kept"})
ACTED = frozenset({"sent", "unchanged", "kept", "cleared"})


@dataclass(slots=True)
class Witness:
    """What people did, and what the agent last acted upon.

    Attributes:
        acted: the student and the source's value that stand in a cell or were left to the teacher;
            of a column's field its value.
        acted_for: the source's value last acted upon for a student in a column.
        edits: what a teacher put into a cell, or a field of a column.
        written: what nights wrote last into a cell; `ours`: what still stands of it; `faded`: of
            which it is open whether the agent takes it for its own.
        changed: the source's value of a student's work, and since which night.
        without: student in a cell -> the first night that surely saw them without a score (C5).
        perhaps: the same where that is open, by column and student.
        had_score: students in Otus, by assessment, and cells that once held a score of ours (C6).
        deleted: assessments of which a teacher deleted a column (C7).
        moved: classes that were linked to another section; what they left behind is held.
        served: the classes that had a column's assessment in its gradebook at the last night.
        claimed: columns that this ledger knows; one beside it with its tag is nobody's to write.
        looked_for: assessments whose double a night must have seen.
        noted, described: what teachers put beside a score, or into a description.
        results: the cells that ids of results name, as they were written.
    """

    district: District
    night: int = 0
    acted: dict[Place, Any] = field(default_factory=dict)
    acted_for: dict[Place, Source] = field(default_factory=dict)
    edits: dict[Place, Edit] = field(default_factory=dict)
    ours: dict[Place, Ours] = field(default_factory=dict)
    faded: dict[Place, Ours] = field(default_factory=dict)
    written: dict[Place, Ours] = field(default_factory=dict)
    changed: dict[tuple[str, str], tuple[Source, int]] = field(default_factory=dict)
    without: dict[tuple[str, str, str], int] = field(default_factory=dict)
    perhaps: set[Place] = field(default_factory=set)
    had_score: set[tuple[str, str]] = field(default_factory=set)
    deleted: list[str] = field(default_factory=list)
    moved: set[str] = field(default_factory=set)
    served: dict[str, set[str]] = field(default_factory=dict)
    claimed: set[str] = field(default_factory=set)
    looked_for: set[str] = field(default_factory=set)
    noted: dict[Place, Note] = field(default_factory=dict)
    described: dict[str, str] = field(default_factory=dict)
    results: dict[str, Place] = field(default_factory=dict)
    categories_off: bool = False

    # -- what people do

    def typed(self, column: str, student: str, shown: str, before: str) -> None:
        """A teacher put a score there; what we had written there cannot be told from ours."""
        place = column, student
        last = self.written.get(place)
        if shown == before:
            return
        self.ours.pop(place, None)
        self.faded.pop(place, None)
        if last is not None and last.shown == shown:
            self.edits.pop(place, None)
            self.faded[place] = last
        else:
            person, stood = self.acted.get(place, (None, None))
            self.edits[place] = Edit(shown, person, stood, self.night)

    def changed_by_hand(self, column: Record, changes: dict[str, Any]) -> None:
        """A teacher changed the column."""
        for name, value in changes.items():
            if column[name] != value:
                place = column["id"], name
                self.edits[place] = Edit(value, None, self.acted.get(place), self.night)

    def forgot(self) -> None:
        """The ledger is lost: all that stands may be a teacher's, until its source changes."""
        for memory in (self.acted, self.acted_for, self.without, self.perhaps, self.had_score):
            memory.clear()
        self.claimed.clear()
        self.faded |= self.ours
        self.ours.clear()
        self.edits = {
            place: Edit(edit.shown, None, None, self.night)
            for place, edit in self.edits.items()
            if place[1] not in FIELDS
        }
        look = Look.at(self.district)
        for column, _, _ in look.columns():
            for student, shown in look.cells(column["id"]).items():
                place = column["id"], student
                self.edits.pop(place, None)
                if shown != EMPTY:
                    self.edits[place] = Edit(shown, None, None, self.night)

    # -- nights

    def bad_night(self, before: Look, after: Look) -> None:
        """Whatever was changed had a right to be."""
        columns.judge(self, before, after)
        cells.judge(self, before, after)
        beside.judge(self, after)
        self._note_perhaps(after)

    def good_night(self, before: Look, after: Look, run: Run) -> None:
        """The same, and nothing is missing."""
        self._note_sources(after)
        self.bad_night(before, after)
        self._claim(after)
        missing.judge(self, after, run)
        self._remember(after, run)
        self.served = {c["id"]: served(after, id_, book) for c, book, id_ in after.columns()}
        self.night += 1

    # -- memory

    def _note_sources(self, look: Look) -> None:
        for id_ in look.assessments:
            for person in look.numbers:
                now = look.score(id_, person)
                was = self.changed.get((id_, person))
                if was is None or was[0] != now:
                    self.changed[id_, person] = now, self.night

    def _note_perhaps(self, look: Look) -> None:
        for column, _, id_ in self.ours_alone(look):
            for student in look.cells(column["id"]):
                for person in look.holders(student):
                    if not scored(self.district, look.score(id_, person)):
                        self.perhaps.add((column["id"], person))

    def _claim(self, look: Look) -> None:
        """A column that goes by its tag alone is the ledger's, whoever made it."""
        self.claimed |= {column["id"] for column, _, _ in self.ours_alone(look)}

    def _remember(self, look: Look, run: Run) -> None:
        told: dict[tuple[str, str], dict[str | None, str]] = defaultdict(dict)
        for r in run.report["records"]:
            acted = r["state"] in ACTED if "student" in r else r["state"] in COLUMN_ACTED
            if acted and ("student" in r or not r["codes"]):
                told[r["assignment"], r["section"]][r.get("student")] = r["state"]
        for column, book, id_ in self.ours_alone(look):
            if id_ not in look.assessments:
                continue
            here = {k: v for section in look.together(book) for k, v in told[id_, section].items()}
            if None in here:
                for name in FIELDS:
                    self.acted[column["id"], name] = source_of(look, id_, name)
            for student in look.cells(column["id"]):
                self._remember_cell(look, (column["id"], student), id_, here)
            self._remember_unscored(look, column, book, id_)

    def _remember_cell(
        self, look: Look, place: Place, id_: str, told: dict[str | None, str]
    ) -> None:
        holders, shown = look.holders(place[1]), look.cell(place)
        for person in (p for p in holders if p in told):
            source = look.score(id_, person)
            self.acted_for[place[0], person] = source
            if len(holders) == 1:
                self.acted[place] = person, source
                self._take_over(place, shown, (person, source), kept=told[person] == "kept")
        mine = self.ours.get(place)
        if mine is not None and not mine.zero and mine.shown == shown:
            self.had_score |= {place, (id_, str(mine.person))}

    def _take_over(self, place: Place, shown: str, of: tuple[str, Source], *, kept: bool) -> None:
        """What stands in a cell that the agent acted upon is its own again, or a teacher's.

        What agrees with Otus the agent takes for its own, whoever typed it; B4's 0 of one student
        may be as well that of another.
        """
        (person, source), edit = of, self.edits.get(place)
        was, mine = self.faded.get(place), self.ours.get(place)
        score = scored(self.district, source)
        if mine is not None and mine.zero and not score and mine.shown == shown and not kept:
            self.ours[place] = Ours(shown, person, zero=True)
        elif was is not None and (was.shown, was.person) == (shown, person) and not kept:
            self.ours[place] = self.faded.pop(place)
            self.edits.pop(place, None)
        elif edit is not None and score and shown == f"{source[1]:g}":
            self.faded[place] = Ours(shown, person, zero=False)
            del self.edits[place]
        elif edit is not None and (edit.stood is None or edit.person != person):
            self.edits[place] = Edit(shown, person, source, self.night)

    def _remember_unscored(self, look: Look, column: Record, book: str, id_: str) -> None:
        """C5: a night that saw a student without a score, the column being in the SIS.

        Whose SIS id was another one since may have been forgotten.
        """
        for known in [k for k in self.without if k[0] == column["id"]]:
            if look.numbers.get(known[2]) != known[1]:
                del self.without[known]
        if not may(self.district, look, id_, book, column["due"]):
            return
        for student in look.cells(column["id"]):
            for person in look.holders(student):
                here = given(look, id_, book, student, person)
                if here and unscored(look.score(id_, person)):
                    self.without.setdefault((column["id"], student, person), self.night)

    # -- what several judges ask

    def ours_alone(self, look: Look) -> Iterator[tuple[Record, str, str]]:
        """Columns of ours that are to be written, if any: those whose tag is not doubled.

        Of two that carry one tag only the claimed one is (C3).
        """
        alike = defaultdict(list)
        for column, book, id_ in look.columns():
            alike[column["external_id"], book].append((column, book, id_))
        for same in alike.values():
            if len(same) == 1:
                yield same[0]
            else:
                yield from (each for each in same if each[0]["id"] in self.claimed)

    def whole(self) -> bool:
        """Whether any edit in Otus resends all fields of a column."""
        return "whole-record" in self.district.policy
