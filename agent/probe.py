"""What `check` works with: findings in words, and the categories that a mapping may name."""

from collections.abc import Callable
from dataclasses import dataclass

from agent.errors import (
    AskedToWaitError,
    DeniedError,
    MaintenanceError,
    NoTokensError,
    PassbackError,
    ThrottledError,
    UnavailableError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One finding of `check`: what was tried, whether it worked, and what to do if not.

    `warns`: it works, and a person should look at it.
    """

    name: str
    ok: bool
    detail: str
    warns: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SisCategory:
    """A category that the SIS has for the whole district, by the names that a mapping may use.

    Attributes:
        active: the SIS does not say that it is switched off; a teacher may still have done so.
    """

    title: str
    code: str = ""
    active: bool = True

    @property
    def labels(self) -> frozenset[str]:
        """Its names, casefolded."""
        named = (name.strip().casefold() for name in (self.title, self.code))
        return frozenset(name for name in named if name)

    def answers_to(self, label: str) -> bool:
        """Whether *label* is one of its names, in any case."""
        return label.casefold() in self.labels


class NothingCanPassError(Exception):
    """The SIS answers, but with what it has no assignment can pass."""


def probe(name: str, attempt: Callable[[], str], step: str) -> Probe:
    """Try something; what it returns is the detail, and *step* is what to look at if it fails."""
    try:
        return Probe(name=name, ok=True, detail=attempt())
    except (NothingCanPassError, NoTokensError) as error:
        return Probe(name=name, ok=False, detail=str(error))
    except DeniedError as error:
        where = "the url" if error.status == 404 else step
        return Probe(name=name, ok=False, detail=f"{error}; look at {where}")
    except (AskedToWaitError, MaintenanceError, ThrottledError) as error:
        return Probe(name=name, ok=False, detail=f"{error}; {_later(error)}")
    except UnavailableError as error:
        there = error.status is not None
        where = f"the url, or at {step}" if there else "the url, and the way there"
        return Probe(name=name, ok=False, detail=f"{error}; look at {where}")
    except PassbackError as error:
        return Probe(name=name, ok=False, detail=f"{error}; look at the url, or at {step}")


def _later(error: UnavailableError) -> str:
    """The next step where the server is there but does not serve now."""
    if error.status == 429:
        return "the server throttles requests now; this says nothing about the settings"
    if isinstance(error, AskedToWaitError):
        return "closed for maintenance, or overloaded; this says nothing about the settings"
    return "if it stays so after the maintenance, look at the url"
