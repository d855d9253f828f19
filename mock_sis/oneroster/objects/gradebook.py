"""The gradebook service's reads: columns as line items, cells as results, as queries."""

from collections.abc import Mapping

from mock_sis.oneroster.objects.relation import Member, Relation, Where
from mock_sis.oneroster.objects.roster import FRAME, STATUS

CATEGORY = Relation(
    f"SELECT id, title, code, position, modified, active, {STATUS} FROM category WHERE sis = :sis",
    {**FRAME, "title": Member("title"), "weight": Member("NULL", "number")},
    order="position, id",
)

_LINE_ITEM_ID = "coalesce(assignment.external_id, CAST(assignment.id AS TEXT))"
_HOME = "LEFT JOIN section AS home ON home.id = assignment.section"
_PERIOD = (
    "(SELECT period.id FROM section_term JOIN term_period USING (term)"
    " JOIN period ON period.id = period WHERE section_term.section = assignment.section"
    " AND start <= due AND end >= due ORDER BY start LIMIT 1)"
)
# A teacher need not choose one, and a line item must have one.
_CATEGORY = (
    "coalesce(assignment.category, (SELECT category.id FROM category"
    " WHERE category.sis = assignment.sis ORDER BY active DESC, position LIMIT 1))"
)
LINE_ITEM = Relation(
    f"SELECT {_LINE_ITEM_ID} AS id, assignment.id AS row, assignment.title, description,"
    f" {_CATEGORY} AS category, assigned, due, points, section, created, extra,"
    " assignment.modified, home.school,"
    f" 'active' AS status, {_PERIOD} AS period FROM assignment {_HOME}"
    " WHERE assignment.sis = :sis AND deleted = 0",
    {
        **FRAME,
        "title": Member("title"),
        "description": Member("description"),
        "assignDate": Member("assigned || 'T00:00:00Z'", "instant"),
        "dueDate": Member("due || 'T00:00:00Z'", "instant"),
        "resultValueMax": Member("points", "number"),
        "resultValueMin": Member("coalesce(json_extract(extra, '$.min'), 0)", "number"),
        "class.sourcedId": Member("section", "id"),
        "school.sourcedId": Member("school", "id"),
        "category.sourcedId": Member("category", "id"),
        "gradingPeriod.sourcedId": Member("period", "id"),
    },
    order="due IS NULL, due, row",
)

_CAN_LINK = ":links"  # 1 where sections can share a gradebook
_SEAT = (
    "(SELECT enrolment.section FROM enrolment JOIN section ON section.id = enrolment.section"
    " WHERE person = score.student AND role = 'student'"
    f" AND (section.id = assignment.section OR section.link = home.link AND {_CAN_LINK})"
    " ORDER BY enrolment.active DESC, coalesce(end, '9') DESC, enrolment.section LIMIT 1)"
)
RESULT = Relation(
    "SELECT coalesce(score.external_id, CAST(score.id AS TEXT)) AS id, score.id AS row,"
    " score.student, score.value, score.status AS status_word, score.extra, score.modified,"
    f" {_LINE_ITEM_ID} AS line_item, assignment.id AS line_item_row, assignment.section,"
    f" 'active' AS status, coalesce({_SEAT}, assignment.section) AS class"
    f" FROM score JOIN assignment ON assignment.id = score.assignment {_HOME}"
    " WHERE assignment.sis = :sis AND deleted = 0"
    " AND (value IS NOT NULL OR score.status IS NOT NULL)",
    {
        **FRAME,
        "score": Member("value", "number"),
        "scoreStatus": Member("coalesce(status_word, 'fully graded')"),
        "scoreDate": Member(
            "coalesce(json_extract(extra, '$.date'), substr(modified, 1, 10))", "id"
        ),
        "comment": Member("json_extract(extra, '$.comment')"),
        "lineItem.sourcedId": Member("line_item", "id"),
        "student.sourcedId": Member("student", "id"),
        "class.sourcedId": Member("class", "id"),
    },
    order="line_item_row, row",
)

RELATIONS: Mapping[str, Relation] = {"category": CATEGORY, "lineItem": LINE_ITEM, "result": RESULT}

WITH_SCORE = Where("value IS NOT NULL")
"""Version 1.1 knows no result without a score."""

_LINKED = (
    "section IN (SELECT id FROM section WHERE id = :class_id"
    f" OR link = (SELECT link FROM section WHERE id = :class_id) AND {_CAN_LINK})"
)
_USABLE = (
    "active = 1 AND id NOT IN (SELECT category FROM category_off JOIN enrolment ON person = teacher"
    " AND role = 'teacher' AND main = 1 AND active = 1 WHERE sis = :sis AND section = :class_id)"
)
SCOPES: Mapping[tuple[str, str], str] = {
    ("lineItem", "class"): _LINKED,
    ("result", "class"): _LINKED,
    ("result", "lineItem"): "line_item_row = :lineItem_id",
    ("result", "student"): "student = :student_id",
    ("category", "class"): _USABLE,
}
"""A line item is named by its row: the caller's ids are looked up before, by their index."""
