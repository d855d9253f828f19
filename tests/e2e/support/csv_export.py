"""A OneRoster CSV export of a district's roster, and a gradebook beside it.

The roster is read through the SIS's own API; line items and results are what a test says.
"""

import csv
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.e2e.support.district import District, Run

Row = Mapping[str, Any]

SOURCE = '[source]\nkind = "oneroster-csv"\npath = "{path}"\n'


@dataclass(slots=True)
class Export:
    """A folder that a test may edit between nights."""

    district: District
    folder: Path
    items: list[dict[str, Any]] = field(default_factory=list)
    results: list[dict[str, Any]] = field(default_factory=list)
    path: str = "export"

    @classmethod
    def of(cls, district: District) -> "Export":
        """The roster of today, and an empty gradebook."""
        made = cls(district, district.folder / "export")
        made.folder.mkdir()
        made.write("orgs", [{"sourcedId": "100001", "status": "active", "name": "Lakeview"}])
        made.write("classes", [_class(row) for row in district.rostering("classes")])
        made.write("users", [_user(row) for row in district.rostering("users")])
        enrolled = district.rostering("enrollments")
        made.write("enrollments", [_enrollment(row) for row in enrolled])
        made.write("categories", [_category(n, t) for n, t in enumerate(("Quiz", "Test"), 1)])
        made.save()
        return made

    def item(self, id_: str, **more: Any) -> dict[str, Any]:
        """A line item, valid by default; the row, to be edited."""
        row = {
            "sourcedId": id_,
            "status": "active",
            "dateLastModified": "2026-10-12T15:00:00Z",
            "title": f"Quiz {id_}",
            "description": "",
            "assignDate": "2026-10-12",
            "dueDate": "2026-10-16",
            "classSourcedId": "200001",
            "categorySourcedId": "cat-1",
            "gradingPeriodSourcedId": "",
            "resultValueMin": "0",
            "resultValueMax": "20",
            **more,
        }
        self.items.append(row)
        return row

    def result(self, item: str, student: str, score: Any, **more: Any) -> dict[str, Any]:
        """A result, fully graded by default; the row, to be edited."""
        row = {
            "sourcedId": f"r-{item}-{student}",
            "status": "active",
            "dateLastModified": "2026-10-12T15:00:00Z",
            "lineItemSourcedId": item,
            "studentSourcedId": student,
            "scoreStatus": "fully graded",
            "score": score,
            "scoreDate": "2026-10-13",
            "comment": "",
            **more,
        }
        self.results.append(row)
        return row

    def save(self) -> None:
        """Write line items and results anew."""
        self.write("lineItems", self.items, self._item())
        self.write("results", self.results, self._result())

    def write(self, name: str, rows: Sequence[Row], columns: Sequence[str] = ()) -> None:
        """Write one file; its columns are those of its rows, or *columns* where it has none."""
        names = list(dict.fromkeys([*columns, *(name for row in rows for name in row)]))
        with (self.folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            out = csv.DictWriter(file, names, restval="")
            out.writeheader()
            out.writerows(rows)

    def zipped(self) -> None:
        """Put the folder into a zip, and use that from now on."""
        shutil.make_archive(str(self.folder), "zip", self.folder)
        self.path = "export.zip"

    def sync(self, *arguments: str) -> Run:
        """`passback sync --json` with the export as its source."""
        return self.command("sync", "--json", *arguments)

    def command(self, name: str, *arguments: str) -> Run:
        """A command with the export as its source."""
        text = self.district.config.read_text()
        start, end = text.index("[source]"), text.index("[sis]")
        path = self.district.folder / "csv.toml"
        path.write_text(text[:start] + SOURCE.format(path=self.path) + text[end:])
        at = self.district.now().isoformat()
        when = ("--at", at) if name in {"sync", "plan", "check"} else ()
        return self.district.command(name, "-c", str(path), *when, *arguments)

    @staticmethod
    def _item() -> list[str]:
        return [
            *("sourcedId", "status", "dateLastModified", "title", "assignDate", "dueDate"),
            *("classSourcedId", "categorySourcedId", "resultValueMax"),
        ]

    @staticmethod
    def _result() -> list[str]:
        return [
            *("sourcedId", "status", "dateLastModified", "lineItemSourcedId"),
            *("studentSourcedId", "scoreStatus", "score"),
        ]


def _class(row: Row) -> Row:
    return {
        "sourcedId": row["sourcedId"],
        "status": "active",
        "dateLastModified": row["dateLastModified"],
        "title": row["title"],
        "classType": "scheduled",
        "schoolSourcedId": row["school"]["sourcedId"],
    }


def _user(row: Row) -> Row:
    return {
        "sourcedId": row["sourcedId"],
        "status": "active",
        "dateLastModified": row["dateLastModified"],
        "enabledUser": "true",
        "username": row["username"],
        "givenName": row["givenName"],
        "familyName": row["familyName"],
        "role": row["roles"][0]["role"],
    }


def _enrollment(row: Row) -> Row:
    return {
        "sourcedId": row["sourcedId"],
        "status": row["status"],
        "dateLastModified": row["dateLastModified"],
        "classSourcedId": row["class"]["sourcedId"],
        "userSourcedId": row["user"]["sourcedId"],
        "role": row["role"],
        "primary": row.get("primary", ""),
        "beginDate": row.get("beginDate", ""),
        "endDate": row.get("endDate", ""),
    }


def _category(number: int, title: str) -> Row:
    return {"sourcedId": f"cat-{number}", "status": "active", "title": title}
