"""`/ws/xte/teacher_category`: each teacher's copies of the district's categories, and their own."""

import json
import sqlite3
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from mock_sis.districts.ids import TABLE_ID
from mock_sis.http.types import Answer, Problem
from mock_sis.powerschool.gradebook.teachers import teacher
from mock_sis.powerschool.numbers import FOREIGN, OWN_CATEGORY, PER_TEACHER, TEACHER_CATEGORY, shown
from mock_sis.powerschool.values import breach
from mock_sis.world.world import World

NAME_LIMIT = 30
KEPT = (
    "name",
    "color",
    "description",
    "isinfinalgrades",
    "defaultscoretype",
    "defaultscoreentrypoints",
    "defaultweight",
    "defaulttotalvalue",
    "defaultpublishoption",
    "isdefaultpublishscores",
)
"""What a teacher may change, besides whether it is active and where it is excluded."""


def copy_of(world: World, number: str) -> tuple[str, str] | None:
    """The district category and the teacher behind a TEACHERCATEGORYID; None when it is no copy."""
    if not number.isdecimal() or int(number) <= TEACHER_CATEGORY:
        return None
    place, position = divmod(int(number) - TEACHER_CATEGORY, PER_TEACHER)
    row = world.db.one(
        "SELECT category.id, teacher.id FROM category JOIN teacher ON teacher.table_id = ?"
        " WHERE sis = 'powerschool' AND position = ?",
        place + TABLE_ID["teacher"],
        position,
    )
    return (row[0], row[1]) if row else None


def owner_of(world: World, number: int) -> str:
    """The teacher whose category this is."""
    copied = copy_of(world, str(number))
    own = copied or world.db.one("SELECT id, teacher FROM own_category WHERE id = ?", number)
    if own is None:
        raise Problem(404, f"Unable to find TeacherCategory with id {number}")
    return str(own[1])


USUAL: Mapping[str, Any] = {
    "isusermodifiable": True,
    "isinfinalgrades": True,
    "description": "",
    "defaultscoretype": "POINTS",
    "defaultscoreentrypoints": Decimal("100.0"),
    "defaultweight": Decimal("1.0"),
    "defaulttotalvalue": Decimal("100.0"),
    "defaultpublishoption": "Immediately",
    "isdefaultpublishscores": True,
}
EXCLUSIONS = (
    (
        "_teachercategorysectionexcludeassociations",
        "teachercategorysectionexcludeassoc",
        "sectionsdcid",
    ),
    ("_categoryschoolexcludeassociations", "categoryschoolexcludeassoc", "schoolsdcid"),
)


