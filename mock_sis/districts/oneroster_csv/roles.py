"""Who is a student, who is staff, and who is neither and not read."""

from collections.abc import Iterable, Mapping

from mock_sis.districts.oneroster_csv.row import Row

STUDENT, TEACHER = "student", "teacher"
STAFF = (TEACHER, "administrator", "principal", "counselor", "aide", "proctor")


class Roles:
    """The role of each user of an export, in lower case."""

    def __init__(self, roles: Iterable[Row]) -> None:
        """*roles*: the rows of roles.csv; an export of OneRoster 1.1 has none."""
        self._own = _own_file(roles)

    def of(self, user: Row) -> str:
        """Of a row of users.csv."""
        return self._own.get(user["sourcedId"], user["role"]).casefold()


def _own_file(roles: Iterable[Row]) -> Mapping[str, str]:
    """User -> role; of several the primary one counts."""
    found: dict[str, str] = {}
    for row in roles:
        if row["roleType"].casefold() == "primary":
            found[row["userSourcedId"]] = row["role"]
        found.setdefault(row["userSourcedId"], row["role"])
    return found
