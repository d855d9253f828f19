"""Writes a district into an empty file; as a program, in a process of its own.

`WorldFactory` runs it so for a large one: hours of Python would else keep other answers waiting.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from mock_sis.districts import sized, tiny
from mock_sis.districts.generate import Writer
from mock_sis.districts.oneroster_csv.importer import import_folder
from mock_sis.districts.oneroster_csv.row import ImportFault
from mock_sis.districts.sizes import students
from mock_sis.world.store import Store

CANNOT_BE_USED = 3
"""Exit code: the export has a fault, which stands on stderr."""
POLITE = 10
"""How much a process of its own steps back behind those that answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A district to be written; text and numbers only, so that it can be handed to a process.

    Attributes:
        source: a OneRoster export, which takes the place of *size*.
        today: an ISO date, around which the school year lies.
        dated: of a source, hold assessments and results back until their day.
    """

    path: str
    size: str
    source: str | None
    seed: int
    today: str
    zone: str
    dated: bool

    def as_json(self) -> str:
        """For `main`."""
        return json.dumps(asdict(self))


def write_district(order: Order) -> None:
    """Write the district; ImportFault when its source cannot be used."""
    store = Store(Path(order.path))
    try:
        store.connection.execute("PRAGMA synchronous = OFF")  # if it fails, it goes altogether
        store.create()
        with store.write():
            _fill(store, order)
    finally:
        store.close()


def _fill(store: Store, order: Order) -> None:
    today, zone = date.fromisoformat(order.today), ZoneInfo(order.zone)
    if order.source is not None:
        import_folder(store, Path(order.source), today=today, zone=zone, dated=order.dated)
        return
    writer = Writer(db=store, seed=order.seed, start=today, zone=zone)
    if order.size == "tiny":
        tiny.write(writer)
    else:
        sized.write(writer, students=students(order.size))


def main(given: str, tell: Callable[[str], Any]) -> int:
    """Write what the JSON text *given* orders; the exit code."""
    os.nice(POLITE)
    # The mock that started this blocks them, and a process inherits that.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        write_district(Order(**json.loads(given)))
    except ImportFault as fault:
        tell(str(fault))
        return CANNOT_BE_USED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.stdin.read(), sys.stderr.write))
