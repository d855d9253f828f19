"""Qmlativ's objects around enrolment, which programs that carry accounts to a directory read."""

from collections.abc import Mapping

from mock_sis.skyward.generic.object_type import ObjectType, object_type

YEAR = "(SELECT max(year) FROM session)"
_YEAR_BEGINS = "(SELECT min(start) FROM session WHERE kind = 'schoolYear')"

ROSTER: Mapping[str, ObjectType] = dict(
    (
        object_type(
            "Demographics/EmailType",
            "EmailTypeID Code Description CodeDescription",
            "SELECT 1 AS EmailTypeID, 'SCH' AS Code, 'School' AS Description,"
            " 'SCH - School' AS CodeDescription",
        ),
        object_type(
            "Enrollment/School",
            "SchoolID Code Name DistrictID SchoolYearID",
            "SELECT id AS SchoolID, number AS Code, name AS Name, 1 AS DistrictID,"
            f" {YEAR} AS SchoolYearID FROM org WHERE kind = 'school'",
        ),
        object_type(
            "Enrollment/EntitySchool",
            "EntitySchoolID EntityID SchoolID IsDefaultEntityForSchool IsDefaultSchoolForEntity"
            " IsOnlySchoolInEntity",
            "SELECT id AS EntitySchoolID, id AS EntityID, id AS SchoolID,"
            " 1 AS IsDefaultEntityForSchool, 1 AS IsDefaultSchoolForEntity,"
            " 1 AS IsOnlySchoolInEntity FROM org WHERE kind = 'school'",
        ),
        object_type(
            "Enrollment/StudentType",
            "StudentTypeID Code Description CodeDescription",
            "SELECT 1 AS StudentTypeID, 'R' AS Code, 'Regular' AS Description,"
            " 'R - Regular' AS CodeDescription",
        ),
        object_type(
            "Enrollment/EntryWithdrawal",
            "EntryWithdrawalID StudentID EntityID SchoolID SchoolYearID StudentTypeID StartDate"
            " EndDate WithdrawalDate IsDefaultEntity",
            "SELECT id AS EntryWithdrawalID, id AS StudentID, school AS EntityID,"
            f" school AS SchoolID, {YEAR} AS SchoolYearID, 1 AS StudentTypeID,"
            f" {_YEAR_BEGINS} AS StartDate, gone AS EndDate, gone AS WithdrawalDate,"
            " 1 AS IsDefaultEntity FROM (SELECT id, school, CASE WHEN active = 0 THEN"
            " (SELECT max(end) FROM enrolment WHERE person = student.id AND role = 'student')"
            " END AS gone FROM student)",
        ),
        object_type(
            "Enrollment/StudentEntityYear",
            "StudentEntityYearID StudentID NameID EntityID SchoolYearID IsActive IsDefaultEntity",
            "SELECT id AS StudentEntityYearID, id AS StudentID, id AS NameID, school AS EntityID,"
            f" {YEAR} AS SchoolYearID, active AS IsActive, 1 AS IsDefaultEntity FROM student",
        ),
        object_type(
            "Staff/StaffEntityYear",
            "StaffEntityYearID StaffID EntityID SchoolYearID IsActive",
            "SELECT id AS StaffEntityYearID, id AS StaffID, school AS EntityID,"
            f" {YEAR} AS SchoolYearID, active AS IsActive FROM teacher",
        ),
        object_type(
            "Scheduling/Meet",
            "MeetID SectionID",
            "SELECT id AS MeetID, id AS SectionID FROM section",
        ),
        object_type(
            "Scheduling/MeetSummary",
            "MeetSummaryID MeetID Period Days IsPrimary",
            "SELECT id AS MeetSummaryID, id AS MeetID, slot AS Period, 'MTWRF' AS Days,"
            " 1 AS IsPrimary FROM section",
        ),
        object_type(
            "Security/User",
            "UserID NameID Username IsActive",
            "SELECT id AS UserID, id AS NameID, username AS Username, active AS IsActive"
            " FROM student UNION ALL SELECT id, id, username, active FROM teacher",
        ),
        object_type(
            "API/OneRosterVendor",
            "OneRosterVendorID Name",
            "SELECT 1 AS OneRosterVendorID, 'Grade passback' AS Name",
        ),
    )
)
"""`module/object` in lower case -> the object."""
