"""Who acts in a call to `/ws/xte`: the teacher named by `users_dcid`, and what they may touch."""

import sqlite3
from collections.abc import Iterable

from mock_sis.http.types import Problem
from mock_sis.world.world import World

ASSIGNMENT_SECTION = "com.pearson.powerschool.xte.model.AssignmentSection"


def teacher(world: World, users_dcid: str) -> sqlite3.Row:
    """The row of a teacher; Problem(404) when there is none."""
    row = world.db.one("SELECT * FROM teacher WHERE id = ?", users_dcid)
    if row is None:
        raise Problem(404, f"Unable to find User with dcid {users_dcid}")
    return row


def must_teach(world: World, users_dcid: str, sections: Iterable[str]) -> None:
    """Problem(404) for a section that is not there, Problem(403) for one they may not edit."""
    today = world.today().isoformat()
    for section in sections:
        if world.db.one("SELECT 1 FROM section WHERE id = ? AND active = 1", section) is None:
            raise Problem(404, f"Unable to find Section with dcid {section}", rule="A13")
        teaches = world.db.one(
            "SELECT 1 FROM enrolment WHERE section = ? AND person = ? AND role = 'teacher'"
            " AND active = 1 AND coalesce(end, '9') >= ?",
            section,
            users_dcid,
            today,
        )
        if not teaches:
            raise Problem(403, f"User does not teach section {section} with access EDIT")
