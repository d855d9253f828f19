"""A small OneRoster export on disk: valid tables to change one thing of."""

import csv
import io
import zipfile
from zoneinfo import ZoneInfo

from agent.sources.oneroster_csv.source import OneRosterCsvSource

ZONE = ZoneInfo("America/Chicago")

CLASSES = [{"sourcedId": "501", "title": "Algebra"}]
USERS = [
    {"sourcedId": "901", "role": "teacher"},
    {"sourcedId": "902", "role": "teacher"},
    {"sourcedId": "701", "role": "student"},
    {"sourcedId": "702", "role": "student"},
    {"sourcedId": "801", "role": "parent"},
]
ENROLLMENTS = [
    {"sourcedId": "1", "classSourcedId": "501", "userSourcedId": "902", "role": "teacher"},
    {"sourcedId": "2", "classSourcedId": "501", "userSourcedId": "901", "role": "teacher"}
    | {"primary": "true"},
    {"sourcedId": "3", "classSourcedId": "501", "userSourcedId": "701", "role": "student"},
    {"sourcedId": "4", "classSourcedId": "501", "userSourcedId": "702", "role": "student"},
]
CATEGORIES = [{"sourcedId": "k-1", "title": "Quiz"}]
LINE_ITEM = {
    "sourcedId": "a-1",
    "title": "Quiz 1",
    "assignDate": "2026-09-01",
    "dueDate": "2026-09-08",
    "classSourcedId": "501",
    "categorySourcedId": "k-1",
    "resultValueMax": "10",
}
RESULT = {
    "sourcedId": "r-1",
    "lineItemSourcedId": "a-1",
    "studentSourcedId": "701",
    "scoreStatus": "fully graded",
    "score": "8.5",
}

COLUMNS = {
    "classes": ("sourcedId", "status", "title"),
    "users": ("sourcedId", "status", "role"),
    "enrollments": (
        *("sourcedId", "status", "classSourcedId", "schoolSourcedId", "userSourcedId", "role"),
        "primary",
    ),
    "categories": ("sourcedId", "status", "title"),
    "lineItems": (
        *("sourcedId", "status", "title", "assignDate", "dueDate", "classSourcedId"),
        *("categorySourcedId", "resultValueMax"),
    ),
    "results": (
        *("sourcedId", "status", "lineItemSourcedId", "studentSourcedId", "scoreStatus", "score"),
        "comment",
    ),
}


def tables(**changed):
    """The tables of a plain export, some of them replaced."""
    plain = {
        "classes": CLASSES,
        "users": USERS,
        "enrollments": ENROLLMENTS,
        "categories": CATEGORIES,
        "lineItems": [LINE_ITEM],
        "results": [RESULT],
    }
    return plain | changed


def table_text(name, rows):
    """A table as CSV; columns that the standard lacks come last."""
    extra = sorted({key for row in rows for key in row} - set(COLUMNS.get(name, ())))
    text = io.StringIO()
    writer = csv.DictWriter(text, [*COLUMNS.get(name, ()), *extra], restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def write(folder, found):
    """Write *found* (table -> rows, or text or bytes as they are; None: no such file)."""
    folder.mkdir(exist_ok=True)
    for name, rows in found.items():
        content = table_text(name, rows) if isinstance(rows, list) else rows
        if content is not None:
            data = content if isinstance(content, bytes) else content.encode()
            (folder / f"{name}.csv").write_bytes(data)
    return folder


def zipped(folder, target, inside=""):
    """The files of *folder* in a zip."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, f"{inside}{path.name}")
    return target


def source_of(path):
    return OneRosterCsvSource(str(path), ZONE)


def changes_of(path):
    """Everything that a first pull brings."""
    return [change for page in source_of(path).pull(None) for change in page.changes]


def one_of(path, kind, key=None):
    """The one change of a kind (and key)."""
    (found,) = [c for c in changes_of(path) if c.kind == kind and (key is None or c.key == key)]
    return found
