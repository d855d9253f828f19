"""What stops a night before anything is sent: each finding just below, at and above its limit."""

import inspect
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.decide.plan import ColumnPlan, GradebookPlan, WriteScore
from agent.errors import BrakeError
from agent.ledger.pull import PullDiff
from agent.policy import BrakeLimits
from agent.sync.brake import Tally, plan_findings, source_findings

LIMITS = BrakeLimits()


def table(*rows):
    return [pytest.param(*rest, id=words) for words, *rest in rows]


def lost(kind, before, removed, added=0):
    return PullDiff(before={kind: before}, removed={kind: removed}, added={kind: added})


# ---- the source --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["class", "student", "assessment", "score"])
@pytest.mark.parametrize(
    ("before", "removed", "stops"),
    table(
        ("just below half", 20, 9, False),
        ("half", 20, 10, False),
        ("just above half", 20, 11, True),
        ("most of few", 9, 8, False),
        ("most of just enough", 10, 8, True),
        ("none of many", 1_000_000, 0, False),
    ),
)
def test_a_source_that_lost_more_than_its_share_stops_the_night(kind, before, removed, stops):
    found = source_findings(lost(kind, before, removed), LIMITS)
    wanted = (f"{removed} of {before} {kind} records vanished from the source",)
    assert found == (wanted if stops else ())


@pytest.mark.parametrize("kind", ["class", "student"])
@pytest.mark.parametrize("before", [1, 9, 10, 500])
def test_a_source_without_any_class_or_student_stops_the_night_however_small_it_was(kind, before):
    found = source_findings(lost(kind, before, before), LIMITS)
    assert found == (f"the source has no {kind} any more (it had {before})",)


@pytest.mark.parametrize(
    ("diff", "stops"),
    table(
        ("the first night", PullDiff(added={"class": 40, "student": 900}), False),
        ("an empty first night", PullDiff(), False),
        ("few replaced by one other", lost("class", 5, 5, added=1), False),
        ("many replaced by as many others", lost("student", 20, 20, added=20), True),
        ("the only assessment gone", lost("assessment", 1, 1), False),
        ("all of few scores gone", lost("score", 9, 9), False),
        ("the whole teacher group gone", lost("group_member", 40, 40), False),
    ),
)
def test_what_else_a_pull_may_bring(diff, stops):
    assert bool(source_findings(diff, LIMITS)) is stops


@pytest.mark.parametrize(
    ("moved", "students", "stops"),
    table(
        ("more than few, and more than the share", 21, 2000, True),
        ("more than few, and just the share", 21, 2100, False),
        ("just few, in a small school", 20, 25, False),
        ("all of a small school", 25, 25, True),
        ("nobody", 0, 5000, False),
    ),
)
def test_more_moved_sis_ids_than_a_correction_stop_the_night(moved, students, stops):
    diff = PullDiff(before={"student": students}, changed={"student": moved}, moved_ids=moved)
    wanted = (f"{moved} of {students} students have another SIS id than last night",)
    assert source_findings(diff, LIMITS) == (wanted if stops else ())


def test_every_finding_about_a_source_is_told():
    diff = PullDiff(before={"class": 1, "score": 20}, removed={"class": 1, "score": 11})
    assert source_findings(diff, LIMITS) == (
        "the source has no class any more (it had 1)",
        "11 of 20 score records vanished from the source",
    )


# ---- the plan ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "held", "stops"),
    table(
        ("just below half", 99, 200, False),
        ("half", 100, 200, False),
        ("just above half", 101, 200, True),
        ("nearly all of few", 49, 60, False),
        ("nearly all of just enough", 50, 60, True),
    ),
)
def test_more_changed_marks_than_their_share_stop_the_night(changes, held, stops):
    found = plan_findings(Tally(puts=changes, changes=changes), held, LIMITS)
    assert found == ((f"{changes} of {held} scores in the SIS would change",) if stops else ())


