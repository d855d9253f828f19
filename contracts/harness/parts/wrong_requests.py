"""Ways to change a request so that a server refuses it, each with the status that it is for."""

from collections.abc import Callable, Mapping
from typing import Any

from contracts.harness.parts.calls import Request

NOWHERE = "no-such-id"
UNUSED = "999999999"
HUGE = "9" * 30
Way = Callable[[Request], Request]


def as_it_is(request: Request) -> Request:
    """The example itself."""
    return request


def forced(request: Request) -> Request:
    """The example, with the switches that otherwise end in a 412."""
    names = {one["name"] for one in request.operation.parameters if one["in"] == "query"}
    request.query |= dict.fromkeys(names & {"force", "update_scores"}, "true")
    return request


def stranger(request: Request) -> Request:
    """As somebody who is not let in."""
    request.token = None if request.operation.secured else NOWHERE
    for place in (request.body, request.query):
        if isinstance(place, dict) and "client_secret" in place:
            place["client_secret"] = NOWHERE
    return request


def garbled(request: Request) -> Request:
    """What cannot be read: half a body, no needed query, or one that no grammar knows."""
    if request.body is not None:
        request.body = "{"
    elif request.query:
        request.query = {}
    else:
        query = [one["name"] for one in request.operation.parameters if one["in"] == "query"]
        request.query = dict.fromkeys(query, "((")
        request.path |= {name: HUGE for name, value in request.path.items() if value == "0"}
        if request.operation.method == "delete" and "Object" in request.path:
            request.path |= {"Module": "Grading", "Object": "GradingPeriod", "ObjectID": "120001"}
    return request


def in_another_form(request: Request) -> Request:
    """A body that is neither JSON nor a form."""
    request.body, request.media = "<lineItem/>", "application/xml"
    return request


def nowhere(request: Request) -> Request:
    """With ids that nobody has; where the caller names the record, those that it refers to."""
    parameters = [one for one in request.operation.parameters if one["name"] in request.path]
    own = request.operation.method == "put" and len(request.path) == 1
    for one in parameters:
        if not (own and one["name"] == "sourcedId"):
            whole = one["schema"].get("type") == "integer"
            request.path[one["name"]] = UNUSED if whole else NOWHERE
    request.query = dict.fromkeys(request.query, UNUSED)
    if isinstance(request.body, dict):
        request.body = {name: _referring(part) for name, part in request.body.items()}
    return request


def hidden(request: Request) -> Request:
    """A table that the server has and shows to nobody."""
    request.path |= {"table": "teachers"} if "table" in request.path else {}
    return request


def wrong(request: Request) -> Request:
    """JSON that says nothing that can be stored."""
    request.body = {}
    return request


WAYS: Mapping[int, Way] = {
    400: garbled,
    401: stranger,
    404: nowhere,
    405: hidden,
    415: in_another_form,
    422: wrong,
}


def _referring(record: Any) -> Any:
    """*record* with every reference pointing nowhere."""
    if not isinstance(record, dict):
        return record
    return {
        name: {"sourcedId": NOWHERE} if isinstance(part, dict) and "sourcedId" in part else part
        for name, part in record.items()
    }
