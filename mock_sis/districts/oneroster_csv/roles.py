"""Who is a student, who is staff, and who is neither and not read."""

from collections.abc import Mapping

from mock_sis.districts.oneroster_csv.files import CsvFiles
from mock_sis.districts.oneroster_csv.row import Row

STUDENT, TEACHER = "student", "teacher"
STAFF = (TEACHER, "administrator", "principal", "counselor", "aide", "proctor")


class Roles:
    """The role of each user of an export, in lower case."""

    def __init__(self, files: CsvFiles) -> None:
        self._own = _own_file(files)

    def of(self, user: Row) -> str:
        """Of a row of users.csv."""
        return self._own.get(user["sourcedId"], user["role"]).casefold()


def _own_file(files: CsvFiles) -> Mapping[str, str]:
    """OneRoster 1.2 keeps roles in a file of their own; the primary one counts."""
    found: dict[str, str] = {}
    for row in files.rows("roles"):
        if row["roleType"].casefold() == "primary":
            found[row["userSourcedId"]] = row["role"]
        found.setdefault(row["userSourcedId"], row["role"])
    return found
