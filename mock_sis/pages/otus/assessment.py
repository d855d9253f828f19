"""One assessment in one of its classes: its facts, whom it is assigned to, and the scores."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from mock_sis.otus.acts import Otus
from mock_sis.pages.otus.forms import (
    ADMINISTRATOR,
    Assigned,
    EditFacts,
    NewAssessment,
    assigner_choices,
    day_of,
    number_of,
    score_row,
)
from mock_sis.pages.otus.obstacles import computed_due, included, obstacles
from mock_sis.pages.otus.people import class_teachers, teacher_ids, teachers
from mock_sis.pages.otus.reads import scores_of, students_of
from mock_sis.pages.otus.records import assigned_part, is_assigned, points_text
from mock_sis.world.world import World

Record = Mapping[str, Any]


def assessment_page(
    world: World, assessment: Record, class_: Record | None, **typed: Any
) -> dict[str, Any]:
    """What the page shows. *class_* None: it is assigned to no class.

    Args:
        typed: forms that were refused, to be shown with what was typed: facts, assigned, rows.
    """
    people = known_people(world, assessment, class_)
    assigner = people.get(assessment["assignedBy"] or "")
    shown = {
        "assessment": assessment,
        "class_": class_,
        "total": points_text(assessment["totalPoints"]),
        "included": included(assessment),
        "assigner": assigner.name if assigner else "not known",
        "types": known_types(world),
        "classes": [
            world.feed.get("class", part["classId"]) or {"id": part["classId"], "title": ""}
            for part in assessment["classes"]
        ],
        "others": other_classes(world, assessment, people),
        "facts": typed.get("facts") or facts_form(assessment, people),
    }
    return shown if class_ is None else shown | _in_class(world, assessment, class_, people, typed)


def _in_class(
    world: World, assessment: Record, class_: Record, people: Any, typed: Mapping[str, Any]
) -> dict[str, Any]:
    part = assigned_part(assessment, class_["id"])
    scores = scores_of(world, assessment["id"])
    sitting = students_of(world, assessment, class_)
    rows = typed.get("rows") or {s.id: score_row(s.id, scores.get(s.id)) for s in sitting}
    computed = computed_due(assessment, part)
    return {
        "part": part,
        "teachers": class_teachers(class_, people),
        "computed": computed if part["dueDate"] is None else None,
        "obstacles": obstacles(assessment, part, class_, people, world.today()),
        "assigned": typed.get("assigned") or assigned_form(part, sitting, world.zone),
        "lines": [
            (student, rows[student.id], is_assigned(assessment, class_["id"], student.id))
            for student in sitting
            if student.id in rows
        ],
    }


def chosen_class(otus: Otus, assessment: Record, asked: str) -> dict[str, Any] | None:
    """The class that is asked for if it has the assessment, else its first one; None: no class."""
    ids = [part["classId"] for part in assessment["classes"]]
    chosen = asked if asked in ids else next(iter(ids), None)
    return otus.record("class", chosen) if chosen else None


def known_people(world: World, assessment: Record | None, class_: Record | None) -> Any:
    """The teachers of a class and whoever assigned the assessment, by Otus id."""
    ids = teacher_ids(class_) if class_ else []
    assigner = assessment and assessment["assignedBy"]
    return teachers(world, [*ids, assigner] if assigner else ids)


def other_classes(world: World, assessment: Record, people: Any) -> list[dict[str, Any]]:
    """Classes of the same teachers that do not have the assessment yet."""
    has_it = {part["classId"] for part in assessment["classes"]}
    return [
        record
        for record in world.feed.records("class")
        if record["id"] not in has_it and people.keys() & set(teacher_ids(record))
    ]


def known_types(world: World) -> list[str]:
    """The types that assessments of this world have."""
    rows = world.db.read(
        "SELECT DISTINCT record ->> 'type' AS type FROM otus"
        " WHERE kind = 'assessment' AND removed = 0 ORDER BY type"
    )
    return [row["type"] for row in rows if row["type"]]


# ---- forms, filled from records, and records from forms -----------------------------------------


def facts_form(assessment: Record, people: Any, sent: Any = None) -> EditFacts:
    """The form of what it is; *sent*: as somebody filled it."""
    form = EditFacts(
        sent,
        data={
            "title": assessment["title"],
            "type": assessment["type"],
            "grading_scale": assessment["gradingScale"],
            "total_points": points_text(assessment["totalPoints"]),
            "included": included(assessment),
            "assigned_by": assessment["assignedBy"] or "",
            "submission_date": day_of(assessment["submissionDate"]),
        },
    )
    form.assigned_by.choices = assigner_choices(people.values())
    return form


def facts_change(form: EditFacts, assessment: Record, administrator: str) -> dict[str, Any]:
    """The members of the record that the form changes; *administrator*: who stands for one."""
    submitted, assigner = form.submission_date.data, form.assigned_by.data
    change = {
        "title": form.title.data,
        "type": form.type.data,
        "gradingScale": form.grading_scale.data,
        "totalPoints": number_of(form.total_points.data or ""),
        "assignedBy": administrator if assigner == ADMINISTRATOR else assigner or None,
    }
    if form.included.data != included(assessment):
        change["includeInFinalGrade"] = form.included.data
    if submitted != day_of(assessment["submissionDate"]):
        change["submissionDate"] = submitted and submitted.isoformat()
    return change


def new_form(class_: Record, people: Any, today: date, sent: Any = None) -> NewAssessment:
    """The form of a new assessment: assigned today by the main teacher, unless changed."""
    main = next((one["teacherId"] for one in class_["teachers"] if one["main"]), "")
    form = NewAssessment(sent, data={"assigned_by": main, "assigned_date": today})
    form.assigned_by.choices = assigner_choices(people.values())
    return form


def new_record(form: NewAssessment, class_id: str, administrator: str) -> dict[str, Any]:
    """What `Otus.add_assessment` makes of the form."""
    assigner, submitted = form.assigned_by.data, form.submission_date.data
    assigned, due = form.assigned_date.data, form.due_date.data
    return {
        "title": form.title.data,
        "type": form.type.data,
        "gradingScale": form.grading_scale.data,
        "totalPoints": number_of(form.total_points.data or ""),
        "kind": form.kind.data,
        "includeInFinalGrade": {"on": True, "off": False}.get(form.include.data),
        "assignedBy": administrator if assigner == ADMINISTRATOR else assigner or None,
        "submissionDate": submitted and submitted.isoformat(),
        "classes": [
            {
                "classId": class_id,
                "assignedDate": assigned and assigned.isoformat(),
                "dueDate": due and due.isoformat(),
                "students": None,
            }
        ],
    }


def assigned_form(part: Record, sitting: Any, zone: ZoneInfo, sent: Any = None) -> Assigned:
    """The form of how it is assigned to a class; *sent*: as somebody filled it."""
    named = part.get("students")
    due = _day_and_time(part["dueDate"], zone)
    form = Assigned(
        sent,
        data={
            "assigned_date": day_of(part["assignedDate"]),
            "due_date": due[0],
            "due_time": due[1],
            "everyone": "all" if named is None else "some",
            "students": [one["studentId"] for one in named or ()],
        },
    )
    form.students.choices = {student.id: student.name for student in sitting}
    return form


def part_change(form: Assigned, part: Record, world: World) -> dict[str, Any]:
    """How it is assigned to a class, as the form says; what it does not name stays."""
    known = {one["studentId"]: one for one in part.get("students") or ()}
    chosen = [
        known.get(student, {"studentId": student, "assignedDate": None})
        for student in form.students.data or ()
    ]
    assigned, due = form.assigned_date.data, (form.due_date.data, form.due_time.data)
    return {
        **part,
        "assignedDate": assigned and assigned.isoformat(),
        "dueDate": part["dueDate"]
        if due == _day_and_time(part["dueDate"], world.zone)
        else form.due(world.zone),
        "students": chosen if form.everyone.data == "some" else None,
    }


def _day_and_time(stored: str | None, zone: ZoneInfo) -> tuple[date | None, time | None]:
    """A due date as the district's clock has it; the time only of an instant."""
    try:
        moment = datetime.fromisoformat(stored) if stored else None
    except ValueError:
        moment = None
    if moment is None:
        return None, None
    if "T" not in (stored or ""):
        return moment.date(), None
    there = moment.astimezone(zone)
    return there.date(), there.time()
