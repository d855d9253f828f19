"""The districts of `passback serve`: configuration files, read again when they change."""

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

import click

from agent.config import load
from agent.district_key import key_of
from agent.errors import ConfigError
from agent.serve.district import District
from agent.settings import Settings

Stamp = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """A configuration file now; `trouble` is why it cannot be used, "" where it can be.

    `district` has the last settings that could be used; None: there were none yet.
    """

    path: Path
    district: District | None
    trouble: str


@dataclass(slots=True)
class _File:
    """One file; `settings` are the last that could be used, `trouble` is why the newest cannot."""

    stamp: Stamp | None = None
    settings: Settings | None = None
    trouble: str = ""


class Configurations:
    """Files and folders of files, looked at again each time somebody asks.

    Args:
        places: a file, or a folder whose `*.toml` are all meant.
        environment: where secrets are looked up.
        clock: gives the moment of a run.
        load: reads a file.
    """

    def __init__(
        self,
        places: Sequence[Path],
        environment: Mapping[str, str],
        clock: Callable[[], datetime],
        load: Callable[[Path], Settings] = load,
    ) -> None:
        self._places, self._environment, self._clock = places, environment, clock
        self._load = load
        self._files: dict[Path, _File] = {}
        self._lock = Lock()

    def districts(self) -> Sequence[District]:
        """Every district, with the last settings that could be used."""
        return [found.district for found in self.found() if found.district is not None]

    def troubles(self) -> Mapping[str, str]:
        """Why a configuration cannot be used now, by the key of its district or its file's name."""
        return {
            found.district.key if found.district else key_of(found.path.stem): found.trouble
            for found in self.found()
            if found.trouble
        }

    def found(self) -> Sequence[Found]:
        """Every file as it is now."""
        with self._lock:
            paths = list(dict(self._paths()).values())
            self._files = {path: self._newest(path) for path in paths}
            keys = self._keys(paths)
            every = [(path, self._files[path]) for path in paths]
        shared = _sharing([(path, file.settings) for path, file in every if file.settings])
        return [
            Found(path, self._district(keys.get(path), file), file.trouble or shared.get(path, ""))
            for path, file in every
        ]

    def _paths(self) -> Iterator[tuple[str, Path]]:
        """Where every file really is, and what it is called."""
        for place in self._places:
            if place.is_dir():
                yield from _in_folder(place)
            else:
                yield os.path.realpath(place), place

    def _keys(self, paths: Sequence[Path]) -> Mapping[Path, str]:
        """A key for each: its district's name, with the file's where several have that."""
        usable = {path: found for path in paths if (found := self._files[path].settings)}
        names = {path: key_of(settings.district) for path, settings in usable.items()}
        times = Counter(names.values())
        keys: dict[Path, str] = {}
        taken = set[str]()
        for path, name in names.items():
            key, number = name if times[name] == 1 else f"{name}-{key_of(path.stem)}", 2
            while key in taken:
                key, number = f"{name}-{key_of(path.stem)}-{number}", number + 1
            keys[path] = key
            taken.add(key)
        return keys

    def _newest(self, path: Path) -> _File:
        """What the file says now."""
        before = self._files.get(path, _File())
        try:
            found = path.stat()
        except OSError as error:
            return _File(None, before.settings, f"{path}: {error.strerror}")
        stamp = (found.st_mtime_ns, found.st_size)
        if stamp == before.stamp:
            return before
        try:
            return _File(stamp, self._load(path))
        except ConfigError as error:
            return _File(stamp, before.settings, str(error))

    def _district(self, key: str | None, file: _File) -> District | None:
        if key is None or file.settings is None:
            return None
        return District(
            key=key,
            title=file.settings.district,
            settings=file.settings,
            environment=self._environment,
            clock=self._clock,
        )


def _in_folder(folder: Path) -> Iterator[tuple[str, Path]]:
    """Its `*.toml` by name. Only links are followed: thousands are looked at every minute."""
    real = os.path.realpath(folder)
    found: list[os.DirEntry[str]] = []
    with suppress(OSError), os.scandir(folder) as entries:
        found = [each for each in entries if each.name.endswith(".toml") and each.is_file()]
    for entry in sorted(found, key=lambda each: each.name):
        linked = entry.is_symlink()
        where = os.path.realpath(entry.path) if linked else f"{real}/{entry.name}"
        yield where, folder / entry.name


def _sharing(every: Sequence[tuple[Path, Settings]]) -> Mapping[Path, str]:
    """Why files of one district with one ledger cannot be used: they would take turns.

    Such as a copy that somebody left in the folder: each night whichever came first would decide.
    """
    by_ledger = defaultdict[tuple[str, str], list[Path]](list)
    for path, settings in every:
        by_ledger[settings.district, settings.ledger.url].append(path)
    return {
        path: f"{path}: {' and '.join(str(p) for p in paths if p != path)} is of the same district"
        " with the same ledger; leave only one of them in place"
        for paths in by_ledger.values()
        for path in paths
        if len(paths) > 1
    }


configurations_option = click.option(
    "-c",
    "--config",
    "places",
    type=click.Path(path_type=Path),
    required=True,
    multiple=True,
    help="A district's configuration file, or a folder of them; may be given again.",
)


def usable(places: Sequence[Path]) -> Configurations:
    """The districts; `ConfigError` where none of them can be used."""
    found = Configurations(places, os.environ, now)
    if not found.districts():
        troubles = list(found.troubles().values())
        where = ", ".join(str(place) for place in places)
        raise ConfigError(troubles[0] if troubles else f"{where}: there is no *.toml")
    for trouble in found.troubles().values():
        click.echo(f"passback: {trouble}", err=True)
    return found


def now() -> datetime:
    """The moment."""
    return datetime.now(UTC)
