"""What the things are called that a log names by id, from the world as it is now."""

from functools import lru_cache

from mock_sis.powerschool.numbers import ASSIGNMENT
from mock_sis.world.world import World


class WorldNames:
    """The names of one server's calls; each is looked up once."""

    def __init__(self, world: World, sis: str) -> None:
        self._db = world.db
        self._sis = sis
        self.section = lru_cache(None)(self._section)
        self.assignment = lru_cache(None)(self._assignment)
        self.score = lru_cache(None)(self._score)

    def _section(self, id: str) -> str:  # noqa: A002
        row = self._db.one("SELECT title FROM section WHERE id = ?", id)
        return str(row["title"]) if row else id

    def _assignment(self, id: str) -> str:  # noqa: A002
        """Also of one that was deleted; the newest under an id that a caller used again."""
        row = self._db.one(
            "SELECT title FROM assignment WHERE sis = ? AND (external_id = ? OR id IN (?, ?))"
            " ORDER BY deleted, id DESC",
            self._sis,
            id,
            *self._numbers(id),
        )
        return str(row["title"]) if row else id

    def _score(self, id: str) -> tuple[str, str] | None:  # noqa: A002
        row = self._db.one(
            "SELECT student, assignment FROM score WHERE sis = ? AND external_id = ?", self._sis, id
        )
        return (row["student"], str(row["assignment"])) if row else None

    def _numbers(self, id: str) -> tuple[int, int]:  # noqa: A002
        """The number of a column itself, and by PowerSchool's number of an assignment."""
        number = int(id) if id.isdecimal() and len(id) < 18 else 0
        return number, number - ASSIGNMENT if self._sis == "powerschool" else 0
