"""A second look at a gradebook in which nothing changed writes nothing and states nothing new."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.decide.facts import UnreadCells
from agent.decide.gradebook import decide_gradebook
from agent.decide.plan import GradebookPlan
from agent.domain import Broken, GroupMember, Progress, SisCell, StatusFlag, Student, Teacher
from agent.policy import MissingAfterDue
from agent.records import Change, State
from agent.sync.apply import apply_plan
from agent.sync.context import GradebookWork, RunContext
from agent.sync.gather import GradebookReads, gradebook_facts, run_facts
from agent.sync.recovery import UNREAD
from agent.sync.run import record_applied
from tests.agent.builders import (
    TODAY,
    a_class,
    a_ledger,
    a_night,
    a_policy,
    a_run,
    a_score,
    an_assessment,
    local,
    quarters,
    sits,
)
from tests.agent.ledger.records_of_a_school import pull
from tests.agent.sync.book import BookSis

CLASSES = {"c-1": "501", "c-2": "502", "c-3": "501"}
PEOPLE = {"s-1": "9001", "s-2": "9002", "s-3": "9003", "s-4": None, "s-5": "9005", "s-6": "9005"}
ASSESSMENTS = ("a-1", "a-2", "a-3")
SIS_IDS = sorted({sis for sis in PEOPLE.values() if sis})
EVERYONE = {sis: (sits(),) for sis in SIS_IDS}

days = st.integers(-20, 20).map(lambda ahead: TODAY + timedelta(days=ahead))
spans = st.builds(sits, start=days, end=st.none() | days)
rosters = st.dictionaries(
    st.sampled_from(SIS_IDS), st.lists(spans | st.just(sits()), min_size=1, max_size=2).map(tuple)
) | st.just(EVERYONE)
points = st.sampled_from(
    ["8", "8.5", "8.50", "0", "12.125", "7.3333", "1E+1", "-1", "100001", None]
)
flags = st.frozensets(st.sampled_from(list(StatusFlag)), max_size=2)
progress = st.sampled_from([Progress.GRADED] * 4 + list(Progress))
scores = st.builds(lambda p, **given: a_score(points=p, **given), points, progress=progress) | (
    st.builds(lambda p, **given: a_score(points=p, **given), points, progress=progress, flags=flags)
)
lists = st.none() | st.dictionaries(st.sampled_from(list(PEOPLE)), st.none() | days)
works = st.fixed_dictionaries(
    {
        "title": st.sampled_from(["Fractions", "x" * 60]),
        "type": st.sampled_from(["Quiz"] * 3 + ["Lab"]),
        "due": st.sampled_from([TODAY, TODAY, TODAY - timedelta(days=3), date(2026, 11, 3)]) | days,
        "total_points": st.sampled_from([Decimal(10), Decimal(20)]),
        "students": st.none() | lists,
    }
)
policies = st.builds(
    a_policy,
    missing_after_due=st.sampled_from(MissingAfterDue),
    zero_excused=st.booleans(),
    send_excluded=st.booleans(),
    recreate_deleted=st.booleans(),
)


def decided(run, work):
    """The plan of a gradebook."""
    gradebook = run.sis.gradebook(work.key, work.sections)
    facts = gradebook_facts(run, work, gradebook)
    return decide_gradebook(run_facts(run), facts, GradebookReads(run, gradebook))


class Nights:
    """One gradebook over some nights; every night is decided in both ways."""

    def __init__(self, *classes: str) -> None:
        teacher, group = Teacher(id="t-1", sis_id="7001"), GroupMember(teacher="t-1")
        people = [Student(id=p, sis_id=sis) for p, sis in PEOPLE.items()]
        self.classes = [a_class(id=c, section=CLASSES[c]) for c in classes]
        self.sections = tuple(sorted({c.section for c in self.classes}))
        self.ledger = a_ledger(teacher, group, *people, *self.classes)
        self.sis = BookSis(*self.sections)
        self.policy, self.today, self.count = a_policy(), TODAY, 0
        self.given: dict = {}

    def score(self, assessment, student, value) -> None:
        if value is not None and not isinstance(value, Broken):
            value = msgspec.structs.replace(value, assessment=assessment, student=student)
        pull(self.ledger, Change(kind="score", key=(assessment, student), value=value))

    def assign(self, assessment, class_id, given) -> None:
        value = None
        self.given[assessment, class_id] = given
        if given is not None:
            value = an_assessment(id=assessment, class_id=class_id, **given)
        pull(self.ledger, Change(kind="assessment", key=(assessment, class_id), value=value))

    def night(self) -> tuple[RunContext, GradebookWork]:
        """What the next night works with."""
        self.count += 1
        now = local(self.today.year, self.today.month, self.today.day, 22)
        run = a_run(
            id=f"run-{self.count}",
            policy=self.policy,
            tonight=a_night(now),
            sis=self.sis,
            ledger=self.ledger,
        )
        work = GradebookWork(key="501", sections=self.sections, classes=tuple(self.classes))
        return run, work

    def play(self) -> None:
        """One night."""
        run, work = self.night()
        plan = decided(run, work)
        record_applied(run, plan, apply_plan(run, plan), "context")

    def look_again(self) -> GradebookPlan:
        """The plan of a second look in which nothing changed."""
        return decided(*self.night())


@pytest.mark.slow
@pytest.mark.parametrize("classes", [["c-1"], ["c-1", "c-2"], ["c-1", "c-3"]], ids="+".join)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_what_nothing_changed_about_is_neither_written_nor_recorded_again(classes, data):
    nights = Nights(*classes)
    try:
        _first_of_all(nights, data.draw)
        for _ in range(data.draw(st.integers(2, 6), "nights")):
            nights.play()
            again = nights.look_again()
            assert not again.writes
            assert not again.forget
            assert {state.state for state in again.states} <= {State.HELD, State.FAILED}
            for act in data.draw(st.lists(st.sampled_from(ACTS), max_size=4), "acts"):
                act(nights, data.draw)
    finally:
        nights.ledger.close()


def _first_of_all(nights, draw):
    for section in nights.sections:
        nights.sis.enrol(section, draw(st.just(EVERYONE) | rosters, "roster"))
    for assessment in ASSESSMENTS:
        for class_ in nights.classes:
            if draw(st.integers(0, 3)) or class_.id == "c-1":
                nights.assign(assessment, class_.id, draw(st.just({}) | works, "work"))
        for student in PEOPLE:
            nights.score(assessment, student, draw(st.just(a_score()) | scores, "score"))


def _a_score_changes(nights, draw):
    value = draw(scores | st.none() | st.just(Broken(reason="points: no")))
    nights.score(draw(st.sampled_from(ASSESSMENTS)), draw(st.sampled_from(list(PEOPLE))), value)


def _an_assessment_changes(nights, draw):
    class_ = draw(st.sampled_from(nights.classes))
    nights.assign(draw(st.sampled_from(ASSESSMENTS)), class_.id, draw(works | st.none()))


def _a_list_changes(nights, draw):
    key = draw(st.sampled_from(sorted(nights.given)))
    if nights.given[key] is not None:
        nights.assign(*key, {**nights.given[key], "students": draw(lists)})


def _someone_leaves(nights, draw):
    section = draw(st.sampled_from(nights.sections))
    left = (sits(end=nights.today - timedelta(days=1)),)
    nights.sis.enrol(section, {**EVERYONE, draw(st.sampled_from(SIS_IDS)): left})


def _sis_ids_change(nights, draw):
    student = draw(st.sampled_from(list(PEOPLE)))
    sis = draw(st.sampled_from([*SIS_IDS, None]))
    given = Student(id=student, sis_id=sis)
    pull(nights.ledger, Change(kind="student", key=(student,), value=given))


def _everyone_is_back(nights, draw):
    nights.sis.enrol(draw(st.sampled_from(nights.sections)), EVERYONE)


def _a_roster_changes(nights, draw):
    nights.sis.enrol(draw(st.sampled_from(nights.sections)), draw(rosters))


def _time_passes(nights, draw):
    nights.today += timedelta(days=draw(st.integers(1, 9)))


def _the_policy_changes(nights, draw):
    nights.policy = draw(policies)


def _a_period_is_closed_or_opened(nights, draw):
    periods = quarters(*draw(st.sampled_from([(), ("q1",)])))
    for name, section in nights.sis.sections.items():
        nights.sis.sections[name] = replace(section, periods=periods)


def _a_teacher_writes(nights, draw):
    for ref in nights.sis.book:
        if draw(st.booleans()):
            cell = SisCell(points=Decimal(3))
            nights.sis.cells[ref][draw(st.sampled_from(SIS_IDS))] = cell


def _a_teacher_clears(nights, draw):
    for cells in nights.sis.cells.values():
        if draw(st.booleans()):
            cells.clear()


def _a_teacher_deletes(nights, draw):
    if nights.sis.book:
        del nights.sis.book[draw(st.sampled_from(sorted(nights.sis.book)))]


ACTS = [
    *[_a_score_changes] * 3,
    _an_assessment_changes,
    _a_list_changes,
    *[_someone_leaves, _everyone_is_back, _sis_ids_change] * 2,
    _a_roster_changes,
    *[_time_passes] * 2,
    _the_policy_changes,
    _a_period_is_closed_or_opened,
    _a_teacher_writes,
    _a_teacher_clears,
    _a_teacher_deletes,
]


def test_an_unchanged_record_is_told_once():
    nights = Nights("c-1")
    try:
        nights.sis.enrol("501", EVERYONE)
        nights.assign("a-1", "c-1", {})
        for student in [s for s in PEOPLE if s != "s-6"]:  # who has the SIS id of s-5
            nights.score("a-1", student, a_score())
        nights.play()
        assert nights.look_again().states == ()
    finally:
        nights.ledger.close()


def test_a_zero_that_was_sent_needs_no_new_record():
    nights = Nights("c-1")
    try:
        nights.sis.enrol("501", EVERYONE)
        nights.assign("a-1", "c-1", {"due": TODAY - timedelta(days=1)})
        nights.play()
        assert nights.look_again().states == ()
    finally:
        nights.ledger.close()


def test_a_class_is_looked_at_again_when_time_may_change_a_refusal():
    nights = Nights("c-1")
    try:
        nights.sis.enrol("501", EVERYONE)
        due = TODAY + timedelta(days=3)
        nights.assign("a-1", "c-1", {"due": due})
        for student in PEOPLE:
            nights.score("a-1", student, a_score(points=None, progress=Progress.NOT_SUBMITTED))
        nights.play()
        assert nights.look_again().again == due + timedelta(days=1)
    finally:
        nights.ledger.close()


def test_an_unchanged_cell_is_held_while_a_write_to_it_has_an_unknown_outcome():
    nights = Nights("c-1")
    try:
        nights.sis.enrol("501", EVERYONE)
        nights.assign("a-1", "c-1", {})
        nights.score("a-1", "s-1", a_score())
        nights.play()
        run, work = nights.night()
        unread = UnreadCells({("a-1", "s-1"): UNREAD}, {("a-1", "9001"): UNREAD})
        plan = decided(replace(run, unread=unread), work)
        assert [s.state for s in plan.states if s.student == "s-1"] == [State.HELD]
    finally:
        nights.ledger.close()