@pytest.mark.parametrize(
    ("zeros", "puts", "held", "stops"),
    table(
        ("just below half of what is written", 99, 200, 0, False),
        ("half of what is written", 100, 200, 0, False),
        ("just above half of what is written", 101, 200, 0, True),
        ("all of few", 49, 49, 0, False),
        ("all of just enough", 50, 50, 0, True),
        ("all that is written, half of what is held", 100, 100, 200, False),
        ("all that is written, more than half of what is held", 101, 101, 200, True),
    ),
)
def test_more_zeros_than_their_share_stop_the_night(zeros, puts, held, stops):
    found = plan_findings(Tally(puts=puts, zeros=zeros), held, LIMITS)
    of = max(held, puts)
    wanted = (f"{zeros} of {of} scores would become 0 for missing work",)
    assert found == (wanted if stops else ())


@pytest.mark.parametrize(
    ("clears", "held", "stops"),
    table(
        ("just below a tenth", 99, 1000, False),
        ("a tenth", 100, 1000, False),
        ("just above a tenth", 101, 1000, True),
        ("nearly all of few", 49, 50, False),
        ("nearly all of just enough", 50, 51, True),
    ),
)
def test_more_marks_taken_back_than_their_share_stop_the_night(clears, held, stops):
    found = plan_findings(Tally(clears=clears), held, LIMITS)
    assert found == ((f"{clears} of {held} scores would be taken out of the SIS",) if stops else ())


@pytest.mark.parametrize(
    ("before", "now", "stops"),
    table(
        ("just above half left", 20, 11, False),
        ("half left", 20, 10, False),
        ("just below half left", 20, 9, True),
        ("nobody left of few", 9, 0, False),
        ("nobody left of just enough", 10, 0, True),
        ("grown", 20, 40, False),
        ("never counted before", 0, 0, False),
    ),
)
def test_a_roster_that_lost_more_than_its_share_stops_the_night(before, now, stops):
    found = plan_findings(Tally(roster=now, roster_before=before), 0, LIMITS)
    wanted = (f"the SIS roster has {now} students where it had {before}",)
    assert found == (wanted if stops else ())


@pytest.mark.parametrize(
    ("refused", "columns", "stops"),
    table(
        ("half of them", 10, 20, False),
        ("more than half", 11, 20, True),
        ("all of a few", 9, 9, False),
        ("all of enough", 10, 10, True),
        ("none", 0, 0, False),
    ),
)
def test_assignments_of_ours_that_pass_no_more_stop_the_night(refused, columns, stops):
    found = plan_findings(Tally(refused=refused, columns=columns), 0, LIMITS)
    wanted = (f"{refused} of {columns} assignments in the SIS would not pass any more",)
    assert found == (wanted if stops else ())


def test_a_first_night_of_new_marks_does_not_stop_however_many():
    assert plan_findings(Tally(writes=1_000_900, puts=1_000_000), 0, LIMITS) == ()


def test_every_finding_about_a_plan_is_told_in_one_sentence_each():
    tally = Tally(puts=100, changes=100, zeros=90, clears=60, roster=1, roster_before=40)
    found = plan_findings(tally, 120, LIMITS)
    assert len(found) == 4
    assert str(BrakeError(found)).startswith(f"stopped by the brake, nothing was sent: {found[0]};")


@pytest.mark.parametrize(
    ("limit", "tally", "finding"),
    table(
        ("changed", "changed_share", Tally(puts=50, changes=50), "scores in the SIS would change"),
        ("zero", "zero_share", Tally(puts=50, zeros=50), "scores would become 0 for missing work"),
        ("taken back", "empty_share", Tally(clears=50), "scores would be taken out of the SIS"),
    ),
)
def test_a_share_of_one_lets_everything_through_and_of_nothing_nothing(limit, tally, finding):
    assert plan_findings(tally, 50, BrakeLimits(**{limit: 1.0})) == ()
    assert plan_findings(tally, 50, BrakeLimits(**{limit: 0.0})) == (f"50 of 50 {finding}",)


