"""What every ledger must do, whatever it keeps its rows in.

A store's test module inherits `LedgerConformance` and gives two fixtures: `ledger`, an empty one of
the district "lakeview", and `reopen`, which closes a ledger and opens the same one again.
"""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from agent.domain import Broken, Kind, Progress, Scale, StatusFlag
from agent.errors import LedgerError
from agent.records import KnownScore, LeftScore, Outcome, SourceFields, SourceScore, State
from tests.agent.ledger.records_of_a_school import (
    NOW,
    TONIGHT,
    a_class,
    a_column,
    a_member,
    a_score,
    a_state,
    a_student,
    a_teacher,
    an_assessment,
    an_intent,
    broken,
    pull,
    removed,
)
from tests.agent.ledger.strays_conformance import ClaimConformance, StrayConformance

SCHOOL = (
    a_teacher(),
    a_student("s-1", "701"),
    a_student("s-2", "702"),
    a_member(),
    a_class("c-1", "501"),
    a_class("c-2", "502"),
    an_assessment("a-1", "c-1"),
    an_assessment("a-2", "c-2"),
    a_score("a-1", "s-1"),
    a_score("a-2", "s-2"),
)


def only(values):
    (value,) = values
    return value


class LocalCopyConformance:
    def test_records_come_back_as_they_went_in(self, ledger):
        pull(ledger, *SCHOOL)
        assert list(ledger.classes()) == [a_class("c-1", "501").value, a_class("c-2", "502").value]
        assert ledger.teachers(["t-1", "t-9"]) == {"t-1": a_teacher().value}
        assert ledger.group() == {"t-1"}
        assert ledger.students(["s-1", "s-9"]) == {"s-1": a_student().value}
        assert ledger.students_by_sis_id(["702", "799"]) == {"702": ["s-2"]}
        assert ledger.assessments(["c-1"]) == [an_assessment("a-1", "c-1").value]
        assert ledger.cursor() == "cursor"

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
    def test_an_assessment_keeps_every_detail(self, ledger, change):
        pull(ledger, assigned := an_assessment(**change))
        stored = only(ledger.assessments(["c-1"]))
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
            pytest.param(a_score(flags=(StatusFlag.EXCLUDED, StatusFlag.LATE)), id="flags"),
        ],
    )
    def test_a_score_keeps_every_detail(self, ledger, score):
        pull(ledger, score)
        stored = only(ledger.scores("a-1"))
        assert stored.score == score.value
        assert str(stored.score.points) == str(score.value.points)
        assert stored.had_score == (score.value.points is not None)
        assert pull(ledger, score).changed == {}

    def test_every_usable_assessment_is_listed_with_each_of_its_titles(self, ledger):
        pull(
            ledger,
            an_assessment("a-2", "c-1", title="Cells"),
            an_assessment("a-1", "c-1", title="Atoms"),
            an_assessment("a-1", "c-2", title="Atoms"),
            an_assessment("a-1", "c-3", title="Atoms (retake)"),
            broken("assessment", "a-3", "c-1", reason="title: missing"),
        )
        assert list(ledger.titles()) == [
            ("a-1", "Atoms"),
            ("a-1", "Atoms (retake)"),
            ("a-2", "Cells"),
        ]

    def test_broken_records_are_kept_apart_with_their_reason(self, ledger):
        pull(
            ledger,
            broken("class", "c-1", reason="teachers: missing"),
            broken("teacher", "t-1"),
            broken("student", "s-1"),
            broken("assessment", "a-1", "c-1", reason="title: missing"),
            broken("score", "a-1", "s-1", reason="points: not a number"),
        )
        assert list(ledger.classes()) == [("c-1", Broken(reason="teachers: missing"))]
        assert ledger.teachers(["t-1", "t-2"]) == {}
        assert ledger.students(["s-1"]) == {}
        assert ledger.assessments(["c-1"]) == []
        assert ledger.broken_assessments(["c-1"]) == [
            ("a-1", "c-1", Broken(reason="title: missing"))
        ]
        assert only(ledger.scores("a-1")).score == Broken(reason="points: not a number")

    def test_an_assessment_knows_all_its_classes_the_broken_ones_too(self, ledger):
        pull(ledger, an_assessment("a-1", "c-1"), broken("assessment", "a-1", "c-2"))
        assert ledger.assigned_to("a-1") == {"c-1", "c-2"}
        assert ledger.assigned_to("a-9") == frozenset()

    def test_a_broken_record_is_mended_by_a_good_one(self, ledger):
        pull(ledger, broken("assessment", "a-1", "c-1"), broken("score", "a-1", "s-1"))
        diff = pull(ledger, an_assessment(), a_score())
        assert diff.changed == {"assessment": 1, "score": 1}
        assert ledger.broken_assessments(["c-1"]) == []
        assert only(ledger.scores("a-1")).score == a_score().value

    def test_a_sis_id_that_two_students_have_names_both(self, ledger):
        pull(ledger, a_student("s-2", "701"), a_student("s-1", "701"), a_student("s-3", "703"))
        found = ledger.students_by_sis_id(["701", "703", "799"])
        assert found == {"701": ["s-1", "s-2"], "703": ["s-3"]}

    @pytest.mark.parametrize(
        ("before", "now", "moved"),
        [("701", "702", 1), ("701", "701", 0), (None, "702", 0), ("701", None, 0)],
    )
    def test_a_pull_counts_students_who_get_another_sis_id(self, ledger, before, now, moved):
        pull(ledger, a_student("s-1", before), a_student("s-2", "799"))
        diff = pull(ledger, a_student("s-1", now), a_student("s-3", "703"))
        assert (diff.moved_ids, diff.before.get("student", 0)) == (moved, 2 * moved)

    def test_a_new_sis_id_marks_the_classes_with_a_cell_of_either_student(self, ledger):
        pull(ledger, *SCHOOL)
        ledger.looked(["c-1", "c-2"], "x", None)
        ledger.save_scores("a-9", "c-2", [KnownScore(student="s-7", sis_student="701")])
        pull(ledger, a_student("s-8", "701"))
        assert ledger.due_classes(NOW.date(), "x") == {"c-2"}

    def test_questions_about_very_many_ids_are_no_trouble(self, ledger):
        pull(ledger, *SCHOOL)
        many = [f"s-{n}" for n in range(50_000)]
        assert ledger.students(many).keys() == {"s-1", "s-2"}


