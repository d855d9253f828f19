"""`/ws/xte/score`: scores of many students at once, all or none."""

import sqlite3
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import orjson

from mock_sis.gradebook.columns import Cell, Column, Score, Unknown, decimal_text
from mock_sis.gradebook.gradebook import Gradebook
from mock_sis.http.types import Answer, Problem
from mock_sis.powerschool.gradebook.checks import POWERSCHOOL
from mock_sis.powerschool.gradebook.teachers import ASSIGNMENT_SECTION, must_teach, teacher
from mock_sis.powerschool.numbers import ASSIGNMENT, shown
from mock_sis.powerschool.plugin import SCORE_FIELDS, Plugin
from mock_sis.powerschool.terms import terms
from mock_sis.powerschool.values import Invalid, breach, decimal, identifier, invalid, number, real
from mock_sis.world.world import World

FLAGS = ("islate", "ismissing", "iscollected", "isabsent", "isincomplete")
LONGEST = 30
STORED = "SELECT student, value, status, extra FROM score WHERE assignment = ?"
KEEP = object()
"""A row that says nothing of the score leaves it as it is."""


class SentScore(NamedTuple):
    """One student's row of a batch."""

    column: int
    student: str
    value: Any
    exempt: bool | None
    extra: Mapping[str, Any]


class Scores:
    """The scores that one teacher may write, through one plugin."""

    def __init__(self, world: World, plugin: Plugin, users_dcid: str | None) -> None:
        self._world = world
        self._book = Gradebook(world, POWERSCHOOL)
        self._plugin = plugin
        self._teacher = "" if users_dcid is None else teacher(world, users_dcid)["id"]

    def put(self, sent: Sequence[Any], *, term_id: int | None = None) -> Answer:
        """Write every row or none; the answer names the students and has no ids of scores."""
        self._plugin.need("full", "assignmentscore", SCORE_FIELDS)
        self._term(term_id)
        sent_scores = [_sent_score(row) for row in sent]
        with self._world.db.write():
            numbers = dict.fromkeys(one.column for one in sent_scores)
            columns = {number: self._column(number) for number in numbers}
            must_teach(self._world, self._teacher, {one.section for one in columns.values()})
            self._seated(sent_scores, columns)
            for number, column in columns.items():
                self._write(column, [one for one in sent_scores if one.column == number])
        return Answer({"assignment_scores": [_answered(one) for one in sent_scores], **breach()})

    def read(self, assignment_sections: Sequence[int]) -> Answer:
        """Marks as an older program reads them."""
        self._plugin.need("view", "assignmentscore", SCORE_FIELDS)
        columns = [self._column(number) for number in assignment_sections]
        must_teach(self._world, self._teacher, {column.section for column in columns})
        cells = (cell for column in columns for cell in self._book.cells(column.id))
        return Answer([shape(cell) for cell in cells if cell.value is not None])

    def clear(
        self, students: Sequence[str], assignment_sections: Sequence[int], *, force: bool
    ) -> Answer:
        """Take students off assignments, those with scores if forced; blindly otherwise."""
        self._plugin.need("full", "assignmentscore", SCORE_FIELDS)
        columns = [
            self._column(number)
            for number in assignment_sections
            if self._world.db.one("SELECT 1 FROM assignment WHERE id = ? AND deleted = 0", number)
        ]
        if self._teacher:
            must_teach(self._world, self._teacher, {column.section for column in columns})
        with self._world.db.write():
            for column in columns:
                self._book.must_be_open(column)
                for student in students:
                    cell = self._book.cell(column.id, student)
                    if cell is not None and (force or cell.value is None):
                        self._book.delete_score(cell)
        return Answer(None, 201)

    # ---- inside ---------------------------------------------------------------------------------

    def _term(self, term_id: int | None) -> None:
        if term_id is not None and term_id not in {term.id for term in terms(self._world)}:
            raise Problem(400, f"Unable to find Term with id {term_id}")

    def _column(self, id_: int) -> Column:
        """A deleted one breaks the server; a number of an assignment is a stranger's section."""
        try:
            return self._book.column(id_)
        except Unknown as error:
            known = self._world.db.one("SELECT id FROM assignment WHERE id = ?", id_ - ASSIGNMENT)
            if known is not None:
                raise Problem(
                    403, f"User does not teach section of {id_} with access EDIT"
                ) from error
            raise Problem(500, f"Unable to find {ASSIGNMENT_SECTION} with id {id_}") from error

    def _seated(self, sent_scores: Sequence[SentScore], columns: Mapping[int, Column]) -> None:
        """B6: everyone who is not on the assignment is named, and nothing is written."""
        students = {one.student for one in sent_scores}
        sitting = {
            section: self._book.sitting([section], students)
            for section in {column.section for column in columns.values()}
        }
        seated = {
            number: sitting[one.section].intersection(one.extra.get("students") or students)
            for number, one in columns.items()
        }
        errors = [
            {
                "field": f"Student.id [{one.student}] does not have"
                f" an AssignmentStudentAssociation with AssignmentSection.id [{one.column}]",
                "params": {
                    "student_dcid": shown(one.student),
                    "assignment_section_id": one.column,
                },
            }
            for one in sent_scores
            if one.student not in seated[one.column]
        ]
        if errors and self._world.enforcement.on("B6"):
            raise Invalid(
                "Validation failed: a student is not on the assignment", errors, rule="B6"
            )

    def _write(self, column: Column, sent_scores: Sequence[SentScore]) -> None:
        stored = {row["student"]: row for row in self._world.db.read(STORED, column.id)}
        scores: dict[str, Score] = {}
        for one in sent_scores:
            known = scores.get(one.student)
            if known is None and one.student in stored:
                known = _stored(stored[one.student])
            scores[one.student] = _score(one, known)
        self._book.put_scores(column, list(scores.values()), by="api", seated=True)


