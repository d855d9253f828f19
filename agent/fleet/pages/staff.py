"""The vendor's people as fleet.toml has them now: who is taken out of it is out at once."""

from collections.abc import Callable
from pathlib import Path

from agent.errors import ConfigError
from agent.fleet.settings import FleetSettings
from agent.log import lines as log
from agent.settings import ServeSettings


class Staff:
    """Reads fleet.toml again when it changes; one that cannot be used changes nothing.

    Args:
        load: reads it.
    """

    def __init__(
        self, path: Path, settings: FleetSettings, load: Callable[[Path], FleetSettings]
    ) -> None:
        self._path, self._load = path, load
        self._known, self._stamp = settings.pages.staff(), self._newest()

    def __call__(self) -> ServeSettings:
        """The same object as long as the file is the same."""
        stamp = self._newest()
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._known = self._load(self._path).pages.staff()
            except ConfigError as error:
                log.warning("fleet.toml not read again", why=str(error))
        return self._known

    def _newest(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size