class PullConformance:
    def test_nothing_shows_before_the_commit(self, ledger):
        staged = ledger.begin_pull(snapshot=True)
        staged.take(SCHOOL)
        staged.diff()
        assert (list(ledger.classes()), ledger.cursor()) == ([], None)
        staged.abort()
        assert (list(ledger.classes()), ledger.cursor()) == ([], None)

    def test_a_pull_that_was_given_up_leaves_nothing_to_the_next(self, ledger):
        ledger.begin_pull(snapshot=True).take(SCHOOL)
        assert pull(ledger, a_teacher("t-2"), snapshot=True).added == {"teacher": 1}
        assert ledger.teachers(["t-1", "t-2"]).keys() == {"t-2"}

    def test_the_diff_counts_records_by_kind(self, ledger):
        first = pull(ledger, *SCHOOL, snapshot=True)
        assert first.before == {}
        assert first.added["score"] == 2
        second = pull(
            ledger,
            a_score("a-1", "s-1", "9"),
            a_score("a-1", "s-2"),
            removed("score", "a-2", "s-2"),
        )
        assert second.before == {"score": 2}
        assert (second.added, second.changed, second.removed) == (
            {"score": 1},
            {"score": 1},
            {"score": 1},
        )

    def test_an_unchanged_snapshot_changes_nothing(self, ledger):
        pull(ledger, *SCHOOL, snapshot=True)
        ledger.looked(["c-1", "c-2"], "x", None)
        diff = pull(ledger, *SCHOOL, snapshot=True)
        assert (diff.added, diff.changed, diff.removed) == ({}, {}, {})
        assert ledger.due_classes(TONIGHT, "x") == frozenset()

    def test_what_a_snapshot_does_not_mention_is_gone(self, ledger):
        pull(ledger, *SCHOOL, snapshot=True)
        rest = [c for c in SCHOOL if "c-2" not in c.key and "a-2" not in c.key]
        diff = pull(ledger, *rest, snapshot=True)
        assert diff.removed == {"class": 1, "assessment": 1, "score": 1}
        assert [c.id for c in ledger.classes()] == ["c-1"]

    def test_what_a_delta_does_not_mention_stays(self, ledger):
        pull(ledger, *SCHOOL, snapshot=True)
        assert pull(ledger).removed == {}
        assert len(list(ledger.classes())) == 2

    def test_pages_of_one_pull_count_as_one(self, ledger):
        pull(ledger, *SCHOOL, snapshot=True)
        staged = ledger.begin_pull(snapshot=True)
        for change in SCHOOL:
            staged.take([change])
        assert staged.diff().removed == {}
        staged.commit("next", NOW)
        assert ledger.cursor() == "next"

    def test_the_last_word_about_a_record_counts(self, ledger):
        pull(ledger, a_score(points="1"), a_score(points="2"))
        assert only(ledger.scores("a-1")).score.points == 2
        pull(ledger, removed("score", "a-1", "s-1"), a_score(points="3"))
        assert only(ledger.scores("a-1")).score.points == 3
        pull(ledger, a_score(points="4"), removed("score", "a-1", "s-1"))
        assert only(ledger.scores("a-1")).score is None

    def test_an_assessment_is_removed_from_every_class_at_once(self, ledger):
        pull(ledger, an_assessment("a-1", "c-1"), an_assessment("a-1", "c-2"))
        assert pull(ledger, removed("assessment", "a-1")).removed == {"assessment": 2}
        assert ledger.assessments(["c-1", "c-2"]) == []

    def test_an_assessment_removed_and_put_again_moves_to_its_new_classes(self, ledger):
        pull(ledger, an_assessment("a-1", "c-1"), an_assessment("a-1", "c-2"))
        diff = pull(
            ledger,
            removed("assessment", "a-1"),
            an_assessment("a-1", "c-2"),
            an_assessment("a-1", "c-3"),
        )
        assert (diff.added, diff.changed, diff.removed) == (
            {"assessment": 1},
            {},
            {"assessment": 1},
        )
        assert [a.class_id for a in ledger.assessments(["c-1", "c-2", "c-3"])] == ["c-2", "c-3"]

    def test_an_assessment_first_put_and_then_removed_in_one_pull_is_not_there(self, ledger):
        assert pull(ledger, an_assessment(), removed("assessment", "a-1")).added == {}
        assert ledger.assessments(["c-1"]) == []

    def test_removing_an_assessment_twice_is_removing_it(self, ledger):
        pull(ledger, an_assessment())
        gone = removed("assessment", "a-1")
        assert pull(ledger, gone, gone).removed == {"assessment": 1}

    def test_removing_what_is_not_there_is_nothing(self, ledger):
        diff = pull(ledger, removed("assessment", "a-9"), removed("score", "a-9", "s-9"))
        assert diff.removed == {}

    def test_columns_outlive_their_assessment(self, ledger):
        pull(ledger, *SCHOOL)
        ledger.save_column(a_column(ref="ref-1"))
        pull(ledger, removed("assessment", "a-1"), removed("class", "c-1"))
        assert only(ledger.columns(["c-1"])).ref == "ref-1"


