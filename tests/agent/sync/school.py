"""A class with a gradebook in memory: nights, a teacher's hand, decisions and undone runs."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields, replace
from datetime import timedelta
from decimal import Decimal

from agent.decide.person.decision import Choice
from agent.domain import (
    AssignmentData,
    ColumnRef,
    Gradebook,
    GroupMember,
    Progress,
    SisCell,
    Student,
    Teacher,
)
from agent.errors import UnavailableError
from agent.policy import BrakeLimits
from agent.records import Change, RecordState
from agent.sis.port import DistrictSnapshot, Draft, Receipt
from agent.sources.port import Page
from agent.sync.again.undo import Asked, UndoFound, show_undo, undo_night
from agent.sync.context import RunContext
from agent.sync.run import run_night
from tests.agent.builders import (
    a_class,
    a_ledger,
    a_night,
    a_run,
    a_score,
    an_assessment,
    local,
    sits,
)
from tests.agent.ledger.records_of_a_school import pull
from tests.agent.sync.book import BookSis

PUPILS = ("s-1", "s-2", "s-3")
SECTION = "501"
BY = {"by": "Ms. Lee", "reason": "as agreed"}


def sis_id(student: str) -> str:
    """s-1 is 9001 in the SIS."""
    return f"900{student[-1]}"


class SchoolSis(BookSis):
    """One section; an update changes what it is to change, and stops at a teacher's edit.

    `dies_after`: so many writes arrive, and then the process is gone before it hears of the last
    one; 0: before it sends any; None: it lives.
    """

    def __init__(self, *, clears: bool = True) -> None:
        super().__init__(SECTION)
        self.enrol(SECTION, {sis_id(pupil): (sits(),) for pupil in PUPILS})
        self.traits = replace(self.traits, clears_scores=clears, empties_scores=clears)
        self.writes: list[tuple[str, ...]] = []
        self.dies_after: int | None = None
        self.rejects: set[str] = set()

    def district_snapshot(self, cursor: str | None) -> DistrictSnapshot:
        """Nothing changes for all."""
        return DistrictSnapshot(links={}, fingerprint="", changed=frozenset(), cursor="m")

    def _wrote(self, *what: str) -> None:
        self._die_if_time()
        self.writes.append(what)

    def _die_if_time(self) -> None:
        if self.dies_after is not None and len(self.writes) >= self.dies_after:
            raise KilledError

    def create(self, gradebook: Gradebook, draft: Draft) -> Receipt:
        """Make a column."""
        self._wrote("create", draft.external_id)
        receipt = super().create(gradebook, draft)
        self._die_if_time()
        return receipt

    def update(self, gradebook: Gradebook, ref: ColumnRef, draft: Draft) -> Receipt:
        """Change the fields that differ from what was read, unless a teacher did meanwhile."""
        self._wrote("update", ref)
        found = self.book.get(ref)
        if found is None:
            return Receipt(accepted=False, gone=True)
        before = draft.before or found.data
        names = [f.name for f in fields(AssignmentData)]
        ours = {n for n in names if getattr(draft.data, n) != getattr(before, n)}
        moved = {n for n in ours if getattr(found.data, n) != getattr(before, n)}
        if moved:
            return Receipt(accepted=False, moved=frozenset(moved), reason="a teacher changed it")
        data = replace(found.data, **{n: getattr(draft.data, n) for n in ours})
        self.book[ref] = replace(found, data=data)
        self._die_if_time()
        return Receipt(accepted=True, data=data)

    def put_scores(self, gradebook, ref, scores, found=None):
        """Write marks, one by one."""
        receipts = []
        for student, points in scores:
            if student in self.rejects:
                receipts.append(Receipt(accepted=False, reason="no"))
                continue
            self._wrote("put", ref, student, str(points))
            super().put_scores(gradebook, ref, [(student, points)], found)
            self._die_if_time()
            receipts.append(Receipt(accepted=True))
        return receipts

    def clear_score(self, gradebook, ref, student, found=SisCell()):  # noqa: B008
        """Take a mark back."""
        self._wrote("clear", ref, student)
        receipt = super().clear_score(gradebook, ref, student, found)
        self._die_if_time()
        return receipt


class KilledError(BaseException):
    """The process is gone in the middle of a write."""


class NothingNew:
    """A source whose changes a test pulls by itself."""

    def pull(self, cursor: str | None) -> Iterator[Page]:
        """One empty page."""
        yield Page(changes=(), snapshot=False, cursor="k", last=True)


class School:
    """A class of three; a-1 was due two days ago, a-2 is due in ten days."""

    def __init__(self, *, clears: bool = True, brake: bool = False) -> None:
        self.ledger = a_ledger(
            a_class(),
            Teacher(id="t-1", sis_id="7001"),
            GroupMember(teacher="t-1"),
            *(Student(id=pupil, sis_id=sis_id(pupil)) for pupil in PUPILS),
        )
        self.sis = SchoolSis(clears=clears)
        self.limits = BrakeLimits(enabled=brake)
        self.day, self.count = 0, 0
        self.wanted: dict[str, object] = {}

    # ---- Otus

    def assess(self, name: str = "a-1", **change: object) -> None:
        """Assign it, or edit it."""
        late = {"due": local(2026, 10, 20, 12).date()} if name == "a-2" else {}
        value = an_assessment(id=name, **{"title": f"Title {name}", **late, **change})
        pull(self.ledger, Change(kind="assessment", key=(name, "c-1"), value=value))

    def score(self, name: str, pupil: str, points: str | None) -> None:
        """Grade it; None: take the score back."""
        value = a_score(points, assessment=name, student=pupil, progress=Progress.GRADED)
        taken = None if points is None else value
        pull(self.ledger, Change(kind="score", key=(name, pupil), value=taken))

    def sis_student(self, pupil: str, sis: str | None) -> None:
        """Correct a SIS id."""
        value = Student(id=pupil, sis_id=sis)
        pull(self.ledger, Change(kind="student", key=(pupil,), value=value))

    # ---- the gradebook

    def column_ref(self, name: str) -> str:
        """The address that the column has, or would have."""
        return next((r for r in self.sis.book if r == f"pb-{name}.c-1"), "")

    def type(self, name: str, pupil: str, points: str | None, **said: object) -> None:
        """A teacher types a score, or takes one out."""
        cells = self.sis.cells[self.column_ref(name)]
        if points is None and not said:
            cells.pop(sis_id(pupil), None)
        else:
            value = None if points is None else Decimal(points)
            cells[sis_id(pupil)] = SisCell(points=value, **said)

    def retitle(self, name: str, title: str) -> None:
        """A teacher changes the title."""
        ref = self.column_ref(name)
        found = self.sis.book[ref]
        self.sis.book[ref] = replace(found, data=replace(found.data, title=title))

    def shown(self, name: str, pupil: str) -> str:
        """What the cell shows."""
        cell = self.sis.cells.get(self.column_ref(name), {}).get(sis_id(pupil))
        return "*" if cell is None or cell.points is None else f"{cell.points.normalize():f}"

    def title(self, name: str) -> str:
        """What the column is called."""
        return self.sis.book[self.column_ref(name)].data.title

    # ---- runs

    def run(self, **change: object) -> RunContext:
        """What the next run works with."""
        self.count += 1
        now = local(2026, 10, 16, 22) + timedelta(days=self.day)
        plain = {
            "id": f"run-{self.count}",
            "ledger": self.ledger,
            "sis": self.sis,
            "source": NothingNew(),
            "tonight": a_night(now),
            "brake": self.limits,
            **change,
        }
        run = a_run(**plain)
        self.ledger.runs.begin(run.id, now, str(change.get("command", "sync")), None)
        return run

    def night(self, **change: object) -> str:
        """A night; its run."""
        run = self.run(**change)
        run_night(run, forced=False)
        return run.id

    def dying_night(self, writes: int) -> str:
        """A night that is killed after so many writes."""
        run = self.run()
        self.sis.dies_after = len(self.sis.writes) + writes
        with suppress(KilledError):
            run_night(run, forced=False)
        self.sis.dies_after = None
        return run.id

    def would_undo(self, run: str) -> UndoFound:
        """What undoing a run would do."""
        return show_undo(self.run(), run)

    def undo(self, run: str, dies_after: int | None = None) -> str:
        """Undo a run; it may be killed after so many writes."""
        mine = self.run()
        if dies_after is not None:
            self.sis.dies_after = len(self.sis.writes) + dies_after
        with suppress(KilledError, UnavailableError):
            undo_night(mine, Asked(run=run, **BY), forced=False)
        self.sis.dies_after = None
        return mine.id

    def release_undone(self, run: str) -> None:
        """Release all that the undo of a run holds."""
        keys = [d.key for d in self.ledger.decisions.open() if d.undone and d.undone.run == run]
        self.ledger.decisions.release(keys, at=local(2026, 10, 17, 9), **BY)

    def decide(self, name: str, pupil: str | None, choice: Choice) -> None:
        """What a person decides about a record."""
        key = (name, pupil, SECTION)
        self.ledger.decisions.decide([key], choice, at=local(2026, 10, 17, 9), **BY)

    def resend(self, name: str, *, over: bool = False) -> None:
        """Send an assignment once more, and nothing else."""
        keys = [r.key for r in self.ledger.records.records_of([name]) if r.section]
        self.ledger.decisions.resend(keys, over=over, at=local(2026, 10, 17, 9), **BY)
        self.night(only=frozenset(keys))

    def record(self, name: str, pupil: str | None = None) -> RecordState:
        """What a record reads."""
        found = self.ledger.records.records_of([name])
        return next(r for r in found if r.student == pupil and r.section == SECTION)

    def told(self, name: str, pupil: str | None = None) -> tuple[str, list[str]]:
        """State and codes of a record."""
        record = self.record(name, pupil)
        return record.state.value, [str(code) for code in record.codes]

    def row(self, name: str) -> list[str]:
        """What the cells of a column show."""
        return [self.shown(name, pupil) for pupil in PUPILS]
