"""A second look at a gradebook in which nothing changed writes nothing and states nothing new."""

from dataclasses import replace
from datetime import timedelta

from msgspec import structs

from agent.decide.facts import UnreadCells
from agent.decide.gradebook import decide_gradebook
from agent.decide.plan import GradebookPlan
from agent.domain import GroupMember, Progress, Student, Teacher
from agent.records import Change, State
from agent.sync.apply import apply_plan
from agent.sync.context import GradebookWork, RunContext
from agent.sync.gather import GradebookReads, gradebook_facts, run_facts
from agent.sync.recovery.read_back import UNREAD
from agent.sync.run import record_applied
from tests.agent.builders import (
    TODAY,
    a_class,
    a_ledger,
    a_run,
    a_score,
    an_assessment,
    sits,
)
from tests.agent.ledger.records_of_a_school import pull
from tests.agent.sync.book import BookSis

PEOPLE = {"s-1": "9001", "s-2": "9002", "s-3": "9003", "s-4": None, "s-5": "9005", "s-6": "9005"}
EVERYONE = {sis: (sits(),) for sis in sorted({sis for sis in PEOPLE.values() if sis})}


def decided(run, work):
    """The plan of a gradebook."""
    gradebook = run.sis.gradebook(work.key, work.sections)
    facts = gradebook_facts(run.ledger, work, gradebook)
    return decide_gradebook(run_facts(run), facts, GradebookReads(run.sis, run.ledger, gradebook))


class Nights:
    """Nights of one gradebook, that of class c-1 in section 501."""

    def __init__(self) -> None:
        teacher, group = Teacher(id="t-1", sis_id="7001"), GroupMember(teacher="t-1")
        people = [Student(id=p, sis_id=sis) for p, sis in PEOPLE.items()]
        self.class_ = a_class(id="c-1", section="501")
        self.ledger = a_ledger(teacher, group, *people, self.class_)
        self.sis, self.count = BookSis("501"), 0
        self.sis.enrol("501", EVERYONE)

    def assign(self, **given) -> None:
        value = an_assessment(id="a-1", class_id="c-1", **given)
        pull(self.ledger, Change(kind="assessment", key=("a-1", "c-1"), value=value))

    def score(self, student, value) -> None:
        value = structs.replace(value, assessment="a-1", student=student)
        pull(self.ledger, Change(kind="score", key=("a-1", student), value=value))

    def night(self) -> tuple[RunContext, GradebookWork]:
        """What the next night works with."""
        self.count += 1
        run = a_run(id=f"run-{self.count}", sis=self.sis, ledger=self.ledger)
        return run, GradebookWork(key="501", sections=("501",), classes=(self.class_,))

    def play(self) -> None:
        """One night."""
        run, work = self.night()
        plan = decided(run, work)
        record_applied(run, plan, apply_plan(run, plan), "context")

    def look_again(self) -> GradebookPlan:
        """The plan of a second look in which nothing changed."""
        return decided(*self.night())


def test_an_unchanged_record_is_told_once():
    nights = Nights()
    try:
        nights.assign()
        for student in [s for s in PEOPLE if s != "s-6"]:  # who has the SIS id of s-5
            nights.score(student, a_score())
        nights.play()
        assert nights.look_again().states == ()
    finally:
        nights.ledger.close()


def test_a_zero_that_was_sent_needs_no_new_record():
    nights = Nights()
    try:
        nights.assign(due=TODAY - timedelta(days=1))
        nights.play()
        assert nights.look_again().states == ()
    finally:
        nights.ledger.close()


def test_a_class_is_looked_at_again_when_time_may_change_a_refusal():
    nights = Nights()
    try:
        due = TODAY + timedelta(days=3)
        nights.assign(due=due)
        for student in PEOPLE:
            nights.score(student, a_score(points=None, progress=Progress.NOT_SUBMITTED))
        nights.play()
        assert nights.look_again().again == due + timedelta(days=1)
    finally:
        nights.ledger.close()


def test_an_unchanged_cell_is_held_while_a_write_to_it_has_an_unknown_outcome():
    nights = Nights()
    try:
        nights.assign()
        nights.score("s-1", a_score())
        nights.play()
        run, work = nights.night()
        unread = UnreadCells({("a-1", "s-1"): UNREAD}, {("a-1", "9001"): UNREAD})
        plan = decided(replace(run, unread=unread), work)
        assert [s.state for s in plan.states if s.student == "s-1"] == [State.HELD]
    finally:
        nights.ledger.close()