class TombstoneConformance:
    def test_a_removed_score_is_remembered_as_one_that_was_there(self, ledger):
        pull(ledger, a_score())
        pull(ledger, removed("score", "a-1", "s-1"))
        assert ledger.scores("a-1") == [SourceScore(student="s-1", score=None, had_score=True)]

    def test_a_score_that_loses_its_points_once_had_some(self, ledger):
        pull(ledger, a_score())
        pull(ledger, a_score(points=None, progress=Progress.NOT_SUBMITTED))
        assert only(ledger.scores("a-1")).had_score

    def test_a_score_that_never_had_points_had_none(self, ledger):
        pull(ledger, a_score(points=None, progress=Progress.NOT_SUBMITTED))
        assert not only(ledger.scores("a-1")).had_score
        pull(ledger, removed("score", "a-1", "s-1"))
        assert not only(ledger.scores("a-1")).had_score

    def test_a_broken_score_counts_as_one_that_was_there(self, ledger):
        pull(ledger, broken("score", "a-1", "s-1"))
        pull(ledger, removed("score", "a-1", "s-1"))
        assert only(ledger.scores("a-1")).had_score

    def test_a_tombstone_comes_back_to_life(self, ledger):
        pull(ledger, a_score(points="7"))
        assert pull(ledger, snapshot=True).removed == {"score": 1}
        diff = pull(ledger, a_score(points="7"), snapshot=True)
        assert diff.added == {"score": 1}
        assert only(ledger.scores("a-1")).score == a_score(points="7").value

    def test_a_tombstone_is_not_among_those_that_were_there(self, ledger):
        pull(ledger, a_score("a-1", "s-1"), a_score("a-1", "s-2"))
        pull(ledger, removed("score", "a-1", "s-1"))
        assert pull(ledger, removed("score", "a-1", "s-2")).before == {"score": 1}

    def test_a_tombstone_is_removed_only_once(self, ledger):
        pull(ledger, a_score())
        pull(ledger, snapshot=True)
        assert pull(ledger, snapshot=True).removed == {}
        assert pull(ledger, removed("score", "a-1", "s-1")).removed == {}

    def test_scores_come_by_student_whatever_they_are(self, ledger):
        pull(ledger, a_score(student="s-2"), a_score(student="s-1"), broken("score", "a-1", "s-0"))
        pull(ledger, removed("score", "a-1", "s-1"))
        assert [row.student for row in ledger.scores("a-1")] == ["s-0", "s-1", "s-2"]


