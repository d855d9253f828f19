"""The readers of the foreign data sets agree with what the sets' READMEs state."""

from datetime import date

from tests.data_sets import (
    grand_bend_due_dates,
    grand_bend_periods,
    names_of_many_alphabets,
    resubmissions,
    two_decimal_scores,
)


def test_grand_bend_has_six_periods_in_each_of_three_schools():
    periods = grand_bend_periods()
    assert len(periods) == 18
    assert len({period.school for period in periods}) == 3
    assert [(p.start, p.end) for p in periods[:3]] == [
        (date(2021, 8, 23), date(2021, 10, 3)),
        (date(2021, 10, 4), date(2021, 11, 7)),
        (date(2021, 11, 8), date(2021, 12, 17)),
    ]


def test_the_assignments_of_grand_bend_spread_over_three_grading_periods():
    autumn = grand_bend_periods()[:3]
    due = [due for _, due in grand_bend_due_dates()]
    assert len(due) == 24
    assert all(any(period.start <= day <= period.end for day in due) for period in autumn)


def test_two_decimal_scores_are_read_exactly():
    scores = two_decimal_scores()
    assert len(scores) == 4018
    assert sum(score != score.to_integral_value() for score in scores) == 3674
    assert {score.as_tuple().exponent for score in scores} <= {0, -1, -2}


def test_nine_students_have_letters_beyond_ascii():
    names = names_of_many_alphabets()
    assert len(names) == 130
    assert sum(not (given + family).isascii() for given, family in names) == 9


def test_the_submission_log_is_complete():
    assert sum(1 for _ in resubmissions()) == 1125
