"""A small district as a OneRoster export, and a configuration for it.

Five classes: two that share a gradebook, one with a co-teacher outside the group, an ordinary one,
and one that nobody teaches. Some work is there: scores that pass, and a few reasons not to.
"""

from collections.abc import Iterable
from pathlib import Path

ORDINARY, SHARED, FIRST, SECOND = "34", "33", "31", "32"
STUDENTS = {FIRST: range(1, 6), SECOND: range(6, 11), SHARED: range(1, 7), ORDINARY: range(11, 17)}
TEACHERS = {FIRST: (901,), SECOND: (901,), SHARED: (902, 903), ORDINARY: (904,)}
TITLES = {
    FIRST: "Math 7 period 1",
    SECOND: "Math 7 period 2",
    SHARED: "Science 7",
    ORDINARY: "Science 8",
    "35": "Homeroom",
}
GIVEN, FAMILY = "Chloë", "Wójcik"

SESSIONS = """
sourcedId,title,type,startDate,endDate,parentSourcedId,schoolYear
10,2026-27,schoolYear,2026-08-17,2027-06-10,,2027
11,Fall,semester,2026-08-17,2027-06-10,10,2027
12,Q1,gradingPeriod,2026-08-17,2026-10-15,11,2027
13,Q2,gradingPeriod,2026-10-16,2026-12-18,11,2027
14,Q3,gradingPeriod,2026-12-19,2027-06-10,11,2027
"""
ITEMS = """
sourcedId,title,assignDate,dueDate,classSourcedId,categorySourcedId,resultValueMin,resultValueMax,metadata.type,metadata.gradingScale
71,Fractions,2026-09-01,2026-09-08,31,61,0,20,,
72,Ratios,2026-10-16,2026-10-21,31,61,0,12,,
73,Essay,2026-10-17,2026-10-24,34,62,0,12.5,,
74,Journal,2026-10-17,2026-10-25,34,62,0,10,Journal,
75,Map,2026-10-17,2026-11-25,34,62,0,10,,standards
"""
RESULTS = """
sourcedId,lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate
81,71,501,fully graded,17.50,2026-09-03
82,71,502,fully graded,12,2026-09-12
83,72,501,fully graded,9,2026-10-20
84,72,502,submitted,,2026-10-22
85,73,511,fully graded,9,2026-10-20
"""
CONFIG = """
district = "north"
timezone = "America/Chicago"
[source]
kind = "otus"
url = "https://otus.example.org"
client_id = "passback"
client_secret = { env = "NOT_SET_ANYWHERE" }
[sis]
kind = "KIND"
url = "https://sis.example.org"
client_id = "passback"
client_secret = { env = "NOT_SET_ANYWHERE" }
MORE
[policy]
effective_date = 2026-09-01
POLICY
[policy.categories]
Quiz = "Quiz"
Test = "Test"
Project = "Projects"
"""


def configured(folder: Path, kind: str = "skyward", policy: str = "", more: str = "") -> Path:
    """The configuration of a district; *policy* and *more* are lines of its tables."""
    text = CONFIG.replace("KIND", kind).replace("POLICY", policy).replace("MORE", more)
    path = folder / f"{kind}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def exported(folder: Path, *, work: bool = True, without: Iterable[str] = ()) -> Path:
    """The export as a folder; *without* names files to leave out."""
    out = folder / "export"
    out.mkdir()
    tables = {
        "orgs": ["sourcedId,name,type,identifier,parentSourcedId", "1,Lake,district,,",
                 "2,North,school,77,1"],
        "academicSessions": SESSIONS.strip().splitlines(),
        "courses": ["sourcedId,title,courseCode,orgSourcedId", "20,Courses,CO,2"],
        "classes": _classes(),
        "users": _users(),
        "enrollments": _enrollments(),
        "passbackGroup": ["userSourcedId", "901", "902", "904"],
        "categories": ["sourcedId,title", "61,Quiz", "62,Test"],
    }  # fmt: skip
    if work:
        tables["lineItems"] = ITEMS.strip().splitlines()
        tables["results"] = RESULTS.strip().splitlines()
    for name, lines in tables.items():
        if name not in without:
            (out / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return out


def rewritten(export: Path, name: str, old: str, new: str) -> None:
    """Put other text into one file of an export."""
    path = export / f"{name}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def _classes() -> list[str]:
    head = "sourcedId,title,courseSourcedId,classCode,schoolSourcedId,termSourcedIds,periods,"
    links = {FIRST: "math", SECOND: "math"}
    rows = [f"{id_},{t},20,C{id_},2,11,{id_},{links.get(id_, '')}" for id_, t in TITLES.items()]
    return [f"{head}metadata.link", *rows]


def _users() -> list[str]:
    head = "sourcedId,enabledUser,orgSourcedIds,role,username,givenName,familyName,email,identifier"
    teachers = [_user(n, "teacher") for n in range(901, 905)]
    return [f"{head},grades", *teachers, *(_user(500 + n, "student") for n in range(1, 17))]


def _user(number: int, role: str) -> str:
    name = f"{GIVEN}{number},{FAMILY}{number}"
    return f"{number},true,2,{role},u{number},{name},u{number}@example.org,N{number},07"


def _enrollments() -> list[str]:
    head = "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate"
    rows = [
        (class_, teacher, "teacher", str(teacher == some[0]).lower())
        for class_, some in TEACHERS.items()
        for teacher in some
    ]
    rows += [(c, 500 + n, "student", "false") for c, some in STUDENTS.items() for n in some]
    told = [f"{n},{c},2,{who},{role},{main},," for n, (c, who, role, main) in enumerate(rows, 1)]
    return [head, *told]
