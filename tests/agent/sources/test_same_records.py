"""Both sources say the same of the same school."""

from datetime import UTC, date, datetime

import pytest

from agent.errors import ConfigError
from agent.sources import open_source
from agent.sources.oneroster_csv.source import OneRosterCsvSource
from agent.sources.otus.source import OtusSource
from tests.agent.sources.oneroster_csv import export
from tests.agent.sources.otus import feed


def teacher(key, sis_id):
    return {"kind": "teacher", "op": "put", "id": key, "record": {"id": key, "sisId": sis_id}}


def student(key):
    return {"kind": "student", "op": "put", "id": key, "record": {"id": key, "sisId": key}}


def member(key):
    return {"kind": "groupMember", "op": "put", "id": key, "record": {"teacherId": key}}


def score(assessment, student, progress, points, marks):
    record = {"assessmentId": assessment, "studentId": student, "progress": progress}
    return {
        "kind": "score",
        "op": "put",
        "id": f"{assessment}:{student}",
        "record": record | {"points": points, "marks": marks},
    }


def assessment(key, title, **changed):
    put = feed.an_assessment(feed.in_class("501", **changed.pop("in_class", {})), **changed)
    put["record"] |= {"id": key, "title": title}
    return put | {"id": key}


AS_FEED = [
    teacher("901", "901"),
    teacher("902", "902"),
    teacher("adm", None),
    student("701"),
    student("702"),
    member("901"),
    member("902"),
    {
        "kind": "class",
        "op": "put",
        "id": "501",
        "record": {
            "id": "501",
            "title": "Algebra",
            "sectionId": "501",
            "teachers": [{"teacherId": "901", "main": True}, {"teacherId": "902", "main": False}],
        },
    },
    assessment("a-1", "Quiz 1", activityId=None, createdAt=None, assignedBy="901"),
    assessment(
        "a-2",
        "Essay",
        type="Test",
        gradingScale="standards",
        includeInFinalGrade=False,
        kind="plus",
        assignedBy="adm",
        submissionDate="2026-09-04",
        totalPoints=8.5,
        in_class={
            "dueDate": "2026-09-08T23:59:00-05:00",
            "students": [{"studentId": "701", "assignedDate": None}],
        },
    ),
    score("a-1", "701", "graded", 8.5, []),
    score("a-1", "702", "graded", None, ["excused"]),
    score("a-2", "701", "turned_in", None, ["late"]),
    score("a-2", "702", "not_submitted", None, []),
]

RESULTS = [
    ("a-1", "701", "fully graded", "8.5", ""),
    ("a-1", "702", "exempt", "", ""),
    ("a-2", "701", "submitted", "", "late"),
    ("a-2", "702", "not submitted", "", ""),
]

AS_EXPORT = export.tables(
    lineItems=[
        export.LINE_ITEM,
        export.LINE_ITEM
        | {
            "sourcedId": "a-2",
            "title": "Essay",
            "dueDate": "2026-09-08T23:59:00-05:00",
            "resultValueMax": "8.5",
            "metadata.type": "Test",
            "metadata.gradingScale": "standards",
            "metadata.includeInFinalGrade": "false",
            "metadata.kind": "plus",
            "metadata.assignedBy": "adm",
            "metadata.assignerInSis": "false",
            "metadata.createdAt": "2026-08-30T12:00:00Z",
            "metadata.submissionDate": "2026-09-04",
            "metadata.activityId": "x-1",
            "metadata.students": "701",
        },
    ],
    results=[
        dict(
            zip(
                (
                    *("lineItemSourcedId", "studentSourcedId", "scoreStatus", "score"),
                    "metadata.marks",
                ),
                row,
                strict=True,
            )
        )
        for row in RESULTS
    ],
)


def test_both_sources_say_the_same(tmp_path):
    said_by_feed = feed.changes_of(*AS_FEED)
    said_by_export = export.changes_of(export.write(tmp_path / "export", AS_EXPORT))
    # A snapshot needs no "gone from every class" first, so the export says none.
    puts = [change for change in said_by_feed if change.value is not None]
    assert puts == said_by_export
    assert {type(c.value).__name__ for c in puts} == {
        *("Teacher", "Student", "GroupMember", "Class", "Assessment", "Score")
    }


def test_a_source_is_opened_by_its_kind(tmp_path):
    folder = export.write(tmp_path / "export", AS_EXPORT)
    by_kind = {
        OneRosterCsvSource: {"kind": "oneroster-csv", "path": str(folder)},
        OtusSource: {
            "kind": "otus",
            "url": "http://127.0.0.1:9",
            "client_id": "passback",
            "client_secret": lambda: "x",
        },
    }
    for cls, arguments in by_kind.items():
        source = open_source(**arguments, zone=export.ZONE)
        assert isinstance(source, cls)
        source.close()


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"kind": "oneroster-csv"}, r"source\.path"),
        ({"kind": "otus", "url": "http://127.0.0.1:9"}, "client_id"),
    ],
)
def test_what_a_source_needs_is_asked_for(arguments, why):
    with pytest.raises(ConfigError, match=why):
        open_source(**arguments, zone=export.ZONE)


def test_dates_and_instants_stay_apart(tmp_path):
    said = export.changes_of(export.write(tmp_path / "export", AS_EXPORT))
    dues = [change.value.due for change in said if change.kind == "assessment"]
    assert dues == [date(2026, 9, 8), datetime(2026, 9, 9, 4, 59, tzinfo=UTC)]
