"""An assignment as `/ws/xte` shows it and as callers send it.

One assignment has a part in each of its sections; a part is a column of the gradebook. What the
gradebook has no place for is kept in the column's `extra`.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import orjson

from mock_sis.gradebook.columns import Column, Draft, decimal_text
from mock_sis.gradebook.gradebook import Gradebook
from mock_sis.gradebook.periods import PeriodState
from mock_sis.powerschool.gradebook.categories import Categories
from mock_sis.powerschool.gradebook.checks import POWERSCHOOL, TEACHER
from mock_sis.powerschool.gradebook.locks import is_unlocked
from mock_sis.powerschool.numbers import ASSOCIATION, FOREIGN, assignment_of, shown
from mock_sis.powerschool.values import breach, day, decimal, identifier, invalid, real
from mock_sis.world.clock import instant
from mock_sis.world.world import World

Part = Mapping[str, Any]
FLAGS = {"iscountedinfinalgrade": True, "isscorespublish": True, "isscoringneeded": False}
PLAIN = {
    "scoretype": "POINTS",
    "publishoption": "Immediately",
    "maxretakeallowed": 0,
    "publishdaysbeforedue": None,
    "publishonspecificdate": None,
}
DECIMALS = {"weight": "1", "extracreditpoints": "0"}
WHOLE = {"standardscoringmethod": "GradeScale", "standardcalcdirection": "NONE"}
SCORING = ("scoretype", "weight")
"""With the points, what a change of needs `update_scores` once there are scores."""
USUAL: Mapping[str, Any] = {
    **WHOLE,
    "createdbyplugin": None,
    **DECIMALS,
    **FLAGS,
    **PLAIN,
    "students": (),
}
"""What an assignment says of itself where nobody said otherwise."""
MINIMA = {"minpercent": 0, "minpoints": 0, "mingrade": "F"}
SAME = ("title", "points", "category", "description")


@dataclass(frozen=True, slots=True)
class Sent:
    """A part of an assignment as a caller wants it; `column` names the one that is there."""

    draft: Draft
    column: int | None


class Shaper:
    """Shows the assignments of one call, made of rows; what several share is looked up once."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._book = Gradebook(world, POWERSCHOOL)
        self._random_member = world.setting("powerschool", {}).get("breach_mitigation")
        self._leads: dict[str, str | None] = {}
        self._categories: dict[str, Categories] = {}
        self._numbers: dict[tuple[str, str | None], int | None] = {}
        self._locks: dict[tuple[str, str | None], bool] = {}

    def assignment(self, rows: Sequence[sqlite3.Row]) -> dict[str, Any]:
        """An assignment of one or several parts."""
        number = assignment_of(rows[0]["id"], rows[0]["bundle"])
        parts = [(row, USUAL | orjson.loads(row["extra"])) for row in rows]
        told = parts[0][1]
        return {
            "_name": "assignment",
            "_id": number,
            "assignmentid": number,
            "standardscoringmethod": told["standardscoringmethod"],
            "standardcalcdirection": told["standardcalcdirection"],
            "createdbyplugin": told["createdbyplugin"],
            "hasstandards": False,
            "hasextracriteria": False,
            "_assignmentstandardassociations": [],
            "_assignmentsections": [self._part(row, told) for row, told in parts],
            **(breach() if self._random_member else {}),
        }

    def _part(self, row: sqlite3.Row, told: Mapping[str, Any]) -> dict[str, Any]:
        """An assignment in one of its sections; *told* is what the column's `extra` says of it."""
        id_, section, points, weight = row["id"], row["section"], row["points"], str(told["weight"])
        return {
            "_name": "assignmentsection",
            "_id": id_,
            "assignmentsectionid": id_,
            "sectionsdcid": shown(section),
            "name": row["title"],
            "description": row["description"],
            "duedate": row["due"],
            "islocked": self._locked(section, row["due"]),
            "scoreentrypoints": real(points),
            "totalpointvalue": real(points, weight),
            "weight": real(weight),
            "extracreditpoints": real(str(told["extracreditpoints"])),
            "iscountedinfinalgrade": bool(told["iscountedinfinalgrade"]),
            "isscorespublish": bool(told["isscorespublish"]),
            "isscoringneeded": bool(told["isscoringneeded"]),
            "scoretype": told["scoretype"],
            "publishoption": told["publishoption"],
            "maxretakeallowed": told["maxretakeallowed"],
            "publishdaysbeforedue": told["publishdaysbeforedue"],
            "publishonspecificdate": told["publishonspecificdate"],
            "publisheddate": instant(row["created"]).astimezone(self._world.zone).date(),
            "minvalues": MINIMA,
            "_assignmentstudentassociations": [
                {"_name": "assignmentstudentassoc", "studentsdcid": shown(student)}
                for student in told["students"]
            ],
            "_assignmentstandardassociations": [],
            "_assignmentcategoryassociations": self._associations(
                id_, self.category(section, row["category"], told.get(TEACHER))
            ),
        }

    def category(self, section: str, category: str | None, teacher: str | None) -> int | None:
        """TEACHERCATEGORYID of a column: of the teacher who acted, else of the main one."""
        whose = teacher or self._lead(section)
        if whose is None:
            return None
        if (whose, category) not in self._numbers:
            if whose not in self._categories:
                self._categories[whose] = Categories(self._world, whose)
            self._numbers[whose, category] = self._categories[whose].number_of(category)
        return self._numbers[whose, category]

    def _locked(self, section: str, due: str | None) -> bool:
        """Whether the reporting term of a column takes nothing now."""
        if (section, due) not in self._locks:
            self._locks[section, due] = locked(
                self._world, section, date.fromisoformat(due) if due else None
            )
        return self._locks[section, due]

    def _lead(self, section: str) -> str | None:
        if section not in self._leads:
            self._leads[section] = self._book.main_teacher(section)
        return self._leads[section]

    def _associations(self, column: int, number: int | None) -> list[dict[str, Any]]:
        if number is None:
            return []
        return [
            {
                "_name": "assignmentcategoryassoc",
                "_id": ASSOCIATION + column,
                "assignmentcategoryassocid": ASSOCIATION + column,
                "teachercategoryid": number,
                "isprimary": True,
            }
        ]


