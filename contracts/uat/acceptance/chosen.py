"""The classes and people of a roster that scenarios are played with, chosen by what they need."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count

from agent.policy import Policy
from contracts.uat.acceptance.worlds import first_day_to_play
from mock_sis.gradebook.gradebook import Gradebook
from mock_sis.world.world import World

STUDENTS = 6
"""Of a class at most: a scenario needs four, and each more is a row to read."""
ENOUGH = 4
ROOM = 12
"""Days of a grading period that scenarios take."""
LOOKED_AT = 400

SECTIONS = """
SELECT section.id, section.title, link,
  count(DISTINCT iif(role = 'teacher', person, NULL)) AS teachers,
  count(DISTINCT iif(role = 'student', person, NULL)) AS students
FROM section JOIN enrolment ON enrolment.section = section.id AND enrolment.active = 1
WHERE section.active = 1
GROUP BY section.id
ORDER BY teachers <> 1, link IS NOT NULL, students < ?, section.id"""
STAYING = """
SELECT person FROM enrolment WHERE section = ? AND role = 'student' AND active = 1
GROUP BY person HAVING max(coalesce(begin, '') <= ? AND coalesce(end, '9') >= ?)
ORDER BY person LIMIT ?"""


@dataclass(frozen=True, slots=True)
class Person:
    """A student or a teacher: the id that Otus and the SIS share, and how a report calls them."""

    id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenClass:
    """A class: its main teacher first among the teachers, its students by id."""

    id: str
    title: str
    teachers: Sequence[Person]
    students: Sequence[Person]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What scenarios are played with.

    Attributes:
        main: where most are played. `other`: another class. `shared`: one with two teachers.
        linked: two classes that share a gradebook.
        start: the first day.
        types: type of Otus -> category of the gradebook of `main` into which it goes, where that
            can be used.
    """

    main: ChosenClass
    other: ChosenClass | None
    shared: ChosenClass | None
    linked: tuple[ChosenClass, ChosenClass] | None
    start: date
    types: Mapping[str, str]

    @property
    def classes(self) -> list[ChosenClass]:
        """All of them, each once."""
        found = [self.main, self.other, self.shared, *(self.linked or ())]
        return list({one.id: one for one in found if one}.values())

    @property
    def everybody(self) -> set[str]:
        """Everybody in them."""
        return {p.id for one in self.classes for p in (*one.teachers, *one.students)}


class CannotChoose(Exception):
    """No class of the roster can be played in; one sentence says why."""


@dataclass(slots=True)
class Names:
    """How people are called in a report: by their names if asked for, else by a running number."""

    world: World
    named: bool
    _numbers: dict[str, Iterator[int]] = field(default_factory=dict)
    _labels: dict[tuple[str, str], str] = field(default_factory=dict)

    def of(self, kind: str, id_: str) -> str:
        """The label of a *kind* ("student" or "teacher")."""
        if (kind, id_) not in self._labels:
            row = self.world.db.one(f"SELECT given, family FROM {kind} WHERE id = ?", id_)
            number = next(self._numbers.setdefault(kind, count(1)))
            known = self.named and row is not None
            self._labels[kind, id_] = (
                f"{row['given']} {row['family']}" if row and known else f"{kind} {number}"
            )
        return self._labels[kind, id_]


def choose(book: Gradebook, policy: Policy, names: Names) -> Chosen:
    """Choose them. CannotChoose: there is nothing to play with."""
    rows = book.world.db.read(SECTIONS, ENOUGH)[:LOOKED_AT]
    main, start = _main(book, policy, [row["id"] for row in rows])
    make = _Maker(book, names, start)
    first = make.of(main)
    others = [row for row in rows if row["id"] != main and row["students"]]
    other = next((row["id"] for row in others if set(make.staying(row["id"])) - _ids(first)), None)
    shared = next((row["id"] for row in rows if row["teachers"] > 1 and row["students"]), None)
    linked = _linked(book, make, [row["id"] for row in rows if row["link"] is not None])
    return Chosen(
        main=first,
        other=make.of(other) if other else None,
        shared=make.of(shared) if shared else None,
        linked=(make.of(linked[0]), make.of(linked[1])) if linked else None,
        start=start,
        types=usable_types(book, policy, main),
    )


def usable_types(book: Gradebook, policy: Policy, section: str) -> dict[str, str]:
    """Type of Otus -> title of the category into which it goes in *section*, if that is active."""
    labels = {}
    for row in book.categories(section):
        labels[row["title"].casefold()] = labels[row["code"].casefold()] = row["title"]
    wanted = policy.categories.items()
    return {type_: labels[c.casefold()] for type_, c in wanted if c.casefold() in labels}


def _main(book: Gradebook, policy: Policy, sections: Sequence[str]) -> tuple[str, date]:
    """The first class with a teacher, students, a category and a grading period to play in."""
    why = "the roster has no class with a teacher and students"
    for section in sections:
        start = first_day_to_play(book.periods(section), policy, ROOM)
        if start is None:
            why = f"no grading period has {ROOM} days left after {policy.effective_date}"
        elif not usable_types(book, policy, section):
            why = "no category of the policy is active in a class"
        elif book.main_teacher(section) and len(_staying(book.world, section, start)) > 1:
            return section, start
    raise CannotChoose(why)


def _staying(world: World, section: str, start: date) -> list[str]:
    """The first students who sit in *section* all the while."""
    end = start + timedelta(days=ROOM)
    rows = world.db.read(STAYING, section, start.isoformat(), end.isoformat(), STUDENTS)
    return [row["person"] for row in rows]


def _linked(book: Gradebook, make: "_Maker", sections: Sequence[str]) -> tuple[str, str] | None:
    """Two classes with one gradebook, in which no student sits in both."""
    for section in sections:
        for other in book.linked(section):
            here, there = make.staying(section), make.staying(other)
            if section < other and here and there and not set(here) & set(there):
                return section, other
    return None


def _ids(one: ChosenClass) -> set[str]:
    return {person.id for person in one.students}


@dataclass(frozen=True, slots=True)
class _Maker:
    book: Gradebook
    names: Names
    start: date

    def staying(self, section: str) -> list[str]:
        """The students of *section* who are played with."""
        return _staying(self.book.world, section, self.start)

    def of(self, section: str) -> ChosenClass:
        """The class of a section."""
        main = self.book.main_teacher(section)
        rows = self.book.world.db.read(
            "SELECT DISTINCT person FROM enrolment WHERE section = ? AND role = 'teacher'"
            " AND active = 1 ORDER BY person <> ?, person",
            section,
            main,
        )
        return ChosenClass(
            id=section,
            title=self.book.section(section)["title"],
            teachers=[self._person("teacher", row["person"]) for row in rows],
            students=[self._person("student", id_) for id_ in self.staying(section)],
        )

    def _person(self, kind: str, id_: str) -> Person:
        return Person(id_, self.names.of(kind, id_))
