"""The Otus side of a OneRoster export: line items and results as assessments and scores.

What the standard's columns lack stands in `metadata.*` columns, with defaults for a plain export. A
value that cannot be used goes into the feed as it is: the agent must refuse that record by itself.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from mock_sis.districts.oneroster_csv.files import CsvFiles
from mock_sis.districts.oneroster_csv.roster import RosterImport
from mock_sis.districts.oneroster_csv.row import Row, parse_moment, parse_number
from mock_sis.world.clock import text
from mock_sis.world.feed import score_id

Record = tuple[str, str, Mapping[str, Any]]
Dated = tuple[date | None, str, str, Mapping[str, Any]]

NO_SIS_PERSON = "otus-administrator"
PROGRESS = {
    "fully graded": "graded",
    "exempt": "graded",
    "submitted": "turned_in",
    "partially graded": "turned_in",
    "not submitted": "not_submitted",
}
MARKS = ("excluded", "excused", "missing", "late")


class OtusImport:
    """Reads what Otus would know from an export."""

    def __init__(self, files: CsvFiles, roster: RosterImport) -> None:
        self._files = files
        self._roster = roster
        self._zone = roster.writer.zone

    def rosters(self) -> Iterator[Record]:
        """Teachers, students, the teacher group, classes."""
        for id_ in self._roster.staff:
            yield "teacher", id_, {"id": id_, "sisId": id_}
        for id_ in self._strangers():
            yield "teacher", id_, {"id": id_, "sisId": None}
        for id_ in self._roster.students:
            yield "student", id_, {"id": id_, "sisId": id_}
        for id_ in self._group():
            yield "groupMember", id_, {"teacherId": id_}
        for id_, title in self._roster.classes.items():
            yield "class", id_, self._class(id_, title)

    def work(self) -> Iterator[Dated]:
        """Assessments with the day they are assigned, then scores with the day they are given."""
        for row in self._items():
            record = self._assessment(row)
            yield self._day(row["assignDate"]), "assessment", record["id"], record
        for row in self._files.rows("results"):
            record = _score(row)
            id_ = score_id(record["assessmentId"], record["studentId"])
            yield self._day(row["scoreDate"]), "score", id_, record

    def _items(self) -> Iterator[Row]:
        return self._files.rows("lineItems")

    def _strangers(self) -> list[str]:
        """Who assigned something and is not in the SIS (A9)."""
        assigners = (_assigner(row) for row in self._items() if not _in_sis(row))
        known = set(self._roster.staff)
        return [id_ for id_ in dict.fromkeys(assigners) if id_ not in known]

    def _group(self) -> list[str]:
        if self._files.has("passbackGroup"):
            return [row["userSourcedId"] for row in self._files.rows("passbackGroup")]
        teachers = self._roster.class_teachers.values()
        return list(dict.fromkeys(id_ for some in teachers for id_ in some))

    def _class(self, id_: str, title: str) -> dict[str, Any]:
        main = self._roster.main_teachers.get(id_)
        teachers = self._roster.class_teachers.get(id_, [])
        listed = [{"teacherId": teacher, "main": teacher == main} for teacher in teachers]
        return {"id": id_, "title": title, "sectionId": id_, "teachers": listed}

    def _assessment(self, row: Row) -> dict[str, Any]:
        class_id = row.need("classSourcedId")
        category = self._roster.categories.get(row["categorySourcedId"], row["categorySourcedId"])
        main = self._roster.main_teachers.get(class_id)
        return {
            "id": row.need("sourcedId"),
            "activityId": row["metadata.activityId"] or None,
            "title": row["title"],
            "type": row["metadata.type"] or category,
            "gradingScale": row["metadata.gradingScale"] or "points",
            "totalPoints": parse_number(row["resultValueMax"]),
            "includeInFinalGrade": _said(row["metadata.includeInFinalGrade"]),
            "kind": row["metadata.kind"] or "assessment",
            "assignedBy": (row["metadata.assignedBy"] or main) if _in_sis(row) else _assigner(row),
            "createdAt": _instant(row["metadata.createdAt"]),
            "submissionDate": self._date(row["metadata.submissionDate"]),
            "classes": [
                {
                    "classId": class_id,
                    "assignedDate": self._date(row["assignDate"]),
                    "dueDate": _moment(row["dueDate"]),
                    "students": _students(row),
                }
            ],
        }

    def _date(self, cell: str) -> str | None:
        """A district date; an instant's is the day on which it falls there."""
        day = self._day(cell)
        return day.isoformat() if day else _moment(cell)

    def _day(self, cell: str) -> date | None:
        moment = parse_moment(cell)
        if isinstance(moment, datetime):
            return moment.astimezone(self._zone).date()
        return moment if isinstance(moment, date) else None


def _in_sis(row: Row) -> bool:
    return row.flag("metadata.assignerInSis", default=True)


def _assigner(row: Row) -> str:
    return row["metadata.assignedBy"] or NO_SIS_PERSON


def _students(row: Row) -> list[dict[str, Any]] | None:
    listed = row.words("metadata.students")
    if not listed:
        return None
    ids = [] if listed == ["none"] else listed
    return [{"studentId": id_, "assignedDate": None} for id_ in ids]


def _moment(cell: str) -> str | None:
    moment = parse_moment(cell)
    if isinstance(moment, datetime):
        return text(moment)
    return moment.isoformat() if isinstance(moment, date) else moment


def _instant(cell: str) -> str | None:
    moment = parse_moment(cell)
    dated = isinstance(moment, date) and not isinstance(moment, datetime)
    return f"{moment}T00:00:00Z" if dated else _moment(cell)


def _score(row: Row) -> dict[str, Any]:
    status = row["scoreStatus"].casefold()
    return {
        "assessmentId": row.need("lineItemSourcedId"),
        "studentId": row.need("studentSourcedId"),
        "progress": row["metadata.progress"] or _progress(row, status),
        "points": parse_number(row["score"]),
        "marks": list(dict.fromkeys(_marks(row, status))),
    }


def _progress(row: Row, status: str) -> str:
    """A score without a status is graded; a status that nobody knows stays, to be refused."""
    return PROGRESS.get(status) or ("graded" if row["score"] and not status else status)


def _said(cell: str) -> bool | str | None:
    """None leaves it to the kind of the assessment (A3)."""
    return {"": None, "true": True, "false": False}.get(cell.casefold(), cell)


def _marks(row: Row, status: str) -> Iterator[str]:
    yield from (mark for mark in row.words("metadata.marks") if mark in MARKS)
    if status == "exempt":
        yield "excused"
    for mark in ("late", "missing"):
        if row.flag(mark, default=False):
            yield mark
