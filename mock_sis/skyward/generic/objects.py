"""Qmlativ's objects, as far as passback and roster programs read them: each is a query.

The SELECT's columns bear the vendor's field names. Records of linked sections, closed periods and
unscored cells are all here; that is what OneRoster lacks.
"""

from collections.abc import Mapping

from mock_sis.skyward.generic.categories import CATEGORIES
from mock_sis.skyward.generic.object_type import ObjectType, object_type, typed
from mock_sis.skyward.generic.roster import ROSTER, YEAR

_PERIODS = "json_each(:periods)"
_PERIOD_FIELDS = (
    "GradingPeriodID Description Number:SmallInt StartDate EndDate SectionLengthID"
    " GradingPeriodSetID DateOverrideTeacherGracePeriod:DateTime ExtensionDays:SmallInt"
    " ExtensionEndTime:Time CalculatedEndDateWithExtension:Date IsActiveOrExtended"
    " IsCompleted CurrentActiveStatus StatusDisplay WithinGradingPeriod"
)
_PERIOD_ROWS = "SELECT {} FROM {}".format(
    ", ".join(f"json_extract(value, '$.{name}') AS {name}" for name, _ in typed(_PERIOD_FIELDS)),
    _PERIODS,
)
_SEATED = (
    " JOIN section home ON home.id = assignment.section"
    " JOIN section place ON place.id = home.id OR place.link = home.link"
    " JOIN enrolment seat ON seat.section = place.id AND seat.role = 'student' AND seat.active = 1"
    " AND NOT EXISTS (SELECT 1 FROM enrolment other JOIN section spot ON spot.id = other.section"
    " WHERE other.person = seat.person AND other.role = 'student' AND other.active = 1"
    " AND (spot.id = home.id OR spot.link = home.link) AND other.rowid < seat.rowid)"
    " LEFT JOIN score ON score.assignment = assignment.id AND score.student = seat.person"
)
_PEOPLE = (
    "SELECT id, given, family, email FROM student"
    " UNION ALL SELECT id, given, family, email FROM teacher"
)

