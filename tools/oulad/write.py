"""Writing the gradebook as OneRoster files, and the account of every submission beside them."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from tools.oulad.folder import Row, write_folder
from tools.oulad.read import Gradebook, Section, Work
from tools.oulad.rosters import (
    SCHOOL,
    a_class,
    course,
    enrollments,
    roles,
    sessions,
    students,
    tutor,
    tutors,
)

ATTRIBUTION = (
    "Open University Learning Analytics Dataset (OULAD): Kuzilek J., Hlosta M., Zdrahal Z. (2017), "
    "Scientific Data 4, 170171. Licence: CC BY 4.0.\n"
    "Changed: written as OneRoster CSV; dates, sections, tutors and titles are synthetic.\n"
)
CATEGORIES = {"TMA": "96000001", "CMA": "96000002", "Exam": "96000003"}
ACCOUNT = ("row", "presentation", "assessment", "student", "day", "result", "status", "reason")


def write(book: Gradebook, out: Path) -> Mapping[str, int]:
    """Write the folder; returns how many rows each file got."""
    results, account = _results(book)
    tables: Mapping[str, Sequence[Row]] = {
        "orgs": [{"sourcedId": SCHOOL, "name": "The Open University", "type": "school"}],
        "academicSessions": [row for p in book.presentations for row in sessions(p)],
        "courses": [course(p) for p in book.presentations],
        "classes": [a_class(section) for section in book.sections],
        "users": [*tutors(book), *students(book)],
        "roles": [*roles(tutors(book), "teacher"), *roles(students(book), "student")],
        "enrollments": list(enrollments(book)),
        "categories": [{"sourcedId": i, "title": t} for t, i in CATEGORIES.items()],
        "lineItems": list(_line_items(book)),
        "results": results,
    }
    write_folder(out, tables, "OULAD")
    with (out / "rows.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ACCOUNT, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(account)
    (out / "ATTRIBUTION.txt").write_text(ATTRIBUTION, encoding="utf-8")
    return {**{name: len(rows) for name, rows in tables.items()}, "rows": len(account)}


def _period_of(work: Work) -> str:
    due = work.presentation.length if work.due is None else work.due
    for n, (first, last) in enumerate(work.presentation.periods, start=2):
        if first <= due <= last:
            return work.presentation.id(1, n)
    return ""


# ---- work and results ----------------------------------------------------------------------------


def _line_items(book: Gradebook) -> Iterator[Row]:
    sat = _who_sat_exams(book)
    for section in book.sections:
        for work in book.works.values():
            if work.presentation == section.presentation:
                who = _who(section, work, sat)
                yield {**_line_item(section, work), "metadata.students": who}


def _who_sat_exams(book: Gradebook) -> dict[str, set[str]]:
    """The data says of coursework who did not hand it in, but of exams only who sat them."""
    sat: dict[str, set[str]] = {w.id: set() for w in book.works.values() if w.type == "Exam"}
    for row in book.submissions:
        if row["id_assessment"] in sat:
            sat[row["id_assessment"]].add(row["id_student"])
    return sat


def _who(section: Section, work: Work, sat: dict[str, set[str]]) -> str:
    """Empty for everyone; an exam is for those who sat it, so that no 0 is made of absence."""
    if work.id not in sat:
        return ""
    return " ".join(s for s in section.students if s in sat[work.id]) or "none"


def _line_item(section: Section, work: Work) -> Row:
    day = work.presentation.day
    return {
        "sourcedId": f"{work.id}-{section.id}",
        "title": work.title,
        "description": f"OULAD assessment {work.id}",
        "assignDate": day(work.assigned).isoformat(),
        "dueDate": "" if work.due is None else day(work.due).isoformat(),
        "classSourcedId": section.id,
        "categorySourcedId": CATEGORIES[work.type],
        "academicSessionSourcedId": _period_of(work),
        "resultValueMin": "0",
        "resultValueMax": str(work.total),
        "schoolSourcedId": SCHOOL,
        "metadata.activityId": work.id,
        "metadata.type": work.type,
        "metadata.gradingScale": "points",
        "metadata.includeInFinalGrade": "true",
        "metadata.kind": "assessment",
        "metadata.assignedBy": tutor(section),
        "metadata.assignerInSis": "true",
    }


def _results(book: Gradebook) -> tuple[list[Row], list[Row]]:
    """The results, and what became of every submission, in the order of the data."""
    sections = book.section_of()
    results: list[Row] = []
    account: list[Row] = []
    for number, row in enumerate(book.submissions, start=1):
        entry = {
            "row": str(number),
            "assessment": row["id_assessment"],
            "student": row["id_student"],
            "day": row["date_submitted"],
        }
        work = book.works.get(row["id_assessment"])
        if work is None:
            account.append({**entry, "reason": "another presentation"})
        elif (section := sections.get((work.presentation.name, row["id_student"]))) is None:
            account.append({**entry, "reason": "not registered"})
        else:
            result = _result(section, work, row)
            results.append(result)
            account.append(
                {
                    **entry,
                    "presentation": work.presentation.name,
                    "result": result["sourcedId"],
                    "status": result["scoreStatus"],
                    "reason": "" if result["score"] else "handed in, no score",
                }
            )
    return results, account


def _result(section: Section, work: Work, row: Row) -> Row:
    submitted = int(row["date_submitted"])
    late = work.due is not None and submitted > work.due
    score = "" if row["score"] in {"", "?"} else points(row["score"], work.total)
    return {
        "sourcedId": f"{work.id}-{row['id_student']}",
        "lineItemSourcedId": f"{work.id}-{section.id}",
        "studentSourcedId": row["id_student"],
        "scoreStatus": "fully graded" if score else "submitted",
        "score": score,
        "scoreDate": work.presentation.day(submitted).isoformat(),
        "classSourcedId": section.id,
        "late": str(late).lower(),
        "missing": "false",
        "metadata.progress": "graded" if score else "turned_in",
        "metadata.marks": "late" if late else "",
    }


def points(score: str, total: Decimal) -> str:
    """A score in hundredths of *total*, as exact decimal text without trailing zeros."""
    exact = Decimal(score) * total / 100
    return f"{exact.normalize():f}"
