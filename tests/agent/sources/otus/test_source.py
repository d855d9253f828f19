"""The pages of the feed, a feed that breaks its contract, and what `check` reports."""

import pytest

from agent.errors import MaintenanceError, NotUnderstoodError, UnavailableError
from agent.probe import Probe
from tests.agent.sources.otus.feed import STUDENT, TEACHER, a_page, answer, source_of


def test_pages_follow_the_cursor_to_the_end():
    pages = {
        None: a_page(TEACHER, cursor="k-1", more=True),
        "k-1": a_page(STUDENT, cursor="k-2", more=True),
        "k-2": a_page(cursor="k-3"),
    }
    asked = []
    found = list(source_of(lambda cursor: answer(pages[cursor]), asked).pull(None))
    assert [(len(p.changes), p.cursor, p.last) for p in found] == [
        (1, "k-1", False),
        (1, "k-2", False),
        (0, "k-3", True),
    ]
    assert all(page.snapshot for page in found)
    assert [query.get("cursor") for query in asked] == [None, "k-1", "k-2"]


def test_an_unchanged_feed_is_an_empty_delta():
    (page,) = source_of(answer(a_page(snapshot=False, cursor="k-9"))).pull("k-9")
    assert (page.changes, page.snapshot, page.cursor, page.last) == ((), False, "k-9", True)


def test_a_cursor_goes_out_as_it_came_in():
    asked = []
    list(source_of(answer(a_page(snapshot=False)), asked).pull("a b&limit=1+%/ü"))
    assert asked[0]["cursor"] == "a b&limit=1+%/ü"


@pytest.mark.parametrize("status", [400, 410])
def test_a_forgotten_cursor_starts_again_with_a_snapshot(status):
    def answers(cursor):
        return answer({}, status) if cursor else answer(a_page(TEACHER))

    (page,) = source_of(answers).pull("k-old")
    assert (page.snapshot, len(page.changes)) == (True, 1)


def test_a_source_may_answer_a_cursor_with_a_snapshot():
    (page,) = source_of(answer(a_page(TEACHER, snapshot=True))).pull("k-1")
    assert (page.snapshot, len(page.changes)) == (True, 1)


def test_a_cursor_forgotten_half_way_ends_the_pull():
    def answers(cursor):
        return answer({}, 410) if cursor else answer(a_page(TEACHER, more=True))

    pages = source_of(answers).pull(None)
    next(pages)
    with pytest.raises(UnavailableError, match="410"):
        next(pages)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(answer("<html>hello</html>", kind="text/html"), id="html with status 200"),
        pytest.param(answer("<html>hello</html>"), id="html as json"),
        pytest.param(answer(""), id="nothing"),
        pytest.param(answer([]), id="a list"),
        pytest.param(answer({"changes": []}), id="fields are missing"),
        pytest.param(answer(a_page() | {"cursor": ""}), id="an empty cursor"),
        pytest.param(answer(a_page() | {"cursor": None}), id="no cursor"),
        pytest.param(answer(a_page() | {"more": "yes"}), id="more is a word"),
        pytest.param(answer(a_page({"kind": "score"})), id="a change without id and op"),
        pytest.param(answer(a_page(TEACHER | {"op": "upsert"})), id="an unknown op"),
        pytest.param(answer(a_page(TEACHER | {"id": ""})), id="an empty id"),
        pytest.param(answer('{"snapshot": true, "cursor"'), id="cut off"),
        pytest.param(answer(b'{"cursor": "\xff"}'), id="not utf-8"),
        pytest.param(answer(a_page(snapshot=False)), id="a beginning that is no snapshot"),
        pytest.param(
            answer(a_page({"kind": "score", "op": "remove", "id": "x"})),
            id="a score that does not say whose",
        ),
    ],
)
def test_is_not_understood(body):
    with pytest.raises(NotUnderstoodError):
        list(source_of(body).pull(None))


def test_a_maintenance_page_is_told_as_such():
    page = answer("<html>Scheduled maintenance</html>", kind="text/html")
    with pytest.raises(MaintenanceError):
        list(source_of(page).pull(None))


@pytest.mark.parametrize(
    "cursors",
    [
        pytest.param(lambda _: "k-1", id="the same cursor for ever"),
        pytest.param(lambda cursor: "k-2" if cursor == "k-1" else "k-1", id="a circle"),
        pytest.param(lambda cursor: f"{cursor}+", id="new cursors and no changes"),
    ],
)
def test_a_feed_that_never_ends_is_given_up(cursors):
    asked = []

    def answers(cursor):
        return answer(a_page(cursor=cursors(cursor), more=True))

    with pytest.raises(NotUnderstoodError, match="never ends"):
        list(source_of(answers, asked).pull(None))
    assert len(asked) < 200


def test_a_feed_with_more_pages_than_any_district_has_is_given_up():
    asked = []

    def answers(cursor):
        return answer(a_page(TEACHER, cursor=f"{cursor}+", more=True))

    source = source_of(answers, asked, pages=12)
    with pytest.raises(NotUnderstoodError, match="never ends"):
        list(source.pull(None))
    assert len(asked) == 12


def test_a_delta_that_turns_into_a_snapshot_is_not_understood():
    def answers(cursor):
        return answer(a_page(TEACHER, snapshot=cursor != "k-0", cursor=f"{cursor}+", more=True))

    with pytest.raises(NotUnderstoodError, match="turns into"):
        list(source_of(answers).pull("k-0"))


def test_an_error_quotes_nothing_of_the_answer():
    with pytest.raises(NotUnderstoodError) as refused:
        list(source_of(answer({"cursor": "secret"})).pull(None))
    assert "secret" not in str(refused.value)


def test_a_feed_that_answers():
    assert list(source_of(answer(a_page(TEACHER))).check()) == [
        Probe(name="the Otus feed", ok=True, detail="answers")
    ]


@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_a_feed_that_does_not(status):
    [probe] = source_of(answer({}, status)).check()
    assert not probe.ok
    assert "listChanges" in probe.detail
