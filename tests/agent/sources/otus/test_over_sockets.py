"""The Otus source against the Otus mock over real sockets, down into a ledger."""

from collections import Counter
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import httpx2
import pytest
import stamina

from agent.domain import Broken
from agent.errors import DeniedError
from agent.ledger import open_ledger
from agent.sources import open_source
from mock_sis.server import serving
from tests.agent.ledger.records_of_a_school import scores_of

NOW = datetime(2026, 9, 14, tzinfo=UTC)


@pytest.fixture(scope="module")
def otus():
    with serving("otus") as running:
        yield running.otus.url


@pytest.fixture
def opened(otus):
    """Opens the mock as a source."""
    sources = []

    def open_(secret="passback-secret", observe=lambda _event: None):
        sources.append(
            open_source(
                "otus",
                zone=ZoneInfo("America/Chicago"),
                url=otus,
                client_id="passback",
                client_secret=lambda: secret,
                observe=observe,
            )
        )
        return sources[-1]

    with stamina.set_testing(True, attempts=2, cap=True):
        yield open_
    for source in sources:
        source.close()


@pytest.fixture
def ledger():
    ledger = open_ledger("sqlite:///:memory:", "lakeview")
    yield ledger
    ledger.close()


def follow(source, ledger):
    """Pull into the ledger, as a night does."""
    pages = list(source.pull(ledger.source.cursor()))
    staged = ledger.begin_pull(snapshot=pages[0].snapshot)
    for page in pages:
        staged.take(page.changes)
    diff = staged.diff()
    staged.commit(pages[-1].cursor, NOW)
    return diff


def test_a_school_comes_over_whole_and_usable(opened, ledger):
    changes = [c for page in opened().pull(None) for c in page.changes]
    assert {c.kind for c in changes} == {
        *("teacher", "student", "group_member", "class", "assessment", "score")
    }
    assert [c for c in changes if isinstance(c.value, Broken)] == []
    follow(opened(), ledger)
    classes = list(ledger.source.classes())
    assert [c.id for c in classes] == ["c-1001", "c-1002", "c-1003", "c-1004"]
    assert ledger.source.group() <= ledger.source.teachers(ledger.source.group()).keys()
    for assessment in ledger.source.assessments([c.id for c in classes]):
        students = scores_of(ledger, assessment.id)
        assert ledger.source.students(students).keys() == students.keys()


def test_a_second_pull_brings_nothing(opened, ledger):
    source = opened()
    changes = [c for page in source.pull(None) for c in page.changes]
    offered = Counter(change.kind for change in changes if change.value is not None)
    assert follow(source, ledger).added == offered
    diff = follow(source, ledger)
    assert (diff.added, diff.changed, diff.removed) == ({}, {}, {})


def test_what_happens_in_otus_comes_with_the_next_pull(opened, otus, ledger):
    source = opened()
    follow(source, ledger)
    (first, *_) = [a for c in ledger.source.classes() for a in ledger.source.assessments([c.id])]
    ledger.schedule.mark_clean([c.id for c in ledger.source.classes()], "x", None)
    student = next(iter(scores_of(ledger, first.id)))
    url = f"{otus}/_mock/assessments/{first.id}"
    httpx2.put(f"{url}/scores/{student}", json={"points": 4.25}).raise_for_status()
    assert follow(source, ledger).changed == {"score": 1}
    found = scores_of(ledger, first.id)
    assert str(found[student].score.points) == "4.25"
    assert first.class_id in ledger.schedule.due_classes(date(2026, 9, 14), "x")
    httpx2.delete(url).raise_for_status()
    assert follow(source, ledger).removed == {"assessment": 2, "score": 13}
    assert first.id not in {a.id for a in ledger.source.assessments([first.class_id])}


def test_credentials_that_are_refused_are_told_as_such(opened):
    source = opened(secret="wrong")
    with pytest.raises(DeniedError):
        list(source.pull(None))
    [probe] = source.check()
    assert not probe.ok


def test_requests_are_told_by_their_operation(opened):
    events = []
    source = opened(observe=events.append)
    list(source.pull(None))
    assert {(e["operation"], e["system"], e["write"]) for e in events} == {
        ("requestToken", "source", False),
        ("listChanges", "source", False),
    }
