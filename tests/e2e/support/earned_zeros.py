"""Every 0 in the gradebook was typed by a person, or satisfies B4 word for word (E9).

Reads both sides through their public faces and decides by itself: it shares no code with the agent.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from tests.e2e.support.district import ZONE, District
from tests.e2e.support.unassigned import Left

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Facts:
    """Both sides of a district as they stand.

    Attributes:
        people: SIS id -> the students in Otus who have it.
        left: what was taken off classes in Otus, as it was then; see `District.left`.
    """

    now: datetime
    zero_excused: bool
    assessments: dict[str, Record]
    scores: dict[tuple[str, str], Record]
    people: dict[str, list[str]]
    sections: dict[str, str]
    spans: list[Record]
    left: dict[tuple[str, str], Left]

    @classmethod
    def of(cls, district: District) -> "Facts":
        """Read them."""
        told = district.snapshot()
        people = defaultdict(list)
        for student in told["student"]:
            people[student["sisId"]].append(student["id"])
        return cls(
            now=district.now(),
            zero_excused="zero_excused = true" in district.policy,
            assessments={a["id"]: a for a in told["assessment"]},
            scores={(s["assessmentId"], s["studentId"]): s for s in told["score"]},
            people=people,
            sections={c["id"]: c["sectionId"] for c in told["class"]},
            spans=[e for e in district.rostering("enrollments") if e["role"] == "student"],
            left=district.left,
        )

    def when_left(self, assessment: str) -> "Iterator[Facts]":
        """The same, as it was when a class was taken off the assessment: its 0s stay (C4)."""
        for (id_, _), left in self.left.items():
            if id_ == assessment:
                scores = {(id_, student): score for student, score in left.scores.items()}
                assessments = {id_: left.assessment}
                yield replace(self, now=left.at, assessments=assessments, scores=scores)

    def sat(self, student: str, sections: set[str], day: date) -> bool:
        """Whether the student was enrolled in one of the sections on that day."""
        return any(
            e["user"]["sourcedId"] == student
            and e["class"]["sourcedId"] in sections
            and e.get("beginDate", "") <= day.isoformat() <= e.get("endDate", "9")
            for e in self.spans
        )


@dataclass(frozen=True, slots=True)
class Zero:
    """A 0 in a column of ours, and the sections that see that column."""

    column: str
    student: str
    book: str
    together: set[str]


def assert_every_zero_is_earned(district: District) -> None:
    """Fail with the cell's place when a 0 has no right to be there."""
    found = [z for z in _zeros(district) if not district.typed_zeros.get((z.column, z.student))]
    if found:
        facts = Facts.of(district)
        for zero in found:
            why = wrong(facts, zero)
            assert not why, f"{why}: {zero.column} of {zero.student} in {zero.book}"


def wrong(facts: Facts, zero: Zero) -> str:
    """What is wrong with a 0, by what Otus has now or had when it took the class off; else ""."""
    assessment = zero.column.partition(".c-")[0][3:]
    told = [
        _unearned(each, zero, assessment, person)
        for each in (facts, *facts.when_left(assessment))
        for person in facts.people.get(zero.student, [])
    ]
    return "" if "" in told else next(iter(told), "a 0 of nobody in Otus")


def _zeros(district: District) -> Iterator[Zero]:
    seen = set()
    for book in district.control("GET", "/gradebooks"):
        view = district.gradebook(book["id"])
        together = {book["id"], *view["linked"]}
        ours = {
            column["id"]: column["external_id"]
            for column in view["columns"]
            if (column["external_id"] or "").startswith("pb-") and column["id"] not in seen
        }
        seen |= ours.keys()
        for row in view["rows"]:
            for cell in row["cells"]:
                score = cell["score"]
                if cell["column"] in ours and score is not None and float(score) == 0:
                    yield Zero(ours[cell["column"]], row["student"], book["id"], together)


def _unearned(facts: Facts, zero: Zero, id_: str, person: str) -> str:
    """Why a student in Otus has not earned a 0, or ""."""
    assessment = facts.assessments.get(id_)
    if assessment is None:
        return "a 0 of no assessment"
    score = facts.scores.get((id_, person))
    if score and score["progress"] == "graded" and score["points"] is not None:
        return "" if score["points"] == 0 else "a 0 for a graded score"
    marks = set(score["marks"]) if score else set()
    if "excused" not in marks or not facts.zero_excused:
        if score and score["progress"] != "not_submitted":
            return "handed in, but 0"
        if {"excused", "excluded"} & marks:
            return "excused, but 0"
    own = facts.sections.get(zero.column.rpartition(".")[2], "")
    here = zero.together | {own}  # a merged section's column has moved, its class has not
    entries = [e for e in assessment["classes"] if facts.sections[e["classId"]] in here]
    passed = [e for e in entries if _passes(e, assessment) <= facts.now]
    if not passed:
        return "not due yet, but 0"
    reached = any(_reached(facts, e, assessment, (zero.student, person), here) for e in passed)
    return "" if reached else "not enrolled and assigned on the due date, but 0"


def _reached(
    facts: Facts, entry: Record, assessment: Record, who: tuple[str, str], sections: set[str]
) -> bool:
    """Whether the assignment reached the student through this class by its due date."""
    (student, person), due = who, _due_day(entry, assessment)
    given = entry["assignedDate"] or ""
    if entry["students"] is None:
        here = facts.sat(student, {facts.sections[entry["classId"]]}, due)
        return given <= due.isoformat() and here
    named = {s["studentId"]: s["assignedDate"] for s in entry["students"]}
    since = named.get(person, "never") or given
    return since <= due.isoformat() and facts.sat(student, sections, due)


def _passes(entry: Record, assessment: Record) -> datetime:
    """When the due date of one class has passed."""
    given = entry["dueDate"]
    if given is not None and "T" in given:
        return datetime.fromisoformat(given)
    after = _due_day(entry, assessment) + timedelta(days=1)
    return datetime.combine(after, datetime.min.time(), ZONE)


def _due_day(entry: Record, assessment: Record) -> date:
    """The due date of one class, computed where none was given."""
    given = entry["dueDate"]
    if given is not None and "T" in given:
        return datetime.fromisoformat(given).astimezone(ZONE).date()
    if given is not None:
        return date.fromisoformat(given)
    plus = assessment["kind"] == "plus"
    start = assessment["submissionDate"] if plus else entry["assignedDate"]
    return date.fromisoformat(start or assessment["createdAt"][:10]) + timedelta(days=7)
