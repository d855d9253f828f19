"""What stands in an export, before anything of it is imported: counts, gaps and every fault."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from contracts.uat.roster.kept import STOPS, KeptRows, Problem
from contracts.uat.roster.start import Start, start_in
from mock_sis.districts.oneroster_csv.files import CsvFiles
from mock_sis.districts.oneroster_csv.roles import STUDENT, TEACHER
from mock_sis.districts.oneroster_csv.row import ImportFault, Row
from mock_sis.districts.oneroster_csv.rules import faults
from mock_sis.districts.oneroster_csv.sessions import Calendar, Session
from mock_sis.districts.oneroster_csv.tables import TABLES

MOST_BYTES = 2 * 2**30
"""Of the CSV files of an export, unpacked."""
MOST_PROBLEMS = 100_000
NONE_YET = "There are no {what} yet. You make them in Otus, in the browser."
MEANS: Mapping[str, str] = {
    "manifest": "That is fine: the files speak for themselves.",
    "roles": "That is fine: the role of each person stands in users.csv.",
    "categories": "The SIS gets the categories that the policy maps to, or five common ones.",
    "lineItems": NONE_YET.format(what="assessments"),
    "results": NONE_YET.format(what="scores"),
    "passbackGroup": "Every teacher of a class counts as a member of the teacher group.",
}
"""A file that may be missing -> what its absence means."""
NEITHER = "People who are neither students nor staff, such as parents, are not used."


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFound:
    """One file: rows that are used, rows that are not; what it means that some or all are not."""

    name: str
    present: bool
    rows: int = 0
    unused: int = 0
    means: str = ""


@dataclass(slots=True, kw_only=True)
class Findings:
    """What `look` found.

    Attributes:
        people: role -> how many.
        numbers: what else is counted, in words -> how many.
        start: None where the calendar cannot be read.
        others: CSV files that are not read.
        more_problems: how many there are beyond those that `problems` keeps.
    """

    files: list[FileFound] = field(default_factory=list)
    people: Counter[str] = field(default_factory=Counter)
    numbers: dict[str, int] = field(default_factory=dict)
    district: str = ""
    schools: list[str] = field(default_factory=list)
    periods: Sequence[Session] = ()
    start: Start | None = None
    others: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    more_problems: int = 0
    stopping: int = 0

    @property
    def usable(self) -> bool:
        """Whether a district can be made of it."""
        return not self.stopping

    def tell(self, problem: Problem) -> None:
        """Add a problem."""
        self.stopping += problem.effect == STOPS
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)
        else:
            self.more_problems += 1


def look(source: Path, *, today: date, called: str = "") -> Findings:
    """Read all of an export, folder or zip, without importing anything.

    *called*: its name where it has another one than *source*.
    """
    found = Findings()
    try:
        files = CsvFiles(source, most_bytes=MOST_BYTES)
    except ImportFault as fault:
        is_whole = fault.file in (str(source), source.name)
        name = called or source.name if is_whole else fault.file
        found.tell(Problem.of(ImportFault(name, fault.what)))
        return found
    for each in faults(files):
        found.tell(Problem.of(each))
    found.others = files.others()
    _count(files, found)
    _calendar(files, found, today)
    if found.usable and not found.numbers["classes"]:
        what = "has no class that can be used"
        found.tell(Problem.of(ImportFault("classes.csv", what)))
    return found


def _count(files: CsvFiles, found: Findings) -> None:
    kept = KeptRows(files, found.tell)
    taught, filled, seated = set[str](), set[str](), set[str]()
    for name in TABLES:
        used = 0
        for row in _readable(kept, name):
            used += 1
            _org(name, row, found)
            if name == "users":
                found.people[kept.role(row)] += 1
            if name == "enrollments":
                teaches = row["role"].casefold() == TEACHER
                (taught if teaches else filled).add(row["classSourcedId"])
                if not teaches:
                    seated.add(row["userSourcedId"])
        found.files.append(_file(files, name, used))
    classes = kept.ids["classes"]
    found.numbers = {
        "classes": len(classes),
        "classes without a teacher": len(classes - taught),
        "classes without a student": len(classes - filled),
        "students who are in no class": max(0, found.people[STUDENT] - len(seated)),
    }


def _readable(kept: KeptRows, name: str) -> Iterator[Row]:
    """The rows up to a fault of the file, which is told already."""
    try:
        yield from kept.rows(name)
    except ImportFault:
        return


def _org(name: str, row: Row, found: Findings) -> None:
    if name != "orgs":
        return
    if row["type"].casefold() == "school":
        found.schools.append(row["name"])
    elif row["type"].casefold() == "district":
        found.district = found.district or row["name"]


def _file(files: CsvFiles, name: str, used: int) -> FileFound:
    if not files.has(name):
        return FileFound(name=f"{name}.csv", present=False, means=MEANS.get(name, ""))
    try:
        rows = sum(1 for _ in files.rows(name))
    except ImportFault:
        rows = used
    means = NEITHER if name == "users" and rows > used else ""
    return FileFound(name=f"{name}.csv", present=True, rows=used, unused=rows - used, means=means)


def _calendar(files: CsvFiles, found: Findings, today: date) -> None:
    try:
        found.periods = Calendar.read(files.rows("academicSessions")).periods
    except ImportFault:
        return
    if found.periods:
        found.start = start_in(found.periods, today)
