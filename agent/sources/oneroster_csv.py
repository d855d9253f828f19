"""OneRoster CSV as a source: an export, in a folder or a zip, is a snapshot.

The cursor is a digest of the contents, so an export that did not change is an empty delta.
"""

from collections.abc import Iterator
from itertools import islice
from zoneinfo import ZoneInfo

from agent.errors import ConfigError, PassbackError, UnavailableError
from agent.settings import MidnightUtc
from agent.sources import csv_gradebook, csv_roster
from agent.sources.csv_folder import CsvFolder, OpenFolder
from agent.sources.port import Change, Page, Probe

_REQUIRED = ("classes.csv", "users.csv", "enrollments.csv", "lineItems.csv", "results.csv")
_OPTIONAL = ("roles.csv", "categories.csv")
_PAGE = 5000


class OneRosterCsvSource:
    """One export of a district.

    Args:
        path: of the folder or zip.
        zone: the district's; a date-time in a date column means the day there.
        midnight_utc: what a due date at 00:00Z means; None takes it for a date, and lets `check`
            ask.
    """

    def __init__(self, path: str, zone: ZoneInfo, midnight_utc: MidnightUtc | None = None) -> None:
        self._path = path
        self._folder = CsvFolder(path)
        self._zone = zone
        self._midnight = midnight_utc

    def check(self) -> Iterator[Probe]:
        """Look for the files and their columns."""
        try:
            with self._folder.opened() as folder:
                _check_manifest(folder)
                for name in _REQUIRED:
                    folder.columns(name)
                counts = [sum(1 for _ in csv_roster.classes(folder, csv_roster.Roster()))]
                setting = self._setting(folder)
                counts.append(sum(1 for _ in csv_gradebook.assessments(folder, setting)))
                next(csv_gradebook.scores(folder), None)
                midnights = csv_gradebook.midnights(folder)
        except PassbackError as error:
            yield Probe(name="the OneRoster files", ok=False, detail=str(error))
            return
        told = f"{counts[0]} classes, {counts[1]} line items"
        yield Probe(name="the OneRoster files", ok=True, detail=told)
        if midnights and self._midnight is None:
            yield Probe(
                name="due times",
                ok=True,
                warns=True,
                detail=f"all {midnights} are 00:00Z and count as bare dates; say so in [source]:"
                ' midnight_utc = "date", or "instant" if they are times',
            )

    def pull(self, cursor: str | None) -> Iterator[Page]:
        """The whole export, or nothing where it is what *cursor* saw."""
        stamp = self._folder.stamp()
        with self._folder.opened() as folder:
            now = f"{folder.digest()}:{self._zone}"
            if self._midnight == "instant":
                now += ":instant"
            if now == cursor:
                yield Page(changes=(), snapshot=False, cursor=now, last=True)
                return
            _check_manifest(folder)
            changes = self._changes(folder)
            while page := tuple(islice(changes, _PAGE)):
                yield Page(changes=page, snapshot=True, cursor=now, last=False)
        if self._folder.stamp() != stamp:
            raise UnavailableError(
                "the export changed while it was read", system="source", operation="readExport"
            )
        yield Page(changes=(), snapshot=True, cursor=now, last=True)

    def close(self) -> None:
        """Nothing is held open."""

    def _setting(self, folder: OpenFolder) -> csv_gradebook.Setting:
        return csv_gradebook.Setting(
            roster=csv_roster.read_roster(folder),
            categories=csv_gradebook.read_categories(folder),
            zone=self._zone,
            midnight_is_date=self._midnight != "instant",
        )

    def _changes(self, folder: OpenFolder) -> Iterator[Change]:
        setting = self._setting(folder)
        yield from csv_roster.teachers(setting.roster, csv_gradebook.outsiders(folder))
        yield from csv_roster.students(setting.roster)
        yield from csv_roster.group(folder, setting.roster)
        yield from csv_roster.classes(folder, setting.roster)
        yield from csv_gradebook.assessments(folder, setting)
        yield from csv_gradebook.scores(folder)


def _check_manifest(folder: OpenFolder) -> None:
    """A delta file holds only changes: taken for a snapshot, it would remove all the rest."""
    if not folder.has("manifest.csv"):
        return
    ours = {
        f"file.{name.removesuffix('.csv')}" for name in (*_REQUIRED, "roles.csv", "categories.csv")
    }
    for row in folder.rows("manifest.csv", ("propertyName", "value")):
        name, value = row.cells
        if name in ours and value.strip().casefold() == "delta":
            raise ConfigError(f"manifest.csv: {name} is delta; only bulk files can be read")
