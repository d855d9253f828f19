"""Made-up people in place of the real ones: the same export always gives the same people.

Names, numbers and addresses are replaced. In titles the names of a class's teachers are replaced,
and every pair of a given and a family name. The ids of people, classes and assessments become new
ones even where names are kept: an id may be a student's number or hold a teacher's name, and not
every SIS can have ids that are no numbers.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from contracts.uat.roster.kept import KeptRows
from mock_sis.districts import names
from mock_sis.districts.ids import TABLE_ID, sis_id
from mock_sis.districts.oneroster_csv.files import CsvFiles
from mock_sis.districts.oneroster_csv.roles import STUDENT, TEACHER
from mock_sis.districts.oneroster_csv.row import Row
from mock_sis.districts.oneroster_csv.tables import TABLES

SEED = 1
STEP = 1_000_003
"""Added to a person's index to draw another name."""
TRIES = 10
SHORTEST_GIVEN = 3
"""A given name shorter than this in a title is more likely something else."""
FIRST_NUMBER = {STUDENT: 700_001, TEACHER: 80_001}
WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One of the export's people under the made-up name. `called` is the real one, folded."""

    kind: str
    index: int
    given: str
    family: str
    called: tuple[str, str]

    @property
    def id(self) -> str:
        """In the SIS and in Otus."""
        return sis_id(self.kind, self.index)

    def made_up(self) -> Cells:
        """What stands in users.csv beside the id."""
        username = f"{self.kind[0]}{TABLE_ID[self.kind] + self.index}"
        return {
            "givenName": self.given,
            "familyName": self.family,
            "email": f"{username}@example.org",
            "username": username,
            "identifier": str(FIRST_NUMBER[self.kind] + self.index),
        }


