"""A witness of many nights: every change of a night must be justified, and what rules want stands.

Reads both sides through their public faces and remembers what people did; it shares no code with
the agent, and holds for whatever registrars, teachers and calendars do. `model` says what each cell
must show for fewer acts; `zeros` judges each new 0 (B4).
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.e2e.district import ZONE, District, Run

Record = dict[str, Any]
Place = tuple[str, str]
"""A column, and a student or a field of it."""
FIELDS = {"title": "title", "category": "type", "points": "totalPoints", "due": "due"}
COLUMN_ACTED = frozenset({"created", "updated", "unchanged", "kept"})
ACTED = frozenset({"sent", "unchanged", "kept", "cleared"})


@dataclass(slots=True)
class Look:
    """Both sides at one moment; of linked gradebooks the first stands for all."""

    today: date
    books: dict[str, Record]
    told: dict[str, list[Record]]
    spans: list[Record]

    @classmethod
    def at(cls, district: District) -> "Look":
        """Read them."""
        books: dict[str, Record] = {}
        for book in sorted(district.control("GET", "/gradebooks"), key=lambda b: b["id"]):
            if not {book["id"], *book["linked"]} & books.keys():
                books[book["id"]] = district.gradebook(book["id"])
        spans = [e for e in district.rostering("enrollments") if e["role"] == "student"]
        return cls(district.now().astimezone(ZONE).date(), books, district.snapshot(), spans)

    def assessments(self) -> dict[str, Record]:
        """By id."""
        return {a["id"]: a for a in self.told["assessment"]}

    def score(self, assessment: str, person: str) -> tuple[Any, ...]:
        """What Otus has of one student's work."""
        for s in self.told["score"]:
            if (s["assessmentId"], s["studentId"]) == (assessment, person):
                return s["progress"], s["points"], tuple(sorted(s["marks"]))
        return ("not_submitted", None, ())

    def people(self) -> dict[str, str]:
        """SIS id -> Otus id."""
        return {s["sisId"]: s["id"] for s in self.told["student"]}

    def sections(self) -> dict[str, str]:
        """Class -> section."""
        return {c["id"]: c["sectionId"] for c in self.told["class"]}

    def sits(self, student: str, sections: set[str]) -> bool:
        """Whether the student is enrolled in one of the sections today."""
        day = self.today.isoformat()
        return any(
            e["user"]["sourcedId"] == student
            and e["class"]["sourcedId"] in sections
            and e.get("beginDate", "") <= day <= e.get("endDate", "9")
            for e in self.spans
        )

    def columns(self) -> Iterator[tuple[Record, str, str]]:
        """Columns of ours: the column, its gradebook, its assessment."""
        for name, book in self.books.items():
            for column in book["columns"]:
                external = column["external_id"] or ""
                if external.startswith("pb-"):
                    yield column, name, external.partition(".")[0][3:]

    def cells(self, column: str, book: str) -> dict[str, str]:
        """Student -> what stands there."""
        rows = self.books[book]["rows"]
        return {
            r["student"]: c["display"] for r in rows for c in r["cells"] if c["column"] == column
        }

    def together(self, book: str) -> set[str]:
        """The sections that share a gradebook."""
        return {book, *self.books[book]["linked"]}

    def period(self, book: str, day: str) -> str:
        """The state of the grading period that a day lies in."""
        periods = self.books[book]["periods"]
        return next((p["state"] for p in periods if p["start"] <= day <= p["end"]), "none")


