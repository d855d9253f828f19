"""Random days with all that registrars and teachers do, and bad nights: sections merge, students
move, copies of categories go off and on, columns are deleted, come back and lose their marks.

A twin lives the same days without a bad night and without a lost mark; after each good night both
gradebooks show the same, one column an assessment, and a second run sends nothing.
"""

import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from tests.e2e.powerschool import test_nights as nights
from tests.e2e.powerschool.bypass import HOMEWORK_COPY, QUIZ_COPY
from tests.e2e.powerschool.campus import (
    HOMEWORK,
    MATH,
    MATH_TOO,
    MR_SCIENCE,
    MS_MATH,
    QUIZ,
    SCIENCE,
    TEST,
    PowerSchoolDistrict,
)
from tests.e2e.powerschool.test_same_marks import STUDENTS
from tests.e2e.powerschool.verdicts import excuse_zeros_that_are_held
from tests.e2e.support.district import START, District
from tests.e2e.support.night_work import fault, healed
from tests.e2e.support.verdicts import gradebooks

pytestmark = pytest.mark.slow

SECTIONS = (MATH, MATH_TOO, SCIENCE)
DAYS = 8


def transfer(chance: random.Random, district: District, _day: int) -> None:
    """A student moves to another section."""
    student = f"4000{chance.randint(1, 15):02}"
    district.try_control("POST", f"/students/{student}/transfer", {"to": chance.choice(SECTIONS)})


def category(chance: random.Random, district: District, _day: int) -> None:
    """A teacher switches a copy of a category off, or on."""
    copy, verb = (
        chance.choice([QUIZ_COPY, HOMEWORK_COPY]),
        chance.choice(["deactivate", "activate"]),
    )
    district.try_control("POST", f"/categories/{copy}/{verb}", {})


def co_teacher(chance: random.Random, district: District, _day: int) -> None:
    """Another teacher takes the section over, or helps."""
    body = {"teacher": MR_SCIENCE, "main": chance.random() < 0.3}
    district.try_control("POST", f"/sections/{chance.choice(SECTIONS)}/teachers", body)


def merge(chance: random.Random, district: District, day: int) -> None:
    """Late in the term two sections become one."""
    if day > 5 and chance.random() < 0.5:
        district.try_control("POST", f"/sections/{MATH_TOO}/merge", {"into": MATH})


def delete(chance: random.Random, district: District, _day: int) -> None:
    """A teacher deletes a column, and the next day may bring it back."""
    section = chance.choice(SECTIONS)
    columns = district.gradebook(section)["columns"]
    if columns:
        district.try_control("DELETE", f"/columns/{chance.choice(columns)['id']}")


def take_back(chance: random.Random, district: District, _day: int) -> None:
    """A score is taken back in Otus, or the work was handed in without one."""
    if district.ours:
        id_, student = chance.choice(sorted(district.ours)), chance.choice(STUDENTS)
        district.score(id_, student, None, chance.choice(["not_submitted", "turned_in"]))


WILD = [*nights.ACTS, transfer, transfer, category, co_teacher, merge, delete, take_back]


def live(seed: int, day: int, *twins: District) -> None:
    """The same day for both."""
    for one in twins:
        chance = random.Random(f"wild {seed} {day}")
        one.evening(START + timedelta(days=day), 18)
        if day == 1:
            nights.join(one, "t-2003")
        for _ in range(chance.randint(1, 7)):
            chance.choice(WILD)(chance, one, day)
        one.evening(START + timedelta(days=day))


def seen(district: District) -> Any:
    """What a teacher sees, marks in descriptions left out."""
    books = {}
    for section, (columns, rows) in gradebooks(district).items():
        titles = {c["id"]: c["title"] for c in columns}
        data = sorted((c["title"], c["category"], c["due"], c["points"]) for c in columns)
        cells = Counter(
            (row["student"], titles[cell["column"]], cell["display"])
            for row in rows
            for cell in row["cells"]
        )
        books[section] = (data, cells)
    return books


def lose_marks(chance: random.Random, district: PowerSchoolDistrict) -> None:
    """Teachers rewrite descriptions, those of columns that got lost among them."""
    for section in SECTIONS:
        for column in district.gradebook(section)["columns"]:
            if chance.random() < 0.5:
                path = f"/columns/{column['id']}"
                district.try_control("PATCH", path, {"description": "Bring a ruler."})


def put_right(district: District) -> None:
    """Every section has its own teacher again, with active categories: nothing bars a column."""
    for section, teacher in ((MATH, MS_MATH), (MATH_TOO, MS_MATH), (SCIENCE, MR_SCIENCE)):
        body = {"teacher": teacher, "main": True}
        district.control("POST", f"/sections/{section}/teachers", body)
        for category in (QUIZ, TEST, HOMEWORK):
            district.control("POST", f"/categories/{category}/activate", {"teacher": teacher})


@pytest.mark.seeds(2)
def test_e1_e2_e5_wild_days_and_bad_nights_end_where_good_ones_do(
    district: PowerSchoolDistrict, twin: PowerSchoolDistrict, seed: int
):
    chance = random.Random(seed)
    for day in range(1, DAYS + 1):
        live(seed, day, district, twin)
        weather = chance.choice(nights.WEATHER)
        fault(district, **{"operation": None, **weather})
        bad = district.sync()
        assert bad.code in {0, 3, 5, 6}, bad.err
        healed(district)
        if chance.random() < 0.3:
            lose_marks(chance, district)

        good, other = district.sync(), twin.sync()
        assert (good.code, other.code) == (0, 0), good.out + other.out
        assert seen(district) == seen(twin), (day, weather)
        again = district.sync()
        assert (again.code, again.writes) == (0, 0)
    for one in (district, twin):
        put_right(one)
    nights.end(district, twin)
    for one in (district, twin):
        excuse_zeros_that_are_held(one, one.sync())
