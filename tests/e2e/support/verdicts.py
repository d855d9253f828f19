"""What report and gradebook must say together of an assessment that passes, or does not."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from tests.e2e.support.district import START, District, Run

SECTIONS = ("200001", "200002", "200003")
EVERY_SWITCH = ("A2", "A5", "A10", "A11", "A12", "A13", "A14", "B6", "B9")


def lenient(district: District, *rules: str) -> None:
    """Let the mock accept what these rules (by default: all) forbid, so the agent is alone."""
    switches = dict.fromkeys(rules or EVERY_SWITCH, "off")
    assert switches.items() <= district.control("PUT", "/enforcement", switches).items()


def gradebooks(district: District) -> dict[str, Any]:
    """All gradebooks as their teachers see them; two of them are equal when no byte changed."""
    books = {section: district.gradebook(section) for section in SECTIONS}
    return {section: (book["columns"], book["rows"]) for section, book in books.items()}


def columns_of(district: District, assessment: str) -> set[str]:
    """The ids of all columns of an assessment, over all gradebooks."""
    return {
        column["id"]
        for section in SECTIONS
        for column in district.columns(section)
        if (column["external_id"] or "").startswith(f"pb-{assessment}.")
    }


def sis_writes(district: District) -> list[dict[str, Any]]:
    """What the mock's own log holds of writes to the SIS, by whichever route."""
    return [e for e in district.journal() if e["server"] != "otus" and e["write"]]


def record(run: Run, assessment: str, section: str, student: str | None = None) -> dict[str, Any]:
    """The one record of an assessment, or of a student in it."""
    found = [
        r
        for r in run.report["records"]
        if (r["assignment"], r["section"], r.get("student")) == (assessment, section, student)
    ]
    assert len(found) == 1, f"{len(found)} records of {assessment} {student} in {section}"
    return found[0]


def sent(district: District, day: date = START, *arguments: str) -> tuple[Run, list[str]]:
    """A night, and the operations that the mock's own log holds as its writes."""
    before = len(sis_writes(district))
    run = district.night(day, *arguments)
    return run, [e["operation"] for e in sis_writes(district)[before:]]


def told(
    run: Run, student: str | None = None, id_: str = "a-1", section: str = "200001"
) -> tuple[str, list[str]]:
    """State and codes of a record."""
    found = record(run, id_, section, student)
    assert found["reason"] or found["state"] not in {"refused", "held", "kept", "rejected"}
    return found["state"], found["codes"]


def assert_adds_up(run: Run) -> None:
    """Every record once, each with one state and a reason to stay out, and the sums agree."""
    report = run.report
    records = report["records"]
    keys = Counter((r["assignment"], r["section"], r.get("student")) for r in records)
    assert set(keys.values()) <= {1}, [key for key, n in keys.items() if n > 1]
    assert report["counts"] == Counter(r["state"] for r in records)
    assert report["refusals"] == Counter(code for r in records for code in r["codes"])
    assert all(r["codes"] and r["reason"] for r in records if r["state"] == "refused")


def reason(run: Run, assessment: str, section: str = "200001") -> str:
    """Why, in the report's words."""
    return record(run, assessment, section)["reason"]


def assert_refused(run: Run, assessment: str, *codes: str, section: str = "200001") -> None:
    """The assignment is refused for exactly these codes, with a sentence; the run is a success."""
    assert run.code == 0, run.err
    assert_adds_up(run)
    found = record(run, assessment, section)
    assert (found["kind"], found["state"]) == ("assignment", "refused")
    assert sorted(found["codes"]) == sorted(codes)
    assert found["reason"]


def assert_kept_out(
    district: District, run: Run, assessment: str, *codes: str, section: str = "200001"
) -> None:
    """Nothing of it is in any gradebook, and the report says why, of it and of every student."""
    assert_refused(run, assessment, *codes, section=section)
    assert not columns_of(district, assessment)
    records = [r for r in run.report["records"] if r["assignment"] == assessment]
    said = {(r["state"], *sorted(r["codes"])) for r in records if r["section"] == section}
    assert said == {("refused", *sorted(codes))}


def assert_arrived(
    district: District, run: Run, assessment: str, section: str = "200001", **marks: str
) -> dict[str, Any]:
    """It was created tonight and stands in the gradebook with these marks (s3001="18")."""
    assert run.code == 0, run.err
    assert_adds_up(run)
    assert record(run, assessment, section)["state"] == "created"
    shown = district.marks(assessment, section)
    assert {s: shown[f"400{s[2:]}"] for s in marks} == marks
    return district.column(assessment, section)


def states_of(run: Run, assessments: Iterable[str]) -> dict[str, str]:
    """Assessment -> the state of its assignment in the first section."""
    return {a: record(run, a, "200001")["state"] for a in assessments}


def period(district: District, day: date) -> dict[str, Any]:
    """The grading period that a day lies in, as the gradebook shows it."""
    periods = district.gradebook()["periods"]
    return next(p for p in periods if p["start"] <= day.isoformat() <= p["end"])
