"""The records of the feed; a broken record of any kind is refused by itself."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from agent.domain import Broken, Kind, Progress, Scale, StatusFlag
from tests.agent.sources.otus.feed import (
    MEMBER,
    STUDENT,
    TEACHER,
    a_class,
    a_page,
    a_score,
    an_assessment,
    answer,
    changes_of,
    in_class,
    source_of,
)


def value_of(*changes):
    return changes_of(*changes)[-1].value


def test_people_and_classes():
    teacher, student, member, class_ = changes_of(TEACHER, STUDENT, MEMBER, a_class())
    assert (teacher.key, teacher.value.sis_id) == (("t-1",), "901")
    assert (student.key, student.value.sis_id) == (("s-1",), None)
    assert (member.kind, member.key) == ("group_member", ("t-1",))
    assert (class_.value.title, class_.value.section) == ("Algebra", "501")
    assert [(t.teacher, t.main) for t in class_.value.teachers] == [
        ("t-1", True),
        ("t-2", False),
    ]


def test_an_assessment_becomes_one_for_each_class_and_is_gone_from_the_others():
    found = changes_of(an_assessment(in_class("c-1"), in_class("c-2", dueDate=None)))
    assert [(c.key, c.value is None) for c in found] == [
        (("a-1",), True),
        (("a-1", "c-1"), False),
        (("a-1", "c-2"), False),
    ]
    assert [c.value.due for c in found[1:]] == [date(2026, 9, 8), None]


def test_an_assessment_assigned_to_no_class_is_gone_from_every_class():
    (gone,) = changes_of(an_assessment(classes=[]))
    assert (gone.key, gone.value) == (("a-1",), None)


def test_an_assessment_in_full():
    found = value_of(
        an_assessment(
            in_class(
                dueDate="2026-09-08T23:59:00-05:00",
                students=[
                    {"studentId": "s-1", "assignedDate": None},
                    {"studentId": "s-2", "assignedDate": "2026-09-03"},
                ],
            ),
            gradingScale="standards",
            totalPoints=None,
            includeInFinalGrade=True,
            kind="plus",
            assignedBy=None,
            submissionDate="2026-09-04",
        )
    )
    assert (found.activity, found.title, found.type) == ("x-1", "Quiz 1", "Quiz")
    assert (found.scale, found.total_points) == (Scale.STANDARDS, None)
    assert (found.kind, found.in_final_grade, found.assigned_by) == (Kind.PLUS, True, None)
    assert found.created_at == datetime(2026, 8, 30, 12, tzinfo=UTC)
    assert found.due == datetime(2026, 9, 9, 4, 59, tzinfo=UTC)
    assert found.submission_date == date(2026, 9, 4)
    assert found.students == {"s-1": None, "s-2": date(2026, 9, 3)}


def test_a_class_may_overrule_title_type_and_points():
    found = value_of(
        an_assessment(in_class(title="Quiz 1b", type="Test", totalPoints=None), totalPoints=10)
    )
    assert (found.title, found.type, found.total_points) == ("Quiz 1b", "Test", None)


@pytest.mark.parametrize("text", ["8.5", "91.10", "0", "-0.25", "10.000000001"])
def test_points_keep_every_digit(text):
    page = a_page(a_score(points="POINTS"), an_assessment(totalPoints="POINTS"))
    body = answer(page).content.decode().replace('"POINTS"', text)
    score, _, assessment = next(iter(source_of(answer(body)).pull(None))).changes
    assert str(score.value.points) == str(assessment.value.total_points) == text


def test_a_score():
    found = changes_of(a_score(progress="turned_in", points=None, marks=["late", "new mark"]))
    (change,) = found
    assert change.key == ("a-1", "s-1")
    assert (change.value.progress, change.value.points) == (Progress.TURNED_IN, None)
    assert change.value.flags == {StatusFlag.LATE}


def test_removals():
    found = changes_of(
        {"kind": "score", "op": "remove", "id": "x", "assessmentId": "a-1", "studentId": "s-1"},
        {"kind": "assessment", "op": "remove", "id": "a-1"},
        {"kind": "groupMember", "op": "remove", "id": "t-1"},
    )
    assert [(c.kind, c.key, c.value) for c in found] == [
        ("score", ("a-1", "s-1"), None),
        ("assessment", ("a-1",), None),
        ("group_member", ("t-1",), None),
    ]


def test_points_are_decimals():
    assert isinstance(value_of(a_score()).points, Decimal)


@pytest.mark.parametrize(
    ("change", "key", "names"),
    [
        (a_score(points="eight"), ("a-1", "s-1"), "points"),
        (a_score(points="NaN"), ("a-1", "s-1"), "points"),
        (a_score(points=1e300), ("a-1", "s-1"), "points"),
        (a_score(points=[8]), ("a-1", "s-1"), "points"),
        (a_score(progress="pondering"), ("a-1", "s-1"), "progress"),
        ({"kind": "score", "op": "put", "id": "a-1:s-1"}, ("a-1", "s-1"), "object"),
        (a_class(title=None), ("c-1",), "title"),
        (a_class(teachers=[{"teacherId": "t-1"}]), ("c-1",), "main"),
        (TEACHER | {"record": {"id": "t-1"}}, ("t-1",), "sisId"),
        (an_assessment(title=7), ("a-1", "c-1"), "title"),
        (an_assessment(gradingScale="stars"), ("a-1", "c-1"), "gradingScale"),
        (an_assessment(kind="minus"), ("a-1", "c-1"), "kind"),
        (an_assessment(createdAt="2026-08-30T12:00:00"), ("a-1", "c-1"), "createdAt"),
        (an_assessment(in_class(dueDate="tomorrow")), ("a-1", "c-1"), "dueDate"),
        (an_assessment(in_class(dueDate="2026-09-08T10:00")), ("a-1", "c-1"), "dueDate"),
        (an_assessment(in_class(assignedDate="2026-13-01")), ("a-1", "c-1"), "assignedDate"),
        (an_assessment(in_class(totalPoints="1e99")), ("a-1", "c-1"), "totalPoints"),
        (an_assessment(in_class(students=[{}])), ("a-1", "c-1"), "studentId"),
        (an_assessment(classes=7), ("a-1", ""), "classes"),
        (an_assessment(classes=[{}]), ("a-1", ""), "classId"),
    ],
)
def test_a_broken_record_is_refused_by_itself(change, key, names):
    found = changes_of(change, STUDENT)
    assert found[-1].value.id == "s-1"
    assert (found[-2].key, type(found[-2].value)) == (key, Broken)
    assert names in found[-2].value.reason


def test_a_fault_in_one_class_leaves_the_others():
    found = changes_of(an_assessment(in_class("c-1", dueDate="x"), in_class("c-2")))
    assert isinstance(found[1].value, Broken)
    assert found[2].value.class_id == "c-2"


@pytest.mark.parametrize(
    "change",
    [
        a_score(points="87.25 (secret)"),
        a_score(progress="secret"),
        a_score(studentId="s-1", points={"secret": 1}),
    ],
)
def test_a_reason_never_quotes_a_value(change):
    assert "secret" not in value_of(change).reason
    assert "87" not in value_of(change).reason


@pytest.mark.parametrize(
    "value",
    [
        "it's secret",
        'a "secret" one',
        "a `secret` one",
        'it\'s a "secret" one',
        "first\nit's\nsecret",
        "it's" + "secret" * 5000,
        "it's - at `$.secret`",
    ],
)
def test_a_reason_quotes_no_value_that_holds_quotes(value):
    record = an_assessment(in_class("c-1"), gradingScale=value)
    for change in (a_score(progress=value), record):
        reason = value_of(change).reason
        assert "secret" not in reason
        assert "Invalid enum value ..." in reason
        assert reason.startswith(("progress: ", "gradingScale: "))


def test_text_that_is_not_utf_8_breaks_only_its_record():
    body = answer(a_page(a_class(title="TITLE"), STUDENT)).content.replace(b"TITLE", b"\xff")
    class_, student = next(iter(source_of(answer(body)).pull(None))).changes
    assert isinstance(class_.value, Broken)
    assert student.value.id == "s-1"


def test_a_kind_that_we_do_not_know_is_passed_over():
    found = changes_of({"kind": "badge", "op": "put", "id": "b-1", "record": {}}, STUDENT)
    assert [c.kind for c in found] == ["student"]


def test_fields_that_we_do_not_know_are_no_fault():
    assert value_of(a_score(colour="red")).points == 8
