"""The rows of an export that can be used: what refers to nothing is left out, and told."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from mock_sis.districts.oneroster_csv.files import CsvFiles
from mock_sis.districts.oneroster_csv.roles import STAFF, STUDENT, Roles
from mock_sis.districts.oneroster_csv.row import ImportFault, Row
from mock_sis.districts.oneroster_csv.tables import TABLES

STOPS = "must be corrected first"
LEFT_OUT = "the row is left out"
ALL_YEAR = "it counts as taught all year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that is wrong in an export; never quotes a value, which may be a child's name."""

    file: str
    line: int | None
    column: str | None
    what: str
    effect: str

    @property
    def place(self) -> str:
        """File, line and column, as far as they are known."""
        line = f"line {self.line}" if self.line else ""
        column = f"column {self.column}" if self.column else ""
        return ", ".join(part for part in (self.file, line, column) if part)

    @classmethod
    def of(cls, fault: ImportFault) -> "Problem":
        """A fault that stops the import."""
        return cls(
            file=fault.file, line=fault.line, column=fault.column, what=fault.what, effect=STOPS
        )


LINKS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "classes": (
        ("courseSourcedId", "courses", "names a course that is not in courses.csv"),
        ("schoolSourcedId", "orgs", "names a school that is not in orgs.csv"),
    ),
    "roles": (("userSourcedId", "users", "names nobody in users.csv"),),
    "enrollments": (
        ("classSourcedId", "classes", "names a class that is not in classes.csv, or is left out"),
        ("userSourcedId", "users", "names nobody in users.csv who is a student or works here"),
    ),
    "lineItems": (
        ("classSourcedId", "classes", "names a class that is not in classes.csv, or is left out"),
    ),
    "results": (
        ("lineItemSourcedId", "lineItems", "names nothing in lineItems.csv, or what is left out"),
        ("studentSourcedId", "users", "names no student in users.csv"),
    ),
    "passbackGroup": (("userSourcedId", "users", "names nobody in users.csv who works here"),),
}
"""File -> (column, the file that it refers to, what is wrong where nothing is there)."""


class KeptRows:
    """Reads the files of an export in the order of `TABLES`, each once.

    A reference to a file that cannot be read is not held against its row.
    """

    def __init__(self, files: CsvFiles, tell: Callable[[Problem], None] = lambda _: None) -> None:
        self.ids: dict[str, set[str]] = {}
        """File -> the ids of its rows that were kept."""
        self._broken: set[str] = set()
        self._files = files
        self._tell = tell
        self._roles: Roles | None = None

    def rows(self, name: str) -> Iterator[Row]:
        """The rows of *name*.csv that are kept. ImportFault: the file cannot be read."""
        ids = self.ids.setdefault(name, set())
        for row in self._readable(name):
            if not self._is_wanted(name, row):
                continue
            lost = [link for link in LINKS.get(name, ()) if not self._leads(row, link)]
            for column, _, what in lost:
                self._tell(_problem(row, column, what, LEFT_OUT))
            if not lost:
                ids.add(row["sourcedId"])
                self._terms(name, row)
                yield row

    def _readable(self, name: str) -> Iterator[Row]:
        try:
            yield from self._files.rows(name)
        except ImportFault:
            self._broken.add(name)
            raise

    def role(self, user: Row) -> str:
        """Of a row of users.csv."""
        self._roles = self._roles or Roles(self._files.rows("roles"))
        return self._roles.of(user)

    def _is_wanted(self, name: str, row: Row) -> bool:
        if name == "users":
            return self.role(row) in (STUDENT, *STAFF)
        roles = TABLES[name].roles
        return not roles or row["role"].casefold() in roles

    def _leads(self, row: Row, link: tuple[str, str, str]) -> bool:
        column, target, _ = link
        id_ = row[column]
        return not id_ or id_ in self.ids.get(target, ()) or target in self._broken

    def _terms(self, name: str, row: Row) -> None:
        if name != "classes" or "academicSessions" in self._broken:
            return
        if self.ids["academicSessions"].isdisjoint(row.words("termSourcedIds")):
            what = "names no term that is in academicSessions.csv"
            self._tell(_problem(row, "termSourcedIds", what, ALL_YEAR))


def _problem(row: Row, column: str, what: str, effect: str) -> Problem:
    return Problem(file=row.file, line=row.line, column=column, what=what, effect=effect)
