"""A OneRoster export, read as a snapshot.

The cursor is a digest of the contents, so an export that did not change is an empty delta.
"""

from collections.abc import Iterator
from itertools import islice
from zoneinfo import ZoneInfo

from agent.domain import Who
from agent.errors import ConfigError, PassbackError, UnavailableError
from agent.probe import bad, doubtful, good
from agent.settings import MidnightUtc
from agent.sources.oneroster_csv import gradebook, roster
from agent.sources.oneroster_csv.files import Export, ExportFiles
from agent.sources.port import Change, Page, Probe

_REQUIRED = ("classes.csv", "users.csv", "enrollments.csv", "lineItems.csv", "results.csv")
_OPTIONAL = ("roles.csv", "categories.csv")
_PAGE = 5000
_FIX = (
    "have the export made again, with the files and columns of docs/reference/csv.md,"
    " or set another path"
)


class OneRosterCsvSource:
    """One export of a district.

    Args:
        path: the folder or zip.
        zone: the district's; a date-time in a date column means the day there.
        midnight_utc: what a due date at 00:00Z means; with None it is a date, and `check` warns.
    """

    def __init__(self, path: str, zone: ZoneInfo, midnight_utc: MidnightUtc | None = None) -> None:
        self._export = Export(path)
        self._zone = zone
        self._midnight = midnight_utc

    def check(self) -> Iterator[Probe]:
        """Look for the files and their columns."""
        try:
            with self._export.opened() as files:
                _check_manifest(files)
                for name in _REQUIRED:
                    files.columns(name)
                facts = self._facts(files)
                classes = sum(1 for _ in roster.classes(files, facts.roster))
                line_items = sum(1 for _ in gradebook.assessments(files, facts))
                next(gradebook.scores(files), None)
                midnights = gradebook.due_times_at_midnight(files)
        except PassbackError as error:
            yield bad("the OneRoster files", str(error), Who.OPERATOR, _FIX, where="[source] path")
            return
        found = f"{classes} classes, {line_items} line items"
        yield good("the OneRoster files", found)
        if midnights and self._midnight is None:
            yield doubtful(
                "due times",
                f"all {midnights} are 00:00Z and count as bare dates",
                Who.OPERATOR,
                'say so in [source]: midnight_utc = "date", or "instant" if they are times',
                where="[source] midnight_utc",
            )

    def pull(self, cursor: str | None) -> Iterator[Page]:
        """The whole export, or nothing if it has not changed since *cursor*."""
        stamp = self._export.stamp()
        with self._export.opened() as files:
            now = f"{files.digest()}:{self._zone}"
            if self._midnight == "instant":
                now += ":instant"
            if now == cursor:
                yield Page(changes=(), snapshot=False, cursor=now, last=True)
                return
            _check_manifest(files)
            changes = self._changes(files)
            while page := tuple(islice(changes, _PAGE)):
                yield Page(changes=page, snapshot=True, cursor=now, last=False)
        if self._export.stamp() != stamp:
            raise UnavailableError(
                "the export changed while it was read", system="source", operation="readExport"
            )
        yield Page(changes=(), snapshot=True, cursor=now, last=True)

    def close(self) -> None:
        """Do nothing: no file stays open."""

    def _facts(self, files: ExportFiles) -> gradebook.ExportFacts:
        return gradebook.ExportFacts(
            roster=roster.read_roster(files),
            types=gradebook.read_categories(files),
            zone=self._zone,
            midnight_is_date=self._midnight != "instant",
        )

    def _changes(self, files: ExportFiles) -> Iterator[Change]:
        facts = self._facts(files)
        yield from roster.teachers(facts.roster, gradebook.assigners_not_in_sis(files))
        yield from roster.students(facts.roster)
        yield from roster.group(files, facts.roster)
        yield from roster.classes(files, facts.roster)
        yield from gradebook.assessments(files, facts)
        yield from gradebook.scores(files)


def _check_manifest(files: ExportFiles) -> None:
    """Refuse a delta file: it holds only changes, so a snapshot of it would remove all the rest."""
    if not files.has("manifest.csv"):
        return
    ours = {f"file.{name.removesuffix('.csv')}" for name in (*_REQUIRED, *_OPTIONAL)}
    for row in files.rows("manifest.csv", ("propertyName", "value")):
        name, value = row.cells
        if name in ours and value.strip().casefold() == "delta":
            raise ConfigError(f"manifest.csv: {name} is delta; only bulk files can be read")