class MadeUpPeople:
    """Replaces whatever says who somebody is, row by row."""

    def __init__(self, files: CsvFiles, *, named: bool) -> None:
        """Reads users and enrolments. *named*: only ids are replaced."""
        self._named = named
        self._people: dict[str, Person] = {}
        self._taken: set[tuple[str, str]] = set()
        self._pairs: dict[tuple[str, str], Person] = {}
        self._teachers: dict[str, list[Person]] = defaultdict(list)
        self._ids: dict[str, dict[str, int]] = defaultdict(dict)
        kept = KeptRows(files)
        for name in TABLES:
            for row in kept.rows(name) if name not in ("lineItems", "results") else ():
                if name == "users":
                    self._meet(row, STUDENT if kept.role(row) == STUDENT else TEACHER)
                elif name == "enrollments" and row["role"].casefold() == TEACHER:
                    self._teachers[row["classSourcedId"]].append(self._people[row["userSourcedId"]])
        self._changes: Mapping[str, Callable[[Cells], Cells]] = {
            "courses": self._course,
            "classes": self._class,
            "users": self._person,
            "roles": self._user,
            "enrollments": self._enrolment,
            "lineItems": self._line_item,
            "results": self._result,
            "passbackGroup": self._user,
        }

    def replace(self, name: str, cells: Cells) -> Cells:
        """The cells of a row of *name*.csv without anything of a real person."""
        change = self._changes.get(name)
        return {**cells, **change(cells)} if change else cells

    def _meet(self, row: Row, kind: str) -> None:
        index = self._number(kind, row["sourcedId"])
        called = (row["givenName"].casefold(), row["familyName"].casefold())
        given, family = self._another_name(kind, index, called)
        person = Person(kind=kind, index=index, given=given, family=family, called=called)
        self._people[row["sourcedId"]] = person
        self._pairs[called] = self._pairs[called[::-1]] = person

    # ---- a row of each file ---------------------------------------------------------------------

    def _course(self, cells: Cells) -> Cells:
        return {"title": self._without_pairs(cells["title"])}

    def _class(self, cells: Cells) -> Cells:
        teachers = self._teachers[cells["sourcedId"]]
        link = cells["metadata.link"]
        return {
            "sourcedId": self._section(cells["sourcedId"]),
            "title": self._title(cells["title"], teachers),
            "classCode": self._title(cells["classCode"], teachers),
            "metadata.link": link and f"link-{self._number('link', link) + 1}",
        }

    def _person(self, cells: Cells) -> Cells:
        person = self._people[cells["sourcedId"]]
        return {"sourcedId": person.id, **({} if self._named else person.made_up())}

    def _user(self, cells: Cells) -> Cells:
        return {"userSourcedId": self._people[cells["userSourcedId"]].id}

    def _enrolment(self, cells: Cells) -> Cells:
        return {
            **self._user(cells),
            "sourcedId": sis_id("enrolment", self._number("enrolment", cells["sourcedId"])),
            "classSourcedId": self._section(cells["classSourcedId"]),
        }

    def _line_item(self, cells: Cells) -> Cells:
        teachers = self._teachers[cells["classSourcedId"]]
        listed = cells["metadata.students"].replace(",", " ").split()
        met = [self._people[one].id for one in listed if one in self._people]
        activity = cells["metadata.activityId"]
        return {
            "sourcedId": self._assessment(cells["sourcedId"]),
            "title": self._title(cells["title"], teachers),
            "classSourcedId": self._section(cells["classSourcedId"]),
            "metadata.assignedBy": self._assigner(cells["metadata.assignedBy"]),
            "metadata.students": " ".join(met) if met or not listed else "none",
            "metadata.activityId": activity and f"activity-{self._number('activity', activity)}",
        }

    def _result(self, cells: Cells) -> Cells:
        return {
            "sourcedId": f"result-{self._number('result', cells['sourcedId'])}",
            "lineItemSourcedId": self._assessment(cells["lineItemSourcedId"]),
            "studentSourcedId": self._people[cells["studentSourcedId"]].id,
        }

    def _assigner(self, id_: str) -> str:
        if not id_ or id_ in self._people:
            return id_ and self._people[id_].id
        return f"otus-person-{self._number('assigner', id_) + 1}"

    # ---- ids and titles -------------------------------------------------------------------------

    def _section(self, id_: str) -> str:
        return sis_id("section", self._number("section", id_))

    def _assessment(self, id_: str) -> str:
        return f"a-{self._number('assessment', id_) + 5001}"

    def _number(self, kind: str, id_: str) -> int:
        """How many ids of that kind came before this one."""
        known = self._ids[kind]
        return known.setdefault(id_, len(known))

    def _title(self, text: str, teachers: list[Person]) -> str:
        text = self._without_pairs(text)
        for teacher in () if self._named else teachers:
            given, family = teacher.called
            if family:
                text = _exchanged(text, family, teacher.family)
            if len(given) >= SHORTEST_GIVEN:
                text = _exchanged(text, given, teacher.given)
        return text

    def _without_pairs(self, text: str) -> str:
        """The text with the made-up name for each pair of words that is somebody's."""
        words = [] if self._named else list(WORD.finditer(text))
        for first, second in reversed(list(pairwise(words))):
            person = self._pairs.get((first[0].casefold(), second[0].casefold()))
            if person:
                text = (
                    f"{text[: first.start()]}{person.given} {person.family}{text[second.end() :]}"
                )
        return text

    def _another_name(self, kind: str, index: int, called: tuple[str, str]) -> tuple[str, str]:
        """A name of which no part is the person's own, and which nobody else has if possible."""
        found = ("", "")
        for n in range(TRIES):
            given, family = names.name(SEED, kind, index + n * STEP)
            if not {given.casefold(), family.casefold()} & set(called):
                found = (given, family)
                if found not in self._taken:
                    break
        self._taken.add(found)
        return found


def _exchanged(text: str, name: str, other: str) -> str:
    """The text with *other* for each whole word, or words, *name*, in any case."""
    return other.join(re.split(rf"(?<!\w){re.escape(name)}(?!\w)", text, flags=re.IGNORECASE))
