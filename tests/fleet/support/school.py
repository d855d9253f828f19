"""A district of the fleet: a small world of its own, and the homework of one night."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from contracts.configuration import configuration
from mock_sis.world.world import World
from tests.e2e.support.district import ZONE, District

FIRST = tuple(f"s-30{n:02}" for n in range(1, 8))
SECOND = tuple(f"s-30{n:02}" for n in range(8, 15))
THIRD = tuple(f"s-30{n:02}" for n in (1, 3, 5, 7, 9, 11, 13, 15))


@dataclass(slots=True)
class School(District):
    """One district of a fleet.

    Attributes:
        name: of the district, of its world and of its configuration file.
        typed: what a teacher typed, by column's assessment and SIS student; it must stand.
    """

    name: str = ""
    typed: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        """The configuration file, written anew with what the test set."""
        path = self.folder / f"{self.name}.toml"
        part = path.with_suffix(".part")
        part.write_text(self._text())
        part.replace(path)
        return path

    def save(self) -> None:
        """Write the configuration file."""
        assert self.config.is_file()

    def _text(self) -> str:
        """What the configuration says."""
        return configuration(
            otus=self.otus,
            sis=self.sis,
            district=self.name,
            policy=self.policy,
            sis_more=self.sis_more,
            more=self.more,
            effective=self.effective,
            ledger=self.ledger,
            kind=self.kind,
            categories=self.categories,
        )

    def type_over(self, assessment: str, student: str, score: float) -> None:
        """A teacher types a score, which must stand."""
        self.type_score(assessment, student, score)
        self.typed[assessment, student] = f"{score:g}"


def today() -> date:
    """The district's date."""
    return datetime.now(ZONE).date()


def homework(school: School) -> None:
    """Three assessments in three classes: scores, work that is not done, and what is withheld."""
    given, soon, late = (_day(n) for n in (-5, 3, -1))
    # Who teaches the third class with t-2002.
    school.control("PUT", "/group/t-2003", otus=True)
    _assess(school, "a-1", given, soon, "c-1001", "c-1002")
    _assess(school, "a-2", given, late, "c-1001", type="Test")
    _assess(school, "a-3", given, soon, "c-1003", assignedBy="t-2002")
    for n, student in enumerate(FIRST + SECOND):
        school.score("a-1", student, n + 0.5)
    school.score("a-2", FIRST[0], 11)
    school.score("a-2", FIRST[1], None, "turned_in")
    school.score("a-2", FIRST[2], None, "not_submitted", "excused")
    for n, student in enumerate(THIRD[:4]):
        school.score("a-3", student, n + 5)


def _day(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()


def _assess(school: School, id_: str, given: str, due: str, *classes: str, **changes: Any) -> None:
    entries = [school.assigned(c, assignedDate=given, dueDate=due) for c in classes]
    school.assess(id_, classes=entries, createdAt=f"{given}T15:00:00Z", **changes)


class Schools:
    """Makes districts on running mocks; the first one is copied, since a copy costs little."""

    def __init__(self, servers: Any, folder: Path) -> None:
        self._servers, self._folder = servers, folder
        self._kept: Path | None = None

    def open(self, name: str, configurations: Path, ledger: str) -> School:
        """A district with its homework."""
        make = self._copy if self._kept else self._make
        world = self._servers.worlds.add(name, make).world
        school = School(
            otus=f"{self._servers.otus.url}/w/{name}",
            sis=f"{self._servers.skyward.url}/w/{name}",
            folder=configurations,
            name=name,
            ledger=ledger,
            effective=today() - timedelta(days=60),
        )
        school.world = world
        if self._kept is None:
            school.clear_otus()
            homework(school)
            school.control("DELETE", "/journal")
            self._kept = self._folder / "first.db"
            world.db.copy_to(self._kept)
        return school

    def drop(self, school: School) -> None:
        """Nothing is asked of it any more."""
        school.http.close()
        self._servers.worlds.delete(school.name)

    def _make(self, path: Path) -> World:
        return self._servers.worlds.factory.make(path, size="tiny", seed=1, start=None)

    def _copy(self, path: Path) -> World:
        shutil.copyfile(self._kept or path, path)
        return World.open(path)


Make = Callable[[Path], World]
