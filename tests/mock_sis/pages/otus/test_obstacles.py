"""What in Otus stands against an assessment, word by word, and as the agent judges it."""

from datetime import date
from decimal import Decimal

import pytest

from contracts.demo.district import DemoDistrict
from mock_sis.pages.otus.messages import group_changed, scores_saved
from mock_sis.pages.otus.obstacles import computed_due, obstacles
from mock_sis.pages.otus.people import Person, teachers
from tests.e2e.support.kinds import KINDS

TODAY = date(2026, 10, 1)
ANN = Person(id="t-1", name="Ann", sis_id="1", in_group=True)
BEN = Person(id="t-2", name="Ben", sis_id="2")
ADMIN = Person(id="t-3", name="Administrator t-3", sis_id=None, in_group=True)
PEOPLE = {one.id: one for one in (ANN, BEN, ADMIN)}
CLASS = {"id": "c", "sectionId": "9", "teachers": [{"teacherId": "t-1", "main": True}]}
BOTH_TEACH = [{"teacherId": "t-2", "main": False}, {"teacherId": "t-1", "main": True}]
PART = {"classId": "c", "assignedDate": "2026-09-20", "dueDate": None, "students": None}
PLAIN = {
    "gradingScale": "points",
    "totalPoints": 10,
    "includeInFinalGrade": None,
    "kind": "assessment",
    "assignedBy": "t-1",
    "createdAt": None,
    "submissionDate": None,
}
NOT_WHOLE = ["Total points must be a whole number above 0."]
OFF = ["“Include Score in Final Grade” is off."]
OUTSIDE = ["The person who assigned it is not in the SIS."]
BEN_MUST_JOIN = (
    "PowerSchool: Ben must join the teacher group: the main teacher and every co-teacher have to"
    " be in it."
)
NO_DUE = ["It has no due date, and no date from which one could be computed."]


@pytest.mark.parametrize(
    ("change", "part", "class_", "expected"),
    [
        ({}, {}, {}, []),
        (
            {"gradingScale": "standards"},
            {},
            {},
            ["The grading scale is standards-based; only a points scale passes back."],
        ),
        ({"totalPoints": Decimal("10.0")}, {}, {}, []),
        ({"totalPoints": Decimal("10.5")}, {}, {}, NOT_WHOLE),
        ({"totalPoints": 0}, {}, {}, NOT_WHOLE),
        ({"totalPoints": None}, {}, {}, NOT_WHOLE),
        ({"totalPoints": "ten"}, {}, {}, NOT_WHOLE),
        ({}, {"totalPoints": Decimal("1.5")}, {}, NOT_WHOLE),
        ({"includeInFinalGrade": False}, {}, {}, OFF),
        ({"kind": "plus", "submissionDate": "2026-09-20"}, {}, {}, OFF),
        ({"kind": "plus", "submissionDate": "2026-09-20", "includeInFinalGrade": True}, {}, {}, []),
        (
            {"assignedBy": "t-2"},
            {},
            {},
            ["Skyward: Ben, who assigned it, is not in the teacher group."],
        ),
        ({"assignedBy": "t-3"}, {}, {}, OUTSIDE),
        ({"assignedBy": None}, {}, {}, OUTSIDE),
        ({}, {"assignedDate": None}, {}, NO_DUE),
        ({}, {"assignedDate": None, "dueDate": "2026-10-02"}, {}, []),
        ({"createdAt": "2026-09-01T15:00:00Z"}, {"assignedDate": None}, {}, []),
        (
            {},
            {"assignedDate": "2026-10-02"},
            {},
            ["It is assigned on Oct 2, which is still to come."],
        ),
        ({}, {}, {"sectionId": None}, ["The class is not linked to a section of the SIS."]),
        (
            {},
            {},
            {"teachers": BOTH_TEACH},
            [BEN_MUST_JOIN],
        ),
    ],
)
def test_what_stands_against_it_is_one_sentence_each(change, part, class_, expected):
    found = obstacles({**PLAIN, **change}, {**PART, **part}, {**CLASS, **class_}, PEOPLE, TODAY)

    assert [str(each) for each in found] == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, (date(2026, 9, 27), "assigned date")),
        ({"kind": "plus"}, None),
        ({"kind": "plus", "submissionDate": "2026-09-02"}, (date(2026, 9, 9), "submission date")),
    ],
)
def test_a_due_date_is_computed_as_the_guide_says(change, expected):
    assert computed_due({**PLAIN, **change}, PART) == expected


def score(progress="graded", marks=()):
    return {"progress": progress, "marks": list(marks)}


@pytest.mark.parametrize(
    ("changes", "begin"),
    [
        ([(None, score())], "1 score saved as graded."),
        ([(None, score()), (None, score())], "2 scores saved as graded."),
        ([(score(), score("not_submitted"))], "1 score taken out."),
        ([(None, score("not_submitted"))], "1 score saved as not started."),
        ([(None, score("not_submitted", ["excused"]))], "1 score saved as excused"),
        ([(None, score("graded", ["excluded"]))], "1 score saved as excluded."),
    ],
)
def test_a_change_of_scores_says_what_the_night_makes_of_it(changes, begin):
    (text,) = scores_saved(changes)

    assert text.startswith(begin)


def test_a_teacher_who_joins_is_told_which_class_still_waits():
    text = group_changed("Ann", joined=True, taught=[("Math", True), ("Art", False)], assigned=1)

    assert "the 1 assessment that Ann assigned" in text
    assert "It can send PowerSchool the scores of Math." in text
    assert "For PowerSchool Art still waits for another teacher." in text


# ---- the same as the agent ----------------------------------------------------------------------

CODES = {
    "standards_based_scale",
    "total_points_not_whole",
    "not_in_final_grade",
    "assigner_not_in_group",
    "class_teachers_not_in_group",
    "assigner_not_in_sis",
    "no_due_date",
    "class_not_linked",
    "not_assigned_yet",
}
"""Refusals that Otus alone decides."""


@pytest.mark.parametrize("kind", KINDS)
def test_the_tiny_world_is_judged_as_the_agent_judges_it(kind, shared, tmp_path):
    """Every assessment in every class: what the pages say beside what a night of the agent says."""
    world = shared.world
    district = DemoDistrict(
        kind=kind,
        otus=shared.otus.url,
        sis=shared[kind].url,
        folder=tmp_path,
        zone="America/Chicago",
        effective=date(2026, 8, 1),
        categories={"Quiz": "QUIZ", "Test": "TEST", "Homework": "HW", "Project": "PROJ"},
    )
    district.write_config()
    records = district.sync_here(world.now()).report["records"]
    agent = {
        (one["assignment"], one["section"]): bool(CODES & set(one["codes"]))
        for one in records
        if one["kind"] == "assignment"
    }
    pages = dict(judged(world, kind))

    assert len(agent) > len(pages) / 2  # linked classes share a record where all goes well
    assert agent == {one: pages[one] for one in agent}


def judged(world, kind):
    people = teachers(world)
    for record in world.feed.records("assessment"):
        for part in record["classes"]:
            class_ = world.feed.get("class", part["classId"])
            found = obstacles(record, part, class_, people, world.today())
            blocked = any(each.sis.casefold() in {"", kind} for each in found)
            yield (record["id"], class_["sectionId"] or class_["id"]), blocked
