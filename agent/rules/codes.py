"""Every code that says why a record does not pass, or is not as the source has it."""

from enum import StrEnum
from typing import Self

from agent.domain import Who

__all__ = ["Code", "Who"]


class Code(StrEnum):
    """A code as records, reports and ledgers hold it; renaming one is a migration."""

    meaning: str
    remedy: str
    who: Who

    def __new__(cls, value: str, meaning: str, remedy: str, who: Who) -> Self:
        """Keep what is said of it beside the value."""
        code = str.__new__(cls, value)
        code._value_, code.meaning, code.remedy, code.who = value, meaning, remedy, who
        return code

    # ---- of an assessment in a class: agent/rules/assessments.py, and broken records

    STANDARDS_BASED_SCALE = (
        "standards_based_scale",
        "Graded on a standards-based scale, and only points pass back.",
        "Grade it on points in Otus.",
        Who.TEACHER,
    )
    TOTAL_POINTS_NOT_WHOLE = (
        "total_points_not_whole",
        "The total points are missing, zero, negative or no whole number.",
        "Set a whole total in Otus.",
        Who.TEACHER,
    )
    NOT_IN_FINAL_GRADE = (
        "not_in_final_grade",
        '"Include Score in Final Grade" is off.',
        "Turn it on in Otus if it should count.",
        Who.TEACHER,
    )
    TYPE_NOT_MAPPED = (
        "type_not_mapped",
        "The type maps to no category of the district.",
        "Add the type to `policy.categories`.",
        Who.OPERATOR,
    )
    CLASS_NOT_LINKED = (
        "class_not_linked",
        "The class is linked to no section that the SIS has.",
        "Link the class to its section in Otus.",
        Who.OTUS,
    )
    CATEGORY_NOT_ACTIVE = (
        "category_not_active",
        "The mapped category cannot be used in the section.",
        "Activate it there in the SIS, or correct `policy.categories`.",
        Who.SIS,
    )
    BEFORE_EFFECTIVE_DATE = (
        "before_effective_date",
        "Assigned before `policy.effective_date`, or on a date that Otus does not give.",
        "Nothing: earlier work does not pass back.",
        Who.NOBODY,
    )
    NOT_ASSIGNED_YET = (
        "not_assigned_yet",
        "The assigned date is still to come.",
        "Nothing: the column is made on that day.",
        Who.NOBODY,
    )
    ASSIGNER_NOT_IN_SIS = (
        "assigner_not_in_sis",
        "An administrator assigned it who is not in the SIS.",
        "Have a teacher of the class assign it.",
        Who.TEACHER,
    )
    NO_DUE_DATE = (
        "no_due_date",
        "There is no due date, and no date to compute one from.",
        "Give it a due date in Otus.",
        Who.TEACHER,
    )
    GRADING_PERIOD_CLOSED = (
        "grading_period_closed",
        "The column lies in a grading period that the SIS has closed.",
        "Open the period again in the SIS if it should still pass.",
        Who.SIS,
    )
    TITLE_MISSING = (
        "title_missing",
        "The title is empty, or nothing in it can be seen.",
        "Give it a title in Otus.",
        Who.TEACHER,
    )
    TITLE_TOO_LONG = (
        "title_too_long",
        "The title is longer than the SIS takes, and the district refuses such titles.",
        "Shorten it in Otus, or set `policy.long_title`.",
        Who.TEACHER,
    )
    ASSIGNER_NOT_IN_GROUP = (
        "assigner_not_in_group",
        "The person who assigned it is not in the passback teacher group.",
        "Add that teacher to the group in Otus.",
        Who.OTUS,
    )
    DUE_OUTSIDE_CURRENT_PERIOD = (
        "due_outside_current_period",
        "The due date lies outside the current grading period.",
        "Correct the due date in Otus, or wait until its period begins.",
        Who.TEACHER,
    )
    CLASS_TEACHERS_NOT_IN_GROUP = (
        "class_teachers_not_in_group",
        "A teacher of the class is not in the passback teacher group.",
        "Add those whom the reason names to the group in Otus.",
        Who.OTUS,
    )
    DUE_OUTSIDE_TERM = (
        "due_outside_term",
        "The due date lies outside the term of the section.",
        "Correct the due date in Otus.",
        Who.TEACHER,
    )
    DUPLICATE_OF = (
        "duplicate_of",
        "The same assessment was assigned to this class before, with the same due date.",
        "Unassign one of the two in Otus.",
        Who.TEACHER,
    )
    ASSESSMENT_INVALID = (
        "assessment_invalid",
        "The source's record of the assessment is broken.",
        "Correct the field that the reason names.",
        Who.OTUS,
    )
    CLASS_INVALID = (
        "class_invalid",
        "The source's record of the class is broken.",
        "Correct the field that the reason names.",
        Who.OTUS,
    )

    # ---- of a student's score: agent/rules/scores.py

    NOT_ASSIGNED = (
        "not_assigned",
        "The assessment was not assigned to this student.",
        "Assign it to the student in Otus if it should count.",
        Who.TEACHER,
    )
    NOT_ENROLLED = (
        "not_enrolled",
        "The student is not enrolled in the section today.",
        "Nothing, unless the enrolment in the SIS is wrong.",
        Who.NOBODY,
    )
    EXCLUDED = (
        "excluded",
        "The score is marked Excluded.",
        "Take that off in Otus if it should count.",
        Who.TEACHER,
    )
    NOT_FULLY_GRADED = (
        "not_fully_graded",
        "The work is turned in or has points, but is not graded to the end.",
        "Finish grading it in Otus.",
        Who.TEACHER,
    )
    SCORE_INVALID = (
        "score_invalid",
        "The score is negative, too large or no number, or its record is broken.",
        "Correct it in Otus.",
        Who.TEACHER,
    )
    EXCUSED_NO_SCORE = (
        "excused_no_score",
        "The student is excused or excluded and has no score, so no 0 is written.",
        "Nothing.",
        Who.NOBODY,
    )
    NOT_DUE_YET = (
        "not_due_yet",
        "There is no score yet, and the due date has not passed.",
        "Nothing.",
        Who.NOBODY,
    )
    WITHHELD_MISSING = (
        "withheld_missing",
        "Past due without a score; the reason says why no 0 is written.",
        "Enter a score in Otus if there should be one.",
        Who.TEACHER,
    )

    # ---- what the comparison with the gradebook finds

    ZERO_NOT_VERIFIABLE = (
        "zero_not_verifiable",
        "A 0 for missing work is due, but the gradebook does not show whether it may be written.",
        "Enter the 0 in the gradebook by hand.",
        Who.TEACHER,
    )
    ZERO_NOT_TAKEN_BACK = (
        "zero_not_taken_back",
        "Our 0 for missing work is no longer due, and the SIS does not let us take it back.",
        "Clear the cell in the gradebook.",
        Who.TEACHER,
    )
    SIS_ID_SHARED = (
        "sis_id_shared",
        "Another student in Otus has the same SIS id.",
        "Correct the wrong one of the two ids in Otus.",
        Who.OTUS,
    )
    LINKED_DIFFERS = (
        "linked_differs",
        "Linked classes differ in the data of the assessment; the owner's is sent.",
        "Make them agree in Otus.",
        Who.TEACHER,
    )
    DOUBLED_IN_SIS = (
        "doubled_in_sis",
        "Several columns of the gradebook carry our tag of the assessment.",
        "Delete the extra ones in the SIS, or take the tag off them.",
        Who.TEACHER,
    )
    SCORE_WITHDRAWN = (
        "score_withdrawn",
        "The score was removed in Otus.",
        "If it is `held`: clear the cell in the gradebook, or leave it.",
        Who.TEACHER,
    )
    SIS_ID_CHANGED = (
        "sis_id_changed",
        "The student's SIS id changed in Otus after we wrote a score.",
        "If it is `held`: correct the cell in the gradebook.",
        Who.TEACHER,
    )
    DELETED_IN_SIS = (
        "deleted_in_sis",
        "Another column of the assessment here was deleted in the SIS; scores that it had go here.",
        "Nothing.",
        Who.NOBODY,
    )
    OUTCOME_UNKNOWN = (
        "outcome_unknown",
        "A write got no usable answer, and its cell cannot be read.",
        "Give the access that `check` names.",
        Who.SIS,
    )

    # ---- what a person decided

    IGNORED = (
        "ignored",
        "A person decided that nothing is done with it until it is released.",
        "If it should pass again: `passback decide --release`.",
        Who.OPERATOR,
    )
    UNDONE = (
        "undone",
        "The run that wrote it was undone, and nothing is sent until it is released.",
        "If it should pass again: `passback decide --release`, or `passback undo RUN --release`.",
        Who.OPERATOR,
    )
    UNDONE_BUT_STANDS = (
        "undone_but_stands",
        "The run that wrote it was undone, but Passback cannot take this back.",
        "Correct it in the gradebook; the reason says what stands there.",
        Who.TEACHER,
    )
