"""Configurations of districts that stand in the fleet's database instead of in files."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from agent.config import read_toml, settings_from
from agent.district_key import key_of
from agent.errors import ConfigError
from agent.fleet.database.connection import Connection, Database
from agent.serve.configurations import Found
from agent.serve.district import District
from agent.settings import Settings

PLACE = Path("/imported")
"""Stands for the folder of a configuration that has none."""


class Imported:
    """The imported configurations; a changed one is read again the next time that somebody asks."""

    def __init__(
        self,
        database: Database,
        environment: Mapping[str, str],
        clock: Callable[[], datetime],
    ) -> None:
        self._database, self._environment, self._clock = database, environment, clock
        self._known: dict[str, tuple[datetime, Found]] = {}

    def districts(self) -> Sequence[District]:
        """Every district."""
        return [found.district for found in self.found() if found.district is not None]

    def troubles(self) -> Mapping[str, str]:
        """Why a configuration cannot be used, such as one of an earlier version, by its key."""
        return {found.path.stem: found.trouble for found in self.found() if found.trouble}

    def found(self) -> Sequence[Found]:
        """Every configuration as it is now."""
        rows = self._database.rows("SELECT key, changed FROM configuration ORDER BY key")
        changed = {row["key"]: row["changed"] for row in rows}
        new = [k for k, at in changed.items() if k not in self._known or self._known[k][0] != at]
        documents = self._database.rows(
            "SELECT key, document FROM configuration WHERE key = ANY(%s)", new
        )
        self._known = {key: known for key, known in self._known.items() if key in changed}
        for row in documents:
            found = self._read(row["key"], row["document"])
            self._known[row["key"]] = (changed[row["key"]], found)
        return [self._known[key][1] for key in changed if key in self._known]

    def _read(self, key: str, document: str) -> Found:
        path = PLACE / f"{key}.toml"
        try:
            settings = settings_of(document, key)
        except ConfigError as error:
            return Found(path, None, str(error))
        district = District(
            key=key,
            title=settings.district,
            settings=settings,
            environment=self._environment,
            clock=self._clock,
        )
        return Found(path, district, "")


def load_for_fleet(path: Path) -> Settings:
    """Read and check the configuration of a district of a fleet; a `ConfigError` where it is none.

    Without `[ledger]` other commands would begin an empty one in a file, as if nothing had ever
    been sent.
    """
    return _settings(read_toml(path), path)


def settings_of(document: str, key: str) -> Settings:
    """The same from the text of an imported configuration."""
    return _settings(tomllib.loads(document), PLACE / f"{key}.toml")


def _settings(plain: Mapping[str, Any], path: Path) -> Settings:
    if "ledger" not in plain:
        raise ConfigError(
            f"{path}: in a fleet [ledger] must say where the ledger is, so that every command"
            " finds the one of its nights"
        )
    return settings_from(plain, path)


def put(sql: Connection, path: Path, now: datetime) -> str:
    """Take the configuration in a file into the database; return the key of its district.

    Raises:
        ConfigError: it cannot be used, or not from everywhere.
    """
    settings, document = load_for_fleet(path), path.read_text(encoding="utf-8")
    key = key_of(settings.district)
    if settings_of(document, key) != settings:
        raise ConfigError(
            f"{path}: a path in it begins at its folder, which other machines do not have: write"
            " it as an absolute one, or give a secret by env or credential"
        )
    sql.execute(PUT, (key, document, now))
    return key


def remove_others(sql: Connection, keys: Sequence[str]) -> list[str]:
    """Take out the configurations of all districts but *keys*; return whose they were."""
    rows = sql.execute(
        "DELETE FROM configuration WHERE key <> ALL(%s) RETURNING key", (list(keys),)
    )
    return sorted(row["key"] for row in rows)


PUT = """
INSERT INTO configuration VALUES (%s, %s, %s) ON CONFLICT (key) DO UPDATE
SET document = excluded.document, changed = excluded.changed
WHERE configuration.document <> excluded.document
"""


def names(places: Sequence[Path]) -> list[Path]:
    """The configuration files that are meant: files, and those in folders."""
    found: list[Path] = []
    for place in places:
        found += sorted(place.glob("*.toml")) if place.is_dir() else [place]
    if not found:
        raise ConfigError(f"{', '.join(map(str, places))}: there is no *.toml")
    return found