OBJECT_TYPES: Mapping[str, ObjectType] = dict(
    (
        *ROSTER.items(),
        *CATEGORIES.items(),
        object_type(
            "District/Entity",
            "EntityID Code Name DistrictID IsDistrictWide SchoolYearIDCurrent",
            "SELECT CASE kind WHEN 'district' THEN '1' ELSE id END AS EntityID, number AS Code,"
            " name AS Name, 1 AS DistrictID, kind = 'district' AS IsDistrictWide,"
            f" {YEAR} AS SchoolYearIDCurrent FROM org",
        ),
        object_type(
            "District/SchoolYear",
            "SchoolYearID NumericYear:SmallInt Description StartDate EndDate"
            " IsCurrentYearForProvidedEntity",
            "SELECT year AS SchoolYearID, year AS NumericYear, title AS Description,"
            " start AS StartDate, end AS EndDate,"
            " start <= :today AND end >= :today AS IsCurrentYearForProvidedEntity"
            " FROM session WHERE kind = 'schoolYear'",
        ),
        object_type(
            "Scheduling/SectionLength",
            "SectionLengthID Code Description StartDate EndDate CourseLengthID",
            "SELECT id AS SectionLengthID, title AS Code, title AS Description, start AS StartDate,"
            " end AS EndDate, id AS CourseLengthID FROM session WHERE kind <> 'schoolYear'",
        ),
        object_type(
            "Scheduling/Course",
            "CourseID CourseCode Description EntityID SchoolYearID IsActive",
            "SELECT id AS CourseID, code AS CourseCode, title AS Description, school AS EntityID,"
            f" {YEAR} AS SchoolYearID, 1 AS IsActive FROM course",
        ),
        object_type(
            "Scheduling/Section",
            "SectionID Code Description CourseID EntityID SchoolYearID SectionLengthID IsActive"
            " StaffIDCurrentStoredPrimary EffectiveTeacherFirstLastName CourseCodeSectionCode"
            " CurrentGradingPeriod",
            "SELECT section.id AS SectionID, section.code AS Code, section.title AS Description,"
            f" course AS CourseID, section.school AS EntityID, {YEAR} AS SchoolYearID,"
            " (SELECT min(term) FROM section_term WHERE section_term.section = section.id)"
            " AS SectionLengthID, active AS IsActive,"
            " (SELECT person FROM enrolment WHERE enrolment.section = section.id AND main = 1"
            " AND role = 'teacher' AND enrolment.active = 1) AS StaffIDCurrentStoredPrimary,"
            " (SELECT given || ' ' || family FROM enrolment JOIN teacher ON teacher.id = person"
            " WHERE enrolment.section = section.id AND main = 1 AND enrolment.active = 1)"
            " AS EffectiveTeacherFirstLastName,"
            " course.code || ' / ' || section.code AS CourseCodeSectionCode,"
            " (SELECT title FROM period JOIN term_period ON period = period.id JOIN section_term"
            " USING (term) WHERE section_term.section = section.id AND start <= :today"
            " AND end >= :today) AS CurrentGradingPeriod"
            " FROM section JOIN course ON course.id = section.course",
        ),
        object_type(
            "Scheduling/StaffMeet",
            "StaffMeetID StaffID MeetID SectionID IsPrimary HasGradebookAccess HasAttendanceAccess"
            " EffectiveStartDate EffectiveEndDate IsSubstitute",
            "SELECT id AS StaffMeetID, person AS StaffID, section AS MeetID, section AS SectionID,"
            " main AS IsPrimary, active AS HasGradebookAccess, active AS HasAttendanceAccess,"
            " begin AS EffectiveStartDate, end AS EffectiveEndDate, 0 AS IsSubstitute"
            " FROM enrolment WHERE role = 'teacher'",
        ),
        object_type(
            "Scheduling/StudentSection",
            "StudentSectionID StudentID SectionID StartDate EndDate Status IsTransferCourse"
            " IsForCurrentSchoolYear",
            "SELECT min(id) AS StudentSectionID, person AS StudentID, section AS SectionID,"
            " min(begin) AS StartDate, max(coalesce(end, '9999-12-31')) AS EndDate,"
            " CASE WHEN max(coalesce(end, '9')) >= :today THEN 'Active' ELSE 'Dropped' END"
            " AS Status, 0 AS IsTransferCourse, 1 AS IsForCurrentSchoolYear"
            " FROM enrolment WHERE role = 'student' AND active = 1 GROUP BY person, section",
        ),
        object_type(
            "Scheduling/StudentSectionTransaction",
            "StudentSectionTransactionID StudentSectionID StudentID SectionID StartDate EndDate",
            "SELECT id AS StudentSectionTransactionID, (SELECT min(id) FROM enrolment first"
            " WHERE first.person = enrolment.person AND first.section = enrolment.section"
            " AND first.role = 'student' AND first.active = 1) AS StudentSectionID,"
            " person AS StudentID, section AS SectionID, begin AS StartDate, end AS EndDate"
            " FROM enrolment WHERE role = 'student' AND active = 1",
        ),
        object_type(
            "Student/Student",
            "StudentID NameID StudentNumber GradeLevel IsCurrentActive"
            " HasStudentEntityYearForCurrentSchoolYear",
            "SELECT id AS StudentID, id AS NameID, number AS StudentNumber, grade AS GradeLevel,"
            " active AS IsCurrentActive, active AS HasStudentEntityYearForCurrentSchoolYear"
            " FROM student",
        ),
        object_type(
            "Staff/Staff",
            "StaffID NameID TeacherNumber IsTeacher IsActive",
            "SELECT id AS StaffID, id AS NameID, number AS TeacherNumber, role = 'teacher'"
            " AS IsTeacher, active AS IsActive FROM teacher",
        ),
        object_type(
            "Demographics/Name",
            "NameID FirstName LastName IsCurrentStudent",
            "SELECT id AS NameID, given AS FirstName, family AS LastName,"
            f" id IN (SELECT id FROM student) AS IsCurrentStudent FROM ({_PEOPLE})",
        ),
        object_type(
            "Demographics/NameEmail",
            "NameEmailID NameID EmailAddress EmailTypeID Rank:SmallInt",
            "SELECT id AS NameEmailID, id AS NameID, email AS EmailAddress, 1 AS EmailTypeID,"
            " 1 AS Rank"
            f" FROM ({_PEOPLE})",
        ),
        object_type(
            "Grading/GradingPeriod",
            _PERIOD_FIELDS,
            _PERIOD_ROWS,
        ),
        object_type(
            "Gradebook/SectionGradingPeriodData",
            "SectionGradingPeriodDataID SectionID GradingPeriodID IsCompleted",
            "SELECT section_term.section || substr('000000' || period, -6)"
            " AS SectionGradingPeriodDataID, section_term.section AS SectionID,"
            " period AS GradingPeriodID, json_extract(value, '$.IsCompleted') AS IsCompleted"
            f" FROM section_term JOIN term_period USING (term) JOIN {_PERIODS}"
            " ON json_extract(value, '$.GradingPeriodID') = period",
        ),
        object_type(
            "Gradebook/ClassGroup",
            "ClassGroupID Name EntityID SchoolYearID StaffID",
            "SELECT min(section.id) AS ClassGroupID, group_concat(section.title, ' + ') AS Name,"
            f" min(school) AS EntityID, {YEAR} AS SchoolYearID, (SELECT person FROM enrolment"
            " WHERE enrolment.section = section.id AND main = 1 AND role = 'teacher') AS StaffID"
            " FROM section WHERE link IS NOT NULL GROUP BY link",
        ),
        object_type(
            "Gradebook/ClassGroupSection",
            "ClassGroupSectionID ClassGroupID SectionID",
            "SELECT id AS ClassGroupSectionID, (SELECT min(id) FROM section first"
            " WHERE first.link = section.link) AS ClassGroupID, id AS SectionID"
            " FROM section WHERE link IS NOT NULL",
        ),
        object_type(
            "Gradebook/Assignment",
            "AssignmentID SectionID CategoryID Name Description AssignedDate DueDate"
            " MaxScore:Decimal Weight:Decimal IsDeleted IsSynced ScoredStudentAssignmentCount:Int"
            " DueDateInCurrentOpenExtendedGradingPeriod:Bool CreatedTime:DateTime"
            " ModifiedTime:DateTime",
            "SELECT assignment.id AS AssignmentID, section AS SectionID, category AS CategoryID,"
            " assignment.title AS Name, description AS Description, assigned AS AssignedDate,"
            " due AS DueDate, points AS MaxScore, 1 AS Weight, deleted AS IsDeleted,"
            " home.link IS NOT NULL AS IsSynced, (SELECT count(*) FROM score"
            " WHERE score.assignment = assignment.id AND value IS NOT NULL)"
            f" AS ScoredStudentAssignmentCount, EXISTS (SELECT 1 FROM {_PERIODS}"
            " WHERE json_extract(value, '$.WithinGradingPeriod') AND NOT"
            " json_extract(value, '$.IsCompleted') AND json_extract(value, '$.StartDate') <= due"
            " AND json_extract(value, '$.EndDate') >= due)"
            " AS DueDateInCurrentOpenExtendedGradingPeriod, created AS CreatedTime,"
            " assignment.modified AS ModifiedTime"
            " FROM assignment LEFT JOIN section home ON home.id = assignment.section"
            " WHERE assignment.sis = :sis",
            required="SectionID CategoryID Name AssignedDate DueDate MaxScore Weight",
            writable="Description",
        ),
        object_type(
            "Gradebook/StudentAssignment",
            "StudentAssignmentID AssignmentID SectionID StudentID StudentSectionID Score:Decimal"
            " ScoreDisplayValue PointsEarnedWithSlash Comments IsScored IsGraded IsMissing NoCount"
            " IsDropped TimeLastScored:DateTime",
            "SELECT assignment.id * 10000000 + seat.rowid AS StudentAssignmentID,"
            " assignment.id AS AssignmentID, seat.section AS SectionID,"
            " seat.person AS StudentID, seat.id AS StudentSectionID, score.value AS Score,"
            " coalesce(score.value, '*') AS ScoreDisplayValue,"
            " coalesce(score.value, '*') || ' / ' || assignment.points AS PointsEarnedWithSlash,"
            " coalesce(json_extract(score.extra, '$.comment'), '') AS Comments,"
            " score.value IS NOT NULL AS IsScored, score.value IS NOT NULL AS IsGraded,"
            " coalesce(json_extract(score.extra, '$.new.missing') = 'true', 0) AS IsMissing,"
            " coalesce(score.status = 'exempt', 0) AS NoCount, 0 AS IsDropped,"
            f" score.modified AS TimeLastScored FROM assignment{_SEATED}"
            " WHERE assignment.sis = :sis AND deleted = 0",
            required="StudentSectionID AssignmentID SectionID",
            writable="Score Comments",
        ),
        object_type(
            "Gradebook/VendorAssignment",
            "VendorAssignmentID AssignmentID OneRosterVendorID VendorSourceID:Text",
            "SELECT id AS VendorAssignmentID, id AS AssignmentID, 1 AS OneRosterVendorID,"
            " external_id AS VendorSourceID FROM assignment"
            " WHERE sis = :sis AND external_id IS NOT NULL AND deleted = 0",
        ),
        object_type(
            "Gradebook/VendorStudentAssignment",
            "VendorStudentAssignmentID StudentAssignmentID OneRosterVendorID VendorSourceID:Text",
            "SELECT score.id AS VendorStudentAssignmentID,"
            " assignment.id * 10000000 + seat.rowid AS StudentAssignmentID,"
            " 1 AS OneRosterVendorID, score.external_id AS VendorSourceID"
            f" FROM assignment{_SEATED} WHERE assignment.sis = :sis AND deleted = 0"
            " AND score.external_id IS NOT NULL",
        ),
        object_type(
            "API/OneRosterConfig",
            "OneRosterConfigID Code Description DistrictID AllowGradePassBack DefaultCategoryCode",
            "SELECT 1 AS OneRosterConfigID, 'PASSBACK' AS Code, 'Grade passback' AS Description,"
            " 1 AS DistrictID, :writable AS AllowGradePassBack, coalesce((SELECT code FROM category"
            " WHERE sis = :sis AND id = :default_category), (SELECT code FROM category"
            " WHERE sis = :sis AND active = 1 ORDER BY position LIMIT 1)) AS DefaultCategoryCode",
        ),
        object_type(
            "API/UsageHistory",
            "UsageHistoryID CreatedTime:DateTime HttpMethod Url HttpStatusCode:SmallInt APIType"
            " UserAccessID EntityID SchoolYearID HostAddress"
            " ServerResponseTimeInMilliseconds:Int ResponseSize:Int LogID",
            "SELECT seq AS UsageHistoryID, at AS CreatedTime, method AS HttpMethod,"
            " path || CASE WHEN query = '' OR path LIKE '%token' THEN ''"
            " ELSE '?' || query END AS Url,"
            " status AS HttpStatusCode, CASE WHEN path LIKE '/ims/%' THEN 'OneRoster'"
            " WHEN path LIKE '%token' THEN 'Token' ELSE 'Generic' END AS APIType,"
            " NULL AS UserAccessID, 1 AS EntityID, NULL AS SchoolYearID,"
            " '127.0.0.1' AS HostAddress, CAST(round(duration_ms) AS INTEGER)"
            " AS ServerResponseTimeInMilliseconds, NULL AS ResponseSize,"
            " CASE WHEN coalesce(status, 500) >= 400 THEN seq END AS LogID"
            " FROM journal WHERE server = 'skyward'",
        ),
        object_type(
            "SkySys/Log",
            "LogID Severity Message Details ActivityContext Classification CreatedTime:DateTime",
            "SELECT seq AS LogID, 'Error' AS Severity, reason AS Message, violations AS Details,"
            " coalesce(operation, path) AS ActivityContext, 'API' AS Classification,"
            " at AS CreatedTime FROM journal"
            " WHERE server = 'skyward' AND coalesce(status, 500) >= 400",
        ),
    )
)
"""`module/object` in lower case -> the object."""
