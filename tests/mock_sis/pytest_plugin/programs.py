"""Pieces of somebody's program, as the tests of the plugin need them."""

import httpx

STATUSES = ("islate", "ismissing", "isexempt", "iscollected", "isabsent", "isincomplete")


def signed_in(mock) -> dict[str, str]:
    """The header of an authorized request to *mock*."""
    form = {"grant_type": "client_credentials"}
    answer = httpx.post(mock.token_url, auth=(mock.client_id, mock.client_secret), data=form)
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def put_item(skyward, name: str = "quiz-1", **changes) -> httpx.Response:
    """Create a line item over OneRoster."""
    item = {
        "sourcedId": name,
        "title": "Quiz 1",
        "assignDate": "2026-10-14T12:00:00Z",
        "dueDate": "2026-10-16T17:00:00Z",
        "class": {"sourcedId": "200001", "type": "class"},
        "category": {"sourcedId": "130001", "type": "category"},
        "resultValueMax": 10,
        **changes,
    }
    return httpx.put(
        f"{skyward.oneroster_url}/gradebook/v1p2/lineItems/{name}",
        json={"lineItem": item},
        headers=signed_in(skyward),
    )


def put_score(powerschool, column: str) -> httpx.Response:
    """Send one score over XTE, in the name of the teacher of section 200001."""
    row = {
        "_assignmentsection": {"assignmentsectionid": int(column)},
        "studentsdcid": 400001,
        "actualscoreentered": "4",
        "actualscorekind": "REAL_SCORE",
        "scoretype": "POINTS",
        "scorepoints": 4,
        **dict.fromkeys(STATUSES, False),
    }
    return httpx.put(
        f"{powerschool.url}/ws/xte/score",
        params={"users_dcid": 300001, "status": "A", "term_id": 3600},
        json={"assignment_scores": [row]},
        headers=signed_in(powerschool),
    )