class AcceptedConformance:
    def test_a_column_comes_back_as_it_went_in(self, ledger):
        column = a_column(
            ref="ref-1",
            seen=SourceFields(
                title="Quiz 1",
                type="Quiz",
                assigned_on=date(2026, 9, 1),
                due=None,
                points=Decimal("10.0"),
            ),
            accepted={"title": "Quiz 1", "points": "10.0", "category": None},
            list_again=True,
        )
        ledger.save_column(column)
        assert ledger.columns(["c-1"]) == [column]
        assert ledger.columns(["c-2"]) == []

    def test_a_column_is_overwritten_whole(self, ledger):
        ledger.save_column(a_column(ref="ref-1", accepted={"title": "x"}))
        ledger.save_column(a_column(deleted=True))
        assert ledger.columns(["c-1"]) == [a_column(deleted=True)]

    def test_it_tells_who_else_has_a_column_with_a_score_of_a_student(self, ledger):
        for owner in ("c-1", "c-2", "c-3", "c-4"):
            ledger.save_column(a_column("a-1", owner, ref=None if owner == "c-4" else owner))
            seven = KnownScore(student="s-1", seen="7", accepted=Decimal(7), had_score=True)
            seen = KnownScore(student="s-1", seen="unscored")
            ledger.save_scores("a-1", owner, [seen if owner == "c-3" else seven])
        ledger.save_column(a_column("a-2", "c-2", external_id="pb-other", ref="other"))
        ledger.save_scores("a-2", "c-2", [KnownScore(student="s-2", seen="7", accepted=Decimal(7))])
        assert ledger.owners_with_scores("a-1", "c-1", ["s-1", "s-2"]) == {"c-2"}
        assert ledger.owners_with_scores("a-1", "c-9", ["s-1"]) == {"c-1", "c-2"}
        assert ledger.owners_with_scores("a-1", "c-1", ["s-2"]) == frozenset()

    def test_two_columns_never_share_our_id(self, ledger):
        ledger.save_column(a_column("a-1", external_id="pb-1"))
        with pytest.raises(LedgerError):
            ledger.save_column(a_column("a-2", external_id="pb-1"))

    def test_cells_come_back_as_they_went_in(self, ledger):
        cells = [
            KnownScore(student="s-1", seen="8.5", accepted=Decimal("8.50"), had_score=True),
            KnownScore(student="s-2", seen="zero", accepted=Decimal(0)),
            KnownScore(student="s-3"),
        ]
        ledger.save_scores("a-1", "c-1", cells)
        known = ledger.known_scores("a-1", "c-1")
        assert known == {cell.student: cell for cell in cells}
        assert str(known["s-1"].accepted) == "8.50"
        assert ledger.known_scores("a-1", "c-2") == {}

    def test_a_cell_keeps_whose_it_is_where_that_is_not_told_again(self, ledger):
        ledger.save_scores("a-1", "c-1", [KnownScore(student="s-1", seen="5", sis_student="701")])
        ledger.save_scores("a-1", "c-1", [KnownScore(student="s-1", seen="6")])
        assert ledger.known_scores("a-1", "c-1")["s-1"].sis_student == "701"

    def test_what_stays_in_a_cell_for_another_student_is_remembered_until_it_is_gone(self, ledger):
        left = LeftScore(sis_student="701", student="s-1", accepted=Decimal("8.50"), had_score=True)
        ledger.leave_scores("a-1", "c-1", [left])
        assert ledger.left_scores("a-1", "c-1") == [left]
        assert ledger.left_scores("a-1", "c-2") == []
        ledger.settle_left("a-1", "c-1", ["701", "702"])
        assert ledger.left_scores("a-1", "c-1") == [replace(left, accepted=None)]
        ledger.leave_scores("a-1", "c-1", [replace(left, student="s-2", had_score=False)])
        assert ledger.left_scores("a-1", "c-1") == [replace(left, student="s-2")]
        ledger.forget_scores("a-1", "c-1")
        assert ledger.left_scores("a-1", "c-1") == []

    @pytest.mark.parametrize(
        ("cell", "students", "doubtful"),
        [
            ("701", [("s-1", "701")], False),
            ("701", [("s-1", "702")], True),
            ("701", [("s-1", None)], False),
            ("701", [], False),
            ("701", [("s-1", "701"), ("s-2", "701")], True),
            ("701", [("s-1", None), ("s-2", "701")], True),
            ("701", [("s-2", "701")], True),
            (None, [("s-1", "701")], True),
            (None, [("s-1", None)], False),
        ],
    )
    def test_a_column_with_a_cell_of_a_changed_sis_id_is_doubtful(
        self, ledger, cell, students, doubtful
    ):
        pull(ledger, *(a_student(key, sis) for key, sis in students))
        ledger.save_column(a_column(ref="ref-1"))
        known = KnownScore(student="s-1", seen="8", accepted=Decimal(8), sis_student=cell)
        ledger.save_scores("a-1", "c-1", [known])
        found = ledger.standing(["c-1"], []).doubtful
        assert found == ({("a-1", "c-1")} if doubtful else frozenset())

    def test_saving_one_cell_leaves_the_others(self, ledger):
        ledger.save_scores("a-1", "c-1", [KnownScore(student="s-1"), KnownScore(student="s-2")])
        ledger.save_scores("a-1", "c-1", [KnownScore(student="s-2", seen="5")])
        known = ledger.known_scores("a-1", "c-1")
        assert (known["s-1"].seen, known["s-2"].seen) == (None, "5")

    def test_the_cells_of_a_column_made_anew_are_forgotten(self, ledger):
        for owner in ("c-1", "c-2"):
            ledger.save_scores("a-1", owner, [KnownScore(student="s-1", seen="5")])
        ledger.forget_scores("a-1", "c-1")
        assert ledger.known_scores("a-1", "c-1") == {}
        assert ledger.known_scores("a-1", "c-2").keys() == {"s-1"}