def locked(world: World, section: str, due: date | None) -> bool:
    """Whether the reporting term of a column takes nothing now."""
    period = Gradebook(world, POWERSCHOOL).period_of(section, due)
    if period is None or period.state is not PeriodState.CLOSED:
        return False
    return not is_unlocked(world, section, period.id)


class Reader:
    """Reads what a teacher's program sent; unknown members are overlooked."""

    def __init__(
        self, world: World, users_dcid: str, plugin: int, known: Sequence[Column] = ()
    ) -> None:
        """*known* are the columns that are being replaced: they may keep the category they have."""
        self._teacher = users_dcid
        self._plugin = plugin
        self._categories = Categories(world, users_dcid)
        shape = Shaper(world)
        self._kept = {
            shape.category(one.section, one.category, one.extra.get(TEACHER)): one for one in known
        }

    def parts(self, body: Mapping[str, Any]) -> list[Sent]:
        """Every part; they must agree in all but due date and students."""
        sections = body.get("_assignmentsections")
        if not isinstance(sections, list) or not sections:
            raise invalid("An assignment needs at least one section", "_assignmentsections")
        whole = {name: str(body[name]) for name in WHOLE if body.get(name)}
        found = [self._part(part, whole) for part in sections if isinstance(part, Mapping)]
        for other in found[1:]:
            for name in SAME:
                if getattr(other.draft, name) != getattr(found[0].draft, name):
                    raise invalid("The sections of an assignment differ", name)
        return found

    def _part(self, part: Part, whole: Mapping[str, Any]) -> Sent:
        category, teacher = self._category(part)
        draft = Draft(
            section=str(_needed(part, "sectionsdcid")),
            title=str(_needed(part, "name")),
            points=self._points(part),
            category=category,
            due=day(part["duedate"], "duedate") if part.get("duedate") else None,
            description=str(part.get("description") or ""),
            extra={**whole, TEACHER: teacher, **self._extra(part)},
        )
        return Sent(draft, identifier(part, "assignmentsectionid", "_id"))

    def _points(self, part: Part) -> Decimal:
        given = part.get("scoreentrypoints", part.get("totalpointvalue"))
        if given is None:
            raise invalid("scoreentrypoints is required", "scoreentrypoints")
        return decimal(given, "scoreentrypoints")

    def _category(self, part: Part) -> tuple[str | None, str | None]:
        links = [
            a for a in part.get("_assignmentcategoryassociations") or [] if isinstance(a, Mapping)
        ]
        links.sort(key=lambda link: not link.get("isprimary", True))
        number = identifier(links[0], "teachercategoryid") if links else None
        if number is None:
            raise invalid(
                "An assignment needs a category", "assignmentcategoryassoc.teachercategoryid"
            )
        found = self._categories.category_of(number)
        if found is None and number in self._kept:
            column = self._kept[number]
            return column.category, column.extra.get(TEACHER)
        return (f"{FOREIGN}{number}" if found is None else found), self._teacher

    def _extra(self, part: Part) -> dict[str, Any]:
        students = [
            str(link["studentsdcid"])
            for link in part.get("_assignmentstudentassociations") or []
            if isinstance(link, Mapping) and "studentsdcid" in link
        ]
        return {
            "createdbyplugin": str(self._plugin),
            **{name: bool(part[name]) for name in FLAGS if part.get(name) is not None},
            **{name: part[name] for name in PLAIN if isinstance(part.get(name), str | int)},
            **{
                name: decimal_text(decimal(part[name], name))
                for name in DECIMALS
                if part.get(name) is not None
            },
            **({"students": students} if students else {}),
        }


def _needed(part: Part, name: str) -> Any:
    value = part.get(name)
    if value is None or not str(value).strip():
        raise invalid(f"{name} is required", f"assignmentsection.{name}")
    return value
