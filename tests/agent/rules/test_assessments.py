"""A1 to A16: one boundary table a rule, and what the rules of a SIS are together."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from agent.domain import ClassTeacher, Kind, Scale, Span, Teacher
from agent.policy import LongTitle
from agent.rules import RULES_FOR
from agent.rules.assessments import (
    assigner_not_in_group,
    assigner_not_in_sis,
    before_effective_date,
    category_not_active,
    class_not_linked,
    class_teachers_not_in_group,
    due_outside_current_period,
    due_outside_term,
    duplicate_of,
    grading_period_closed,
    no_due_date,
    not_assigned_yet,
    not_in_final_grade,
    standards_based_scale,
    title_missing,
    title_too_long,
    total_points_not_whole,
    type_not_mapped,
)
from agent.rules.due import Due
from agent.rules.refusals import gates_creation, gates_due_date, refusals
from tests.agent.builders import (
    EFFECTIVE,
    TODAY,
    a_candidate,
    a_class,
    a_column,
    a_night,
    a_period,
    a_policy,
    a_section,
    an_assessment,
    local,
    quarters,
    utc,
)

DAY = timedelta(days=1)
EVERY_RULE = tuple(dict.fromkeys(rule for rules in RULES_FOR.values() for rule in rules))
PASSES, REFUSED = False, True


def refused(rule, **change):
    return rule(a_candidate(**change)) is not None


def table(*rows):
    """Rows of (id in words, what to try, whether it is refused)."""
    return [pytest.param(*rest, id=words) for words, *rest in rows]


@pytest.mark.parametrize("rule", EVERY_RULE, ids=lambda rule: rule.__name__)
def test_a_plain_assessment_passes_every_rule(rule):
    assert rule(a_candidate()) is None


# ---- the assessment itself ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scale", "expected"),
    table(("points", Scale.POINTS, PASSES), ("standards", Scale.STANDARDS, REFUSED)),
)
def test_a1_only_a_points_scale_passes(scale, expected):
    assert refused(standards_based_scale, assessment=an_assessment(scale=scale)) is expected


@pytest.mark.parametrize(
    ("total", "expected"),
    table(
        ("ten", "10", PASSES),
        ("ten written with decimals", "10.00", PASSES),
        ("a hundred written with an exponent", "1E+2", PASSES),
        ("more digits than a float holds", "10000000000000000000000000001", PASSES),
        ("the smallest whole number", "1", PASSES),
        ("just below one", "0.999", REFUSED),
        ("just above ten", "10.0000000001", REFUSED),
        ("ten and a half", "10.5", REFUSED),
        ("a tenth written with an exponent", "1E-1", REFUSED),
        ("zero", "0", REFUSED),
        ("negative zero", "-0", REFUSED),
        ("just below zero", "-0.001", REFUSED),
        ("negative and whole", "-1", REFUSED),
        ("not a number", "NaN", REFUSED),
        ("a signalling not-a-number", "sNaN", REFUSED),
        ("endless", "Infinity", REFUSED),
        ("none", None, REFUSED),
    ),
)
def test_a2_total_points_are_a_whole_number_above_zero(total, expected):
    points = None if total is None else Decimal(total)
    assert (
        refused(total_points_not_whole, assessment=an_assessment(total_points=points)) is expected
    )


def test_a2_says_nothing_of_a_standards_scale_that_has_no_total():
    assessment = an_assessment(scale=Scale.STANDARDS, total_points=None)
    assert not refused(total_points_not_whole, assessment=assessment)


@pytest.mark.parametrize(
    ("kind", "included", "expected"),
    table(
        ("ordinary, unsaid", Kind.ORDINARY, None, PASSES),
        ("ordinary, on", Kind.ORDINARY, True, PASSES),
        ("ordinary, off", Kind.ORDINARY, False, REFUSED),
        ("plus, unsaid", Kind.PLUS, None, REFUSED),
        ("plus, on", Kind.PLUS, True, PASSES),
        ("plus, off", Kind.PLUS, False, REFUSED),
    ),
)
def test_a3_counts_in_the_final_grade_by_default_unless_plus(kind, included, expected):
    assessment = an_assessment(kind=kind, in_final_grade=included)
    assert refused(not_in_final_grade, assessment=assessment) is expected


@pytest.mark.parametrize(
    ("kind", "categories", "expected"),
    table(
        ("mapped", "Quiz", {"Quiz": "QUIZ"}, PASSES),
        ("mapped in another case", "qUIZ", {"QuIz": "QUIZ"}, PASSES),
        ("mapped among others", "Test", {"Quiz": "QUIZ", "Test": "TEST"}, PASSES),
        ("another type is mapped", "Quiz", {"Quizzes": "QUIZ"}, REFUSED),
        ("nothing is mapped", "Quiz", {}, REFUSED),
        ("no type", "", {"Quiz": "QUIZ"}, REFUSED),
    ),
)
def test_a4_the_type_maps_to_a_category(kind, categories, expected):
    policy = a_policy(categories=categories)
    assert refused(type_not_mapped, assessment=an_assessment(type=kind), policy=policy) is expected


@pytest.mark.parametrize(
    ("mapped", "active", "expected"),
    table(
        ("active", "QUIZ", {"quiz": "1"}, PASSES),
        ("active by its title", "Quizzes and Tests", {"quizzes and tests": "1"}, PASSES),
        ("active among others", "QUIZ", {"test": "1", "quiz": "2"}, PASSES),
        ("another is active", "QUIZ", {"quizz": "1"}, REFUSED),
        ("none is active", "QUIZ", {}, REFUSED),
    ),
)
def test_a5_the_category_is_active_in_the_section(mapped, active, expected):
    change = {
        "policy": a_policy(categories={"Quiz": mapped}),
        "section": a_section(categories=active),
    }
    assert refused(category_not_active, **change) is expected


@pytest.mark.parametrize(
    ("known", "told"),
    [
        (frozenset({"quiz", "test"}), 'the category "QUIZ" is not active in section 501'),
        (frozenset({"test"}), 'the SIS has no category "QUIZ"'),
        (frozenset(), 'the SIS has no category "QUIZ"'),
        (None, 'the category "QUIZ" is not active in section 501'),
    ],
    ids=["known", "unknown", "none at all", "not told"],
)
def test_a5_tells_no_such_category_from_one_that_is_not_active(known, told):
    section = a_section(categories={}, known=known)
    assert category_not_active(a_candidate(section=section)) == told


def test_a5_leaves_an_unmapped_type_and_an_unlinked_class_to_their_own_rules():
    assert not refused(category_not_active, policy=a_policy(categories={}))
    assert not refused(category_not_active, section=None)


# ---- dates -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("effective", "assigned", "expected"),
    table(
        ("the day before", EFFECTIVE, EFFECTIVE - DAY, REFUSED),
        ("on the day", EFFECTIVE, EFFECTIVE, PASSES),
        ("the day after", EFFECTIVE, EFFECTIVE + DAY, PASSES),
        ("effective today, assigned yesterday", TODAY, TODAY - DAY, REFUSED),
        ("effective today, assigned today", TODAY, TODAY, PASSES),
        ("effective tomorrow, assigned today", TODAY + DAY, TODAY, REFUSED),
        ("effective tomorrow, assigned for tomorrow", TODAY + DAY, TODAY + DAY, PASSES),
    ),
)
def test_a6_assigned_on_or_after_the_effective_date(effective, assigned, expected):
    change = {
        "policy": a_policy(effective_date=effective),
        "assessment": an_assessment(assigned_on=assigned),
    }
    assert refused(before_effective_date, **change) is expected


@pytest.mark.parametrize(
    ("created", "expected"),
    table(
        ("the last local second before", utc(2026, 8, 20, 4, 59, 59), REFUSED),
        ("as the local day begins", utc(2026, 8, 20, 5), PASSES),
        ("never", None, REFUSED),
    ),
)
def test_a6_without_an_assigned_date_takes_the_local_day_of_creation(created, expected):
    assessment = an_assessment(assigned_on=None, created_at=created)
    assert refused(before_effective_date, assessment=assessment) is expected


def test_a6_prefers_the_assigned_date_to_the_creation_date():
    early = an_assessment(assigned_on=EFFECTIVE, created_at=utc(2026, 6, 1))
    late = an_assessment(assigned_on=EFFECTIVE - DAY, created_at=utc(2026, 9, 1))
    assert not refused(before_effective_date, assessment=early)
    assert before_effective_date(a_candidate(assessment=late)) == (
        "assigned 2026-08-19, before the effective date 2026-08-20"
    )


@pytest.mark.parametrize(
    ("now", "assigned", "expected"),
    table(
        ("the day before", local(2026, 10, 16, 22), TODAY + DAY, REFUSED),
        ("on the day", local(2026, 10, 16, 22), TODAY, PASSES),
        ("the day after", local(2026, 10, 16, 22), TODAY - DAY, PASSES),
        ("as the day begins", local(2026, 10, 17, 0), TODAY + DAY, REFUSED),
        ("still the evening before", local(2026, 10, 17, 5, 59, 59), TODAY + DAY, REFUSED),
        ("from six on", local(2026, 10, 17, 6), TODAY + DAY, PASSES),
        ("without an assigned date", local(2026, 10, 16, 22), None, PASSES),
        ("at the end of all days", local(2026, 10, 16, 22), date.max, REFUSED),
    ),
)
def test_a6_a_day_that_is_still_to_come_has_not_assigned_it_yet(now, assigned, expected):
    change = {"tonight": a_night(now), "assessment": an_assessment(assigned_on=assigned)}
    assert refused(not_assigned_yet, **change) is expected
    # A student who has a score has been assigned.
    assert not refused(not_assigned_yet, **change, scored=True)


def test_a6_says_for_which_day_it_is_assigned():
    later = an_assessment(assigned_on=TODAY + DAY)
    assert str(TODAY + DAY) in not_assigned_yet(a_candidate(assessment=later))


def test_a10_refuses_only_what_has_no_due_date_at_all():
    assert no_due_date(a_candidate(due=None)) == "has no due date, and no date to compute one from"
    assert not refused(no_due_date, due=Due(day=TODAY, computed_from="assigned date"))


Q1, Q2 = quarters()[:2]


@pytest.mark.parametrize(
    ("due", "expected"),
    table(
        ("the day before it begins", Q1.start - DAY, REFUSED),
        ("its first day", Q1.start, PASSES),
        ("the day after it begins", Q1.start + DAY, PASSES),
        ("the day before its last", Q1.end - DAY, PASSES),
        ("its last day", Q1.end, PASSES),
        ("the day after it ends", Q1.end + DAY, REFUSED),
        ("in the next one", Q2.start, REFUSED),
    ),
)
def test_a11_the_due_date_lies_in_the_current_period(due, expected):
    assert refused(due_outside_current_period, due=Due(day=due)) is expected


@pytest.mark.parametrize(
    ("now", "due", "expected"),
    table(
        ("before the first day begins", local(2026, 8, 20, 5, 59), Q1.start, REFUSED),
        ("on the first morning", local(2026, 8, 20, 6), Q1.start, PASSES),
        ("on the last evening", local(2026, 10, 23, 22), Q1.end, PASSES),
        ("in the night after the last evening", local(2026, 10, 24, 5, 59), Q1.end, PASSES),
        ("on the morning after", local(2026, 10, 24, 6), Q1.end, REFUSED),
        ("between two periods", local(2026, 10, 25, 22), Q2.start, REFUSED),
        ("on the first evening of the next", local(2026, 10, 26, 22), Q2.start, PASSES),
        ("on the first evening of the next, due before", local(2026, 10, 26, 22), Q1.end, REFUSED),
    ),
)
def test_a11_the_current_period_is_the_one_that_contains_the_night(now, due, expected):
    change = {"tonight": a_night(now), "due": Due(day=due)}
    assert refused(due_outside_current_period, **change) is expected


@pytest.mark.parametrize(
    ("due", "expected"),
    table(
        ("in the quarter", date(2026, 10, 1), PASSES),
        ("past the quarter, in the semester", date(2026, 12, 1), PASSES),
        ("past both", date(2027, 2, 1), REFUSED),
    ),
)
def test_a11_any_of_several_periods_that_contain_the_night_will_do(due, expected):
    semester = a_period(id="s1", title="S1", end=date(2027, 1, 15))
    section = a_section(periods=(a_period(), semester))
    assert refused(due_outside_current_period, section=section, due=Due(day=due)) is expected


def test_a11_says_that_the_due_date_was_computed():
    computed = an_assessment(due=None, assigned_on=Q1.end)
    told = due_outside_current_period(a_candidate(assessment=computed))
    assert told == (
        "due 2026-10-30 (computed from the assigned date), "
        "outside the current grading period Q1 (2026-08-20 to 2026-10-23)"
    )


def test_a11_refuses_where_the_sis_has_no_periods():
    told = due_outside_current_period(a_candidate(section=a_section(periods=())))
    assert told == "due 2026-10-14, and no grading period contains 2026-10-16"


def test_a11_leaves_a_missing_due_date_and_an_unlinked_class_to_their_own_rules():
    assert not refused(due_outside_current_period, due=None)
    assert not refused(due_outside_current_period, section=None)


def test_a11_alone_gates_the_due_date_and_a6_with_it_a_new_column():
    assert gates_due_date == {"due_outside_current_period"}
    assert gates_creation == {"due_outside_current_period", "not_assigned_yet"}


@pytest.mark.parametrize(
    ("due", "expected"),
    table(
        ("the day before the closed one", Q2.start - DAY, PASSES),
        ("its first day", Q2.start, REFUSED),
        ("its last day", Q2.end, REFUSED),
        ("the day after the closed one", Q2.end + DAY, PASSES),
    ),
)
def test_a12_nothing_passes_into_a_closed_period(due, expected):
    section = a_section(periods=quarters("q2"))
    assert refused(grading_period_closed, section=section, due=Due(day=due)) is expected


@pytest.mark.parametrize(
    ("now", "closed", "expected"),
    table(
        ("running and open", local(2026, 10, 16, 22), (), PASSES),
        ("running, closed early", local(2026, 10, 16, 22), ("q1",), REFUSED),
        ("over, still open in its grace", local(2026, 11, 2, 22), (), PASSES),
        ("over and closed", local(2026, 11, 2, 22), ("q1",), REFUSED),
        ("over and closed, the next one open", local(2026, 11, 2, 22), ("q1", "q3"), REFUSED),
    ),
)
def test_a12_closed_is_what_the_sis_says_and_not_the_calendar(now, closed, expected):
    section = a_section(periods=quarters(*closed))
    assert refused(grading_period_closed, section=section, tonight=a_night(now)) is expected


def test_a12_a_closed_quarter_in_an_open_semester_is_closed():
    semester = a_period(id="s1", title="S1", end=date(2027, 1, 15))
    section = a_section(periods=(semester, a_period(closed=True)))
    assert grading_period_closed(a_candidate(section=section)) == (
        "the grading period Q1 (2026-08-20 to 2026-10-23) is closed"
    )


@pytest.mark.parametrize(
    ("found", "accepted", "wanted", "expected"),
    table(
        ("not made yet, wanted in the open one", None, None, Q2.start, PASSES),
        ("not made yet, wanted in the closed one", None, None, Q1.end, REFUSED),
        ("put into the closed one, not read", None, Q1.end, Q2.start, REFUSED),
        ("put into the open one, not read", None, Q2.start, Q1.end, PASSES),
        ("found in the closed one", Q1.end, Q2.start, Q2.start, REFUSED),
        ("moved out of the closed one by a teacher", Q2.start, Q1.end, Q1.end, PASSES),
    ),
)
def test_a12_a_column_sits_where_the_gradebook_shows_it(found, accepted, wanted, expected):
    change = {
        "section": a_section(periods=quarters("q1")),
        "found": a_column(due=found) if found else None,
        "accepted_due": accepted,
        "due": Due(day=wanted),
    }
    assert refused(grading_period_closed, **change) is expected


def test_a12_leaves_a_missing_due_date_and_an_unlinked_class_to_their_own_rules():
    assert not refused(grading_period_closed, due=None, section=a_section(periods=quarters("q1")))
    assert not refused(grading_period_closed, section=None)


TERM = Span(start=date(2026, 8, 20), end=date(2027, 1, 15))


@pytest.mark.parametrize(
    ("term", "due", "expected"),
    table(
        ("the day before", TERM, TERM.start - DAY, REFUSED),
        ("its first day", TERM, TERM.start, PASSES),
        ("its last day", TERM, TERM.end, PASSES),
        ("the day after", TERM, TERM.end + DAY, REFUSED),
        ("before an open beginning", Span(start=None, end=TERM.end), date(2001, 1, 1), PASSES),
        ("after an open beginning's end", Span(start=None, end=TERM.end), TERM.end + DAY, REFUSED),
        ("long after an open end", Span(start=TERM.start, end=None), date(2099, 1, 1), PASSES),
        ("no term known", None, date(2099, 1, 1), PASSES),
    ),
)
def test_a12_the_due_date_lies_in_the_sections_term(term, due, expected):
    assert refused(due_outside_term, section=a_section(term=term), due=Due(day=due)) is expected


# ---- people ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("assigner", "group", "expected"),
    table(
        ("the main teacher, in the group", "t-1", {"t-1"}, PASSES),
        ("a co-teacher, alone in the group", "t-2", {"t-2"}, PASSES),
        ("an administrator, in the group", "t-9", {"t-1", "t-9"}, PASSES),
        ("a co-teacher, only the main teacher in it", "t-2", {"t-1"}, REFUSED),
        ("the main teacher, nobody in it", "t-1", set(), REFUSED),
        ("unknown", None, {"t-1"}, REFUSED),
    ),
)
def test_a7_who_assigned_it_is_in_the_group(assigner, group, expected):
    change = {"assessment": an_assessment(assigned_by=assigner), "group": frozenset(group)}
    assert refused(assigner_not_in_group, **change) is expected


def taught_by(main, *others):
    """A class with those teachers, the first of them the main one."""
    rest = (ClassTeacher(teacher=each, main=False) for each in others)
    return a_class(teachers=(ClassTeacher(teacher=main, main=True), *rest))


@pytest.mark.parametrize(
    ("class_", "group", "missing"),
    table(
        ("alone, in the group", taught_by("t-1"), {"t-1"}, None),
        ("all of three", taught_by("t-1", "t-2", "t-3"), {"t-1", "t-2", "t-3"}, None),
        ("one co-teacher short", taught_by("t-1", "t-2", "t-3"), {"t-1", "t-3"}, "t-2"),
        ("the main teacher short", taught_by("t-1", "t-2"), {"t-2"}, "t-1"),
        ("both short", taught_by("t-1", "t-2"), {"t-9"}, "t-1, t-2"),
    ),
)
def test_a8_every_teacher_of_the_class_is_in_the_group(class_, group, missing):
    told = class_teachers_not_in_group(a_candidate(class_=class_, group=frozenset(group)))
    assert told == (f"not in the passback teacher group: {missing}" if missing else None)


def test_a8_a_class_without_a_teacher_does_not_pass():
    nobodys = a_candidate(class_=a_class(teachers=()))
    assert class_teachers_not_in_group(nobodys) == "the class has no teacher"


@pytest.mark.parametrize(
    ("assigner", "expected"),
    table(
        ("a teacher of the SIS", "t-1", PASSES),
        ("an administrator of the SIS", "t-8", PASSES),
        ("an administrator outside the SIS", "t-9", REFUSED),
        ("nobody we know", "t-0", REFUSED),
        ("left to A7 where the source does not say", None, PASSES),
    ),
)
def test_a9_who_assigned_it_is_in_the_sis(assigner, expected):
    ids = {"t-1": "7001", "t-8": "7008", "t-9": None}
    staff = {who: Teacher(id=who, sis_id=sis) for who, sis in ids.items()}
    change = {"assessment": an_assessment(assigned_by=assigner), "teachers": staff}
    assert refused(assigner_not_in_sis, **change) is expected


@pytest.mark.parametrize(
    ("joined", "assigned", "due", "expected"),
    table(
        ("not yet in the group", False, date(2026, 10, 5), date(2026, 10, 14), REFUSED),
        ("this period", True, date(2026, 10, 5), date(2026, 10, 14), PASSES),
        ("back to the period's first day", True, date(2026, 9, 1), date(2026, 9, 1), PASSES),
        ("due before the current period", True, date(2026, 8, 25), date(2026, 8, 31), REFUSED),
        ("before the effective date", True, date(2026, 8, 19), date(2026, 9, 1), REFUSED),
    ),
)
def test_a16_joining_the_group_late_passes_back_to_the_later_of_period_and_effective_date(
    joined, assigned, due, expected
):
    periods = (
        a_period(id="p0", title="P0", end=date(2026, 8, 31)),
        a_period(id="p1", title="P1", start=date(2026, 9, 1)),
    )
    candidate = a_candidate(
        assessment=an_assessment(assigned_on=assigned, due=due),
        section=a_section(periods=periods),
        group=frozenset({"t-1"} if joined else ()),
    )
    assert bool(refusals(candidate, RULES_FOR["skyward"])) is expected


# ---- the class and its title -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("linked", "section", "expected"),
    table(
        ("linked", "501", a_section(), PASSES),
        ("not linked", None, None, REFUSED),
        ("linked to a section that is not there", "502", None, REFUSED),
    ),
)
def test_a13_the_class_is_linked_to_a_section_that_exists(linked, section, expected):
    change = {"class_": a_class(section=linked), "section": section}
    assert refused(class_not_linked, **change) is expected


@pytest.mark.parametrize(
    ("title", "expected"),
    table(
        ("empty", "", REFUSED),
        ("a space", " ", REFUSED),
        ("tabs and line ends", "\t\v\f\r\n\x85\u2028\u2029", REFUSED),
        ("a space that does not break", "\u00a0\u202f", REFUSED),
        ("spaces of every width", "\u1680\u2000\u2003\u200a\u205f\u3000", REFUSED),
        ("of no width", "\u200b\u200c\u200d\u2060\ufeff\u180e", REFUSED),
        ("a soft hyphen", "\u00ad", REFUSED),
        ("marks of direction", "\u200e\u200f\u202a\u2066\u061c", REFUSED),
        ("control characters", "\x00\x1b\x7f", REFUSED),
        ("a joiner and a variation, of nothing", "\u034f\ufe0f", REFUSED),
        ("letters that are blanks", "\u115f\u1160\u3164\uffa0", REFUSED),
        ("a pattern without dots", "\u2800", REFUSED),
        ("blanks of several kinds", " \u200b\u3164\n", REFUSED),
        ("a letter", "x", PASSES),
        ("a zero", "0", PASSES),
        ("a full stop", ".", PASSES),
        ("a letter among blanks", "\u200b x \u2060", PASSES),
        ("a letter and a mark", "e\u0301", PASSES),
        ("another script", "\u4e2d", PASSES),
        ("a picture", "\U0001f600", PASSES),
        ("a picture that is joined", "\U0001f468\u200d\U0001f469", PASSES),
    ),
)
def test_a14_a_title_shows_something(title, expected):
    assert refused(title_missing, assessment=an_assessment(title=title)) is expected


@pytest.mark.parametrize(
    ("length", "mode", "expected"),
    table(
        ("49, refuse", 49, LongTitle.REFUSE, PASSES),
        ("50, refuse", 50, LongTitle.REFUSE, REFUSED),
        ("51, refuse", 51, LongTitle.REFUSE, REFUSED),
        ("50, shorten", 50, LongTitle.SHORTEN, PASSES),
        ("500, shorten", 500, LongTitle.SHORTEN, PASSES),
        ("empty, refuse", 0, LongTitle.REFUSE, PASSES),
    ),
)
def test_a14_a_long_title_is_refused_only_where_the_district_chose_so(length, mode, expected):
    change = {
        "assessment": an_assessment(title="é" * length),
        "policy": a_policy(long_title=mode),
    }
    assert refused(title_too_long, **change) is expected


def test_a15_names_the_older_id():
    told = duplicate_of(a_candidate(duplicate_of="a-0"))
    assert told == "the same assessment with the same due date was assigned before, as a-0"
