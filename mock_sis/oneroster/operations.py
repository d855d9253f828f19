"""The operations of OneRoster as methods by operationId, made from tables.

The suffix `11` is version 1.1. Under which roots an operation stands is the contract's matter.
"""

import inspect
from collections.abc import Callable
from typing import Any

from mock_sis.http.types import Answer, Call
from mock_sis.oneroster.objects import documents
from mock_sis.oneroster.objects.reads import READS, Read, arguments, names
from mock_sis.oneroster.query import Query
from mock_sis.oneroster.services import Body, Services

Method = Callable[..., Answer]
QUERY = {
    "limit": 100,
    "offset": 0,
    "sort": None,
    "order_by": "asc",
    "filter_": None,
    "fields": None,
}


def _reader(read: Read) -> Method:
    """The method of one read; its signature says what the path and the query hand over."""
    path = arguments(read)

    def method(self: Services, call: Call, **given: Any) -> Answer:
        if read.single:
            return self.one(read, call, given["sourced_id"])
        named = dict(zip(read.scopes, (given.pop(name) for name in path), strict=True))
        query = Query(**{name.rstrip("_"): value for name, value in given.items()})
        return self.collection(read, call, named, query)

    keyword = inspect.Parameter.KEYWORD_ONLY
    query = {} if read.single else QUERY
    method.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD),
            inspect.Parameter("call", inspect.Parameter.POSITIONAL_OR_KEYWORD),
            *(inspect.Parameter(name, keyword) for name in path),
            *(inspect.Parameter(name, keyword, default=value) for name, value in query.items()),
        ]
    )
    return method


def _keeper(verb: str, kind: str) -> Method:
    if verb == "put":

        def put(self: Services, sourced_id: str, body: Body, call: Call) -> Answer:
            return self.put_document(kind, sourced_id, body, call)

        return put

    def delete(self: Services, sourced_id: str, call: Call) -> Answer:
        return self.delete_document(kind, sourced_id, call)

    return delete


WRITES: dict[str, Method] = {
    "putLineItem": Services.put_line_item,
    "deleteLineItem": Services.delete_line_item,
    "putResult": Services.put_result,
    "deleteResult": Services.delete_result,
    "putCategory": Services.put_category,
    "deleteCategory": Services.delete_category,
}
WRITES_NEW: dict[str, Method] = {
    "postLineItemsForClass": Services.post_line_items_for_class,
    "postLineItemsForSchool": Services.post_line_items_for_school,
    "postResultsForLineItem": Services.post_results_for_line_item,
    "postResultsForAcademicSessionForClass": Services.post_results_for_academic_session_for_class,
    **{
        f"{verb}{kind[0].upper()}{kind[1:]}": _keeper(verb, kind)
        for verb in ("put", "delete")
        for kind in documents.KINDS
    },
}
OPERATIONS: dict[str, Method] = {
    **{name: _reader(read) for read in READS for name in names(read)},
    **{name + suffix: write for name, write in WRITES.items() for suffix in ("", "11")},
    **WRITES_NEW,
}
"""operationId -> method."""


class OneRoster(Services):
    """The services with a method for each operationId; a vendor's class inherits it."""


for _name, _method in OPERATIONS.items():
    setattr(OneRoster, _name, _method)