@dataclass(slots=True)
class Witness:
    """What people did, and what the agent last acted upon.

    Attributes:
        acted: the source's value that stands in a place, or that was left to the teacher.
        edits: what a teacher put into a place, what stood for it then, and on which day.
        ours: what nights wrote.
        sent: for whom, since the ledger was lost.
        changed: the source's value of a student's work, and since which day.
        deleted: assessments of which a teacher deleted a column (C7).
        moved: classes that were linked to another section; what they left behind is held.
    """

    district: District
    night: int = 0
    acted: dict[Place, Any] = field(default_factory=dict)
    edits: dict[Place, tuple[str, Any, int]] = field(default_factory=dict)
    ours: dict[Place, str] = field(default_factory=dict)
    sent: dict[Place, str] = field(default_factory=dict)
    changed: dict[tuple[str, str], tuple[Any, int]] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    moved: set[str] = field(default_factory=set)
    categories_off: bool = False

    def typed(self, column: str, student: str, shown: str, before: str) -> None:
        """A teacher put a mark there."""
        if shown != before:
            place = column, student
            self.edits[place] = shown, self.acted.get(place), self.night
            self.ours.pop(place, None)
            self.sent.pop(place, None)

    def changed_by_hand(
        self, look: Look, column: Record, id_: str, changes: dict[str, Any]
    ) -> None:
        """A teacher changed the column."""
        for name, value in changes.items():
            if column[name] != value:
                place = column["id"], name
                self.edits[place] = value, self.acted.get(place), self.night

    def forgot(self) -> None:
        """The ledger is lost: all that stands may be a teacher's, until its source changes."""
        self.acted.clear()
        self.sent.clear()
        self.edits = {
            place: (value, None, self.night)
            for place, (value, _, _) in self.edits.items()
            if place[1] not in FIELDS
        }
        look = Look.at(self.district)
        for column, book, _ in look.columns():
            for student, shown in look.cells(column["id"], book).items():
                place = column["id"], student
                self.edits.pop(place, None)
                if shown != "*":
                    self.edits[place] = shown, None, self.night

    def bad_night(self, before: Look, after: Look) -> None:
        """Whatever was changed had a right to be."""
        self._changes(before, after)

    def good_night(self, before: Look, after: Look, run: Run) -> None:
        """The same, and nothing is missing."""
        self._note_sources(after)
        self._changes(before, after)
        self._nothing_missing(after, run)
        self._remember(after, run)
        self.night += 1

    # -- E2, E3, E9: what changed

    def _changes(self, before: Look, after: Look) -> None:
        old = {column["id"]: (column, book) for column, book, _ in before.columns()}
        people = after.people()
        for column, book, id_ in after.columns():
            if column["id"] in old:
                was, old_book = old[column["id"]]
                self._column_change(was, column, id_, after, book)
                stood = before.cells(column["id"], old_book)
            else:
                self._made(column, book, id_, before, after)
                stood = {}
            for student, shown in after.cells(column["id"], book).items():
                if stood.get(student, "*") != shown:
                    where = f"{id_} of {student} in {book}: {stood.get(student)} -> {shown}"
                    self._cell_change(
                        column, book, id_, (student, people[student]), shown, after, where
                    )
                    place = column["id"], student
                    self.sent.pop(place, None)
                    if shown != "*":
                        self._no_second(after, book, id_, place, people[student])
                        self.sent[place] = people[student]

    def _made(self, column: Record, book: str, id_: str, before: Look, after: Look) -> None:
        twins = [c["id"] for c, b, a in before.columns() if (a, b) == (id_, book)]
        assert not twins, f"E2: {id_} in {book} a second time, beside {twins}"
        assert self._may(after, id_, book, column["due"]), f"{id_} in {book} ought not to be made"
        assert self._assigned_by_now(after, id_, book), f"A6: {id_} in {book} before its day"
        if self.district.facts.in_current_period:
            assert after.period(book, column["due"]) == "open", f"A11: {id_} in {book}"

    def _no_second(self, look: Look, book: str, id_: str, place: Place, person: str) -> None:
        """Where a gradebook has several columns of an assessment, a student has a score in one.

        A 0 in each, from when they were in gradebooks of their own, does not count.
        """
        for column, other_book, other_id in look.columns():
            other = column["id"], place[1]
            if (other_book, other_id) == (book, id_) and other != place:
                zero = look.cells(column["id"], book).get(place[1]) == "0"
                twice = self.sent.get(other) == person and not zero
                assert not twice, f"E2: {id_} of {place[1]} in {book} a second time"

    def _column_change(self, was: Record, now: Record, id_: str, look: Look, book: str) -> None:
        for name in FIELDS:
            if was[name] == now[name]:
                continue
            assert self._may(look, id_, book, was["due"]), f"{id_} in {book}: {name} changed"
            values = self._mapped(look, id_, name)
            assert now[name] in values, f"{id_} in {book}: {name} is {now[name]}, not {values}"
            edit = self.edits.pop((now["id"], name), None)
            theirs = edit is not None and edit[1] == self._source(look, id_, name)
            assert not theirs or self._whole(), f"E3: {name} of {id_} in {book} was the teacher's"

    def _cell_change(
        self,
        column: Record,
        book: str,
        id_: str,
        who: tuple[str, str],
        shown: str,
        look: Look,
        where: str,
    ) -> None:
        student, person = who
        place = column["id"], student
        source = look.score(id_, person)
        assert self._may(look, id_, book, column["due"]), f"ought not to change: {where}"
        assert look.sits(student, look.together(book)), f"B6: {where}"
        edit = self.edits.get(place)
        if edit is not None:
            assert edit[1] is None or edit[1] != source, f"E3: the teacher's mark, {where}"
            assert edit[1] is not None or edit[0] == "*", f"E3: typed before ours, {where}"
            del self.edits[place]
        points = source[1]
        if shown == "*":
            assert place in self.ours, f"emptied, but not ours: {where}"
            ours = self.ours.pop(place)
            # Where Otus has a score that may not pass, only a 0 by B4 goes.
            assert ours == "0" or not self._scored(source), f"Otus has {points}: {where}"
            return
        self.ours[place] = shown
        if self._scored(source):
            assert shown == f"{points:g}", f"Otus has {points}: {where}"
            return
        # Whether B4 holds is for `zeros` to say.
        assert shown == "0", f"Otus has no score: {where}"

    # -- E1: what is missing

    def _nothing_missing(self, look: Look, run: Run) -> None:
        here = defaultdict(list)
        for column, book, id_ in look.columns():
            here[book, id_].append(column)
        sections = look.sections()
        for id_, assessment in look.assessments().items():
            for entry in assessment["classes"]:
                section = sections[entry["classId"]]
                book = next((b for b in look.books if section in look.together(b)), None)
                if book is None or self.categories_off:
                    continue
                columns = here[book, id_]
                if id_ in self.deleted or entry["classId"] in self.moved:
                    continue
                if not columns:
                    missing = self._must_be_made(look, id_, book, entry)
                    assert not missing, f"E1: {id_} is not in {book}: {_told(run, id_)}"
                elif (
                    len(columns) == 1
                    and self._passes(look, assessment, entry)
                    and look.period(book, columns[0]["due"]) != "closed"
                ):
                    self._scores(look, run, (id_, entry, section), columns[0], book)

    def _must_be_made(self, look: Look, id_: str, book: str, entry: Record) -> bool:
        period = look.period(book, entry["dueDate"])
        now = look.period(book, look.today.isoformat())
        current = [
            p
            for p in look.books[book]["periods"]
            if p["start"] <= look.today.isoformat() <= p["end"]
            and p["start"] <= entry["dueDate"] <= p["end"]
        ]
        inside = bool(current) or not self.district.facts.in_current_period
        open_ = period not in {"closed", "none"} and now != "none"
        assigned = entry["assignedDate"] <= look.today.isoformat()
        return inside and open_ and assigned and self._passes(look, look.assessments()[id_], entry)

    def _scores(
        self, look: Look, run: Run, given: tuple[str, Record, str], column: Record, book: str
    ) -> None:
        id_, entry, section = given
        people = look.people()
        for student, shown in look.cells(column["id"], book).items():
            person = people[student]
            if entry["students"] is None:
                reached = look.sits(student, {section})
            else:
                reached = person in {s["studentId"] for s in entry["students"]}
            source = look.score(id_, person)
            points = source[1]
            if not reached or not self._scored(source):
                continue
            edit = self.edits.get((column["id"], student))
            where = f"{id_} of {student} in {book}: Otus has {points}, there is {shown}"
            where += f"; {_told(run, id_, person)}"
            if edit is None:
                assert shown == f"{points:g}", f"E1: {where}"
            elif edit[1] == source:
                assert shown == edit[0], f"E3: {where}, the teacher's was {edit[0]}"
            elif edit[1] is not None and edit[2] < self.changed[id_, person][1]:
                raise AssertionError(f"E1: {where}, changed after the teacher's edit")

    # -- what rules say

    def _may(self, look: Look, id_: str, book: str, due: str) -> bool:
        """Whether anything of it may be written into the gradebook tonight."""
        assessment = look.assessments().get(id_)
        if assessment is None or look.period(book, due) == "closed":
            return False
        sections = look.sections()
        return any(
            self._passes(look, assessment, entry)
            for entry in assessment["classes"]
            if sections[entry["classId"]] in look.together(book)
        )

    def _assigned_by_now(self, look: Look, id_: str, book: str) -> bool:
        """Whether a class that may have a column there was assigned it, or somebody has a score."""
        sections, assessment = look.sections(), look.assessments()[id_]
        days = [
            entry["assignedDate"]
            for entry in assessment["classes"]
            if sections[entry["classId"]] in look.together(book)
            and self._passes(look, assessment, entry)
        ]
        scored = any(look.score(id_, person)[1] is not None for person in look.people().values())
        return scored or min(days) <= look.today.isoformat()

    def _passes(self, look: Look, assessment: Record, entry: Record) -> bool:
        group = {m["teacherId"] for m in look.told["groupMember"]}
        [class_] = [c for c in look.told["class"] if c["id"] == entry["classId"]]
        needed = {t["teacherId"] for t in class_["teachers"]}
        if not self.district.facts.all_who_teach:
            needed = {assessment["assignedBy"]}
        too_long = 'long_title = "refuse"' in self.district.policy
        return (
            needed <= group
            and not (too_long and len(assessment["title"]) >= 50)
            and assessment["includeInFinalGrade"]
            and assessment["type"] in self.district.categories
        )

    def _scored(self, source: tuple[Any, ...]) -> bool:
        progress, points, marks = source
        excluded = "excluded" in marks and "send_excluded" not in self.district.policy
        return progress == "graded" and points is not None and not excluded

    def _whole(self) -> bool:
        return "whole-record" in self.district.policy

    def _source(self, look: Look, id_: str, name: str) -> Any:
        assessment = look.assessments()[id_]
        if name == "due":
            return tuple(e["dueDate"] for e in assessment["classes"])
        return assessment[FIELDS[name]]

    def _mapped(self, look: Look, id_: str, name: str) -> set[Any]:
        if name == "due":
            return set(self._source(look, id_, name))
        source = self._source(look, id_, name)
        if name == "category":
            return {self.district.facts.categories.get(source)}
        return {source if name != "title" or len(source) < 50 else f"{source[:46]}…"}

    # -- memory

    def _note_sources(self, look: Look) -> None:
        for id_ in look.assessments():
            for person in look.people().values():
                now = look.score(id_, person)
                was = self.changed.get((id_, person))
                if was is None or was[0] != now:
                    self.changed[id_, person] = now, self.night

    def _remember(self, look: Look, run: Run) -> None:
        told = {
            (r["assignment"], r["student"], r["section"])
            for r in run.report["records"]
            if "student" in r and r["state"] in ACTED
        }
        columns = {
            (r["assignment"], r["section"])
            for r in run.report["records"]
            if "student" not in r and not r["codes"] and r["state"] in COLUMN_ACTED
        }
        people = look.people()
        for column, book, id_ in look.columns():
            if any((id_, s) in columns for s in look.together(book)):
                for name in FIELDS:
                    self.acted[column["id"], name] = self._source(look, id_, name)
            for student, shown in look.cells(column["id"], book).items():
                place = column["id"], student
                if any((id_, people[student], s) in told for s in look.together(book)):
                    source = look.score(id_, people[student])
                    self.acted[place] = source
                    edit = self.edits.get(place)
                    if edit is not None and edit[1] is None:
                        self.edits[place] = shown, source, self.night


def _told(run: Run, id_: str, person: str | None = None) -> list[Record]:
    """What the report says of it."""
    records = run.report["records"]
    return [r for r in records if (r["assignment"], r.get("student")) == (id_, person)]