class Categories:
    """The categories of one teacher."""

    def __init__(self, world: World, users_dcid: str) -> None:
        self._world = world
        self._teacher = teacher(world, users_dcid)

    # ---- reading --------------------------------------------------------------------------------

    def listed(self) -> Answer:
        """Active and inactive ones."""
        return Answer([self._shown(row) for row in self._rows()])

    def one(self, number: int) -> Answer:
        """One of them; 404 when it is none of theirs."""
        return Answer(self._shown(self._row(number)))

    def number_of(self, category: str | None) -> int | None:
        """TEACHERCATEGORYID of a category as the gradebook knows it."""
        if category is None:
            return None
        row = self._world.db.one(
            "SELECT position FROM category WHERE sis = 'powerschool' AND id = ?", category
        )
        if row is None:
            own = category.removeprefix(FOREIGN)
            return int(own) if own.isdecimal() else None
        place = self._teacher["table_id"] - TABLE_ID["teacher"]
        return int(TEACHER_CATEGORY + place * PER_TEACHER + row["position"])

    def category_of(self, number: int) -> str | None:
        """The category behind a TEACHERCATEGORYID of this teacher; None when it is not theirs."""
        row = next((row for row in self._rows() if row["number"] == number), None)
        return None if row is None else str(row["category"])

    # ---- writing --------------------------------------------------------------------------------

    def create(self, body: Mapping[str, Any]) -> int:
        """A category of the teacher's own; answers its number."""
        name = str(body.get("name") or "").strip()
        taken = {self._shown(row)["name"].casefold() for row in self._rows()}
        if not name or len(name) > NAME_LIMIT or name.casefold() in taken:
            raise Problem(
                409, f"A category needs a name of up to {NAME_LIMIT} characters of its own"
            )
        with self._world.db.write() as cursor:
            row = cursor.execute(
                "INSERT INTO own_category VALUES ((SELECT coalesce(max(id), ?) + 1"
                " FROM own_category), ?, ?, ?, ?, ?) RETURNING id",
                (
                    OWN_CATEGORY,
                    self._teacher["id"],
                    name,
                    int(body.get("isactive", True)),
                    _fields(body),
                    self._world.stamp(),
                ),
            ).fetchone()
            self._exclude(cursor, str(row[0]), body)
        return int(row[0])

    def replace(self, number: int, body: Mapping[str, Any]) -> Answer:
        """Change what the teacher may change; a district copy's district stays."""
        known = self._row(number)
        on = bool(body.get("isactive", known["usable"]))
        with self._world.db.write() as cursor:
            if known["district"] is None:
                cursor.execute(
                    "UPDATE own_category SET title = ?, active = ?, fields = ?, modified = ?"
                    " WHERE id = ?",
                    (
                        body.get("name", known["title"]),
                        int(on),
                        _fields(body),
                        self._world.stamp(),
                        number,
                    ),
                )
            else:
                cursor.execute(
                    "INSERT OR REPLACE INTO category_copy VALUES (?, ?, ?, ?)",
                    (known["category"], self._teacher["id"], _fields(body), self._world.stamp()),
                )
                self._switch(cursor, known["category"], on=on)
            self._exclude(cursor, str(known["category"]), body)
        return self.one(number)

    def delete(self, number: int) -> None:
        """Only one's own category, and only while no assignment has it."""
        known = self._row(number)
        used = self._world.db.one(
            "SELECT 1 FROM assignment WHERE category = ? AND deleted = 0", known["category"]
        )
        if known["district"] is not None or used:
            raise Problem(409, "The category is the district's, or assignments use it")
        with self._world.db.write() as cursor:
            cursor.execute("DELETE FROM own_category WHERE id = ?", (number,))

    # ---- inside ---------------------------------------------------------------------------------

    def _rows(self) -> list[sqlite3.Row]:
        return self._world.db.read(
            "SELECT category.id AS category, category.id AS district, category.title, position,"
            " ?2 + (?3 - ?4) * ?5 + position AS number, category.active AND NOT EXISTS"
            " (SELECT 1 FROM category_off off WHERE off.sis = 'powerschool'"
            " AND off.category = category.id AND off.teacher = ?1) AS usable,"
            " (SELECT fields FROM category_copy own WHERE own.category = category.id"
            " AND own.teacher = ?1) AS fields FROM category WHERE sis = 'powerschool'"
            " UNION ALL SELECT CAST(id AS TEXT), NULL, title, id, id, active, fields"
            " FROM own_category WHERE teacher = ?1 ORDER BY position, number",
            self._teacher["id"],
            TEACHER_CATEGORY,
            self._teacher["table_id"],
            TABLE_ID["teacher"],
            PER_TEACHER,
        )

    def _row(self, number: int) -> sqlite3.Row:
        found = next((row for row in self._rows() if row["number"] == number), None)
        if found is None:
            raise Problem(404, f"Unable to find TeacherCategory with id {number}")
        return found

    def _shown(self, row: sqlite3.Row) -> dict[str, Any]:
        own = json.loads(row["fields"] or "{}", parse_float=Decimal)
        return {
            "_name": "teachercategory",
            "_id": row["number"],
            "teachercategoryid": row["number"],
            "usersdcid": shown(self._teacher["id"]),
            "name": row["title"],
            "categorytype": "user" if row["district"] is None else "district",
            "districtteachercategoryid": shown(row["district"]),
            "isactive": bool(row["usable"]),
            "teachermodified": bool(own),
            "color": str(row["position"] % 10),
            "displayposition": row["position"],
            **USUAL,
            **own,
            **self._excluded(row["category"]),
            **breach(),
        }

    def _excluded(self, category: str) -> dict[str, Any]:
        rows = self._world.db.read(
            "SELECT place, org.id IS NOT NULL AS school FROM category_excluded"
            " LEFT JOIN org ON org.id = place WHERE category = ? AND teacher = ? ORDER BY place",
            category,
            self._teacher["id"],
        )
        return {
            member: [
                {"_name": name, key: shown(row["place"])} for row in rows if row["school"] == school
            ]
            for school, (member, name, key) in enumerate(EXCLUSIONS)
        }

    def _switch(self, cursor: sqlite3.Cursor, category: str, *, on: bool) -> None:
        cursor.execute(
            "DELETE FROM category_off WHERE sis = 'powerschool' AND category = ? AND teacher = ?"
            if on
            else "INSERT OR IGNORE INTO category_off VALUES ('powerschool', ?, ?)",
            (category, self._teacher["id"]),
        )

    def _exclude(self, cursor: sqlite3.Cursor, category: str, body: Mapping[str, Any]) -> None:
        places = [
            str(part[key])
            for name, _, key in EXCLUSIONS
            for part in body.get(name) or []
            if isinstance(part, Mapping) and key in part
        ]
        cursor.execute(
            "DELETE FROM category_excluded WHERE category = ? AND teacher = ?",
            (category, self._teacher["id"]),
        )
        cursor.executemany(
            "INSERT OR IGNORE INTO category_excluded VALUES (?, ?, ?)",
            [(category, self._teacher["id"], place) for place in places],
        )


def _fields(body: Mapping[str, Any]) -> str:
    kept = {name: body[name] for name in KEPT if body.get(name) is not None}
    return json.dumps(kept, default=float)
