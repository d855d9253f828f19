"""A pull: all of it or nothing, and its diff."""

from tests.agent.ledger.records_of_a_school import (
    NOW,
    SCHOOL,
    TONIGHT,
    a_column,
    a_score,
    a_teacher,
    an_assessment,
    only,
    only_score,
    pull,
    removed,
)


def test_nothing_shows_before_the_commit(ledger):
    staged = ledger.begin_pull(snapshot=True)
    staged.take(SCHOOL)
    staged.diff()
    assert (list(ledger.source.classes()), ledger.source.cursor()) == ([], None)
    staged.abort()
    assert (list(ledger.source.classes()), ledger.source.cursor()) == ([], None)


def test_a_pull_that_was_given_up_leaves_nothing_to_the_next(ledger):
    ledger.begin_pull(snapshot=True).take(SCHOOL)
    assert pull(ledger, a_teacher("t-2"), snapshot=True).added == {"teacher": 1}
    assert ledger.source.teachers(["t-1", "t-2"]).keys() == {"t-2"}


def test_the_diff_counts_records_by_kind(ledger):
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


def test_an_unchanged_snapshot_changes_nothing(ledger):
    pull(ledger, *SCHOOL, snapshot=True)
    ledger.schedule.mark_clean(["c-1", "c-2"], "x", None)
    diff = pull(ledger, *SCHOOL, snapshot=True)
    assert (diff.added, diff.changed, diff.removed) == ({}, {}, {})
    assert ledger.schedule.due_classes(TONIGHT, "x") == frozenset()


def test_what_a_snapshot_does_not_mention_is_gone(ledger):
    pull(ledger, *SCHOOL, snapshot=True)
    rest = [c for c in SCHOOL if "c-2" not in c.key and "a-2" not in c.key]
    diff = pull(ledger, *rest, snapshot=True)
    assert diff.removed == {"class": 1, "assessment": 1, "score": 1}
    assert [c.id for c in ledger.source.classes()] == ["c-1"]


def test_what_a_delta_does_not_mention_stays(ledger):
    pull(ledger, *SCHOOL, snapshot=True)
    assert pull(ledger).removed == {}
    assert len(list(ledger.source.classes())) == 2


def test_pages_of_one_pull_count_as_one(ledger):
    pull(ledger, *SCHOOL, snapshot=True)
    staged = ledger.begin_pull(snapshot=True)
    for change in SCHOOL:
        staged.take([change])
    assert staged.diff().removed == {}
    staged.commit("next", NOW)
    assert ledger.source.cursor() == "next"


def test_the_last_word_about_a_record_counts(ledger):
    pull(ledger, a_score(points="1"), a_score(points="2"))
    assert only_score(ledger).score.points == 2
    pull(ledger, removed("score", "a-1", "s-1"), a_score(points="3"))
    assert only_score(ledger).score.points == 3
    pull(ledger, a_score(points="4"), removed("score", "a-1", "s-1"))
    assert only_score(ledger).score is None


def test_an_assessment_is_removed_from_every_class_at_once(ledger):
    pull(ledger, an_assessment("a-1", "c-1"), an_assessment("a-1", "c-2"))
    assert pull(ledger, removed("assessment", "a-1")).removed == {"assessment": 2}
    assert ledger.source.assessments(["c-1", "c-2"]) == []


def test_an_assessment_removed_and_put_again_moves_to_its_new_classes(ledger):
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
    assert [a.class_id for a in ledger.source.assessments(["c-1", "c-2", "c-3"])] == [
        "c-2",
        "c-3",
    ]


def test_an_assessment_first_put_and_then_removed_in_one_pull_is_not_there(ledger):
    assert pull(ledger, an_assessment(), removed("assessment", "a-1")).added == {}
    assert ledger.source.assessments(["c-1"]) == []


def test_removing_an_assessment_twice_is_removing_it(ledger):
    pull(ledger, an_assessment())
    gone = removed("assessment", "a-1")
    assert pull(ledger, gone, gone).removed == {"assessment": 1}


def test_removing_what_is_not_there_is_nothing(ledger):
    diff = pull(ledger, removed("assessment", "a-9"), removed("score", "a-9", "s-9"))
    assert diff.removed == {}


def test_columns_outlive_their_assessment(ledger):
    pull(ledger, *SCHOOL)
    ledger.delivered.save_column(a_column(ref="ref-1"))
    pull(ledger, removed("assessment", "a-1"), removed("class", "c-1"))
    assert only(ledger.delivered.columns(["c-1"])).ref == "ref-1"
