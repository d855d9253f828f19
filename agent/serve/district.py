"""One district as its pages see it: its settings, its clock, and names and links from outside."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from agent.settings import Settings


class People(Protocol):
    """Names for ids of the SIS: the ledger holds no names, so they come from outside."""

    def student(self, sis_id: str) -> str | None:
        """The name of the student with that SIS id; None: not known, and pages show the id."""
        ...

    def section(self, id_: str) -> str | None:
        """The title of that section of the SIS; None: not known."""
        ...


class Places(Protocol):
    """Links from our pages to the pages of the other two systems."""

    def gradebook(self, section: str, assignment: str | None = None) -> str | None:
        """The SIS's page of a section's gradebook; None: there is none to link to.

        *assignment*: how the SIS addresses its column (`KnownColumn.ref`), to point at that one.
        """
        ...

    def source(self, assessment: str) -> str | None:
        """The page of an assessment in Otus."""
        ...


class NoPeople:
    """Knows nobody: pages show ids."""

    def student(self, sis_id: str) -> str | None:
        """None."""
        del sis_id
        return None

    def section(self, id_: str) -> str | None:
        """None."""
        del id_
        return None


class NoPlaces:
    """Leads nowhere: pages show no links to other systems."""

    def gradebook(self, section: str, assignment: str | None = None) -> str | None:
        """None."""
        del section, assignment
        return None

    def source(self, assessment: str) -> str | None:
        """None."""
        del assessment
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """A district whose pages are served.

    Attributes:
        key: stands for it in addresses: letters, digits, `-` and `_`.
        title: its name as a person reads it.
        environment: where secrets are looked up that the settings refer to by name.
        clock: the moment of a run that is begun now.
    """

    key: str
    title: str
    settings: Settings
    environment: Mapping[str, str]
    clock: Callable[[], datetime]
    people: People = field(default_factory=NoPeople)
    places: Places = field(default_factory=NoPlaces)