def test_exactly_the_share_that_a_district_wrote_down_passes():
    limits = BrakeLimits(changed_share=0.29, at_least=1)
    assert plan_findings(Tally(puts=29, changes=29), 100, limits) == ()


# ---- switched off, and forced ------------------------------------------------------------------

counts = st.integers(0, 300)
tallies = st.builds(
    Tally,
    puts=counts,
    changes=counts,
    zeros=counts,
    clears=counts,
    roster=counts,
    roster_before=counts,
)


@given(tally=tallies, held=counts, before=counts, removed=counts)
def test_a_brake_that_is_switched_off_finds_nothing(tally, held, before, removed):
    off = BrakeLimits(enabled=False, at_least=0, roster_at_least=0)
    assert plan_findings(tally, held, off) == ()
    assert source_findings(lost("class", before, removed), off) == ()


@given(tally=tallies, held=counts)
def test_marks_fewer_than_the_least_never_stop_a_night(tally, held):
    patient = BrakeLimits(at_least=301, roster_at_least=301)
    assert plan_findings(tally, held, patient) == ()


def test_whether_a_run_is_forced_is_not_the_brakes_business():
    assert list(inspect.signature(plan_findings).parameters) == ["tally", "delivered", "limits"]
    assert list(inspect.signature(source_findings).parameters) == ["diff", "limits"]


# ---- what is counted ---------------------------------------------------------------------------


def a_write(points, before=None, *, zero=False, replaces=False):
    return WriteScore(
        op="clear" if points is None else "put",
        student="s-1",
        sis_student="9001",
        section="501",
        points=points,
        seen="x",
        before=before,
        zero=zero,
        replaces=replaces,
    )


def a_plan(*scores, write="", **change):
    column = ColumnPlan(
        assessment="a-1",
        owner="c-1",
        section="501",
        external_id="pb-a-1-c-1",
        ref=None,
        write=write,
        scores=scores,
    )
    plain = {"key": "501", "sections": ("501",), "classes": ("c-1",), "columns": (column,)}
    return GradebookPlan(**{**plain, **change})


EIGHT, NINE = Decimal(8), Decimal(9)


@pytest.mark.parametrize(
    ("plan", "expected"),
    table(
        ("a new mark", a_plan(a_write(EIGHT)), {"puts": 1}),
        ("a changed mark", a_plan(a_write(NINE, EIGHT, replaces=True)), {"puts": 1, "changes": 1}),
        (
            "a changed zero",
            a_plan(a_write(NINE, Decimal(0), replaces=True)),
            {"puts": 1, "changes": 1},
        ),
        ("a zero by B4", a_plan(a_write(Decimal(0), zero=True)), {"puts": 1, "zeros": 1}),
        ("a typed zero", a_plan(a_write(Decimal(0))), {"puts": 1}),
        ("a mark taken back", a_plan(a_write(None, EIGHT)), {"clears": 1}),
        ("a new column", a_plan(write="create"), {}),
        ("a changed column", a_plan(write="update"), {}),
        ("a roster", a_plan(roster=20), {"roster": 20, "roster_before": 25}),
    ),
)
def test_what_a_plan_adds_to_the_tally(plan, expected):
    tally = Tally()
    tally.add(plan, roster_before=25)
    assert tally == Tally(writes=0 if plan.roster else 1, **expected)


def test_a_roster_counts_only_where_there_is_one_to_hold_it_against():
    tally = Tally()
    tally.add(a_plan(roster=20), roster_before=None)
    tally.add(a_plan(roster=None), roster_before=20)
    assert (tally.roster, tally.roster_before) == (0, 0)


def test_a_gradebook_that_could_not_be_looked_at_is_kept_in_mind():
    tally = Tally()
    tally.add(a_plan(columns=(), failed="unavailable"), roster_before=None)
    assert tally.failed == ["unavailable"]
