"""A class over several nights, played in process on a ledger in a file that can be copied."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from msgspec import structs

from agent.decide.gradebook import decide_gradebook
from agent.decide.plan import GradebookPlan
from agent.domain import EMPTY_CELL, GroupMember, Progress, SisCell, Student, Teacher
from agent.ledger import Ledger, open_ledger
from agent.ledger.care.restore import back_up, put_back
from agent.records import Change, RecordState
from agent.sync.apply import apply_plan
from agent.sync.context import GradebookWork, RunContext
from agent.sync.gather import GradebookReads, gradebook_facts, run_facts
from agent.sync.recovery.read_back import read_back
from agent.sync.run import record_applied
from tests.agent.builders import (
    a_class,
    a_night,
    a_run,
    a_score,
    an_assessment,
    local,
    sits,
    utc,
)
from tests.agent.sync.book import BookSis

PEOPLE = {"s-1": "9001", "s-2": "9002"}
NOW = utc(2026, 11, 2)


class Term:
    """Class c-1 in section 501, with a feed that carries on where the ledger's cursor stands."""

    def __init__(self, folder: Path, sis: BookSis | None = None) -> None:
        self.path, self.sis, self.count = folder / "passback.db", sis or BookSis("501"), 0
        self.snapshots = False
        self.sis.enrol("501", {sis_id: (sits(),) for sis_id in PEOPLE.values()})
        self.class_ = a_class(id="c-1", section="501")
        self.feed: list[Change] = [
            Change(kind="teacher", key=("t-1",), value=Teacher(id="t-1", sis_id="7001")),
            Change(kind="group_member", key=("t-1",), value=GroupMember(teacher="t-1")),
            *(
                Change(kind="student", key=(p,), value=Student(id=p, sis_id=s))
                for p, s in PEOPLE.items()
            ),
            Change(kind="class", key=("c-1",), value=self.class_),
        ]

    # -- Otus

    def assign(self, id_: str = "a-1", **given: object) -> None:
        """An assessment, or its edit."""
        value = an_assessment(id=id_, class_id="c-1", **given)
        self.feed.append(Change(kind="assessment", key=(id_, "c-1"), value=value))

    def score(self, student: str, points: str | None, id_: str = "a-1") -> None:
        """A score; None: it is taken back."""
        value = structs.replace(a_score(points or "0"), assessment=id_, student=student)
        self.feed.append(
            Change(kind="score", key=(id_, student), value=None if points is None else value)
        )

    def ungrade(self, student: str, id_: str = "a-1") -> None:
        """The row stays, without its points."""
        value = a_score(None, progress=Progress.NOT_SUBMITTED, assessment=id_, student=student)
        self.feed.append(Change(kind="score", key=(id_, student), value=value))

    # -- the gradebook

    def type(self, student: str, points: str | None, id_: str = "a-1") -> None:
        """A teacher types a score, or empties the cell."""
        cells = self.sis.cells[self._ref(id_)]
        if points is None:
            del cells[PEOPLE[student]]
        else:
            cells[PEOPLE[student]] = SisCell(points=Decimal(points))

    def rename(self, title: str, id_: str = "a-1") -> None:
        """A teacher renames the column."""
        ref = self._ref(id_)
        column = self.sis.book[ref]
        self.sis.book[ref] = replace(column, data=replace(column.data, title=title))

    def shown(self, student: str, id_: str = "a-1") -> str:
        """What stands in a cell."""
        points = self.sis.cells[self._ref(id_)].get(PEOPLE[student], EMPTY_CELL).points
        return "*" if points is None else f"{points:f}"

    def _ref(self, id_: str) -> str:
        [ref] = [ref for ref, c in self.sis.book.items() if f"pb-{id_}." in f"{ref}{c.external_id}"]
        return ref

    # -- nights

    def open(self) -> Ledger:
        """The ledger, to be closed."""
        return open_ledger(f"sqlite:///{self.path}", "lakeview")

    def night(self, day: date) -> tuple[GradebookPlan, dict[str | None, RecordState]]:
        """One run on an evening: its plan, and the states that it told of a-1, by student."""
        self.count += 1
        ledger = self.open()
        try:
            tonight = a_night(local(day.year, day.month, day.day, 22))
            run = a_run(id=f"run-{self.count}", sis=self.sis, ledger=ledger, tonight=tonight)
            ledger.runs.begin(run.id, tonight.now, "sync", None)
            if ledger.attempts.open():
                run = read_back(run, {})
            self._pull(run)
            work = GradebookWork(key="501", sections=("501",), classes=(self.class_,))
            gradebook = self.sis.gradebook("501", ("501",))
            facts = gradebook_facts(ledger, work, gradebook)
            reads = GradebookReads(self.sis, ledger, gradebook)
            plan = decide_gradebook(run_facts(run), facts, reads)
            record_applied(run, plan, apply_plan(run, plan), "context")
            ledger.runs.end(run.id, tonight.now, 0, {})
            told = {r.student: r for r in ledger.records.records(run.id) if r.assessment == "a-1"}
        finally:
            ledger.close()
        return plan, told

    def _pull(self, run: RunContext) -> None:
        start = 0 if self.snapshots else int(run.ledger.source.cursor() or 0)
        staged = run.ledger.begin_pull(snapshot=start == 0)
        staged.take(self._changes(start))
        staged.diff()
        staged.commit(str(len(self.feed)), run.tonight.now)

    def _changes(self, start: int) -> Sequence[Change]:
        """The newest of each record since then; a snapshot has none that are gone."""
        newest = {(each.kind, each.key): each for each in self.feed[start:]}
        return [each for each in newest.values() if start or each.value is not None]

    # -- care

    def back_up(self) -> Path:
        """A copy as `passback backup` makes it."""
        out = self.path.with_name(f"copy-{self.count}")
        back_up(self.path, out, "lakeview", NOW)
        return out

    def restore(self, copy: Path) -> None:
        """Put it back as `passback restore` does."""
        put_back(self.path, copy, "lakeview", NOW)
