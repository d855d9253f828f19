"""E3 over PowerSchool as a property: what a teacher changed stands until its own source changes.

Marks, titles and due dates, over days whose nights may lose their answers; what the teacher did
between such a night and the next one stands too.
"""

import random
from datetime import timedelta
from typing import Any

import pytest

from tests.e2e.powerschool.campus import PowerSchoolDistrict
from tests.e2e.powerschool.verdicts import CREATE, REPLACE, SCORES
from tests.e2e.support.district import START
from tests.e2e.support.night_work import fault, healed

pytestmark = pytest.mark.slow

IDS = ("a-1", "a-2")
SEATS = [f"40000{n}" for n in range(1, 8)]
LOST: tuple[dict[str, Any], ...] = (
    {"action": "drop_after", "operation": REPLACE},
    {"action": "drop_before", "operation": REPLACE},
    {"action": "drop_after", "operation": SCORES, "probability": 0.5},
    {"action": "drop_before", "operation": SCORES},
    {"action": "drop_after", "operation": CREATE},
    {"action": "status", "status": 500, "operation": "listAssignments"},
    {"action": "truncate", "probability": 0.05},
)


def otus_changes(chance: random.Random, district: PowerSchoolDistrict) -> tuple[str, str]:
    """Somebody changes a score or a title in Otus: what the teacher had put there may go."""
    id_ = chance.choice(IDS)
    if chance.random() < 0.3:
        district.edit(id_, title=f"Quiz {chance.random()}")
        return id_, "title"
    student = chance.choice(SEATS)
    district.score(id_, f"s-300{student[-1]}", chance.randint(1, 20))
    return id_, student


def the_teacher_changes(chance: random.Random, district: PowerSchoolDistrict, stands: dict) -> None:
    """The teacher types a mark, or renames or moves the column."""
    id_, what = chance.choice(IDS), chance.choice(["mark", "mark", "mark", "title", "due"])
    if what == "mark":
        student, mark = chance.choice(SEATS), chance.randint(0, 19) + 0.5  # no score of Otus
        district.type_score(id_, student, mark)
        stands[id_, student] = str(mark)
        return
    value = f"Mine {chance.random():.3f}" if what == "title" else f"2026-11-0{chance.randint(1, 9)}"
    district.control("PATCH", f"/columns/{district.column(id_)['id']}", {what: value})
    stands[id_, what] = value


def assert_stands(district: PowerSchoolDistrict, stands: dict) -> None:
    """Everything that nobody changed in Otus since is as the teacher left it."""
    marks = {id_: district.marks(id_) for id_ in IDS}
    columns = {id_: district.column(id_) for id_ in IDS}
    shown = {
        (id_, what): marks[id_][what] if what in SEATS else columns[id_][what]
        for id_, what in stands
    }
    assert shown == stands


@pytest.mark.seeds(2)
def test_e3_the_teachers_hand_stands_through_good_and_bad_nights(
    district: PowerSchoolDistrict, seed: int
):
    chance = random.Random(seed)
    classes = [district.assigned("c-1001", dueDate="2026-10-30")]
    for id_ in IDS:
        district.assess(id_, classes=classes)
    stands: dict[tuple[str, str], str] = {}
    assert district.night(START).code == 0
    for day in range(1, 9):
        district.evening(START + timedelta(days=day), 18)
        for _ in range(chance.randint(0, 3)):
            the_teacher_changes(chance, district, stands)
        changed = {otus_changes(chance, district) for _ in range(chance.randint(0, 4))}
        stands = {key: value for key, value in stands.items() if key not in changed}
        district.evening(START + timedelta(days=day))
        if chance.random() < 0.6:
            fault(district, **{"operation": None, **chance.choice(LOST)})
            assert district.sync().code in {0, 3, 5, 6}
            healed(district)
            for _ in range(chance.randint(0, 3)):
                the_teacher_changes(chance, district, stands)
            # What Otus changed that day may not have gone yet, and then goes tonight.
            stands = {key: value for key, value in stands.items() if key not in changed}
        assert district.sync().code == 0
        assert_stands(district, stands)
        assert district.sync().writes == 0
