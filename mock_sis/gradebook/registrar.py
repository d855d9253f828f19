"""The registrar's hand: who sits where, who teaches, what is linked, when a period closes.

A student who leaves on a day was last there the day before; who comes back gets a second span.
Nothing here touches a score.
"""

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from mock_sis.gradebook.columns import Unknown
from mock_sis.gradebook.periods import PeriodState
from mock_sis.gradebook.reads import Reads
from mock_sis.world.clock import text
from mock_sis.world.world import World

DAY = timedelta(days=1)
DISTRICT_WIDE = ("period", "category", "section", "student", "teacher")


class Registrar:
    """Changes to the district of one world, each one transaction that moves `modified` on."""

    def __init__(self, world: World, books: Sequence[Reads]) -> None:
        """*books*: the gradebooks of every SIS in this world."""
        self._world = world
        self._books = books
        self._db = world.db

    # ---- students -------------------------------------------------------------------------------

    def drop(self, student: str, section: str | None = None) -> int:
        """Take the student out of *section*, or of all, from today on; answers of how many."""
        self._known("student", student)
        today = self._world.today()
        with self._db.write() as cursor:
            spans = cursor.execute(
                "SELECT id, begin FROM enrolment WHERE person = ? AND role = 'student'"
                " AND active = 1 AND coalesce(end, '9') >= ? AND (?3 IS NULL OR section = ?3)",
                (student, today.isoformat(), section),
            ).fetchall()
            for span in spans:
                self._end(cursor, span, today)
        return len(spans)

    def enroll(self, student: str, section: str) -> str:
        """Put the student into *section* from today on; answers the id of the (new) span."""
        self._known("student", student)
        self._known("section", section)
        today = self._world.today().isoformat()
        with self._db.write():
            row = self._db.one(
                "SELECT id FROM enrolment WHERE person = ? AND section = ? AND role = 'student'"
                " AND active = 1 AND coalesce(begin, '') <= ?3 AND coalesce(end, '9') >= ?3",
                student,
                section,
                today,
            )
            return str(row[0]) if row else self._span(student, section, "student", main=False)

    def transfer(self, student: str, to: str, *, leave: str | None = None) -> str:
        """Move the student into *to*, out of *leave*; by default out of that course's section.

        Where no section of the same course is left, only the new span is made.
        """
        course = self._known("section", to)["course"]
        with self._db.write():
            row = self._db.one(
                "SELECT section FROM enrolment JOIN section ON section.id = section"
                " WHERE person = ? AND role = 'student' AND enrolment.active = 1 AND course = ?"
                " AND section <> ? AND coalesce(end, '9') >= ? ORDER BY begin DESC LIMIT 1",
                student,
                course,
                to,
                self._world.today().isoformat(),
            )
            old = leave or (row[0] if row else None)
            if old is not None:
                self.drop(student, old)
            return self.enroll(student, to)

    # ---- teachers and sections ------------------------------------------------------------------

    def add_teacher(self, section: str, teacher: str, *, main: bool = False) -> str:
        """Let the teacher co-teach *section*, or become its main teacher; also in Otus."""
        self._known("section", section)
        self._known("teacher", teacher)
        with self._db.write() as cursor:
            if main:
                cursor.execute(
                    "UPDATE enrolment SET main = 0, modified = ? WHERE section = ? AND main = 1",
                    (self._world.stamp(), section),
                )
            row = self._db.one(
                "SELECT id FROM enrolment WHERE person = ? AND section = ? AND role = 'teacher'"
                " AND active = 1",
                teacher,
                section,
            )
            if row is None:
                span = self._span(teacher, section, "teacher", main=main)
            else:
                span = str(row[0])
                self._touch(cursor, "enrolment", span, main=int(main))
            self._change_otus_teachers(section, teacher, main=main)
        return span

    def remove_teacher(self, section: str, teacher: str) -> None:
        """Let a co-teacher leave *section* today; also in Otus.

        Unknown: they do not teach it. ValueError: they are its main teacher.
        """
        self._known("section", section)
        with self._db.write() as cursor:
            row = self._db.one(
                "SELECT id, main FROM enrolment WHERE person = ? AND section = ?"
                " AND role = 'teacher' AND active = 1",
                teacher,
                section,
            )
            if row is None:
                raise Unknown("teacher", teacher)
            if row["main"]:
                raise ValueError("the main teacher can leave when another is the main teacher")
            last = (self._world.today() - DAY).isoformat()
            self._touch(cursor, "enrolment", row["id"], end=last, active=0)
            self._change_otus_teachers(section, teacher, main=None)

    def merge(self, section: str, into: str) -> None:
        """Close *section*: its students and its columns go to *into*.

        Columns in closed grading periods stay where they are (E4).
        """
        self._known("section", section)
        self._known("section", into)
        if section == into:
            raise ValueError("a section cannot be merged into itself")
        with self._db.write() as cursor:
            for student in self._sitting(section):
                self.drop(student, section)
                self.enroll(student, into)
            for book in self._books:
                self._move_columns(cursor, book, section, into)
            self._touch(cursor, "section", section, active=0, link=None)

    def link(self, sections: list[str]) -> str:
        """Let *sections* (and whatever they are linked to) share one gradebook; answers its key."""
        for section in sections:
            self._known("section", section)
        with self._db.write() as cursor:
            linked = (book.linked(section) for book in self._books for section in sections)
            group = sorted({other for others in linked for other in others})
            key = f"link-{group[0]}"
            for section in group:
                self._touch(cursor, "section", section, link=key)
        return key

    def unlink(self, section: str) -> None:
        """Give *section* a gradebook of its own; columns stay where they were posted."""
        self._known("section", section)
        with self._db.write() as cursor:
            self._touch(cursor, "section", section, link=None)

    # ---- categories and periods -----------------------------------------------------------------

    def deactivate_category(self, category: str, *, teacher: str | None = None) -> None:
        """Switch a category off, for everyone or in one teacher's account."""
        self._switch(category, teacher, on=False)

    def activate_category(self, category: str, *, teacher: str | None = None) -> None:
        """Switch a category on again, for everyone or in one teacher's account."""
        self._switch(category, teacher, on=True)

    def change_period(
        self,
        period: str,
        *,
        start: date | None = None,
        end: date | None = None,
        grace_days: int | None = None,
        closes_at: datetime | None = None,
    ) -> None:
        """Change what is given. ValueError: it would end before it starts."""
        row = self._known("period", period)
        changes: dict[str, Any] = {
            "start": start and start.isoformat(),
            "end": end and end.isoformat(),
            "grace_days": grace_days,
            "closes_at": closes_at and text(closes_at),
        }
        given = {name: value for name, value in changes.items() if value is not None}
        if given.get("start", row["start"]) > given.get("end", row["end"]):
            raise ValueError("a grading period cannot end before it starts")
        with self._db.write() as cursor:
            self._touch(cursor, "period", period, **given)

    def close_period(self, period: str) -> None:
        """Close it now, whatever the calendar says."""
        self._known("period", period)
        with self._db.write() as cursor:
            self._touch(cursor, "period", period, hand="closed")

    def reopen_period(self, period: str) -> None:
        """Open it until it is closed by hand, whatever the calendar says."""
        self._known("period", period)
        with self._db.write() as cursor:
            self._touch(cursor, "period", period, hand="reopened")

    # ---- inside ---------------------------------------------------------------------------------

    def _known(self, table: str, id: str) -> sqlite3.Row:  # noqa: A002
        assert table in DISTRICT_WIDE
        row = self._db.one(f"SELECT * FROM {table} WHERE id = ?", id)
        if row is None:
            raise Unknown(table, id)
        return row

    def _touch(self, cursor: sqlite3.Cursor, table: str, id: str, **fields: Any) -> None:  # noqa: A002
        values = {**fields, "modified": self._world.stamp()}
        cursor.execute(
            f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in values)} WHERE id = ?",
            (*values.values(), id),
        )

    def _end(self, cursor: sqlite3.Cursor, span: sqlite3.Row, today: date) -> None:
        last = (today - DAY).isoformat()
        never = span["begin"] is not None and span["begin"] > last
        self._touch(cursor, "enrolment", span["id"], end=last, active=int(not never))

    def _span(self, person: str, section: str, role: str, *, main: bool) -> str:
        with self._db.write() as cursor:
            number = self._db.read("SELECT coalesce(max(dcid), 0) + 1 FROM enrolment")[0][0]
            cursor.execute(
                "INSERT INTO enrolment VALUES (?, ?, ?, ?, ?, ?, ?, NULL, 1, ?)",
                (
                    str(number),
                    number,
                    section,
                    person,
                    role,
                    int(main),
                    self._world.today().isoformat(),
                    self._world.stamp(),
                ),
            )
        return str(number)

    def _sitting(self, section: str) -> list[str]:
        rows = self._db.read(
            "SELECT DISTINCT person FROM enrolment WHERE section = ? AND role = 'student'"
            " AND active = 1 AND coalesce(end, '9') >= ? ORDER BY person",
            section,
            self._world.today().isoformat(),
        )
        return [row[0] for row in rows]

    def _move_columns(self, cursor: sqlite3.Cursor, book: Reads, section: str, into: str) -> None:
        for column in book.columns(section, deleted=True):
            period = book.period_of(section, column.due)
            closed = period is not None and period.state is PeriodState.CLOSED
            if column.section == section and not closed:
                self._touch(cursor, "assignment", str(column.id), section=into)

    def _switch(self, category: str, teacher: str | None, *, on: bool) -> None:
        if teacher is not None:
            self._known("teacher", teacher)
        self._known("category", category)
        with self._db.write() as cursor:
            if teacher is None:
                self._touch(cursor, "category", category, active=int(on))
                return
            cursor.execute(
                "DELETE FROM category_off WHERE category = ?1 AND teacher = ?2"
                if on
                else "INSERT OR IGNORE INTO category_off SELECT sis, id, ?2 FROM category"
                " WHERE id = ?1",
                (category, teacher),
            )

    def _change_otus_teachers(self, section: str, teacher: str, *, main: bool | None) -> None:
        """Let the teacher teach the class in Otus too; *main* None takes them out."""
        feed = self._world.feed
        person = feed.teacher_of(teacher)
        for record in feed.classes_of(section):
            others = [t for t in record["teachers"] if t["teacherId"] != person]
            if main:
                others = [{**t, "main": False} for t in others]
            own = [] if main is None else [{"teacherId": person, "main": main}]
            feed.put("class", record["id"], {**record, "teachers": [*others, *own]})
