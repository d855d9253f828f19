"""The local copy of the source: records come back as they went in, the broken apart."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from agent.domain import Broken, Kind, Progress, Scale, StatusFlag
from agent.records import KnownScore, SourceScore
from tests.agent.ledger.records_of_a_school import (
    NOW,
    SCHOOL,
    a_class,
    a_score,
    a_student,
    a_teacher,
    an_assessment,
    broken,
    only,
    only_score,
    pull,
    removed,
    scores_of,
)


def test_records_come_back_as_they_went_in(ledger):
    pull(ledger, *SCHOOL)
    assert list(ledger.source.classes()) == [
        a_class("c-1", "501").value,
        a_class("c-2", "502").value,
    ]
    assert ledger.source.teachers(["t-1", "t-9"]) == {"t-1": a_teacher().value}
    assert ledger.source.group() == {"t-1"}
    assert ledger.source.students(["s-1", "s-9"]) == {"s-1": a_student().value}
    assert ledger.source.students_by_sis_id(["702", "799"]) == {"702": ["s-2"]}
    assert ledger.source.assessments(["c-1"]) == [an_assessment("a-1", "c-1").value]
    assert ledger.source.cursor() == "cursor"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"due": datetime(2026, 9, 8, 23, 59, tzinfo=UTC)}, id="due at an instant"),
        pytest.param({"due": None}, id="no due date"),
        pytest.param({"total_points": Decimal("8.50")}, id="decimals"),
        pytest.param({"total_points": None, "scale": Scale.STANDARDS}, id="standards"),
        pytest.param({"in_final_grade": False}, id="not in the final grade"),
        pytest.param({"in_final_grade": True}, id="in the final grade"),
        pytest.param({"kind": Kind.PLUS, "submission_date": date(2026, 9, 9)}, id="plus"),
        pytest.param({"activity": "x-1", "created_at": NOW}, id="activity and creation"),
        pytest.param({"assigned_by": None, "assigned_on": None}, id="nobody assigned it"),
        pytest.param({"students": {"s-1": None, "s-2": date(2026, 9, 3)}}, id="students"),
        pytest.param({"students": {}}, id="assigned to nobody"),
        pytest.param({"title": "Prüfung “Π” 🎓"}, id="any script"),
    ],
)
def test_an_assessment_keeps_every_detail(ledger, change):
    pull(ledger, assigned := an_assessment(**change))
    stored = only(ledger.source.assessments(["c-1"]))
    assert stored == assigned.value
    assert str(stored.total_points) == str(assigned.value.total_points)
    assert pull(ledger, assigned).changed == {}


@pytest.mark.parametrize(
    "score",
    [
        pytest.param(a_score(points="8.50"), id="decimals"),
        pytest.param(a_score(points="0"), id="zero"),
        pytest.param(a_score(points="-1"), id="negative: a rule refuses it, not the ledger"),
        pytest.param(a_score(points=None, progress=Progress.TURNED_IN), id="turned in"),
        pytest.param(a_score(flags=(StatusFlag.EXCLUDED, StatusFlag.LATE)), id="marks"),
    ],
)
def test_a_score_keeps_every_detail(ledger, score):
    pull(ledger, score)
    stored = only_score(ledger)
    assert stored.score == score.value
    assert str(stored.score.points) == str(score.value.points)
    assert stored.had_score == (score.value.points is not None)
    assert pull(ledger, score).changed == {}


def test_every_usable_assessment_is_listed_with_each_of_its_titles(ledger):
    pull(
        ledger,
        an_assessment("a-2", "c-1", title="Cells"),
        an_assessment("a-1", "c-1", title="Atoms"),
        an_assessment("a-1", "c-2", title="Atoms"),
        an_assessment("a-1", "c-3", title="Atoms (retake)"),
        broken("assessment", "a-3", "c-1", reason="title: missing"),
    )
    assert list(ledger.source.titles()) == [
        ("a-1", "Atoms"),
        ("a-1", "Atoms (retake)"),
        ("a-2", "Cells"),
    ]


def test_broken_records_are_kept_apart_with_their_reason(ledger):
    pull(
        ledger,
        broken("class", "c-1", reason="teachers: missing"),
        broken("teacher", "t-1"),
        broken("student", "s-1"),
        broken("assessment", "a-1", "c-1", reason="title: missing"),
        broken("score", "a-1", "s-1", reason="points: not a number"),
    )
    assert list(ledger.source.classes()) == [("c-1", Broken(reason="teachers: missing"))]
    assert ledger.source.teachers(["t-1", "t-2"]) == {}
    assert ledger.source.students(["s-1"]) == {}
    assert ledger.source.assessments(["c-1"]) == []
    assert ledger.source.broken_assessments(["c-1"]) == [
        ("a-1", "c-1", Broken(reason="title: missing"))
    ]
    assert only_score(ledger).score == Broken(reason="points: not a number")


def test_an_assessment_knows_all_its_classes_the_broken_ones_too(ledger):
    pull(ledger, an_assessment("a-1", "c-1"), broken("assessment", "a-1", "c-2"))
    assert ledger.source.assigned_to(["a-1", "a-9"]) == {"a-1": {"c-1", "c-2"}}


def test_a_broken_record_is_mended_by_a_good_one(ledger):
    pull(ledger, broken("assessment", "a-1", "c-1"), broken("score", "a-1", "s-1"))
    diff = pull(ledger, an_assessment(), a_score())
    assert diff.changed == {"assessment": 1, "score": 1}
    assert ledger.source.broken_assessments(["c-1"]) == []
    assert only_score(ledger).score == a_score().value


def test_a_sis_id_that_two_students_have_names_both(ledger):
    pull(ledger, a_student("s-2", "701"), a_student("s-1", "701"), a_student("s-3", "703"))
    found = ledger.source.students_by_sis_id(["701", "703", "799"])
    assert found == {"701": ["s-1", "s-2"], "703": ["s-3"]}


@pytest.mark.parametrize(
    ("before", "now", "moved"),
    [("701", "702", 1), ("701", "701", 0), (None, "702", 0), ("701", None, 0)],
)
def test_a_pull_counts_students_who_get_another_sis_id(ledger, before, now, moved):
    pull(ledger, a_student("s-1", before), a_student("s-2", "799"))
    diff = pull(ledger, a_student("s-1", now), a_student("s-3", "703"))
    assert (diff.moved_ids, diff.before.get("student", 0)) == (moved, 2 * moved)


def test_a_new_sis_id_marks_the_classes_with_a_cell_of_either_student(ledger):
    pull(ledger, *SCHOOL)
    ledger.schedule.mark_clean(["c-1", "c-2"], "x", None)
    ledger.delivered.save_scores("a-9", "c-2", [KnownScore(student="s-7", sis_student="701")])
    pull(ledger, a_student("s-8", "701"))
    assert ledger.schedule.due_classes(NOW.date(), "x") == {"c-2"}


def test_questions_about_very_many_ids_are_no_trouble(ledger):
    pull(ledger, *SCHOOL)
    many = [f"s-{n}" for n in range(50_000)]
    assert ledger.source.students(many).keys() == {"s-1", "s-2"}


def test_a_removed_score_is_remembered_as_one_that_was_there(ledger):
    pull(ledger, a_score())
    pull(ledger, removed("score", "a-1", "s-1"))
    assert scores_of(ledger) == {"s-1": SourceScore(score=None, had_score=True)}


def test_a_score_that_loses_its_points_once_had_some(ledger):
    pull(ledger, a_score())
    pull(ledger, a_score(points=None, progress=Progress.NOT_SUBMITTED))
    assert only_score(ledger).had_score


def test_a_score_that_never_had_points_had_none(ledger):
    pull(ledger, a_score(points=None, progress=Progress.NOT_SUBMITTED))
    assert not only_score(ledger).had_score
    pull(ledger, removed("score", "a-1", "s-1"))
    assert not only_score(ledger).had_score


def test_a_broken_score_counts_as_one_that_was_there(ledger):
    pull(ledger, broken("score", "a-1", "s-1"))
    pull(ledger, removed("score", "a-1", "s-1"))
    assert only_score(ledger).had_score


def test_a_tombstone_comes_back_to_life(ledger):
    pull(ledger, a_score(points="7"))
    assert pull(ledger, snapshot=True).removed == {"score": 1}
    diff = pull(ledger, a_score(points="7"), snapshot=True)
    assert diff.added == {"score": 1}
    assert only_score(ledger).score == a_score(points="7").value


def test_a_tombstone_is_not_among_those_that_were_there(ledger):
    pull(ledger, a_score("a-1", "s-1"), a_score("a-1", "s-2"))
    pull(ledger, removed("score", "a-1", "s-1"))
    assert pull(ledger, removed("score", "a-1", "s-2")).before == {"score": 1}


def test_a_tombstone_is_removed_only_once(ledger):
    pull(ledger, a_score())
    pull(ledger, snapshot=True)
    assert pull(ledger, snapshot=True).removed == {}
    assert pull(ledger, removed("score", "a-1", "s-1")).removed == {}


def test_scores_come_by_student_whatever_they_are(ledger):
    pull(ledger, a_score(student="s-2"), a_score(student="s-1"), broken("score", "a-1", "s-0"))
    pull(ledger, removed("score", "a-1", "s-1"))
    assert list(scores_of(ledger)) == ["s-0", "s-1", "s-2"]
