"""PowerSchool's words: who teaches a section, an assignment over XTE, a batch of scores, tables.

A create over XTE has no id of ours and repeats itself: what a run makes carries a mark in its
description, and the cleaning up looks for that mark, whether or not the create was answered.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from contracts.scenarios.oneroster import Book, expect, signed_in
from contracts.scenarios.runner import Failed, Run, Step

BOOK = Book(
    version="v1p1",
    rostering="/api/ims/oneroster/v1p1",
    grades="/api/ims/oneroster/v1p1",
    more=(("metadata", {"scoreType": "POINTS"}),),
    school=False,
)
XTE = "/ws/xte/section/assignment"
QUARTER = "120001"  # of the tiny world
ASSIGNMENTS = "assignments with our mark"
NAME = "Passback check"


def sign_in(run: Run) -> str:
    """A plugin's token."""
    return signed_in(run, {"grant_type": "client_credentials"})


def rows(body: Any, plural: str, single: str) -> list[dict[str, Any]]:
    """A `/ws/v1` list as a client must read it: several, one as itself, none as an empty text."""
    inner = body[plural]
    found = inner[single] if inner else []
    return list(found) if isinstance(found, list) else [found]


def find_section(run: Run) -> str:
    """The section to write into, its teacher, year, two of its students, a category."""
    section = run.call("GET", f"/ws/v1/section/{_section(run)}", 200)["section"]
    staff = run.call("GET", f"/ws/v1/staff/{section['staff_id']}", 200)["staff"]
    term = run.call("GET", f"/ws/v1/term/{section['term_id']}", 200)["term"]
    year = int(term["start_year"]) - 1990
    path = f"/ws/v1/section/{section['id']}/section_enrollment"
    enrolled = rows(run.call("GET", path, 200), "section_enrollments", "section_enrollment")
    students = [one["student_id"] for one in enrolled if one["dropped"] is False]
    path = f"/ws/xte/teacher_category?users_dcid={staff['users_dcid']}&year_id={year}"
    category = next(one for one in run.call("GET", path, 200) if one["isactive"])
    run.known.update(
        section=str(section["id"]),
        teacher=str(staff["users_dcid"]),
        year=str(year * 100),
        student=str(students[0]),
        neighbour=str(students[1]),
        category=str(category["teachercategoryid"]),
    )
    return f"{len(students)} students"


def _section(run: Run) -> Any:
    if run.target.section is not None:
        return run.target.section
    schools = run.call("GET", "/ws/v1/district/school?page=1&pagesize=1", 200)
    school = rows(schools, "schools", "school")[0]["id"]
    found = run.call("GET", f"/ws/v1/school/{school}/section?page=1&pagesize=1", 200)
    return rows(found, "sections", "section")[0]["id"]


def create(run: Run, *statuses: int, days: int = 1, **changes: Any) -> Any:
    """Make an assignment with our mark, to be removed in the end; its id, if it was made."""
    part = {
        "sectionsdcid": int(run.needs("section")),
        "name": NAME,
        "description": f"[check {run.item}]",
        "duedate": (run.now + timedelta(days=days)).date().isoformat(),
        "scoretype": "POINTS",
        "scoreentrypoints": 20,
        "totalpointvalue": 20,
        "weight": 1,
        "iscountedinfinalgrade": True,
        "isscoringneeded": True,
        "publishoption": "Immediately",
        "_assignmentcategoryassociations": [
            {"teachercategoryid": int(run.needs("category")), "isprimary": True}
        ],
        **changes,
    }
    run.leaves(ASSIGNMENTS, remove_all)
    path = f"{XTE}/?users_dcid={run.needs('teacher')}"
    run.call("POST", path, *statuses, json={"_assignmentsections": [part]})
    if run.status == 201:
        run.known["assignment"] = run.headers["Location"].rsplit("/", 1)[1]
        run.ours.add(run.known["assignment"])
    return run.known.get("assignment")


def listed(run: Run) -> list[dict[str, Any]]:
    """The section's assignments that bear our mark."""
    path = f"{XTE}/?users_dcid={run.needs('teacher')}&section_ids={run.needs('section')}"
    found = [one for one in run.call("GET", path, 200) if run.item in str(one)]
    run.ours |= {str(one["assignmentid"]) for one in found}
    return found


def read_back(run: Run) -> dict[str, Any]:
    """The run's assignment; notes the id that scores are written to."""
    path = f"{XTE}/{run.needs('assignment')}?users_dcid={run.needs('teacher')}"
    body = run.call("GET", path, 200)
    (part,) = body["_assignmentsections"]
    run.known["column"] = str(part["assignmentsectionid"])
    found: dict[str, Any] = part
    return found


def remove(run: Run, assignment: str, *statuses: int, force: bool = True) -> None:
    """Delete an assignment of this run."""
    forced = "&force=true" if force else ""
    path = f"{XTE}/{assignment}?users_dcid={run.needs('teacher')}{forced}"
    run.call("DELETE", path, *statuses)


def remove_all(run: Run) -> str:
    """Delete whatever bears our mark, and see that it is gone."""
    for one in listed(run):
        remove(run, str(one["assignmentid"]), 204, 404)
    if listed(run):
        raise Failed("an assignment is still in the list")
    run.removed(ASSIGNMENTS)
    return ""


def put_scores(run: Run, marks: dict[str, Any], *statuses: int) -> Any:
    """A batch of scores on the run's assignment."""
    sent = [
        {
            "_assignmentsection": {"assignmentsectionid": int(run.needs("column"))},
            "studentsdcid": int(student),
            "actualscoreentered": str(points),
            "actualscorekind": "REAL_SCORE",
            "scoretype": "POINTS",
            "scorepoints": points,
        }
        for student, points in marks.items()
    ]
    path = f"/ws/xte/score?users_dcid={run.needs('teacher')}&status=A&term_id={run.needs('year')}"
    return run.call("PUT", path, *statuses, json={"assignment_scores": sent})


def expect_scores(run: Run, wanted: dict[str, Any]) -> None:
    """The scores of the run's assignment, out of the table."""
    query = "projection=studentsdcid,scorepoints"
    path = f"/ws/schema/table/assignmentscore?q=assignmentsectionid=={run.needs('column')}"
    body = run.call("GET", f"{path}&{query}", 200)
    found = [one["tables"]["assignmentscore"] for one in body.get("record") or []]
    held = {one["studentsdcid"]: Decimal(one["scorepoints"]) for one in found}
    expect(held, {key: Decimal(str(value)) for key, value in wanted.items()}, "the scores")


def offenders(body: Any) -> list[str]:
    """The students whom a refused batch names."""
    return sorted(str(error["params"]["student_dcid"]) for error in body["errors"])


def _created(run: Run) -> str:
    create(run, 201)
    read_back(run)
    return ""


OPENING = (Step("token", sign_in), Step("a section to write into", find_section))
MADE = (*OPENING, Step("assignment: create and read back", _created))
CLOSING = (Step("assignments: delete", remove_all),)
