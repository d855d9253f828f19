"""Writing a OneRoster 1.2 CSV folder (bulk): which files it has, and which columns in which order.

The columns are the standard's; a caller may add `metadata.*` columns at the end. In bulk files
`status` and `dateLastModified` stay empty, so callers leave them out.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

Row = Mapping[str, str]

COLUMNS: Mapping[str, Sequence[str]] = {
    "orgs": ("name", "type", "identifier", "parentSourcedId"),
    "academicSessions": ("title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear"),
    "courses": (
        *("schoolYearSourcedId", "title", "courseCode", "grades", "orgSourcedId"),
        *("subjects", "subjectCodes"),
    ),
    "classes": (
        *("title", "grades", "courseSourcedId", "classCode", "classType", "location"),
        *("schoolSourcedId", "termSourcedIds", "subjects", "subjectCodes", "periods"),
    ),
    "users": (
        *("enabledUser", "username", "userIds", "givenName", "familyName", "middleName"),
        *("identifier", "email", "sms", "phone", "agentSourcedIds", "grades", "password"),
        *("userMasterIdentifier", "preferredGivenName", "preferredMiddleName"),
        *("preferredFamilyName", "primaryOrgSourcedId", "pronouns"),
    ),
    "roles": (
        *("userSourcedId", "roleType", "role", "beginDate", "endDate", "orgSourcedId"),
        *("userProfileSourcedId",),
    ),
    "enrollments": (
        *("classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary"),
        *("beginDate", "endDate"),
    ),
    "categories": ("title", "weight"),
    "lineItems": (
        *("title", "description", "assignDate", "dueDate", "classSourcedId", "categorySourcedId"),
        *("academicSessionSourcedId", "resultValueMin", "resultValueMax", "schoolSourcedId"),
    ),
    "results": (
        *("lineItemSourcedId", "studentSourcedId", "scoreStatus", "score", "scoreDate", "comment"),
        *("textScore", "classSourcedId", "inProgress", "incomplete", "late", "missing"),
    ),
}
"""File -> its columns after `sourcedId`, `status` and `dateLastModified`."""

ABSENT = (
    *("classResources", "courseResources", "demographics", "lineItemLearningObjectiveIds"),
    *("lineItemScoreScales", "resources", "resultLearningObjectiveIds", "resultScoreScales"),
    *("scoreScales", "userProfiles", "userResources"),
)


def write_folder(folder: Path, tables: Mapping[str, Iterable[Row]], system: str) -> None:
    """Write every file of *tables* and the manifest into *folder*, which may exist.

    Raises:
        KeyError: a table that the standard does not have, or one that is missing.
        ValueError: a row with a column that is neither the standard's nor `metadata.*`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, columns in COLUMNS.items():
        write_table(folder / f"{name}.csv", columns, tables[name])
    facts = [("manifest.version", "1.0"), ("oneroster.version", "1.2")]
    facts += sorted(
        [(f"file.{name}", "bulk") for name in COLUMNS]
        + [(f"file.{name}", "absent") for name in ABSENT]
    )
    facts += [("source.systemName", system), ("source.systemCode", system)]
    with (folder / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([("propertyName", "value"), *facts])


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Write one file; columns that a row leaves out are empty cells."""
    kept = list(rows)
    names = ["sourcedId", "status", "dateLastModified", *columns]
    names += sorted({key for row in kept for key in row if key.startswith("metadata.")})
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)
