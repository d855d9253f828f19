"""What the journal keeps of a write's body: ids, a title, a number; no name and no score."""

import pytest

from mock_sis.oneroster.bodies import about as oneroster
from mock_sis.powerschool.about import about as powerschool

RESULT = {
    "lineItem": {"sourcedId": "q"},
    "student": {"sourcedId": "400003"},
    "score": 8.5,
    "comment": "Well done, Ann",
}
ROW = {
    "studentsdcid": 400003,
    "actualscoreentered": "8.5",
    "_assignmentsection": {"assignmentsectionid": 7},
}


@pytest.mark.parametrize("about", [oneroster, powerschool])
@pytest.mark.parametrize(
    ("arguments", "body", "expected"),
    [
        ({}, {"result": RESULT}, {"assignment": "q", "student": "400003"}),
        (
            {"sourced_id": "q"},
            {"lineItem": {"title": "Quiz", "class": {"sourcedId": "200001"}}},
            {"assignment": "q", "title": "Quiz", "section": "200001"},
        ),
        (
            {"line_item_sourced_id": "q"},
            {"results": [RESULT, RESULT]},
            {"assignment": "q", "count": 2},
        ),
        ({}, None, {}),
        ({}, {"result": "none"}, {}),
        ({}, {"result": {"lineItem": [], "student": {"sourcedId": {"a": 1}}}}, {}),
        ({}, {"lineItem": {"title": ["x"], "class": None}}, {}),
        ({}, [1, "x"], {}),
    ],
)
def test_a_oneroster_write_is_about(about, arguments, body, expected):
    assert about(arguments, body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"assignment_scores": [ROW]}, {"assignment": "7", "student": "400003"}),
        ({"assignment_scores": [ROW, ROW]}, {"assignment": "7", "count": 2}),
        ([ROW, {**ROW, "_assignmentsection": {"_id": 8}}], {"count": 2}),
        ({"assignment_score": ROW}, {"assignment": "7", "student": "400003"}),
        (ROW, {"assignment": "7", "student": "400003"}),
        (
            {"_assignmentsections": [{"sectionsdcid": 200001, "name": "Quiz"}]},
            {"section": "200001", "title": "Quiz"},
        ),
        (
            {"_assignmentsections": [{"sectionsdcid": 1, "name": "Quiz"}, {}, "x"]},
            {"section": "1", "title": "Quiz", "count": 2},
        ),
        ({"assignment_scores": "all"}, {}),
        ({"assignment_scores": [{"_assignmentsection": 3}]}, {}),
        ({"_assignmentsections": [5]}, {}),
    ],
)
def test_a_powerschool_write_is_about(body, expected):
    assert powerschool({}, body) == expected
