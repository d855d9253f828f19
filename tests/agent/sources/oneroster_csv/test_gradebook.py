"""The line items and results of an export: plain ones, metadata columns, broken rows."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from agent.domain import Broken, Kind, Progress, Scale, StatusFlag
from agent.sources.oneroster_csv.source import OneRosterCsvSource
from tests.agent.sources.oneroster_csv.export import LINE_ITEM, RESULT, ZONE, one_of, table_text


def test_a_line_item_is_an_assessment_of_its_class_for_everyone(line_item):
    value = line_item()
    assert (value.id, value.class_id, value.title, value.type) == (
        "a-1",
        "501",
        "Quiz 1",
        "Quiz",
    )
    assert (value.assigned_on, value.due) == (date(2026, 9, 1), date(2026, 9, 8))
    assert (value.total_points, value.scale) == (Decimal(10), Scale.POINTS)
    assert (value.assigned_by, value.students, value.in_final_grade) == ("901", None, None)
    assert (value.kind, value.activity, value.created_at) == (Kind.ORDINARY, None, None)


@pytest.mark.parametrize(
    ("cells", "progress", "points", "flags"),
    [
        ({"scoreStatus": "fully graded"}, Progress.GRADED, "8.5", set()),
        ({"scoreStatus": "exempt", "score": ""}, Progress.GRADED, None, {StatusFlag.EXCUSED}),
        ({"scoreStatus": "submitted", "score": ""}, Progress.TURNED_IN, None, set()),
        ({"scoreStatus": "partially graded"}, Progress.TURNED_IN, "8.5", set()),
        ({"scoreStatus": "not submitted", "score": ""}, Progress.NOT_SUBMITTED, None, set()),
        ({"scoreStatus": "", "score": "0"}, Progress.GRADED, "0", set()),
        (
            {"late": "true", "missing": "true"},
            Progress.GRADED,
            "8.5",
            {StatusFlag.LATE, StatusFlag.MISSING},
        ),
        ({"metadata.progress": "turned_in"}, Progress.TURNED_IN, "8.5", set()),
        (
            {"metadata.marks": "excluded late other"},
            Progress.GRADED,
            "8.5",
            {StatusFlag.EXCLUDED, StatusFlag.LATE},
        ),
    ],
)
def test_a_result_is_a_score(result, cells, progress, points, flags):
    value = result(**cells)
    assert (value.assessment, value.student) == ("a-1", "701")
    assert (value.progress, value.flags) == (progress, flags)
    assert str(value.points) == str(points)


def test_columns_that_the_standard_lacks(line_item):
    value = line_item(
        **{
            "metadata.type": "Test",
            "metadata.gradingScale": "standards",
            "metadata.includeInFinalGrade": "false",
            "metadata.kind": "plus",
            "metadata.assignedBy": "902",
            "metadata.createdAt": "2026-08-30T12:00:00Z",
            "metadata.submissionDate": "2026-09-04",
            "metadata.activityId": "x-1",
            "metadata.students": "701 702",
        }
    )
    assert (value.type, value.scale, value.in_final_grade) == ("Test", Scale.STANDARDS, False)
    assert (value.kind, value.assigned_by, value.activity) == (Kind.PLUS, "902", "x-1")
    assert value.created_at == datetime(2026, 8, 30, 12, tzinfo=UTC)
    assert value.submission_date == date(2026, 9, 4)
    assert value.students == {"701": None, "702": None}


def test_categories_are_not_needed_where_types_are_told(export):
    folder = export(categories=None, lineItems=[LINE_ITEM | {"metadata.type": "Quiz"}])
    assert one_of(folder, "assessment").value.type == "Quiz"


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("2026-09-08", date(2026, 9, 8)),
        ("2026-09-08T00:00:00Z", date(2026, 9, 8)),
        ("2026-09-08T00:00:00.000+00:00", date(2026, 9, 8)),
        ("2026-09-07T19:00:00-05:00", date(2026, 9, 8)),
        ("2026-09-08T23:59:00-05:00", datetime(2026, 9, 9, 4, 59, tzinfo=UTC)),
        ("", None),
    ],
)
def test_a_due_date_is_a_date_or_an_instant(line_item, text, due):
    found = line_item(dueDate=text).due
    assert (found, type(found)) == (due, type(due))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-09-01", date(2026, 9, 1)),
        ("2026-09-01T00:00:00Z", date(2026, 9, 1)),
        ("2026-09-01T03:00:00Z", date(2026, 8, 31)),
        ("", None),
    ],
)
def test_an_assign_date_is_the_districts_day(line_item, text, day):
    assert line_item(assignDate=text).assigned_on == day


@pytest.mark.parametrize(
    ("said", "text", "due"),
    [
        (None, "2026-09-08T00:00:00Z", date(2026, 9, 8)),
        ("date", "2026-09-08T00:00:00Z", date(2026, 9, 8)),
        ("instant", "2026-09-08T00:00:00Z", datetime(2026, 9, 8, tzinfo=UTC)),
        ("instant", "2026-09-08", date(2026, 9, 8)),
    ],
)
def test_the_district_says_what_it_means(export, said, text, due):
    source = OneRosterCsvSource(str(export(lineItems=[LINE_ITEM | {"dueDate": text}])), ZONE, said)
    [found] = [c.value for p in source.pull(None) for c in p.changes if c.kind == "assessment"]
    assert (found.due, type(found.due)) == (due, type(due))


def test_an_assign_date_at_midnight_stays_a_date(export):
    row = LINE_ITEM | {"assignDate": "2026-09-01T00:00:00Z"}
    source = OneRosterCsvSource(str(export(lineItems=[row])), ZONE, "instant")
    [found] = [c.value for p in source.pull(None) for c in p.changes if c.kind == "assessment"]
    assert found.assigned_on == date(2026, 9, 1)


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        ({"resultValueMax": "ten"}, "resultValueMax"),
        ({"resultValueMax": "1e99"}, "resultValueMax"),
        ({"resultValueMax": "Infinity"}, "resultValueMax"),
        ({"dueDate": "9/8/2026"}, "dueDate"),
        ({"dueDate": "2026-09-08T23:59:00"}, "dueDate"),
        ({"assignDate": "soon"}, "assignDate"),
        ({"categorySourcedId": "k-9"}, "categorySourcedId"),
        ({"metadata.gradingScale": "stars"}, "metadata.gradingScale"),
        ({"metadata.kind": "minus"}, "metadata.kind"),
        ({"metadata.includeInFinalGrade": "maybe"}, "metadata.includeInFinalGrade"),
        ({"metadata.assignerInSis": "false"}, "metadata.assignedBy"),
        ({"metadata.createdAt": "then"}, "metadata.createdAt"),
    ],
)
def test_a_broken_line_item_is_refused_by_itself(export, cells, names):
    folder = export(lineItems=[LINE_ITEM | cells, LINE_ITEM | {"sourcedId": "a-2"}])
    broken = one_of(folder, "assessment", ("a-1", "501")).value
    assert isinstance(broken, Broken)
    assert names in broken.reason
    assert one_of(folder, "assessment", ("a-2", "501")).value.title == "Quiz 1"


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        ({"score": "eight secret"}, "score"),
        ({"score": "NaN"}, "score"),
        ({"scoreStatus": "secret"}, "scoreStatus"),
        ({"scoreStatus": "", "score": ""}, "scoreStatus"),
        ({"metadata.progress": "secret"}, "metadata.progress"),
    ],
)
def test_a_broken_result_is_refused_by_itself_and_not_quoted(result, cells, names):
    broken = result(**cells)
    assert isinstance(broken, Broken)
    assert names in broken.reason
    assert "secret" not in broken.reason


def test_a_comma_too_many_breaks_the_row_and_not_its_key(export):
    rows = table_text("results", [RESULT | {"comment": "good"}]).replace("good", "good, really")
    broken = one_of(export(results=rows), "score", ("a-1", "701")).value
    assert "8 cells, the header 7" in broken.reason


def test_a_row_that_says_no_id_is_passed_over(export):
    nameless = RESULT | {"studentSourcedId": ""}
    assert one_of(export(results=[nameless, RESULT]), "score").key == ("a-1", "701")


def test_empty_lines_are_nothing(export):
    folder = export(results=table_text("results", [RESULT]) + "\r\n\r\n")
    assert isinstance(one_of(folder, "score").value.points, Decimal)