def _sent_score(row: Any) -> SentScore:
    if not isinstance(row, dict):
        raise Problem(400, "assignment_scores is a list of objects")
    part = row.get("_assignmentsection")
    column = identifier(part, "assignmentsectionid", "_id") if isinstance(part, dict) else None
    column = number(row.get("assignmentsectionid")) if column is None else column
    if column is None:
        raise invalid("assignmentsectionid is required", "_assignmentsection")
    student = row.get("studentsdcid")
    if student is None:
        raise invalid("studentsdcid is required", "studentsdcid")
    exempt = row.get("isexempt")
    return SentScore(
        column,
        str(student),
        _value(row),
        None if exempt is None else bool(exempt),
        {name: int(bool(row[name])) for name in FLAGS if row.get(name) is not None} | _comment(row),
    )


def _stored(row: sqlite3.Row) -> Score:
    value = None if row["value"] is None else Decimal(row["value"])
    return Score(row["student"], value, None, row["status"], orjson.loads(row["extra"]))


def _score(one: SentScore, known: Score | None) -> Score:
    """What becomes of a cell: what a row does not say stays as it is."""
    value = (known.value if known else None) if one.value is KEEP else one.value
    exempt = (known is not None and known.status == "exempt") if one.exempt is None else one.exempt
    return Score(
        student=one.student,
        value=value,
        status="exempt" if exempt else None,
        extra={**(known.extra if known else {}), **one.extra},
    )


def shape(cell: Cell) -> dict[str, Any]:
    """A score with its number."""
    return {
        "_name": "assignmentscore",
        "_id": cell.id,
        "assignmentscoreid": cell.id,
        "studentsdcid": shown(cell.student),
        "_assignmentsection": {"_id": cell.column, "assignmentsectionid": cell.column},
        **_points(cell.value),
        **{name: bool(cell.extra.get(name)) for name in FLAGS},
        "isexempt": cell.status == "exempt",
        **breach(),
    }


def _answered(one: SentScore) -> dict[str, Any]:
    return {
        "_name": "assignmentscore",
        "studentsdcid": shown(one.student),
        "_assignmentsection": {
            "_name": "assignmentsection",
            "_id": one.column,
            "assignmentsectionid": one.column,
        },
    }


def _points(value: Decimal | None) -> dict[str, Any]:
    if value is None:
        return {}
    text = decimal_text(value)
    return {
        "actualscoreentered": text,
        "actualscorekind": "REAL_SCORE",
        "scorepoints": real(text),
    }


def _value(row: Mapping[str, Any]) -> Any:
    entered, points = row.get("actualscoreentered"), row.get("scorepoints")
    if "actualscoreentered" not in row and "scorepoints" not in row:
        return KEEP
    given = points if entered in {None, ""} else entered
    if given in {None, ""}:
        return None
    if len(str(given)) > LONGEST:
        raise invalid(f"actualscoreentered is longer than {LONGEST}", "actualscoreentered")
    return decimal(given, "actualscoreentered")


def _comment(row: Mapping[str, Any]) -> dict[str, str]:
    told = row.get("_assignmentscorecomment")
    if isinstance(told, Mapping) and told.get("commentvalue") is not None:
        return {"comment": str(told["commentvalue"])}
    return {}
