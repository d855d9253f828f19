"""The feed is the state and its history in one: whoever follows it has what is there."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_sis.world.feed import KINDS, Feed, from_json, score_id
from mock_sis.world.store import Store

IDS = ("a", "b", "c")


@pytest.fixture
def feed(tmp_path):
    store = Store(tmp_path / "feed.db")
    store.create()
    yield Feed(store)
    store.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("feed") / "feed.db")
    store.create()
    yield store
    store.close()


def take(copy, changes):
    """What a follower does with a stretch of the feed."""
    for change in changes:
        if change.removed:
            copy.pop((change.kind, change.id), None)
        else:
            copy[change.kind, change.id] = from_json(change.record)
    return copy


def state(feed):
    return {(kind, record["id"]): record for kind in KINDS for record in feed.records(kind)}


def test_points_keep_every_digit(feed):
    feed.put("score", "a:s", {"id": "a:s", "points": Decimal("8.125000000000000000001")})

    assert '"points":8.125000000000000000001' in feed.since(0, 1)[0].record
    assert feed.get("score", "a:s")["points"] == Decimal("8.125000000000000000001")


def test_an_unchanged_feed_has_nothing_behind_its_head(feed):
    assert (feed.head(), feed.since(0, 10)) == (0, [])

    feed.put("teacher", "t", {"id": "t"})

    assert feed.since(feed.head(), 10) == []


def test_a_record_changed_twice_comes_once_at_its_last_place(feed):
    feed.put("teacher", "a", {"id": "a", "sisId": "1"})
    feed.put("teacher", "b", {"id": "b", "sisId": "2"})
    feed.put("teacher", "a", {"id": "a", "sisId": "3"})

    assert [(c.id, c.seq) for c in feed.since(0, 10)] == [("b", 2), ("a", 3)]


def test_a_removed_record_is_gone_and_its_change_says_what_it_was(feed):
    id_ = score_id("a", "s")
    feed.put("score", id_, {"assessmentId": "a", "studentId": "s", "points": 3})

    assert feed.remove("score", id_)

    assert feed.get("score", id_) is None
    change = feed.since(0, 10)[0]
    assert (change.removed, from_json(change.record)) == (
        True,
        {"assessmentId": "a", "studentId": "s"},
    )
    assert feed.snapshot("score", "", 10) == []
    assert not feed.remove("score", id_)


def test_a_snapshot_goes_by_id_page_by_page(feed):
    feed.put_many(("student", id_, {"id": id_}) for id_ in ("c", "a", "b"))

    first = feed.snapshot("student", "", 2)
    rest = feed.snapshot("student", first[-1].id, 2)

    assert [c.id for c in (*first, *rest)] == ["a", "b", "c"]


def test_otus_learns_of_a_sis_teacher_once(feed):
    assert feed.teacher_of("9") == feed.teacher_of("9") == "t-9"
    assert list(feed.records("teacher")) == [{"id": "t-9", "sisId": "9"}]


def test_what_is_held_back_comes_out_in_order_of_days_and_once(feed):
    feed.hold_back([(date(2026, 10, day), "student", str(day), {"id": str(day)}) for day in (3, 1)])
    feed.hold_back([(date(2026, 10, 1), "student", "later", {"id": "later"})])

    assert feed.release(date(2026, 9, 30)) == 0
    assert feed.release(date(2026, 10, 2)) == 2
    assert [c.id for c in feed.since(0, 10)] == ["1", "later"]
    assert feed.release(date(2026, 10, 3)) == 1
    assert feed.release(date(2026, 10, 9)) == 0


changes = st.tuples(st.sampled_from(KINDS), st.sampled_from(IDS), st.integers(0, 5) | st.none())


def play(feed, some):
    for kind, id_, value in some:
        if value is None:
            feed.remove(kind, id_)
        else:
            feed.put(kind, id_, {"id": id_, "value": value})


@settings(max_examples=60, deadline=None)
@given(
    before=st.lists(changes, max_size=12),
    between=st.lists(st.lists(changes, max_size=3), min_size=len(KINDS), max_size=len(KINDS)),
    page=st.integers(1, 4),
)
def test_a_snapshot_taken_while_records_change_and_the_delta_after_it_are_the_state(
    shared, before, between, page
):
    with shared.write() as cursor:
        cursor.execute("DELETE FROM otus")
    feed = Feed(shared)
    play(feed, before)
    head, copy = feed.head(), {}
    for kind, meanwhile in zip(KINDS, between, strict=True):
        last = ""
        while stretch := feed.snapshot(kind, last, page):
            take(copy, stretch)
            last = stretch[-1].id
            play(feed, meanwhile)
            meanwhile = []  # noqa: PLW2901 - each disturbs once
    while stretch := feed.since(head, page):
        take(copy, stretch)
        head = stretch[-1].seq

    assert copy == state(feed)
    assert head <= feed.head()
