"""A OneRoster 1.1 or 1.2 CSV export becomes a world: rosters and calendar in the SIS, work in Otus.

The export's sourcedIds are the SIS ids and the Otus ids. Nothing of its line items and results is
in the SIS gradebook: they are what Otus has, to be passed back.
"""

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from mock_sis.districts.generate import Writer
from mock_sis.districts.oneroster_csv.files import CsvFiles
from mock_sis.districts.oneroster_csv.otus import OtusImport
from mock_sis.districts.oneroster_csv.roster import RosterImport
from mock_sis.districts.oneroster_csv.rules import faults
from mock_sis.world.feed import Feed
from mock_sis.world.store import Store


def import_folder(store: Store, source: Path, *, today: date, zone: ZoneInfo, dated: bool) -> None:
    """Fill an empty world from *source*, a folder or a zip.

    Args:
        dated: hold assessments back until they are assigned, and results until their score date.

    Raises:
        ImportFault: a file or a column is missing, or a roster value cannot be used.
    """
    files = CsvFiles(source)
    for fault in faults(files):
        raise fault
    roster = RosterImport(files, Writer(db=store, seed=0, start=today, zone=zone))
    roster.write()
    otus, feed = OtusImport(files, roster), Feed(store)
    feed.put_many(otus.rosters())
    if dated:
        feed.hold_back((day or today, kind, id_, rec) for day, kind, id_, rec in otus.work())
        feed.release(today)
    else:
        feed.put_many((kind, id_, rec) for _, kind, id_, rec in otus.work())
