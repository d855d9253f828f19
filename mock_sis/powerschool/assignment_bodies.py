"""An assignment as `/ws/xte` shows it and as callers send it.

One assignment has a part in each of its sections; a part is a column of the gradebook. What the
gradebook has no place for is kept in the column's `extra`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, partial
from typing import Any

from mock_sis.checks_powerschool import TEACHER
from mock_sis.columns import Column, Draft, decimal_text
from mock_sis.periods import PeriodState
from mock_sis.powerschool.categories import Categories
from mock_sis.powerschool.numbers import ASSOCIATION, FOREIGN, assignment_of, shown
from mock_sis.powerschool.wire import breach, day, decimal, identifier, invalid, real
from mock_sis.world import World

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
SAME = ("title", "points", "category", "description")


@dataclass(frozen=True, slots=True)
class Sent:
    """A part of an assignment as a caller wants it; `column` names the one that is there."""

    draft: Draft
    column: int | None


class Shaper:
    """Shows the assignments of one call; what several of them share is looked up once."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._book = world.gradebook("powerschool")
        self._leads: dict[str, str | None] = {}
        self._categories: dict[str, Categories] = {}
        self._locked = cache(partial(locked, world))
        self._number = cache(self._category_number)

    def assignment(self, columns: Sequence[Column], bundle: int | None) -> dict[str, Any]:
        """An assignment of one or several parts."""
        first = columns[0]
        number = assignment_of(first.id, bundle)
        return {
            "_name": "assignment",
            "_id": number,
            "assignmentid": number,
            **{name: first.extra.get(name, usual) for name, usual in WHOLE.items()},
            "createdbyplugin": first.extra.get("createdbyplugin"),
            "hasstandards": False,
            "hasextracriteria": False,
            "_assignmentstandardassociations": [],
            "_assignmentsections": [self.part(column) for column in columns],
            **breach(),
        }

    def part(self, column: Column) -> dict[str, Any]:
        """An assignment in one of its sections."""
        extra = column.extra
        weight = Decimal(str(extra.get("weight", DECIMALS["weight"])))
        return {
            "_name": "assignmentsection",
            "_id": column.id,
            "assignmentsectionid": column.id,
            "sectionsdcid": shown(column.section),
            "name": column.title,
            "description": column.description,
            "duedate": column.due.isoformat() if column.due else None,
            "islocked": self._locked(column.section, column.due),
            "scoreentrypoints": real(column.points),
            "totalpointvalue": real(column.points * weight),
            **{n: real(Decimal(str(extra.get(n, usual)))) for n, usual in DECIMALS.items()},
            **{n: bool(extra.get(n, usual)) for n, usual in FLAGS.items()},
            **{n: extra.get(n, usual) for n, usual in PLAIN.items()},
            "publisheddate": column.created.astimezone(self._world.zone).date().isoformat(),
            "minvalues": {"minpercent": 0, "minpoints": 0, "mingrade": "F"},
            "_assignmentstudentassociations": [
                {"_name": "assignmentstudentassoc", "studentsdcid": shown(student)}
                for student in extra.get("students", [])
            ],
            "_assignmentstandardassociations": [],
            "_assignmentcategoryassociations": self._associations(column),
        }

    def category(self, column: Column) -> int | None:
        """TEACHERCATEGORYID of a column: of the teacher who acted, else of the main one."""
        teacher = column.extra.get(TEACHER) or self._lead(column.section)
        return None if teacher is None else self._number(teacher, column.category)

    def _category_number(self, teacher: str, category: str | None) -> int | None:
        if teacher not in self._categories:
            self._categories[teacher] = Categories(self._world, teacher)
        return self._categories[teacher].number_of(category)

    def _lead(self, section: str) -> str | None:
        if section not in self._leads:
            self._leads[section] = self._book.main_teacher(section)
        return self._leads[section]

    def _associations(self, column: Column) -> list[dict[str, Any]]:
        number = self.category(column)
        if number is None:
            return []
        return [
            {
                "_name": "assignmentcategoryassoc",
                "_id": ASSOCIATION + column.id,
                "assignmentcategoryassocid": ASSOCIATION + column.id,
                "teachercategoryid": number,
                "isprimary": True,
            }
        ]


def locked(world: World, section: str, due: date | None) -> bool:
    """Whether the reporting term of a column takes nothing now."""
    period = world.gradebook("powerschool").period_of(section, due)
    if period is None or period.state is not PeriodState.CLOSED:
        return False
    return not world.db.one(
        "SELECT 1 FROM unlocked WHERE section = ? AND period = ?", section, period.id
    )


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
        self._kept = {shape.category(column): column for column in known}

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
