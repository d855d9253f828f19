"""PowerSchool's records as they come in; only what a night needs is named.

The fields of a table's row are what is asked of that table, so each is a field that the plugin must
be granted.
"""

from typing import Any

import msgspec

from agent.sis.powerschool.shapes import Day, Json

# ---- /ws/v1 and /ws/xte --------------------------------------------------------------------------


class SchoolRow(msgspec.Struct):
    """A school."""

    id: str
    school_number: str


class TermRow(msgspec.Struct):
    """A term: the days in which a section is taught."""

    start_date: Day
    end_date: Day


class SectionRow(msgspec.Struct):
    """A section of `/ws/v1`, with its term."""

    id: str
    school_id: str
    staff_id: str | None = None
    term: TermRow | None = None


class SeatRow(msgspec.Struct):
    """One student in one section for a stretch of days; a dropped row is a past stretch."""

    student_id: str
    entry_date: Day
    exit_date: Day


class StaffRow(msgspec.Struct):
    """A teacher in one school."""

    users_dcid: str


class CategoryRow(msgspec.Struct):
    """A teacher's own category, or their copy of a district's."""

    teachercategoryid: str
    usersdcid: str
    name: str
    isactive: Any = False
    districtteachercategoryid: str | None = None
    sections_excluded: list[Json] = msgspec.field(
        name="_teachercategorysectionexcludeassociations", default_factory=list
    )
    schools_excluded: list[Json] = msgspec.field(
        name="_categoryschoolexcludeassociations", default_factory=list
    )


# ---- tables --------------------------------------------------------------------------------------


class SectionIds(msgspec.Struct):
    """A row of SECTIONS: under which numbers other tables and scores know a section."""

    dcid: str
    id: str
    termid: str
    schoolid: str


class BinRow(msgspec.Struct):
    """A row of TERMBINS: a reporting term of the sections of one term of one school."""

    dcid: str
    schoolid: str
    termid: str
    yearid: str
    storecode: str
    date1: Day
    date2: Day
    aregradeslocked: str | None = None


class LockRow(msgspec.Struct):
    """A row of GRADESCHOOLCONFIG: what holds in a school's year for a term without a word."""

    schoolsdcid: str
    yearid: str
    termbinlockoffset: str | None = None
    aregradeslocked: str | None = None


class UnlockRow(msgspec.Struct):
    """A reporting term that an administrator unlocked for one section."""

    sectionsdcid: str
    termbinsdcid: str


class DistrictCategoryRow(msgspec.Struct):
    """A category of the district."""

    districtteachercategoryid: str
    name: str


class SeatChange(msgspec.Struct):
    """A row of CC: one student in one section; a dropped row has a negative section."""

    dcid: str
    sectionid: str
    dateenrolled: str
    dateleft: str
    whenmodified: str


class MarkRow(msgspec.Struct):
    """A row of ASSIGNMENTSCORE."""

    studentsdcid: str
    assignmentscoreid: str | None = None
    actualscoreentered: str | None = None
    scorepoints: str | None = None
    isexempt: str | None = None
    islate: str | None = None
    ismissing: str | None = None
    iscollected: str | None = None
    isabsent: str | None = None
    isincomplete: str | None = None


class CommentRow(msgspec.Struct):
    """A row of ASSIGNMENTSCORECOMMENT: what a teacher wrote beside a score."""

    assignmentscoreid: str
    commentvalue: str | None = None
