"""A plan as text: what changes by section, and the ids that moved."""

from collections import Counter
from datetime import UTC, datetime

from agent.records import MovedId, RecordState, State
from agent.report import Summary
from agent.sync.plans.text import LISTED, diff
from agent.sync.plans.view import ColumnView, Field, PlanView, ScoreView, SectionView

SCORES = (
    "  scores: 3 to send, 1 of them in place of an earlier one, 1 of them 0 for missing work,"
    " 1 to take back"
)


def a_view(**sections: SectionView) -> PlanView:
    return PlanView(
        at=datetime(2026, 10, 17, 3, tzinfo=UTC),
        findings=(),
        sections={name.removeprefix("s"): section for name, section in sections.items()},
        summary=Summary(),
        reasons={},
        failed=(),
    )


def refused(code: str) -> RecordState:
    return RecordState(
        assessment="a-3", student=None, section="501", state=State.REFUSED, codes=(code,)
    )


def test_the_whole_text():
    new = ColumnView(
        assessment="a-1",
        title="Quiz",
        new=True,
        fields=[Field(name="Due", old=None, new="2026-10-16")],
        note="title shortened",
    )
    changed = ColumnView(
        assessment="a-2",
        title="Renamed",
        new=False,
        fields=[Field(name="Title", old="Test", new="Renamed")],
    )
    scores = [
        ScoreView(assessment="a-1", student="s-1", old="*", new="0", zero=True),
        ScoreView(assessment="a-2", student="s-2", old="7", new="8", zero=False),
        ScoreView(assessment="a-2", student="s-3", old=None, new="9", zero=False),
        ScoreView(assessment="a-2", student="s-4", old="5", new=None, zero=False),
    ]
    full = SectionView(
        columns=[new, changed],
        sent=3,
        replaced=1,
        zeros=1,
        taken_back=1,
        scores=scores,
        staying=[refused("no_category")],
        more_staying=2,
        scores_staying=Counter({"not_due_yet": 4, "state-kept": 1}),
    )
    quiet = SectionView(scores_staying=Counter({"not_due_yet": 9}))

    assert list(
        diff(a_view(s501=full, s502=quiet, s503=SectionView(unchanged=5)), (), values=True)
    ) == [
        "section 501",
        '  + a-1 "Quiz"',
        "      due 2026-10-16",
        "      (title shortened)",
        '  ~ a-2 "Renamed"',
        "      title: Test -> Renamed",
        SCORES,
        "      a-1  s-1: * -> 0  (missing work)",
        "      a-2  s-2: 7 -> 8",
        "      a-2  s-3: not readable -> 9",
        "      a-2  s-4: 5 -> *",
        "  stays out: 4 not_due_yet, 2 (more assignments), 1 kept, 1 no_category",
        "nothing to send in 2 other sections",
    ]


def test_a_district_with_nothing_to_send_is_one_line():
    assert list(diff(a_view(s1=SectionView()), (), values=False)) == [
        "nothing to send in 1 section"
    ]
    assert list(diff(a_view(), (), values=False)) == []


def test_moved_ids_stand_first_by_kind_and_only_so_many():
    moved = [
        MovedId(kind="student", id=f"s-{n}", before=f"{n}", now=f"9{n}") for n in range(LISTED + 3)
    ]
    moved.append(MovedId(kind="class", id="c-1", before="501", now="502"))
    lines = list(diff(a_view(), moved, values=True))
    assert lines[:2] == [
        "103 students have another SIS id in the source than in the last run:",
        "    s-0: 0 -> 90",
    ]
    assert lines[-3:] == [
        "    and 3 more; `--json --values` lists all of them",
        "1 class is linked to another section in the source than in the last run:",
        "    c-1: 501 -> 502",
    ]


def test_ids_of_persons_are_counted_unless_they_are_asked_for():
    moved = [
        MovedId(kind="student", id="s-1", before="1", now="91"),
        MovedId(kind="class", id="c-1", before="501", now="502"),
    ]
    assert list(diff(a_view(), moved, values=False)) == [
        "1 student has another SIS id in the source than in the last run (`--values` lists them)",
        "1 class is linked to another section in the source than in the last run:",
        "    c-1: 501 -> 502",
    ]
