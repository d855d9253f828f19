"""When a class is due, and what a pull makes dirty."""

from datetime import timedelta

import pytest

from tests.agent.ledger.records_of_a_school import (
    SCHOOL,
    TONIGHT,
    a_class,
    a_column,
    a_member,
    a_score,
    a_student,
    a_teacher,
    an_assessment,
    broken,
    pull,
    removed,
)


def test_a_class_is_due_until_it_was_looked_at(ledger):
    pull(ledger, a_class("c-1"), a_class("c-2"))
    assert ledger.schedule.due_classes(TONIGHT, "x") == {"c-1", "c-2"}
    ledger.schedule.mark_clean(["c-1"], "x", None)
    assert ledger.schedule.due_classes(TONIGHT, "x") == {"c-2"}


def test_another_context_makes_every_class_due(ledger):
    pull(ledger, a_class("c-1"), a_class("c-2"))
    ledger.schedule.mark_clean(["c-1", "c-2"], "x", None)
    assert ledger.schedule.due_classes(TONIGHT, "y") == {"c-1", "c-2"}


def test_a_class_is_due_again_from_its_date_on(ledger):
    pull(ledger, a_class())
    ledger.schedule.mark_clean(["c-1"], "x", TONIGHT + timedelta(days=1))
    due = [
        ledger.schedule.due_classes(TONIGHT + timedelta(days=day), "x") == {"c-1"}
        for day in range(3)
    ]
    assert due == [False, True, True]


def test_a_class_is_due_until_the_gradebook_of_its_column_was_listed_again(ledger):
    pull(ledger, a_class("c-1"), a_class("c-2"))
    ledger.delivered.save_column(a_column("a-1", "c-1", list_again=True))
    ledger.delivered.save_column(a_column("a-2", "c-2"))
    ledger.delivered.save_column(a_column("a-3", "gone", list_again=True))
    ledger.schedule.mark_clean(["c-1", "c-2"], "x", None)
    assert ledger.schedule.due_classes(TONIGHT, "x") == {"c-1"}
    ledger.delivered.save_column(a_column("a-1", "c-1"))
    assert ledger.schedule.due_classes(TONIGHT, "x") == frozenset()


def test_some_classes_or_all_are_made_dirty(ledger):
    pull(ledger, a_class("c-1"), a_class("c-2"))
    ledger.schedule.mark_clean(["c-1", "c-2"], "x", None)
    ledger.schedule.mark_dirty(["c-2"])
    assert ledger.schedule.due_classes(TONIGHT, "x") == {"c-2"}
    ledger.schedule.mark_dirty(None)
    assert ledger.schedule.due_classes(TONIGHT, "x") == {"c-1", "c-2"}


@pytest.mark.parametrize(
    ("change", "due"),
    [
        pytest.param(a_class("c-1", "509"), {"c-1"}, id="a class changed"),
        pytest.param(removed("class", "c-1"), {"c-1"}, id="a class is gone"),
        pytest.param(a_class("c-3"), {"c-3"}, id="a new class"),
        pytest.param(an_assessment("a-1", title="x"), {"c-1"}, id="an assessment changed"),
        pytest.param(an_assessment("a-3", "c-2"), {"c-2"}, id="a new assessment"),
        pytest.param(removed("assessment", "a-1"), {"c-1"}, id="an assessment is gone"),
        pytest.param(a_score("a-1", "s-1", "9"), {"c-1"}, id="a score changed"),
        pytest.param(a_score("a-2", "s-1", "9"), {"c-2"}, id="a new score"),
        pytest.param(removed("score", "a-2", "s-2"), {"c-2"}, id="a score is gone"),
        pytest.param(broken("score", "a-2", "s-2"), {"c-2"}, id="a score broke"),
        pytest.param(a_student("s-2", "799"), {"c-2"}, id="a student with a score"),
        pytest.param(removed("student", "s-1"), {"c-1"}, id="a student is gone"),
        pytest.param(a_student("s-9", "799"), set(), id="a student nobody knows yet"),
        pytest.param(a_student("s-1", "701"), set(), id="nothing changed"),
        pytest.param(a_member("t-2"), {"c-1", "c-2"}, id="the group grew"),
        pytest.param(removed("group_member", "t-1"), {"c-1", "c-2"}, id="the group shrank"),
        pytest.param(a_teacher("t-1", None), {"c-1", "c-2"}, id="a teacher changed"),
    ],
)
def test_a_pull_makes_the_classes_dirty_that_it_concerns(ledger, change, due):
    pull(ledger, *SCHOOL)
    ledger.schedule.mark_clean(["c-1", "c-2"], "x", None)
    pull(ledger, change)
    assert ledger.schedule.due_classes(TONIGHT, "x") == due


def test_a_student_concerns_the_classes_that_assigned_them_something(ledger):
    pull(ledger, *SCHOOL, an_assessment("a-3", "c-2", students={"s-1": None}))
    ledger.schedule.mark_clean(["c-1", "c-2"], "x", None)
    pull(ledger, a_student("s-1", "799"))
    assert ledger.schedule.due_classes(TONIGHT, "x") == {"c-1", "c-2"}


def test_a_score_concerns_every_class_of_its_assessment(ledger):
    pull(ledger, *SCHOOL, an_assessment("a-1", "c-2"))
    ledger.schedule.mark_clean(["c-1", "c-2"], "x", None)
    pull(ledger, a_score("a-1", "s-1", "9"))
    assert ledger.schedule.due_classes(TONIGHT, "x") == {"c-1", "c-2"}


def test_an_assessment_that_moves_concerns_both_classes(ledger):
    pull(ledger, *SCHOOL)
    ledger.schedule.mark_clean(["c-1", "c-2"], "x", None)
    pull(ledger, removed("assessment", "a-1"), an_assessment("a-1", "c-2"))
    assert ledger.schedule.due_classes(TONIGHT, "x") == {"c-1", "c-2"}


def test_a_class_that_is_gone_is_due_once(ledger):
    pull(ledger, *SCHOOL)
    ledger.schedule.mark_clean(["c-1", "c-2"], "x", None)
    pull(ledger, removed("class", "c-1"))
    ledger.schedule.mark_clean(["c-1"], "x", None)
    assert ledger.schedule.due_classes(TONIGHT, "y") == {"c-2"}


def test_a_mark_survives_a_pull_that_concerns_others(ledger):
    pull(ledger, *SCHOOL)
    ledger.schedule.mark_clean(["c-2"], "x", None)
    pull(ledger, a_score("a-2", "s-2", "9"))
    assert ledger.schedule.due_classes(TONIGHT, "x") == {"c-1", "c-2"}
