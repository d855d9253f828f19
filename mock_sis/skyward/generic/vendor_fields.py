"""Fields of Qmlativ's objects that the mock knows by name only: they read as null.

A program that asks for every field of an object names these too; that a district does not share a
field is no reason to refuse the rest. From the schema that a live install publishes, and from what
programs ask for. Strict mode takes these and no other; usually any name reads as null, because a
client that was generated from the schema of a newer server asks for fields that are not here.
"""

from collections.abc import Mapping

_ASSIGNMENT = """
    AcademicStandardID AcademicStandards ActiveStudentCount ActiveStudentGroups AllowAutoScore
    AllStudentAssignmentsAreNotStarted AnswerRevealTime AssessmentID AssignmentIDClonedFrom
    AssignmentIDParent AssignmentQuestionCount AssignmentSyncKey AttachmentCount
    AttachmentIndicatorColumn AutoScore AveragePercent CalculatedPointsAllowedFromQuestions
    CanDelete ChildAssignmentCount ClassesSyncedTo CreateStudentGroupAssignmentErrorMessage
    DefaultPointsPerQuestion DisplayRestoreButton DueDateInTransactionForGivenStudentSection
    DueDateIsInGivenDateRange EffectiveAcademicStandardID EndTime HasInstructions HasParent
    HasQuestions HasStudentAssignments HasStudentAssignmentsWithScoreOrGradeMark
    HasStudentFamilyAttachmentsToDisplay HasStudentGroupAssignments HasUngradedStudentAssignments
    HasWholeNumberWeight HideScoreUntilTime Instructions IsActiveOrUnlocked IsAHistoricRecord
    IsAvailableForStudentGroup IsAvailableForStudentSection IsOnlineAssignment IsParent
    IsPastEndTime QuestionCount RandomizeQuestions RelatedAssignmentsHaveAcademicStandards
    RelatedAssignmentsHaveSubjects ScoreDisplayType ScoreDisplayTypeCode
    SendNotificationWhenAnswersRevealed SendNotificationWhenAssignmentReadyToTake
    ShowCorrectAnswers ShowScore StartTime StudentFamilyAccessAttachmentCount SubjectID Subjects
    UseGradeMarkScoring
"""
_STUDENT_ASSIGNMENT = """
    GradeMarkID IsFutureRetainedScore IsTransferredScore PointsEarned PointsEarnedPercent
    ScoreClarifierID SubmissionStatus SubmissionTime
"""
_SECTION_CATEGORY = """
    AdjustedPercentEarned AdjustedPointsEarned AdjustedWeightPercent PercentEarnedForCategory
    PointsEarnedForCategory WeightFormula
"""
_SECTION_GRADE_BUCKET = """
    CalculationGroupGradeBucketID CalculationModifiedTime CalculationType CalculationTypeCode
    EffectiveCalculationType EffectiveCalculationTypeCode HasSectionAcademicStandardWeights
    HasSectionGradeBucketWeights HasSectionSubjectWeights IsAHistoricRecord
    IsCalculationTypeOverridden IsOverridden
"""
_STUDENT = """
    CalculatedGrade CalculatedGradYear CalculatedStudentStateID EarliestDistrictEnrollmentDate
    Grade GradeNumeric GraduationDate GradYear IsCurrentActiveDefaultEnrollment IsGraduated
    MaskedStudentNumber
"""
_NAME = """
    Age BirthDate CalculatedPrimaryFormattedPhoneNumber FullNameFL Gender Initials
    IsStudentInDistrict IsStudentName MiddleName NameKey SkywardID
"""
_SECTION = """
    CourseCodeSectionCodeCourseDescription CourseDescriptionCodeSectionCode
    EffectiveTeacherLastFirstName EntityCodeTeacherNumber HasStudentSections HomeroomID
    IsActiveOverride IsAHistoricRecord IsCurrentYear IsInProgress
"""
_STUDENT_SECTION = """
    EntityIDCourse IsCurrentStudentSection SchoolYearIDCourse StatusCode StatusString
    StudentSectionCode TransferCourseName TransferDistrictName
"""
_ENTRY = """
    CalendarID EnrolledAtLeastOneDay EntryCodeID EntryComment GradeReferenceID
    IsCurrentOrFutureEnrollment IsHistoricalEnrollment IsNoShow IsPrimarySchool
    StatusChangeEntry StatusChangeWithdrawal WithdrawalCodeID WithdrawalComment
"""
_COURSE = "CodeDescription CourseGroupDescriptions DepartmentID IsAHistoricRecord IsCoreAcademic"
_STAFF = "FullNameFL FullNameFML IsActiveForDistrict IsCurrentStaffEntityYear StaffNumber"

NAMED: Mapping[str, frozenset[str]] = {
    "Gradebook/Assignment": frozenset(_ASSIGNMENT.split()),
    "Gradebook/StudentAssignment": frozenset(_STUDENT_ASSIGNMENT.split()),
    "Gradebook/Category": frozenset({"IsValidInCalculationGroup", "UseForSpecificGradeBucketType"}),
    "Gradebook/SectionCategory": frozenset(_SECTION_CATEGORY.split()),
    "Gradebook/SectionGradeBucket": frozenset(_SECTION_GRADE_BUCKET.split()),
    "District/SchoolYear": frozenset({"NextNumericYear"}),
    "Student/Student": frozenset(_STUDENT.split()),
    "Scheduling/Course": frozenset(_COURSE.split()),
    "Scheduling/Section": frozenset(_SECTION.split()),
    "Scheduling/StudentSection": frozenset(_STUDENT_SECTION.split()),
    "Enrollment/EntryWithdrawal": frozenset(_ENTRY.split()),
    "Enrollment/School": frozenset({"BuildingID", "StaffIDPrincipal", "Type", "TypeCode"}),
    "Enrollment/StudentEntityYear": frozenset({"HomeroomID", "StaffIDAdvisor", "WithdrawalDate"}),
    "Staff/Staff": frozenset(_STAFF.split()),
    "Demographics/Name": frozenset(_NAME.split()),
    "Demographics/NameEmail": frozenset({"EmailConfirmed", "Note"}),
}
"""`Module/Object` -> names."""

AUDIT = frozenset({"CreatedTime", "ModifiedTime", "UserIDCreatedBy", "UserIDModifiedBy"})
"""Who made and changed a record and when: every object has these."""

EVERYWHERE = AUDIT | {"Relationships", "ValidationRules"}
"""What may be asked of any object; the last two stand among its fields, and are none."""


def is_named(path: str, name: str) -> bool:
    """Whether the vendor's schema has a field of that name, in any case."""
    known = NAMED.get(path, frozenset()) | EVERYWHERE
    return name.lower() in {field.lower() for field in known}
