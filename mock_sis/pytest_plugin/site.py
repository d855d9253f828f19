"""The mocks of one process: each on a free port, started when first asked for.

A test has the root of them to itself, and a district of its own there: a copy of one that was made
once, so that a new district takes milliseconds. Processes (pytest-xdist) share nothing.
"""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from mock_sis.districts.factory import TIMEZONE, WorldFactory, copied
from mock_sis.districts.oneroster_csv.row import ImportFault
from mock_sis.pytest_plugin.options import BadChoice, Options
from mock_sis.serve.listener import Server
from mock_sis.server import serving
from mock_sis.world.world import World
from mock_sis.world.worlds import Hosted, Worlds

Recipe = tuple[Any, ...]


class Site:
    """Servers and worlds; to be closed."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        temporary = tempfile.TemporaryDirectory(prefix="passback-", ignore_cleanup_errors=True)
        self._folder = Path(self._stack.enter_context(temporary))
        self._templates: dict[Recipe, World] = {}
        self._servers: dict[str, Server] = {}
        self._factory = WorldFactory()
        self._worlds = Worlds(self._template(Options()), self._factory)
        self._stack.callback(self._worlds.close)
        self._between = self._worlds.default
        self._count = 0

    def server(self, name: str) -> Server:
        """The mock *name*, listening."""
        if name not in self._servers:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                running = self._stack.enter_context(serving(name, worlds=self._worlds))
            self._servers[name] = running[name]
        return self._servers[name]

    def url_of(self, name: str) -> str:
        """Where the mock *name* listens."""
        return self.server(name).url

    @contextmanager
    def district(self, options: Options) -> Iterator[Hosted]:
        """A district as *options* say, at the root of all mocks until the block ends.

        BadChoice: there is no such district.
        """
        template = self._template(options)
        self._count += 1
        made = self._worlds.add(f"test-{self._count}", partial(copied, template))
        self._worlds.show(made)
        try:
            yield made
        finally:
            self._worlds.show(self._between)
            self._worlds.delete(made.name)

    def close(self) -> None:
        """Stop the mocks and remove the files."""
        for template in self._templates.values():
            self._stack.callback(template.close)
        self._stack.close()

    def _template(self, options: Options) -> World:
        start = options.start
        if isinstance(start, datetime) and start.tzinfo is None:
            start = start.replace(tzinfo=ZoneInfo(TIMEZONE))
        key = (options.size, options.source, options.seed, start)
        if key not in self._templates:
            path = self._folder / f"template-{len(self._templates) + 1}.db"
            make = partial(self._factory.make, path, size=options.size, source=options.source)
            try:
                self._templates[key] = make(seed=options.seed, start=start)
            except (ValueError, OSError, OverflowError, ImportFault) as error:
                raise BadChoice(str(error)) from None
        return self._templates[key]
