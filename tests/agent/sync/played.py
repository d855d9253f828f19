"""A district in memory; its nights are played as commands do it, and noted in its ledger."""

from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import Any

from agent.commands.events import Events
from agent.commands.runs import noted
from agent.domain import EMPTY_CELL, GroupMember, Student, Teacher
from agent.ledger import open_ledger
from agent.records import Change
from agent.settings import Secret, Settings, SisSettings, SourceSettings
from agent.sis.port import DistrictSnapshot
from agent.sources.port import Page
from agent.sync.context import Reviewed, RunContext, shadow_night
from agent.sync.run import run_night
from tests.agent.builders import (
    a_class,
    a_night,
    a_policy,
    a_run,
    a_score,
    an_assessment,
    local,
    sits,
)
from tests.agent.sync.book import BookSis

SECTIONS = {"c-1": "501", "c-2": "502", "c-3": "503"}
EVENING = local(2026, 10, 12, 22)
DAY = timedelta(days=1)
CLASS_OF = {"a-1": "c-1", "a-2": "c-1", "a-3": "c-2", "a-4": "c-3"}


def settings(nights: int = 3) -> Settings:
    """A district whose servers nobody asks."""
    secret = Secret(env="NONE")
    return Settings(
        district="lakeview",
        timezone="America/Chicago",
        source=SourceSettings(kind="otus"),
        sis=SisSettings(kind="skyward", url="http://sis", client_id="p", client_secret=secret),
        policy=a_policy(),
        shadow_nights=nights,
    )


class CountedBook(BookSis):
    """Three sections with everybody, and a count of what was written into them."""

    def __init__(self, students: Iterable[str]) -> None:
        super().__init__(*SECTIONS.values())
        self.writes = 0
        for section in SECTIONS.values():
            self.enrol(section, {f"9{s[2:]}": (sits(),) for s in students})

    def district_snapshot(self, cursor):
        """Nothing changes."""
        return DistrictSnapshot(links={}, fingerprint="as ever", changed=frozenset(), cursor="m")

    def create(self, gradebook, draft):
        """Count, and make it."""
        self.writes += 1
        return super().create(gradebook, draft)

    def update(self, gradebook, ref, draft):
        """Count, and change it."""
        self.writes += 1
        return super().update(gradebook, ref, draft)

    def put_scores(self, gradebook, ref, scores, found=None):
        """Count, and write."""
        self.writes += len(scores)
        return super().put_scores(gradebook, ref, scores, found)

    def clear_score(self, gradebook, ref, student, found=EMPTY_CELL):
        """Count, and take it out."""
        self.writes += 1
        return super().clear_score(gradebook, ref, student, found)


class Otus:
    """A source of three classes and some students that always gives all of it."""

    def __init__(self, students: int = 6) -> None:
        self.students = [f"s-{n}" for n in range(1, students + 1)]
        self.rows: dict[Any, Any] = {}
        self.rows["teacher", ("t-1",)] = Teacher(id="t-1", sis_id="7001")
        self.rows["group_member", ("t-1",)] = GroupMember(teacher="t-1")
        for class_, section in SECTIONS.items():
            self.rows["class", (class_,)] = a_class(id=class_, section=section)
        for student in self.students:
            value = Student(id=student, sis_id=f"9{student[2:]}")
            self.rows["student", (student,)] = value

    def pull(self, cursor):
        """One page."""
        del cursor
        changes = [Change(kind=kind, key=key, value=v) for (kind, key), v in self.rows.items()]
        yield Page(changes=changes, snapshot=True, cursor="k", last=True)

    def assign(self, id_: str, **given) -> None:
        """Assign or edit an assessment; each class has its own."""
        class_ = CLASS_OF.get(id_, "c-1")
        self.rows["assessment", (id_, class_)] = an_assessment(id=id_, class_id=class_, **given)

    def score(self, id_: str, student: str, points: str | None, **given) -> None:
        """Enter a score."""
        made = a_score(points, assessment=id_, student=student, **given)
        self.rows["score", (id_, student)] = made


class District:
    """A district with its own SIS and ledger, on a source that others may share."""

    def __init__(self, otus: Otus, nights: int) -> None:
        self.otus, self.nights, self.sis = otus, nights, CountedBook(otus.students)
        self.ledger = open_ledger("sqlite:///:memory:", "lakeview")
        self.count = 0

    def run(self, at, **change) -> RunContext:
        """What a run at that moment works with."""
        self.count += 1
        tonight = a_night(at)
        given = {
            "id": f"run-{self.count}",
            "tonight": tonight,
            "sis": self.sis,
            "ledger": self.ledger,
            "source": self.otus,
            "shadow": shadow_night(settings(self.nights), self.ledger, tonight),
        }
        return a_run(**{**given, **change})

    def night(self, at, *, forced: str | None = None, reviewed: Reviewed | None = None, **change):
        """A run, as `sync` and the pages do it."""
        run = self.run(at, **change)
        night = partial(run_night, run, forced=forced is not None, reviewed=reviewed)
        return noted(run, "lakeview", Events(), night, forced=forced)

    def holds(self):
        """All that decisions are made of, and all that they left in the gradebook."""
        columns = self.ledger.delivered.columns(SECTIONS)
        cells = self.ledger.delivered.cells((c.assessment, c.owner) for c in columns)
        records = list(self.ledger.records.records("none"))
        return self.sis.book, self.sis.cells, columns, cells, records
