"""A district that people try things in: its world in the mocks, and an agent for each SIS."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from agent.config import load
from agent.serve.district import District
from contracts.configuration import configuration
from contracts.uat.configuration import NAME, mocked
from contracts.vendors import VENDORS, mock_for
from mock_sis.world.private import private_folder
from mock_sis.world.world import World

POLICY = "policy.toml"
KEPT = "uat"
"""The setting of a world in which `Told` stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What people are told about a district.

    Attributes:
        sises: the kinds of SIS that an agent passes back into.
        roster: the name of the export that it was made of; "" for a made-up district.
        notes: sentences about how it was made.
    """

    title: str
    sises: tuple[str, ...]
    roster: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialDistrict:
    """One of them; `roots` lead a browser to the mocks, with its world, by name."""

    name: str
    told: Told
    world: World
    roots: Mapping[str, str]
    agents: Sequence[District]

    @property
    def now(self) -> str:
        """The moment by the district's clock, in words."""
        now = self.world.now().astimezone(self.world.zone)
        return f"{now:%A}, {now:%B} {now.day}, {now:%Y}, {now:%H:%M}"

    def first_class(self) -> str:
        """The id of a class with students; "" where there is none."""
        row = self.world.db.one(
            "SELECT section.id FROM section JOIN enrolment ON enrolment.section = section.id"
            " WHERE section.active = 1 AND enrolment.role = 'student' AND enrolment.active = 1"
            " ORDER BY section.title, section.id"
        )
        return str(row["id"]) if row else ""


class WorldPeople:
    """Names of the students and sections of a world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def student(self, sis_id: str) -> str | None:
        """Family name first."""
        row = self._world.db.one("SELECT given, family FROM student WHERE id = ?", sis_id)
        return f"{row['family']}, {row['given']}" if row else None

    def section(self, id_: str) -> str | None:
        """Its title."""
        row = self._world.db.one("SELECT title FROM section WHERE id = ?", id_)
        return str(row["title"]) if row else None


@dataclass(frozen=True, slots=True)
class MockPlaces:
    """Pages of the mocks."""

    sis: str
    otus: str

    def gradebook(self, section: str, assignment: str | None = None) -> str | None:
        """The whole gradebook of the section."""
        del assignment
        return f"{self.sis}/pages/classes/{section}"

    def source(self, assessment: str) -> str | None:
        """The assessment in Otus."""
        return f"{self.otus}/pages/assessments/{assessment}"


def agent_for(
    kind: str,
    world: World,
    roots: Mapping[str, str],
    folder: Path,
    *,
    title: str,
    links: Mapping[str, str],
    policy: Path | None,
) -> District:
    """The agent that passes back into a SIS of *kind*.

    Its files stand in *folder*; where they do already, it goes on with them.

    Args:
        roots: of the mocks, by which the agent reaches them; *links* by which a browser does.
        policy: the district's own configuration; None makes one that maps each category to itself.

    Raises:
        ConfigError: *policy* cannot be used.
    """
    private_folder(folder)
    written = folder / NAME
    if policy is None:
        policy = written if written.exists() else _own_policy(kind, world, folder, title)
    mock = mock_for(kind)
    servers = mocked(policy, otus=roots["otus"], sis=roots[mock], folder=folder)
    return District(
        key=f"{world.name}-{kind}",
        title=f"{title} \u2013 {VENDORS[mock].label}",
        settings=load(servers),
        environment={},
        clock=world.now,
        people=WorldPeople(world),
        places=MockPlaces(sis=links[mock], otus=links["otus"]),
    )


def _own_policy(kind: str, world: World, folder: Path, title: str) -> Path:
    """A configuration for a district that brought none."""
    titles = world.db.read(
        "SELECT title FROM category WHERE sis = ? AND active = 1 ORDER BY position", mock_for(kind)
    )
    first = world.db.one("SELECT min(start) AS day FROM period")
    text = configuration(
        otus="http://127.0.0.1",
        sis="http://127.0.0.1",
        kind=kind,
        ledger="unused.db",
        categories={row["title"]: row["title"] for row in titles},
        effective=date.fromisoformat(first["day"]) if first else world.today(),
        district=title,
        zone=str(world.zone),
    )
    path = folder / POLICY
    path.write_text(text, encoding="utf-8")
    return path
