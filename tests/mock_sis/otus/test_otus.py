"""The Otus feed: tokens, snapshots in pages, deltas, and cursors that time forgot."""

import base64
from datetime import timedelta
from decimal import Decimal

import pytest

from mock_sis.otus.operations import Cursor
from mock_sis.world.feed import KINDS, from_json
from tests.mock_sis.conftest import CREDENTIALS, bearer


def pull(feed, cursor=None, limit=1000):
    """All pages from *cursor* on: (changes, last cursor, whether it was a snapshot)."""
    changes, kinds = [], set()
    while True:
        query = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        page = feed(**query).json()
        assert len(page["changes"]) <= limit
        changes += page["changes"]
        kinds.add(page["snapshot"])
        cursor = page["cursor"]
        if not page["more"]:
            [snapshot] = kinds
            return changes, cursor, snapshot


# ---- tokens -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "auth"),
    [
        pytest.param({}, CREDENTIALS, id="Basic"),
        pytest.param(
            {"client_id": "passback", "client_secret": "passback-secret"}, None, id="form"
        ),
    ],
)
def test_a_token_is_given_for_the_known_client(client, form, auth):
    answer = client.post(
        "/oauth/token", data={"grant_type": "client_credentials", **form}, auth=auth
    )

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert (answer.json()["token_type"], answer.json()["expires_in"]) == ("bearer", 3600)


@pytest.mark.parametrize(
    ("grant", "auth", "status", "error"),
    [
        ("client_credentials", ("passback", "wrong"), 401, "invalid_client"),
        ("client_credentials", None, 401, "invalid_client"),
        ("password", CREDENTIALS, 400, "unsupported_grant_type"),
        (None, CREDENTIALS, 400, "invalid_request"),
    ],
)
def test_others_get_none(client, grant, auth, status, error):
    answer = client.post(
        "/oauth/token", data={"grant_type": grant} if grant else {"scope": "x"}, auth=auth
    )

    assert (answer.status_code, answer.json()) == (status, {"error": error})


def test_a_token_ends_after_an_hour_of_virtual_time(client, world):
    header = bearer(client)
    world.advance(timedelta(minutes=59))
    assert client.get("/v1/changes", headers=header).status_code == 200
    world.advance(timedelta(minutes=1))
    assert client.get("/v1/changes", headers=header).status_code == 401


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer x", "Basic x", "nonsense"])
def test_without_a_good_token_nothing_is_told(client, header):
    answer = client.get("/v1/changes", headers={"Authorization": header} if header else {})

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


# ---- the snapshot -------------------------------------------------------------------------------


def test_without_a_cursor_everything_comes_in_an_order_in_which_references_resolve(feed, world):
    changes, _, snapshot = pull(feed)

    kinds = [change["kind"] for change in changes]
    assert snapshot is True
    assert list(dict.fromkeys(kinds)) == list(KINDS)
    assert kinds == sorted(kinds, key=KINDS.index)
    assert all(change["op"] == "put" for change in changes)
    assert len(changes) == sum(1 for kind in KINDS for _ in world.feed.records(kind))


@pytest.mark.parametrize("limit", [1, 3, 7, 10_000])
def test_pages_of_any_size_make_the_same_snapshot(feed, limit):
    whole, end, _ = pull(feed)

    changes, cursor, snapshot = pull(feed, limit=limit)
    assert (snapshot, changes, cursor) == (True, whole, end)


def test_an_empty_cursor_counts_as_none(feed):
    assert feed(cursor="").json()["snapshot"] is True


def test_what_changes_while_a_snapshot_is_read_comes_in_the_delta_behind_it(feed, client):
    first = feed(limit=2).json()
    client.put("/_mock/group/t-2003")
    client.delete("/_mock/assessments/a-5001")
    changes, cursor, _ = pull(feed, first["cursor"], 5)

    delta, _, snapshot = pull(feed, cursor)
    assert not snapshot
    assert ("groupMember", "put", "t-2003") in [(c["kind"], c["op"], c["id"]) for c in delta]
    assert ("assessment", "remove", "a-5001") in [(c["kind"], c["op"], c["id"]) for c in delta]
    assert "a-5001" not in [c["id"] for c in changes]


# ---- the delta ----------------------------------------------------------------------------------


@pytest.fixture
def end(feed):
    """Where the feed stands."""
    return pull(feed)[1]


def test_a_quiet_feed_answers_nothing_and_the_same_cursor(feed, end):
    page = feed(cursor=end).json()

    assert page == {"snapshot": False, "cursor": end, "more": False, "changes": []}


def test_changes_come_in_order_and_only_once(feed, end, client):
    client.put("/_mock/assessments/a-5001/scores/s-3001", json={"points": 8.5})
    client.put("/_mock/group/t-2003")
    changes, cursor, _ = pull(feed, end, limit=1)

    assert [change["kind"] for change in changes] == ["score", "groupMember"]
    assert pull(feed, cursor)[0] == []


def test_points_keep_every_digit(feed, end, client):
    client.put(
        "/_mock/assessments/a-5001/scores/s-3001",
        content=b'{"points": 8.10000000000000000001}',
        headers={"Content-Type": "application/json"},
    )

    text = feed(cursor=end).text
    assert '"points":8.10000000000000000001' in text
    assert from_json(text)["changes"][0]["record"]["points"] == Decimal("8.10000000000000000001")


def test_a_removed_score_names_assessment_and_student(feed, client):
    client.put("/_mock/assessments/a-5001/scores/s-3001", json={"points": 8})
    end = pull(feed)[1]
    client.delete("/_mock/assessments/a-5001")

    removed = [c for c in pull(feed, end)[0] if c["id"] == "a-5001:s-3001"]
    assert removed == [
        {
            "kind": "score",
            "op": "remove",
            "id": "a-5001:s-3001",
            "assessmentId": "a-5001",
            "studentId": "s-3001",
        }
    ]


# ---- cursors ------------------------------------------------------------------------------------


def test_a_cursor_from_before_a_reset_is_gone(feed, end, client):
    client.post("/_mock/reset")

    answer = feed(cursor=end)
    assert answer.status_code == 410
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_cursor_inside_a_snapshot_from_before_a_restore_is_gone(feed, client):
    cursor = feed(limit=1).json()["cursor"]
    client.put("/_mock/snapshots/one")
    client.post("/_mock/snapshots/one/restore")

    assert feed(cursor=cursor).status_code == 410


def test_a_cursor_from_the_future_is_gone(feed, world):
    assert feed(cursor=str(Cursor(world.feed.epoch, 10**6))).status_code == 410


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%%%",
        base64.urlsafe_b64encode(b"[1]").decode(),
        base64.urlsafe_b64encode(b'["0",-1,"",""]').decode().rstrip("="),
        base64.urlsafe_b64encode(b'["0","1","",""]').decode().rstrip("="),
        base64.urlsafe_b64encode(b'["0",1,"pupil",""]').decode().rstrip("="),
        base64.urlsafe_b64encode(b'["0",1,"",[]]').decode().rstrip("="),
    ],
)
def test_a_cursor_that_was_never_given_out_is_refused(feed, cursor):
    assert feed(cursor=cursor).status_code == 400


@pytest.mark.parametrize("limit", [0, -1, 10_001, "x"])
def test_a_limit_out_of_range_is_refused(feed, limit):
    answer = feed(limit=limit)

    assert answer.status_code == 400
    assert answer.json()["violations"][0]["pointer"] == "/query/limit"