class AttemptConformance:
    def test_an_intent_is_open_until_it_is_settled(self, ledger):
        first, second = ledger.intend("r-1", [an_intent(), an_intent(student="s-2")], NOW)
        assert [(a.id, a.run) for a in ledger.open_attempts()] == [(first, "r-1"), (second, "r-1")]
        assert ledger.open_attempts()[0].intent == an_intent()
        ledger.settle([Outcome(attempt=first, kind="accepted")], NOW)
        assert [a.id for a in ledger.open_attempts()] == [second]

    def test_an_intent_comes_back_as_it_went_in(self, ledger):
        create = an_intent("create", student=None, before={"title": "x", "due": None})
        ledger.intend("r-1", [create], NOW)
        assert only(ledger.open_attempts()).intent == create

    def test_nothing_to_intend_or_settle_is_no_trouble(self, ledger):
        assert list(ledger.intend("r-1", [], NOW)) == []
        ledger.settle([], NOW)

    def test_settling_twice_is_an_error(self, ledger):
        (attempt,) = ledger.intend("r-1", [an_intent()], NOW)
        ledger.settle([Outcome(attempt=attempt, kind="rejected")], NOW)
        with pytest.raises(LedgerError):
            ledger.settle([Outcome(attempt=attempt, kind="accepted")], NOW)

    def test_settling_an_unknown_attempt_is_an_error(self, ledger):
        with pytest.raises(LedgerError):
            ledger.settle([Outcome(attempt=99, kind="accepted")], NOW)

    def test_a_bad_outcome_among_good_ones_settles_none(self, ledger):
        (attempt,) = ledger.intend("r-1", [an_intent()], NOW)
        with pytest.raises(LedgerError):
            ledger.settle([Outcome(attempt=a, kind="accepted") for a in (attempt, 99)], NOW)
        assert [a.id for a in ledger.open_attempts()] == [attempt]

    @pytest.mark.parametrize("number", [1, 100, 101, 250])
    def test_however_many_have_numbers_in_order_and_are_settled_all_or_none(self, ledger, number):
        intents = [an_intent(student=f"s-{n:03}") for n in range(number)]
        ledger.intend("r-1", [an_intent()], NOW)
        attempts = ledger.intend("r-1", intents, NOW)
        found = {a.id: a.intent for a in ledger.open_attempts()}
        assert [found[a] for a in attempts] == intents
        with pytest.raises(LedgerError):
            ledger.settle([Outcome(attempt=a, kind="accepted") for a in (*attempts, 9999)], NOW)
        assert len(ledger.open_attempts()) == number + 1
        ledger.settle([Outcome(attempt=a, kind="accepted") for a in attempts], NOW)
        assert len(ledger.open_attempts()) == 1

    def test_what_is_written_together_is_there_whole_or_not_at_all(self, ledger, reopen):
        (attempt,) = ledger.intend("r-1", [an_intent()], NOW)
        known = KnownScore(student="s-1", seen="5", accepted=Decimal(5), had_score=True)

        def remember(attempt):
            with ledger.together():
                ledger.save_scores("a-1", "c-1", [known])
                ledger.settle([Outcome(attempt=attempt, kind="accepted")], NOW)

        with pytest.raises(LedgerError):
            remember(99)
        assert ledger.known_scores("a-1", "c-1") == {}
        remember(attempt)
        again = reopen(ledger)
        assert again.known_scores("a-1", "c-1") == {"s-1": known}
        assert again.open_attempts() == []

    def test_an_intent_is_never_part_of_what_a_power_cut_may_take(self, ledger):
        with pytest.raises(AssertionError, match="on the disk"), ledger.together():
            ledger.intend("r-1", [an_intent()], NOW)
        assert ledger.open_attempts() == []

    def test_what_others_write_meanwhile_is_no_part_of_it(self, ledger):
        other = threading.Thread(target=ledger.intend, args=("r-2", [an_intent()], NOW))

        def fail():
            with ledger.together(durable=True):
                ledger.intend("r-1", [an_intent(student="s-2")], NOW)
                other.start()
                other.join(0.2)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        other.join()
        assert only(ledger.open_attempts()).run == "r-2"

    def test_doubts_survive_closing(self, ledger, reopen):
        ledger.intend("r-1", [an_intent()], NOW)
        assert only(reopen(ledger).open_attempts()).intent == an_intent()

    def test_threads_get_ids_of_their_own(self, ledger):
        ids = []

        def work(name):
            for _ in range(20):
                (attempt,) = ledger.intend(name, [an_intent()], NOW)
                ledger.settle([Outcome(attempt=attempt, kind="accepted")], NOW)
                ids.append(attempt)

        threads = [threading.Thread(target=work, args=(f"r-{n}",)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(ids)) == 80
        assert ledger.open_attempts() == []


class StateConformance:
    @pytest.mark.parametrize(
        ("stored", "later"),
        [
            (State.CREATED, State.UNCHANGED),
            (State.UPDATED, State.UNCHANGED),
            (State.SENT, State.UNCHANGED),
            (State.CLEARED, State.WITHDRAWN),
            *((state, state) for state in State if state not in "created updated sent cleared"),
        ],
    )
    def test_a_state_reads_as_stored_tonight_and_as_what_is_still_so_later(
        self, ledger, stored, later
    ):
        ledger.record("r-1", [a_state(stored, codes=("x", "y"), reason="why")])
        for run, state in (("r-1", stored), ("r-2", later)):
            assert list(ledger.records(run)) == [a_state(state, codes=("x", "y"), reason="why")]
            assert ledger.counts(run) == {state: 1}

    def test_every_record_has_one_state(self, ledger):
        ledger.record("r-1", [a_state(State.REFUSED, codes=("not_due_yet",))])
        ledger.record("r-1", [a_state(State.SENT)])
        assert list(ledger.records("r-1")) == [a_state(State.SENT)]
        assert sum(ledger.counts("r-1").values()) == 1

    def test_a_digest_shows_what_is_kept_and_of_each_code_a_record_that_has_no_other(self, ledger):
        kept = a_state(State.KEPT, student="s-1", reason="a teacher's")
        both = a_state(State.REFUSED, student="s-2", codes=("x", "y"), reason="why; and why")
        alone = a_state(State.REFUSED, student="s-3", codes=("x",), reason="why")
        silent = a_state(State.REFUSED, student="s-4", codes=("y",))
        ledger.record("r-1", [kept, both, alone, silent])
        assert list(ledger.digest("r-1").shown) == [kept, alone]
        assert list(ledger.digest("r-2").shown) == [kept, alone]

    def test_records_differ_by_assessment_student_and_section(self, ledger):
        states = [
            a_state(State.CREATED, student=None),
            a_state(student="s-1"),
            a_state(student="s-1", section="502"),
            a_state(State.CREATED, "a-2", student=None),
        ]
        ledger.record("r-1", states)
        assert list(ledger.records("r-1")) == states
        assert ledger.records_of(["a-1"]) == states[:3]

    def test_records_of_tells_what_is_stored(self, ledger):
        ledger.record("r-1", [a_state(State.SENT)])
        ledger.record("r-2", [a_state(State.SENT, student="s-2")])
        assert [s.state for s in ledger.records_of(["a-1"])] == [State.SENT, State.SENT]

    def test_records_are_found_by_section(self, ledger):
        states = [a_state(section="501"), a_state(section="502"), a_state(section="503")]
        ledger.record("r-1", states)
        assert ledger.records_in(["501", "503"]) == [states[0], states[2]]
        assert ledger.records_in([]) == []

    def test_the_same_state_again_is_not_delivered_tonight(self, ledger):
        ledger.record("r-1", [a_state(State.SENT)])
        ledger.record("r-2", [a_state(State.SENT)])
        assert ledger.counts("r-2") == {State.UNCHANGED: 1}

    def test_an_attempt_of_another_run_delivers_nothing_tonight(self, ledger):
        ledger.intend("r-1", [an_intent()], NOW)
        ledger.record("r-1", [a_state(State.SENT)])
        ledger.record("r-2", [a_state(State.SENT)])
        assert ledger.counts("r-2") == {State.UNCHANGED: 1}

    def test_the_last_state_of_a_run_counts(self, ledger):
        ledger.record("r-1", [a_state(State.SENT)])
        ledger.record("r-1", [a_state(State.FAILED)])
        assert ledger.counts("r-1") == {State.FAILED: 1}

    def test_what_was_attempted_again_is_delivered_again(self, ledger):
        ledger.record("r-1", [a_state(State.SENT)])
        ledger.intend("r-2", [an_intent()], NOW)
        ledger.record("r-2", [a_state(State.SENT)])
        assert ledger.counts("r-2") == {State.SENT: 1}

    def test_an_update_attempted_again_is_delivered_in_every_linked_section(self, ledger):
        updated = [a_state(State.UPDATED, student=None, section=s) for s in ("501", "502")]
        ledger.record("r-1", updated)
        ledger.intend("r-2", [an_intent("update", student=None)], NOW)
        ledger.record("r-2", updated)
        assert ledger.counts("r-2") == {State.UPDATED: 2}

    def test_hearing_that_a_delivered_record_is_unchanged_is_no_news(self, ledger):
        ledger.record("r-1", [a_state(State.SENT)])
        ledger.record("r-2", [a_state(State.UNCHANGED)])
        assert ledger.counts("r-1") == {State.SENT: 1}
        assert [e["state"] for e in ledger.history("a-1", "s-1")] == ["sent"]

    def test_a_new_reason_is_news(self, ledger):
        ledger.record("r-1", [a_state(State.REFUSED, codes=("x",), reason="before")])
        ledger.record("r-2", [a_state(State.REFUSED, codes=("x",), reason="after")])
        assert only(ledger.records("r-2")).reason == "after"

    def test_a_forgotten_record_is_gone_and_its_history_stays(self, ledger):
        ledger.record("r-1", [a_state(State.REFUSED), a_state(student="s-2")])
        ledger.forget([("a-1", "s-1", "501"), ("a-9", None, "501")])
        assert [s.student for s in ledger.records("r-1")] == ["s-2"]
        assert only(ledger.history("a-1", "s-1"))["state"] == "refused"

    def test_counts_and_records_agree_beyond_a_page(self, ledger):
        ledger.record("r-1", (a_state(student=f"s-{n:05}") for n in range(12_345)))
        assert len({s.student for s in ledger.records("r-1")}) == 12_345
        assert ledger.counts("r-1") == {State.SENT: 12_345}

    def test_history_tells_attempts_and_states_newest_last(self, ledger):
        ledger.begin_run("r-1", NOW, "sync", None)
        (first,) = ledger.intend("r-1", [an_intent(points="8")], NOW)
        ledger.settle([Outcome(attempt=first, kind="rejected", detail="period closed")], NOW)
        ledger.record("r-1", [a_state(State.REJECTED, reason="period closed")])
        later = NOW + timedelta(days=1)
        ledger.begin_run("r-2", later, "sync", None)
        (second,) = ledger.intend("r-2", [an_intent(points="8", before={"points": None})], later)
        ledger.settle([Outcome(attempt=second, kind="accepted")], later)
        ledger.record("r-2", [a_state(State.SENT)])
        ledger.intend("r-3", [an_intent(student="s-2")], later)
        story = ledger.history("a-1", "s-1")
        assert [(e["event"], e["run"]) for e in story] == [
            ("attempt", "r-1"),
            ("state", "r-1"),
            ("attempt", "r-2"),
            ("state", "r-2"),
        ]
        assert (story[0]["op"], story[0]["outcome"], story[0]["detail"]) == (
            "put",
            "rejected",
            "period closed",
        )
        assert story[2]["sending"] == {"points": "8", "seen": "8"}
        assert story[2]["before"] == {"points": None}
        assert [e["state"] for e in story if e["event"] == "state"] == ["rejected", "sent"]
        assert only(ledger.history("a-1", "s-2"))["outcome"] is None

    def test_the_history_of_an_assignment_is_not_that_of_its_scores(self, ledger):
        ledger.intend("r-1", [an_intent("create", student=None), an_intent()], NOW)
        assert only(ledger.history("a-1", None))["op"] == "create"


class AgendaConformance:
    def test_a_class_is_due_until_it_was_looked_at(self, ledger):
        pull(ledger, a_class("c-1"), a_class("c-2"))
        assert ledger.due_classes(TONIGHT, "x") == {"c-1", "c-2"}
        ledger.looked(["c-1"], "x", None)
        assert ledger.due_classes(TONIGHT, "x") == {"c-2"}

    def test_another_context_makes_every_class_due(self, ledger):
        pull(ledger, a_class("c-1"), a_class("c-2"))
        ledger.looked(["c-1", "c-2"], "x", None)
        assert ledger.due_classes(TONIGHT, "y") == {"c-1", "c-2"}

    def test_a_class_is_due_again_from_its_date_on(self, ledger):
        pull(ledger, a_class())
        ledger.looked(["c-1"], "x", TONIGHT + timedelta(days=1))
        due = [
            ledger.due_classes(TONIGHT + timedelta(days=day), "x") == {"c-1"} for day in range(3)
        ]
        assert due == [False, True, True]

    def test_a_class_is_due_until_the_gradebook_of_its_column_was_listed_again(self, ledger):
        pull(ledger, a_class("c-1"), a_class("c-2"))
        ledger.save_column(a_column("a-1", "c-1", list_again=True))
        ledger.save_column(a_column("a-2", "c-2"))
        ledger.save_column(a_column("a-3", "gone", list_again=True))
        ledger.looked(["c-1", "c-2"], "x", None)
        assert ledger.due_classes(TONIGHT, "x") == {"c-1"}
        ledger.save_column(a_column("a-1", "c-1"))
        assert ledger.due_classes(TONIGHT, "x") == frozenset()

    def test_looking_again_marks_some_or_all(self, ledger):
        pull(ledger, a_class("c-1"), a_class("c-2"))
        ledger.looked(["c-1", "c-2"], "x", None)
        ledger.look_again(["c-2"])
        assert ledger.due_classes(TONIGHT, "x") == {"c-2"}
        ledger.look_again(None)
        assert ledger.due_classes(TONIGHT, "x") == {"c-1", "c-2"}

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
    def test_a_pull_marks_the_classes_that_it_concerns(self, ledger, change, due):
        pull(ledger, *SCHOOL)
        ledger.looked(["c-1", "c-2"], "x", None)
        pull(ledger, change)
        assert ledger.due_classes(TONIGHT, "x") == due

    def test_a_student_concerns_the_classes_that_assigned_them_something(self, ledger):
        pull(ledger, *SCHOOL, an_assessment("a-3", "c-2", students={"s-1": None}))
        ledger.looked(["c-1", "c-2"], "x", None)
        pull(ledger, a_student("s-1", "799"))
        assert ledger.due_classes(TONIGHT, "x") == {"c-1", "c-2"}

    def test_a_score_concerns_every_class_of_its_assessment(self, ledger):
        pull(ledger, *SCHOOL, an_assessment("a-1", "c-2"))
        ledger.looked(["c-1", "c-2"], "x", None)
        pull(ledger, a_score("a-1", "s-1", "9"))
        assert ledger.due_classes(TONIGHT, "x") == {"c-1", "c-2"}

    def test_an_assessment_that_moves_concerns_both_classes(self, ledger):
        pull(ledger, *SCHOOL)
        ledger.looked(["c-1", "c-2"], "x", None)
        pull(ledger, removed("assessment", "a-1"), an_assessment("a-1", "c-2"))
        assert ledger.due_classes(TONIGHT, "x") == {"c-1", "c-2"}

    def test_a_class_that_is_gone_is_due_once(self, ledger):
        pull(ledger, *SCHOOL)
        ledger.looked(["c-1", "c-2"], "x", None)
        pull(ledger, removed("class", "c-1"))
        ledger.looked(["c-1"], "x", None)
        assert ledger.due_classes(TONIGHT, "y") == {"c-2"}

    def test_a_mark_survives_a_pull_that_concerns_others(self, ledger):
        pull(ledger, *SCHOOL)
        ledger.looked(["c-2"], "x", None)
        pull(ledger, a_score("a-2", "s-2", "9"))
        assert ledger.due_classes(TONIGHT, "x") == {"c-1", "c-2"}


class RunConformance:
    def test_runs_come_newest_first(self, ledger):
        ledger.begin_run("r-1", NOW, "sync", None)
        ledger.end_run("r-1", NOW + timedelta(minutes=5), 3, {"counts": {"sent": 2}})
        ledger.begin_run("r-2", NOW + timedelta(days=1), "sync", "term start")
        newest, oldest = ledger.runs(10)
        assert (newest["run"], newest["forced"], newest["ended"]) == ("r-2", "term start", None)
        assert (oldest["run"], oldest["command"], oldest["exit_code"]) == ("r-1", "sync", 3)
        assert oldest["summary"] == {"counts": {"sent": 2}}
        assert datetime.fromisoformat(oldest["at"]) == NOW
        assert [run["run"] for run in ledger.runs(1)] == ["r-2"]

    def test_a_run_begins_once(self, ledger):
        ledger.begin_run("r-1", NOW, "sync", None)
        with pytest.raises(LedgerError):
            ledger.begin_run("r-1", NOW, "sync", None)

    def test_named_values_are_kept(self, ledger, reopen):
        assert ledger.get("mark") is None
        ledger.put("mark", "1")
        ledger.put("mark", "2")
        assert reopen(ledger).get("mark") == "2"

    def test_instants_without_a_zone_are_refused(self, ledger):
        with pytest.raises(ValueError, match="aware"):
            ledger.begin_run("r-1", NOW.replace(tzinfo=None), "sync", None)

    def test_everything_survives_closing(self, ledger, reopen):
        pull(ledger, *SCHOOL)
        ledger.record("r-1", [a_state()])
        ledger.save_column(a_column())
        again = reopen(ledger)
        assert again.cursor() == "cursor"
        assert list(again.records("r-1")) == [a_state()]
        assert again.columns(["c-1"]) == [a_column()]
        assert again.scores("a-1") == [
            SourceScore(student="s-1", score=a_score().value, had_score=True)
        ]


class LedgerConformance(
    LocalCopyConformance,
    PullConformance,
    TombstoneConformance,
    AcceptedConformance,
    AttemptConformance,
    StateConformance,
    ClaimConformance,
    StrayConformance,
    AgendaConformance,
    RunConformance,
):
    """All of it."""
