"""What an installation of Passback brings along, as the packages installed here tell it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

OURS = "passback"
NOT_SHIPPED = "dev"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """One package.

    Attributes:
        extras: the extras of Passback that bring it; empty where the agent alone does.
        needs: the names of the packages that it asks for itself.
    """

    name: str
    version: str
    extras: tuple[str, ...]
    needs: tuple[str, ...]

    @property
    def installed(self) -> Distribution:
        """Its files and its own word on its licence."""
        return distribution(self.name)


def extras() -> tuple[str, ...]:
    """The extras that a user may ask for."""
    told = distribution(OURS).metadata.get_all("Provides-Extra", [])
    return tuple(sorted({*told} - {NOT_SHIPPED}))


@cache
def dependencies() -> tuple[Dependency, ...]:
    """All that any extra brings, by name."""
    agents = _brought()
    by_extra = {extra: _brought(extra) for extra in extras()}
    everything = agents.union(*by_extra.values())
    return tuple(
        Dependency(
            name=name,
            version=distribution(name).version,
            extras=() if name in agents else tuple(e for e in by_extra if name in by_extra[e]),
            needs=tuple(sorted(set(_asked(name, frozenset())) & everything)),
        )
        for name in sorted(everything)
    )


def needs_of_ours() -> tuple[str, ...]:
    """The packages that Passback itself asks for, with all extras."""
    return tuple(sorted(set(_asked(OURS, frozenset(extras()))) - {OURS}))


def _brought(*wanted: str) -> set[str]:
    """What comes with Passback and these of its extras, also by detours."""
    known: dict[str, frozenset[str]] = {}
    waiting = [(OURS, frozenset(wanted))]
    while waiting:
        name, asked_for = waiting.pop()
        before = known.get(name)
        if before is None or not asked_for <= before:
            known[name] = asked_for | (before or frozenset())
            waiting += _asked(name, asked_for).items()
    return {*known} - {OURS}


def _asked(name: str, asked_for: frozenset[str]) -> dict[str, frozenset[str]]:
    """What a package asks for, each with the extras of it, where it has these extras itself."""
    found: dict[str, frozenset[str]] = {}
    for requirement in _requirements(name):
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": e}) for e in {*asked_for, ""}):
            other = canonicalize_name(requirement.name)
            found[other] = found.get(other, frozenset()) | frozenset(requirement.extras)
    return found


def _requirements(name: str) -> Iterator[Requirement]:
    return map(Requirement, distribution(name).requires or ())
