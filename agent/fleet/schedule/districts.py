"""The districts of a fleet: their configurations, and what the database is to know of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from agent.district_key import key_of
from agent.fleet.database.configurations import Imported, load_for_fleet
from agent.fleet.database.connection import Database
from agent.fleet.database.districts import StoredDistrict
from agent.fleet.settings import FleetSettings
from agent.serve.configurations import Configurations, Found
from agent.settings import ServeSettings, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A district whose nights the tick begins."""

    stored: StoredDistrict
    serve: ServeSettings
    zone: ZoneInfo


class Configured(Protocol):
    """Where configurations come from: files, or the fleet's database."""

    def found(self) -> Sequence[Found]:
        """Every configuration as it is now."""
        ...


def configured(
    fleet: FleetSettings,
    database: Database,
    environment: Mapping[str, str],
    clock: Callable[[], datetime],
) -> Configurations | Imported:
    """The configurations of a fleet, each read again when it changes."""
    if not fleet.districts:
        return Imported(database, environment, clock)
    places = [Path(place) for place in fleet.districts]
    return Configurations(places, environment, clock, load_for_fleet)


class Districts:
    """The districts of a fleet, as the tick needs them."""

    def __init__(self, fleet: FleetSettings, configured: Configured) -> None:
        self._fleet, self._configured = fleet, configured
        self._planned: dict[str, tuple[Settings, str, Planned]] = {}
        self._troubles: Mapping[str, str] = {}

    def planned(self) -> Sequence[Planned]:
        """Every district that has, or had, a configuration that can be used."""
        found = self._configured.found()
        self._troubles = {
            key_of(each.path.stem): each.trouble for each in found if each.district is None
        }
        return [self._of(each) for each in found if each.district is not None]

    def troubles(self) -> Mapping[str, str]:
        """Why configurations cannot be used that belong to no known district, by their name."""
        return self._troubles

    def _of(self, found: Found) -> Planned:
        """What the tick needs; made once for each configuration."""
        assert found.district is not None
        key, settings = found.district.key, found.district.settings
        known = self._planned.get(key)
        if known is not None and known[0] is settings and known[1] == found.trouble:
            return known[2]
        made = planned(key, settings, str(found.path), found.trouble, self._fleet)
        self._planned[key] = (settings, found.trouble, made)
        return made


def planned(
    key: str, settings: Settings, origin: str, trouble: str, fleet: FleetSettings
) -> Planned:
    """A district as the tick needs it."""
    stored = StoredDistrict(
        key=key,
        title=settings.district,
        timezone=settings.timezone,
        at=settings.serve.at,
        catch_up_hours=settings.serve.catch_up_hours,
        sis_kind=settings.sis.kind,
        sis_host=host_of(settings.sis.url),
        origin=origin,
        priority=fleet.priorities.get(key, 0),
        trouble=trouble or None,
    )
    return Planned(stored=stored, serve=settings.serve, zone=ZoneInfo(settings.timezone))


def host_of(url: str) -> str:
    """Host and port of a server, as `[hosts]` names it; the port only where it is unusual."""
    found = urlsplit(url)
    usual = {"https": 443, "http": 80}.get(found.scheme)
    host = (found.hostname or "").lower()
    return host if found.port in {None, usual} else f"{host}:{found.port}"
