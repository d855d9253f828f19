"""One random world, two gradebooks: Skyward's and PowerSchool's show the same marks.

Otus, rosters and calendar are the same; each SIS has an agent of its own. Compared is every cell of
every assessment that passed in both. What they may not share: Skyward's linked gradebooks (there it
is one column, here one a section) and marks that were taken back, which XTE cannot do.
"""

import random
from datetime import timedelta
from pathlib import Path

import pytest

from tests.e2e.powerschool.campus import Q1, PowerSchoolDistrict
from tests.e2e.powerschool.verdicts import excuse_zeros_that_are_held
from tests.e2e.support.actors import join
from tests.e2e.support.district import START, District
from tests.e2e.support.earned_zeros import assert_every_zero_is_earned

pytestmark = pytest.mark.slow

IDS = [f"a-{n}" for n in range(1, 7)]
SEATS = {
    "200001": [f"4000{n:02}" for n in range(1, 8)],
    "200002": [f"4000{n:02}" for n in range(8, 15)],
    "200003": [f"4000{n:02}" for n in (1, 3, 5, 7, 9, 11, 13, 15)],
}
STUDENTS = [f"s-30{n:02}" for n in range(1, 16)]
CLASSES = (("c-1001",), ("c-1001", "c-1002"), ("c-1003",), ("c-1001", "c-1003"))
POINTS = (7, 8.5, 17.375, 20, 22)
"""No 0: one that was excluded later could not be told from one of B4."""
ENOUGH = 15
"""Scores to be compared before the days may end; some seeds lock the period for a week."""
Cell = tuple[str, str, str]


@pytest.fixture
def skyward(servers, district: PowerSchoolDistrict, tmp_path: Path):
    """The other SIS of the same district."""
    folder = tmp_path / "skyward"
    folder.mkdir()
    world = district.sis.rpartition("/")[2]
    found = District(
        otus=district.otus,
        sis=f"{servers.skyward.url}/w/{world}",
        folder=folder,
        ours=district.ours,
        left=district.left,
    )
    yield found
    assert_every_zero_is_earned(found)
    found.http.close()


def assess(chance: random.Random, district: District, day: int) -> None:
    """Assign something for some classes, or assign it anew."""
    today = START + timedelta(days=day)
    entry = {
        "assignedDate": (today - timedelta(days=2)).isoformat(),
        "dueDate": (today + timedelta(days=chance.randint(-2, 6))).isoformat(),
        "students": None,
    }
    classes = [{"classId": c, **entry} for c in chance.choice(CLASSES)]
    kind = chance.choice(["Quiz", "Test", "Homework", "Journal"])
    free = [id_ for id_ in IDS if id_ not in district.ours]
    if free:
        district.assess(free[0], classes=classes, type=kind, totalPoints=chance.choice([10, 20]))


def edit(chance: random.Random, district: District, day: int) -> None:
    """Change something of an assessment."""
    changes = ({"title": f"Quiz of day {day}"}, {"type": "Test"}, {"totalPoints": 25})
    if district.ours:
        district.edit(chance.choice(sorted(district.ours)), **chance.choice(changes))


def score(chance: random.Random, district: District, _day: int) -> None:
    """Enter a score, or what stands in its place."""
    if not district.ours:
        return
    id_, student = chance.choice(sorted(district.ours)), chance.choice(STUDENTS)
    progress = chance.choice(["graded"] * 6 + ["turned_in", "not_submitted"])
    points = chance.choice(POINTS) if progress == "graded" else None
    mark = chance.choice([[], [], [], ["late"], ["excused"], ["excluded"]])
    district.score(id_, student, points, progress, *mark)


def roster(chance: random.Random, district: District, _day: int) -> None:
    """Somebody leaves a section, or comes back to it."""
    section = chance.choice(sorted(SEATS))
    student = chance.choice(SEATS[section])
    verb = chance.choice(["drop", "enroll"])
    district.try_control("POST", f"/students/{student}/{verb}", {"section": section})


def lock(chance: random.Random, district: District, _day: int) -> None:
    """The grading period closes, or opens again."""
    district.control("POST", f"/periods/{Q1}/{chance.choice(['close', 'reopen', 'reopen'])}")


ACTS = [assess, assess, edit, score, score, score, score, score, score, roster, lock]


def columns(district: District, section: str) -> dict[str, str]:
    """Assessment -> column."""
    found = district.columns(section)
    return {c["external_id"].partition(".")[0][3:]: c["id"] for c in found if c["external_id"]}


def cells(district: District, section: str) -> dict[Cell, str]:
    """(assessment, section, student) -> what stands there, of those who sit in the section."""
    names = {column: id_ for id_, column in columns(district, section).items()}
    return {
        (names[cell["column"]], section, row["student"]): cell["display"]
        for row in district.gradebook(section)["rows"]
        for cell in row["cells"]
        if row["section"] == section and cell["column"] in names
    }


def teachers_type(chance: random.Random, both: tuple[District, District]) -> None:
    """The same mark into both gradebooks, where both have the column."""
    section = chance.choice(sorted(SEATS))
    first, second = (columns(one, section) for one in both)
    shared = sorted(first.keys() & second.keys())
    if not shared:
        return
    id_, student = chance.choice(shared), chance.choice(SEATS[section])
    body = {"score": chance.choice([1, 3.5, 19])}
    for one, known in zip(both, (first, second), strict=True):
        one.try_control("PUT", f"/columns/{known[id_]}/scores/{student}", body)


@pytest.mark.seeds(3)
def test_the_same_world_ends_with_the_same_marks_in_both(
    district: PowerSchoolDistrict, skyward: District, seed: int
):
    chance = random.Random(seed)
    join(district, "t-2003")
    both = (district, skyward)
    apart: set[tuple[str, str]] = set()
    compared: set[Cell] = set()
    people = {s["id"]: s["sisId"] for s in district.feed("student")}
    for day in range(1, 41):
        if day > 12 and len(compared) >= ENOUGH:
            break
        district.evening(START + timedelta(days=day), 18)
        for _ in range(chance.randint(1, 6)):
            chance.choice(ACTS)(chance, district, day)
        if chance.random() < 0.6:
            teachers_type(chance, both)
        district.evening(START + timedelta(days=day))
        runs = [one.sync() for one in both]
        assert [run.code for run in runs] == [0, 0], [run.err + run.out for run in runs]
        for run in runs:
            taken = [r for r in run.report["records"] if r["state"] == "cleared"]
            apart |= {(r["assignment"], people[r["student"]]) for r in taken}
        for section in SEATS:
            ours, theirs = (cells(one, section) for one in both)
            shared = {c for c in ours.keys() & theirs.keys() if (c[0], c[2]) not in apart}
            assert {c: ours[c] for c in shared} == {c: theirs[c] for c in shared}, (seed, day)
            compared |= {c for c in shared if ours[c] != "*"}
    assert len(compared) >= ENOUGH
    district.control("POST", f"/periods/{Q1}/reopen")
    runs = [one.sync() for one in both]
    assert [run.code for run in runs] == [0, 0], [run.err + run.out for run in runs]
    excuse_zeros_that_are_held(district, runs[0])
