"""What can be read of the gradebooks of a SIS: sections, columns, cells, averages."""

import json
import sqlite3
from collections.abc import Iterable
from datetime import date, timedelta

from mock_sis.gradebook.columns import Cell, Column, Unknown, cell_of, column_of
from mock_sis.gradebook.periods import Period, period_of_day, section_periods
from mock_sis.gradebook.statuses import Statuses
from mock_sis.world.world import World

SMALL_HOURS = timedelta(hours=6)
SITTING = """
SELECT person FROM enrolment
WHERE section IN (SELECT value FROM json_each(?1)) AND role = 'student' AND active = 1
  AND person IN (SELECT value FROM json_each(?2))
  AND (coalesce(begin, '') <= ?3 AND coalesce(end, '9') >= ?3
    OR coalesce(begin, '') <= ?4 AND coalesce(end, '9') >= ?4)
"""


class Reads:
    """The reading half of a `Gradebook`."""

    def __init__(
        self, world: World, sis: str, *, links: bool, categories: str, statuses: Statuses
    ) -> None:
        self.world = world
        self.sis = sis
        self.links = links
        self.statuses = statuses
        self._usable = categories
        self._db = world.db

    # ---- sections -------------------------------------------------------------------------------

    def section(self, id: str) -> sqlite3.Row:  # noqa: A002
        """The row of `section`; Unknown when there is none."""
        row = self._db.one("SELECT * FROM section WHERE id = ?", id)
        if row is None:
            raise Unknown("section", id)
        return row

    def linked(self, section: str) -> tuple[str, ...]:
        """The sections that share a gradebook with *section*, itself included, by id."""
        if not self.links:
            return (section,)
        rows = self._db.read(
            "SELECT id FROM section WHERE id = ?1 OR (link IS NOT NULL AND link ="
            " (SELECT link FROM section WHERE id = ?1)) ORDER BY id",
            section,
        )
        return tuple(row[0] for row in rows) or (section,)

    def periods(self, section: str) -> list[Period]:
        """The grading periods that apply to *section*, by start, as they stand now."""
        return section_periods(self._db, section, self.world.now(), self.world.zone)

    def period_of(self, section: str, due: date | None) -> Period | None:
        """The period of *section* in which *due* lies, as it stands now."""
        if due is None:
            return None
        return period_of_day(self._db, section, due, self.world.now(), self.world.zone)

    def main_teacher(self, section: str) -> str | None:
        """Who leads *section*."""
        row = self._db.one(
            "SELECT person FROM enrolment WHERE section = ? AND role = 'teacher' AND main = 1"
            " AND active = 1 ORDER BY coalesce(end, '9') DESC, id LIMIT 1",
            section,
        )
        return str(row[0]) if row else None

    def categories(self, section: str, teacher: str | None = None) -> list[sqlite3.Row]:
        """The rows of `category` that may be used in *section* now (A5), in order.

        Args:
            teacher: whose account decides; the main teacher's, unless told.
        """
        return self._db.read(self._usable, self.sis, section, teacher or self.main_teacher(section))

    def enrolled(self, sections: Iterable[str], student: str, day: date) -> str | None:
        """The first of *sections* in which *student* sits on *day*."""
        marks = tuple(sections)
        row = self._db.one(
            "SELECT section FROM enrolment WHERE person = ? AND role = 'student' AND active = 1"
            " AND coalesce(begin, '') <= ? AND coalesce(end, '9') >= ?"
            f" AND section IN ({', '.join('?' * len(marks))}) ORDER BY section LIMIT 1",
            student,
            day.isoformat(),
            day.isoformat(),
            *marks,
        )
        return str(row[0]) if row else None

    def sitting(self, sections: Iterable[str], students: Iterable[str]) -> set[str]:
        """Which of *students* sit in one of *sections* on one of the `days` that count."""
        places, asked = json.dumps(list(sections)), json.dumps(list(students))
        days = [day.isoformat() for day in self.days()]
        rows = self._db.read(SITTING, places, asked, days[0], days[-1])
        return {row[0] for row in rows}

    def days(self) -> set[date]:
        """Today; in the small hours also the evening before, for the night that began then."""
        now = self.world.now().astimezone(self.world.zone)
        return {now.date(), (now - SMALL_HOURS).date()}

    # ---- reading --------------------------------------------------------------------------------

    def column(self, id: int, *, deleted: bool = False) -> Column:  # noqa: A002
        """By its own id; Unknown when it is not there, or deleted and not asked for."""
        row = self._db.one("SELECT * FROM assignment WHERE id = ? AND sis = ?", id, self.sis)
        if row is None or (row["deleted"] and not deleted):
            raise Unknown("assignment", id)
        return column_of(row)

    def find_column(self, vendor: str, external_id: str) -> Column | None:
        """By the caller's id, in the caller's namespace."""
        row = self._db.one(
            "SELECT * FROM assignment WHERE sis = ? AND vendor = ? AND external_id = ?"
            " AND deleted = 0",
            self.sis,
            vendor,
            external_id,
        )
        return column_of(row) if row else None

    def columns(self, section: str, *, deleted: bool = False) -> list[Column]:
        """Every column shown in *section*, also those posted through linked ones; by due date."""
        sections = self.linked(section)
        rows = self._db.read(
            "SELECT * FROM assignment WHERE sis = ?"
            f" AND section IN ({', '.join('?' * len(sections))})"
            " AND deleted <= ? ORDER BY due IS NULL, due, id",
            self.sis,
            *sections,
            int(deleted),
        )
        return [column_of(row) for row in rows]

    def cells(self, column: int) -> list[Cell]:
        """The cells of a column that somebody wrote, by student."""
        rows = self._db.read("SELECT * FROM score WHERE assignment = ? ORDER BY student", column)
        return [cell_of(row) for row in rows]

    def cell(self, column: int, student: str) -> Cell | None:
        """One cell; None when nobody wrote it."""
        row = self._db.one(
            "SELECT * FROM score WHERE assignment = ? AND student = ?", column, student
        )
        return cell_of(row) if row else None

    def names(self, column: int) -> dict[str, str]:
        """Student -> the id of their cell: the caller's, or the SIS's own."""
        rows = self._db.read(
            "SELECT student, coalesce(external_id, CAST(id AS TEXT)) FROM score"
            " WHERE assignment = ?",
            column,
        )
        return {row[0]: row[1] for row in rows}

    def find_cell(self, vendor: str, external_id: str) -> Cell | None:
        """By the caller's result id, in the caller's namespace."""
        row = self._db.one(
            "SELECT * FROM score WHERE sis = ? AND vendor = ? AND external_id = ?",
            self.sis,
            vendor,
            external_id,
        )
        return cell_of(row) if row else None
