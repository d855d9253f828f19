"""What must be so after a night, whatever happened in it; no code is shared with the agent.

Read from the gradebooks as their teachers see them, from the mock's own journal, from what Otus
serves, and from the tables of the ledger by their names.
"""

from collections import Counter, defaultdict
from typing import Any

from tests.e2e.support.earned_zeros import assert_every_zero_is_earned
from tests.fleet.support.school import School, today

SECTIONS = ("200001", "200003")
"""A section of each gradebook; 200002 is linked with the first."""
NOTHING = "*"

Shown = dict[tuple[str, str], str]


def assert_all_is_well(school: School, *, repeated: int = 0) -> None:
    """Nothing is lost, doubled or overwritten, and no 0 is wrong.

    *repeated*: how many writes were sent again, because nobody knew what had become of them.
    """
    found = shown(school)
    # Students of a linked section show `*` in a column that their class does not have.
    assert found == dict.fromkeys(found, NOTHING) | expected(school), school.name
    assert_nothing_is_doubled(school, repeated=repeated)
    assert_every_zero_is_earned(school)


def expected(school: School) -> Shown:
    """What each cell must show by what Otus has, and by what teachers typed."""
    feed = school.snapshot()
    ids = {s["id"]: s["sisId"] for s in feed["student"]}
    section_of = {c["id"]: c["sectionId"] for c in feed["class"]}
    seats = defaultdict(set)
    for row in school.rostering("enrollments"):
        if row["role"] == "student":
            seats[row["class"]["sourcedId"]].add(row["user"]["sourcedId"])
    scores = {(s["assessmentId"], ids[s["studentId"]]): s for s in feed["score"]}
    cells: Shown = {}
    for assessment in feed["assessment"]:
        for entry in assessment["classes"]:
            for student in seats[section_of[entry["classId"]]]:
                key = assessment["id"], student
                cells[key] = _cell(scores.get(key), late=entry["dueDate"] < today().isoformat())
    return cells | school.typed


def _cell(score: dict[str, Any] | None, *, late: bool) -> str:
    """One cell: a graded score, a 0 for work that is late and not done, else nothing (B1 to B7)."""
    progress, marks = (score["progress"], score["marks"]) if score else ("not_submitted", [])
    if progress == "graded":
        return f"{score['points']:g}" if score else NOTHING
    return "0" if late and progress == "not_submitted" and not marks else NOTHING


def shown(school: School) -> Shown:
    """What each cell of a column of ours shows; fails where an assessment has two columns."""
    cells: Shown = {}
    for section in SECTIONS:
        book = school.gradebook(section)
        names = {c["id"]: _assessment(c["external_id"]) for c in book["columns"]}
        assert max(Counter(names.values()).values(), default=1) == 1, f"two columns: {names}"
        for row in book["rows"]:
            for cell in row["cells"]:
                if names[cell["column"]]:
                    cells[names[cell["column"]], row["student"]] = cell["display"]
    return cells


def _assessment(external_id: str | None) -> str:
    return (external_id or "").partition(".c-")[0].removeprefix("pb-")


def assert_nothing_is_doubled(school: School, *, repeated: int) -> None:
    """Each column was made once, and each cell written once, but for those that were repeated."""
    done = [e for e in school.journal() if e["server"] != "otus" and e["write"]]
    counted = Counter(e["path"] for e in done if (e["status"] or 0) < 400)
    again = sum(counted.values()) - len(counted)
    assert again <= repeated, {path: n for path, n in counted.items() if n > 1}


def edit_what_was_written(school: School) -> None:
    """A teacher types over a score that has arrived; it must stand."""
    key = next(key for key, cell in sorted(shown(school).items()) if cell not in {NOTHING, "0"})
    school.type_over(*key, 19)


def writes(school: School) -> int:
    """How many scores the SIS took so far."""
    return sum(e["operation"] == "putResult" and (e["status"] or 0) < 400 for e in school.journal())


def written_between(school: School) -> tuple[int, int]:
    """When the SIS took the first and the last write, in milliseconds of real time."""
    times = [e["real_ms"] for e in school.journal() if e["server"] != "otus" and e["write"]]
    return min(times), max(times)
