"""B1 and B4 over any student in any column: when a 0 may come up, and when a score must pass."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from agent.domain import Broken, Progress, Score, StatusFlag
from agent.policy import MissingAfterDue
from agent.rules.due import Due
from agent.rules.refusals import Refusal
from agent.rules.scores import POINTS_LIMIT, Gone, Wanted, judge
from tests.agent.builders import DUE, a_cell, a_night, a_policy, a_score, local

points = st.decimals(Decimal(-5), POINTS_LIMIT + 5, places=3) | st.sampled_from(
    [Decimal(text) for text in ("0", "-0", "0.001", "100000", "NaN", "Infinity")]
)
valid_points = st.decimals(Decimal(0), POINTS_LIMIT, allow_nan=False, allow_infinity=False)
flags = st.frozensets(st.sampled_from(StatusFlag), max_size=2)
scores = st.builds(
    Score,
    assessment=st.just("a-1"),
    student=st.just("s-1"),
    progress=st.sampled_from(Progress),
    points=st.none() | points,
    flags=flags,
)
since = st.sampled_from([None, date.min, DUE - timedelta(days=1), DUE, DUE + timedelta(days=1)])
dues = st.sampled_from(
    [Due(day=DUE), Due(day=DUE, instant=local(2026, 10, 14, 15)), Due(day=DUE, computed_from="x")]
)
nights = st.datetimes(
    local(2026, 10, 13).replace(tzinfo=None), local(2026, 10, 17).replace(tzinfo=None)
)
any_cells = st.builds(
    a_cell,
    score=st.none() | st.builds(Broken, reason=st.just("points: no number")) | scores,
    had_score=st.booleans(),
    assigned_since=since,
    alone=st.booleans(),
    enrolled_today=st.booleans(),
    enrolled_when_due=st.booleans(),
    due=dues,
    policy=st.builds(
        a_policy,
        missing_after_due=st.sampled_from(MissingAfterDue),
        send_excluded=st.booleans(),
    ),
    tonight=nights.map(lambda plain: a_night(plain.replace(tzinfo=local(2026, 1, 1).tzinfo))),
)

past_due = st.just(a_night(local(2026, 10, 17)))
zero_but_for_the_row = st.builds(a_cell, score=scores, tonight=past_due)
zero_but_for_the_student = st.builds(
    a_cell,
    score=st.none(),
    assigned_since=since,
    alone=st.booleans(),
    enrolled_today=st.booleans(),
    enrolled_when_due=st.booleans(),
    tonight=past_due,
)
"""Nothing but the source's row, or the student, keeps a 0 back: few of `any_cells` are so."""

cells = any_cells | zero_but_for_the_row | zero_but_for_the_student


def is_zero_by_b4(verdict):
    return isinstance(verdict, Wanted) and verdict.zero


@given(cells)
def test_a_zero_is_never_for_someone_excused_or_excluded(cell):
    marked = isinstance(cell.score, Score) and cell.score.flags & {
        StatusFlag.EXCUSED,
        StatusFlag.EXCLUDED,
    }
    assert not (is_zero_by_b4(judge(cell)) and marked)


@given(cells)
def test_a_zero_is_never_for_someone_who_once_had_a_score(cell):
    assert not (is_zero_by_b4(judge(cell)) and cell.had_score)


@given(cells)
def test_a_zero_is_only_for_who_was_enrolled_and_assigned_on_the_due_date_and_is_today(cell):
    if is_zero_by_b4(judge(cell)):
        assert cell.enrolled_today
        assert cell.enrolled_when_due
        assert cell.assigned_since is not None
        assert cell.assigned_since <= cell.due.day
        assert cell.alone


@given(cells)
def test_a_zero_is_never_for_anything_turned_in_or_graded(cell):
    if is_zero_by_b4(judge(cell)) and cell.score is not None:
        assert cell.score.progress is Progress.NOT_SUBMITTED
        assert cell.score.points is None


@given(cells)
def test_a_zero_is_never_before_the_due_date(cell):
    if is_zero_by_b4(judge(cell)):
        assert cell.due_passed


@given(cells)
def test_a_zero_is_never_where_the_district_withholds_it(cell):
    if is_zero_by_b4(judge(cell)):
        assert cell.policy.missing_after_due is MissingAfterDue.ZERO


@given(
    cells,
    valid_points,
    st.frozensets(st.sampled_from([StatusFlag.LATE, StatusFlag.MISSING, StatusFlag.EXCUSED])),
)
def test_a_graded_score_of_a_student_who_belongs_here_always_passes_as_it_is(cell, number, beside):
    found = judge(
        a_cell(
            score=a_score(str(number), flags=beside),
            had_score=cell.had_score,
            assigned_since=cell.assigned_since or date.min,
            enrolled_when_due=cell.enrolled_when_due,
            due=cell.due,
            policy=cell.policy,
            tonight=cell.tonight,
        )
    )
    assert found == Wanted(number, zero=False)
    assert found.points.as_tuple() == number.as_tuple()


@given(cells)
def test_a_mark_is_wanted_only_for_who_is_enrolled_today_and_assigned(cell):
    if isinstance(judge(cell), Wanted | Gone):
        assert cell.enrolled_today
        assert cell.assigned_since is not None


@given(cells)
def test_a_typed_mark_is_wanted_only_where_the_source_graded_exactly_that(cell):
    verdict = judge(cell)
    if isinstance(verdict, Wanted) and not verdict.zero:
        assert cell.score.progress is Progress.GRADED
        assert cell.score.points == verdict.points >= 0


@given(cells)
def test_whatever_is_withheld_has_a_reason_that_quotes_no_score(cell):
    verdict = judge(cell)
    if isinstance(verdict, tuple):
        assert verdict
        assert all(isinstance(r, Refusal) and r.code and r.reason for r in verdict)
        number = cell.score.points if isinstance(cell.score, Score) else None
        told = " ".join(r.reason for r in verdict)
        if number is not None and number.is_finite() and number != POINTS_LIMIT:
            assert f"{number:f}" not in told.replace(str(DUE), "").split()
