"""The log as a page or a file shows it: what was asked for, newest first, under the hours."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from mock_sis.pages.csv_row import csv_row
from mock_sis.pages.log.calls import Names
from mock_sis.pages.log.entries import call_of
from mock_sis.pages.log.sentences import Line, lines, sentence
from mock_sis.pages.words import spoken_day
from mock_sis.world.clock import instant
from mock_sis.world.journal import Journal

Entry = Mapping[str, Any]
PAGE = 200
AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which calls: `words` must all be in the sentence, its path or its operation."""

    server: str
    failed: bool = False
    writes: bool = False
    operation: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """The lines of one hour of the district's clock."""

    title: str
    lines: Sequence[tuple[str, Line]]
    calls: int
    failed: int


def page(
    journal: Journal, asked: Asked, names: Names, before: int | None, *, most: int = 20_000
) -> tuple[list[Entry], int | None]:
    """At most 200 of the calls that were asked for, and where the next page begins, if anywhere.

    Words are looked for in so many calls at *most*: nobody waits for a journal of a million.
    """
    shown: list[Entry] = []
    for number, entry in enumerate(_calls(journal, asked, before), 1):
        if _matches(entry, asked.words, names):
            if len(shown) == PAGE:
                return shown, shown[-1]["seq"]
            shown.append(entry)
        if number == most:
            return shown, entry["seq"]
    return shown, None


def every(journal: Journal, asked: Asked, names: Names) -> Iterator[Entry]:
    """All calls that were asked for, newest first."""
    return (e for e in _calls(journal, asked, None) if _matches(e, asked.words, names))


def _calls(journal: Journal, asked: Asked, before: int | None) -> Iterator[Entry]:
    """The calls that were asked for, whatever their words are, newest first."""
    while True:
        found = journal.latest(
            asked.server,
            before=before,
            failed=asked.failed,
            writes=asked.writes,
            operation=asked.operation,
            limit=AT_ONCE,
        )
        yield from found
        if len(found) < AT_ONCE:
            return
        before = found[-1]["seq"]


def hours(shown: Sequence[Entry], names: Names, zone: ZoneInfo) -> list[Hour]:
    """The entries as sentences, under the hours in which they came."""

    def hour(entry: Entry) -> datetime:
        return local(entry["at"], zone).replace(minute=0, second=0, microsecond=0)

    made = []
    for start, some in groupby(shown, key=hour):
        found = list(some)
        told = [(f"{local(one.entries[-1]['at'], zone):%H:%M}", one) for one in lines(found, names)]
        failed = sum(line.failed for _, line in told)
        title = f"{spoken_day(start)}, {start:%H:%M} to {start:%H}:59"
        made.append(Hour(title=title, lines=told, calls=len(found), failed=failed))
    return made


def as_csv(shown: Iterator[Entry], names: Names, zone: ZoneInfo) -> Iterator[str]:
    """Rows of a CSV file, the heading first; no cell begins as a formula does."""
    columns = ("method", "path", "query", "operation", "status", "duration_ms", "reason", "client")
    yield csv_row(["time", "sentence", *columns])
    for entry in shown:
        cells = [entry[column] for column in columns]
        at = f"{local(entry['at'], zone):%Y-%m-%d %H:%M:%S}"
        yield csv_row([at, sentence(call_of(entry), names), *cells])


def local(stored: str, zone: ZoneInfo) -> datetime:
    """A stored instant on the district's clock."""
    return instant(stored).astimezone(zone)


def _matches(entry: Entry, words: str, names: Names) -> bool:
    if not words:
        return True
    text = f"{sentence(call_of(entry), names)} {entry['path']} {entry['operation']}".casefold()
    return all(word in text for word in words.casefold().split())
