"""Every 0 in the gradebook was typed by a person, or satisfies B4 word for word (E9).

Reads both sides through their public faces and decides by itself: it shares no code with the agent.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tests.e2e.district import ZONE, District

Record = dict[str, Any]


@dataclass(slots=True)
class Facts:
    """Both sides of a district as they stand."""

    now: datetime
    zero_excused: bool
    assessments: dict[str, Record]
    scores: dict[tuple[str, str], Record]
    people: dict[str, str]
    sections: dict[str, str]
    spans: list[Record]

    @classmethod
    def of(cls, district: District) -> "Facts":
        """Read them."""
        told = district.snapshot()
        assessments = {a["id"]: a for a in told["assessment"]}
        scores = {(s["assessmentId"], s["studentId"]): s for s in told["score"]}
        gone = {key: score for key, score in district.entered.items() if key[0] not in assessments}
        return cls(
            now=district.now(),
            zero_excused="zero_excused = true" in district.policy,
            assessments={**district.removed, **assessments},
            scores={**gone, **scores},
            people={s["sisId"]: s["id"] for s in told["student"]},
            sections={c["id"]: c["sectionId"] for c in told["class"]},
            spans=[e for e in district.rostering("enrollments") if e["role"] == "student"],
        )

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
            _assert_earned(facts, zero)


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


def _assert_earned(facts: Facts, zero: Zero) -> None:
    student, together = zero.student, zero.together
    where = f"{zero.column} in {zero.book}"
    assessment = facts.assessments.get(zero.column.partition(".c-")[0][3:])
    assert assessment, f"a 0 of no assessment: {where}"
    score = facts.scores.get((assessment["id"], facts.people[student]))
    if score and score["progress"] == "graded" and score["points"] is not None:
        assert score["points"] == 0, f"a 0 for a graded score: {where}"
        return
    marks = set(score["marks"]) if score else set()
    if "excused" not in marks or not facts.zero_excused:
        assert not score or score["progress"] == "not_submitted", f"handed in, but 0: {where}"
        assert not {"excused", "excluded"} & marks, f"excused, but 0: {where}"
    entries = [e for e in assessment["classes"] if facts.sections[e["classId"]] in together]
    passed = [e for e in entries if _passes(e, assessment) <= facts.now]
    assert passed, f"not due yet, but 0: {where}"
    assert any(_reached(facts, e, assessment, student, together) for e in passed), (
        f"not enrolled and assigned on the due date, but 0: {where}"
    )


def _reached(
    facts: Facts, entry: Record, assessment: Record, student: str, together: set[str]
) -> bool:
    """Whether the assignment reached the student through this class by its due date."""
    due = _due_day(entry, assessment)
    given = entry["assignedDate"] or ""
    if entry["students"] is None:
        here = facts.sat(student, {facts.sections[entry["classId"]]}, due)
        return given <= due.isoformat() and here
    named = {s["studentId"]: s["assignedDate"] for s in entry["students"]}
    person = facts.people[student]
    since = named.get(person, "never") or given
    return since <= due.isoformat() and facts.sat(student, together, due)


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
