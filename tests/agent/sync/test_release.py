"""A release that changes a rule has every gradebook judged once; what stands is not sent again."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from agent.domain import GroupMember, Progress, Student, Teacher
from agent.errors import BrakeError
from agent.policy import BrakeLimits
from agent.records import Change, State
from agent.rules import RULES_FOR
from agent.sis.port import DistrictSnapshot
from agent.sources.port import Page
from agent.sync.refresh import fingerprint_of
from agent.sync.run import run_night
from tests.agent.builders import (
    TODAY,
    a_class,
    a_ledger,
    a_policy,
    a_run,
    a_score,
    an_assessment,
    sits,
)
from tests.agent.ledger.records_of_a_school import pull
from tests.agent.sync.book import BookSis

SURVEY = DistrictSnapshot(links={}, fingerprint="as ever", changed=frozenset(), cursor="m")


class QuietSis(BookSis):
    """One section, whose roster and calendar never change; every write is counted."""

    def __init__(self) -> None:
        super().__init__("501")
        self.enrol("501", {"9001": (sits(),)})
        self.writes: list[str] = []

    def district_snapshot(self, cursor: str | None) -> DistrictSnapshot:
        """Nothing has changed."""
        return SURVEY

    def create(self, gradebook, draft):
        """Count, and make it."""
        self.writes.append(draft.external_id)
        return super().create(gradebook, draft)

    def update(self, gradebook, ref, draft):
        """Count, and replace it under the id that it is sent with, as a PUT does."""
        self.writes.append(draft.external_id)
        return super().create(gradebook, draft)

    def put_scores(self, gradebook, ref, scores, found=None):
        """Count, and write."""
        self.writes += [student for student, _ in scores]
        return super().put_scores(gradebook, ref, scores, found)


class QuietSource:
    """A source in which nothing changes by itself."""

    def pull(self, cursor: str | None):
        """One empty page."""
        yield Page(changes=(), snapshot=False, cursor="k", last=True)


class District:
    """A teacher's class with one student, night after night under some program."""

    def __init__(self) -> None:
        self.sis = QuietSis()
        self.ledger = a_ledger(
            Teacher(id="t-1", sis_id="7001"),
            GroupMember(teacher="t-1"),
            Student(id="s-1", sis_id="9001"),
            a_class(),
        )
        self.count = 0

    def assign(self, id_: str, score=None, **given) -> None:
        """Assign, or edit, an assessment with a score."""
        work = an_assessment(id=id_, **given)
        pull(self.ledger, Change(kind="assessment", key=(id_, "c-1"), value=work))
        score = msgspec.structs.replace(score or a_score(), assessment=id_, student="s-1")
        pull(self.ledger, Change(kind="score", key=(id_, "s-1"), value=score))

    def night(self, **program) -> list[str]:
        """A whole night; what it wrote."""
        self.count += 1
        self.sis.writes.clear()
        run = a_run(
            id=f"run-{self.count}",
            sis=self.sis,
            ledger=self.ledger,
            source=QuietSource(),
            **program,
        )
        assert not run_night(run, forced=False).troubled
        return list(self.sis.writes)

    def state(self, id_: str) -> State:
        """The state of an assessment's own record."""
        return next(r.state for r in self.ledger.records.records_of([id_]) if r.student is None)


@pytest.fixture
def district():
    found = District()
    yield found
    found.ledger.close()


def duplicate_of(candidate) -> str | None:
    """A rule that a later release drops for this SIS."""
    return "pop quizzes do not pass" if "Pop" in candidate.assessment.title else None


def title_too_long(candidate) -> str | None:
    """The rule of that name, narrower than it became."""
    return "the title is too long" if len(candidate.assessment.title) > 8 else None


DROPPED = {"skyward": (*RULES_FOR["skyward"], duplicate_of)}
NARROWER = {
    "skyward": tuple(
        title_too_long if rule.__name__ == "title_too_long" else rule
        for rule in RULES_FOR["skyward"]
    )
}


