"""How each core resource of `/ws/v1` reads: rows as the JSON that was once XML.

They speak DCIDs throughout. What has no value is an empty text; digits arrive as a number.
"""

import sqlite3
from collections.abc import Collection
from typing import Any

from mock_sis.powerschool.numbers import WHOLE, shown

Row = sqlite3.Row
STUDENT_EXPANSIONS = (
    "demographics, addresses, alerts, phones, school_enrollment, ethnicity_race, contact,"
    " contact_info, initial_enrollment, schedule_setup, fees, lunch, counselors"
)


def number(text: str) -> int | str:
    """Digits arrive as a number, whatever they mean."""
    return int(text) if WHOLE.fullmatch(text) else text


def school(row: Row, _: Collection[str]) -> dict[str, Any]:
    """A school."""
    return {
        "id": shown(row["dcid"]),
        "name": row["name"],
        "school_number": row["school_number"],
        "low_grade": row["low"],
        "high_grade": row["high"],
        "alternate_school_number": 0,
        "addresses": "",
        "phones": "",
        "principal": "",
    }


def term(row: Row, _: Collection[str]) -> dict[str, Any]:
    """A term of a school."""
    return {
        "id": row["dcid"],
        "school_id": shown(row["school_id"]),
        "start_year": row["start_year"],
        "portion": row["portion"],
        "start_date": row["start_date"],
        "end_date": row["end_date"],
        "abbreviation": row["abbreviation"],
        "name": row["name"],
    }


def course(row: Row, _: Collection[str]) -> dict[str, Any]:
    """A course."""
    return {
        "id": shown(row["dcid"]),
        "course_number": row["course_number"],
        "course_name": row["course_name"],
    }


def section(row: Row, expansions: Collection[str]) -> dict[str, Any]:
    """A section; its term where that was asked for."""
    made = {
        "id": shown(row["dcid"]),
        "school_id": shown(row["school_id"]),
        "course_id": shown(row["course_id"]),
        "term_id": row["term_id"],
        "section_number": number(row["section_number"]),
        "expression": row["expression"],
        "external_expression": row["expression"],
        "staff_id": row["staff_id"],
        "gradebooktype": "PTP",
    }
    if "term" in expansions:
        made["term"] = {
            "id": row["term_id"],
            "school_id": shown(row["school_id"]),
            "start_year": row["start_year"],
            "portion": row["portion"],
            "start_date": row["start_date"],
            "end_date": row["end_date"],
            "abbreviation": row["abbreviation"],
            "name": row["term_name"],
        }
    return {name: value for name, value in made.items() if value is not None}


def enrollment(row: Row, _: Collection[str]) -> dict[str, Any]:
    """One span of a student in a section."""
    return {
        "id": shown(row["dcid"]),
        "section_id": shown(row["section_id"]),
        "student_id": shown(row["student_id"]),
        "entry_date": row["entry_date"],
        "exit_date": row["exit_date"],
        "dropped": bool(row["dropped"]),
    }


def staff(row: Row, expansions: Collection[str]) -> dict[str, Any]:
    """A person in one school."""
    made: dict[str, Any] = {
        "id": row["dcid"],
        "local_id": number(row["local_id"]),
        "users_dcid": shown(row["users_dcid"]),
        "teacher_username": row["username"],
        "name": {"first_name": row["first_name"], "middle_name": "", "last_name": row["last_name"]},
    }
    if "emails" in expansions:
        made["emails"] = {"work_email": row["email"]} if row["email"] else ""
    if "school_affiliations" in expansions:
        affiliation = {
            "school_id": shown(row["school_id"]),
            "type": row["type"],
            "status": row["status"],
        }
        made["school_affiliations"] = {"school_affiliation": affiliation}
    return {**made, **{name: "" for name in ("addresses", "phones") if name in expansions}}


def student(row: Row, expansions: Collection[str]) -> dict[str, Any]:
    """A student; enrolment and contact where that was asked for."""
    made: dict[str, Any] = {
        "id": shown(row["dcid"]),
        "local_id": number(row["local_id"]),
        "student_username": row["username"],
        "name": {"first_name": row["first_name"], "middle_name": "", "last_name": row["last_name"]},
    }
    if "school_enrollment" in expansions:
        made["school_enrollment"] = {
            "enroll_status": row["enroll_status"],
            "enroll_status_code": row["enroll_status_code"],
            "enroll_status_description": "Active" if row["enroll_status"] == "A" else "Inactive",
            "grade_level": row["grade_level"],
            "entry_date": row["entry_date"],
            "exit_date": row["exit_date"],
            "school_number": row["school_number"],
            "school_id": shown(row["school_id"]),
        }
    if "contact_info" in expansions:
        made["contact_info"] = {"email": row["email"]} if row["email"] else ""
    empty = set(STUDENT_EXPANSIONS.split(", ")) - {"school_enrollment", "contact_info"}
    return {**made, **{name: "" for name in sorted(empty) if name in expansions}}
