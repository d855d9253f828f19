"""PowerSchool's numbers for what the world knows under one id; each kind in a range of its own.

`/ws/v1` and `/ws/xte` speak DCIDs, which are the world's ids; inside tables stand TABLE.IDs, which
are `table_id`. An assignment and its part in a section have different numbers too. Ids of an
imported district that are no numbers are served as the text that they are.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from mock_sis.districts.ids import TABLE_ID

WHOLE = re.compile(r"0|[1-9][0-9]{0,17}")

ASSIGNMENT = 30_000_000
"""assignmentid = number of its first column + this; assignmentsectionid is the column's own."""
ASSOCIATION = 40_000_000
"""assignmentcategoryassocid = number of the column + this."""
COMMENT = 10_000_000
"""assignmentscorecommentid = number of the cell + this."""
ENROLMENT_ID = 2_000_000
"""CC.ID = CC.DCID + this."""
SECTION_TEACHER = 4_000_000
"""SECTIONTEACHER.ID = number of the enrolment + this."""
TERM = 15_000_000
"""TERMS.DCID = this + number of the school * 100 + number of the term."""
STAFF = 500_000_000
"""SCHOOLSTAFF.DCID = SCHOOLSTAFF.ID + this."""
BIN, BIN_ID = 17_000_000, 18_000_000
"""TERMBINS.DCID, TERMBINS.ID = these + number of the school * 1000 + number of the bin."""
SCHOOL_ID = 19_000
"""SCHOOLS.ID, and SCHOOL_NUMBER where the district's numbers are no numbers."""
TEACHER_CATEGORY, PER_TEACHER = 100_000_000, 10_000
"""TEACHERCATEGORYID of a district category's copy = the first + place of the teacher * the second
+ place of the category."""
OWN_CATEGORY = 90_000_000
"""TEACHERCATEGORYIDs of teachers' own categories come after this."""

FOREIGN = "#"
"""Before the number of a category that is not the teacher's, where a switch lets it pass."""

NUMBERS: Mapping[str, int] = {
    "assignment_from": ASSIGNMENT,
    "association_from": ASSOCIATION,
    "comment_from": COMMENT,
    "cc_from": ENROLMENT_ID,
    "section_teacher_from": SECTION_TEACHER,
    "term_from": TERM,
    "staff_from": STAFF,
    "school_from": SCHOOL_ID,
    "copy_from": TEACHER_CATEGORY,
    "per_teacher": PER_TEACHER,
    "first_teacher": TABLE_ID["teacher"],
    "bin_from": BIN,
    "bin_id_from": BIN_ID,
}
"""What the SQL of this package binds."""


@lru_cache(10_000, typed=True)
def shown(id_: object) -> int | str | None:
    """An id as JSON: a number, or the text of a district whose ids are none."""
    text = "" if id_ is None else str(id_)
    return int(text) if WHOLE.fullmatch(text) else text or None


def assignment_of(column: int, bundle: int | None) -> int:
    """Assignmentid of a column."""
    return ASSIGNMENT + (column if bundle is None else bundle)