def test_what_a_dropped_rule_refused_becomes_eligible_though_nothing_changed_in_otus(district):
    district.assign("a-1", title="Pop quiz")
    assert district.night(rules=DROPPED) == []
    assert district.state("a-1") is State.REFUSED

    assert district.night(rules=DROPPED) == []
    assert district.night() == ["pb-a-1.c-1", "9001"]


def test_what_a_rule_of_the_same_name_refuses_no_more_passes_after_the_upgrade(district):
    district.assign("a-1", title="A long title")
    assert district.night(rules=NARROWER, release="0.1.0") == []
    assert district.state("a-1") is State.REFUSED

    # Without a release nobody looks: nothing changed for all that the program can know.
    assert district.night(release="0.1.0") == []
    assert district.night(release="0.2.0") == ["pb-a-1.c-1", "9001"]
    assert district.night(release="0.2.0") == []


def test_or_when_everything_is_rechecked(district):
    district.assign("a-1", title="A long title")
    district.night(rules=NARROWER)

    assert district.night(recheck=True) == ["pb-a-1.c-1", "9001"]
    assert district.night(recheck=True) == []


def as_a_version_before_made_it(district: District) -> None:
    """A column under another form of our id, with a title that was shortened differently."""
    [column] = district.sis.book.values()
    old = replace(column, ref="pb1:a-1", external_id="pb1:a-1")
    old = replace(old, data=replace(old.data, title="Fractions and more …"))
    district.sis.book = {"pb1:a-1": old}
    district.sis.cells = {"pb1:a-1": district.sis.cells[column.ref]}
    [known] = district.ledger.delivered.columns(["c-1"])
    accepted = {**known.accepted, "title": "Fractions and more …"}
    district.ledger.delivered.save_column(
        replace(known, ref="pb1:a-1", external_id="pb1:a-1", accepted=accepted)
    )


def test_c1_another_form_of_titles_and_ids_sends_nothing_after_an_upgrade(district):
    district.assign("a-1", title="Fractions and more " + "x" * 60)
    district.night(release="0.1.0")
    as_a_version_before_made_it(district)

    assert district.night(release="0.2.0") == []
    assert district.night(release="0.2.0", recheck=True) == []
    assert district.state("a-1") is State.UNCHANGED


def test_c3_an_edit_after_such_an_upgrade_goes_to_the_column_that_there_is(district):
    district.assign("a-1", title="Fractions and more " + "x" * 60)
    district.night(release="0.1.0")
    as_a_version_before_made_it(district)

    district.assign("a-1", title="Fractions")
    assert district.night(release="0.2.0") == ["pb1:a-1"]
    assert list(district.sis.book) == ["pb1:a-1"]


def test_the_first_run_after_an_upgrade_stands_under_the_brake(district):
    late = TODAY - timedelta(days=2)
    missing = a_score(points=None, progress=Progress.NOT_SUBMITTED)
    district.assign("a-1", score=missing, title="Pop quiz", due=late)
    district.night(rules=DROPPED, release="0.1.0")

    with pytest.raises(BrakeError, match="would become 0"):
        district.night(release="0.2.0", brake=BrakeLimits(at_least=1))
    assert district.sis.writes == []


def fingerprints(*changes) -> set[str]:
    return {fingerprint_of(a_run(sis=QuietSis(), **change), SURVEY) for change in changes}


def test_the_fingerprint_depends_on_program_rules_and_policy():
    different = [
        {},
        {"release": "0.2.0"},
        {"release": "0.3.0"},
        {"rules": DROPPED},
        {"policy": a_policy(send_excluded=True)},
    ]
    assert len(fingerprints(*different)) == len(different)


def test_the_fingerprint_is_the_same_night_after_night():
    assert len(fingerprints({}, {}, {"recheck": True}, {"id": "run-2"})) == 1
