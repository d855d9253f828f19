"""One recorded exchange against the contract: its path, its status, what was sent and answered."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from contracts.drift.har.read import Body, Exchange
from contracts.harness.reports.report import Finding
from contracts.harness.reports.violations import wrong
from contracts.spec import Contract, Match, Served
from mock_sis.http.schemas import MANY, plain

Schema = Mapping[str, Any]


def check(contract: Contract, exchange: Exchange, match: Match | None) -> Iterator[Finding]:
    """Everything that the contract does not say of it; places and rules, never a value."""
    if match is None:
        yield Finding(check="unknown endpoint", reason="the contract has no such path")
        return
    if match.operation is None:
        yield Finding(check="unknown endpoint", reason="the contract has no such method there")
        return
    yield from _sent(contract, exchange, match.operation)
    if exchange.response.status:
        yield from _got(exchange, match.operation)


def _sent(contract: Contract, exchange: Exchange, operation: Served) -> Iterator[Finding]:
    described = contract.requests[operation.id]
    content = described.get("requestBody", {}).get("content", {})
    if exchange.request.body.json is not None and "application/json" in content:
        schema = content["application/json"].get("schema")
        yield from _body("request body", exchange.request.body, schema, answer=False)


def _got(exchange: Exchange, operation: Served) -> Iterator[Finding]:
    status, body = str(exchange.response.status), exchange.response.body
    declared = operation.responses.get(status)
    if declared is None:
        yield Finding(check="undeclared status", reason=f"{status} is not among its answers")
        declared = operation.responses.get("default", {})
    if not body.text:
        return
    if body.media not in declared:
        if declared:
            said = body.media or "no content type"
            yield Finding(check="undeclared content type", reason=f"{said} on {status}")
        return
    if "json" in body.media and body.json is None:
        yield Finding(check="answer body", reason="said to be JSON, and is none")
        return
    yield from _body("answer body", body, declared[body.media], answer=True)


def _body(where: str, body: Body, schema: Schema | None, *, answer: bool) -> Iterator[Finding]:
    if schema is None or body.json is None:
        return
    found = islice(wrong(plain(schema, answer=answer), body.json), MANY)
    for (at, said), times in Counter(found).items():
        yield Finding(check=where, reason=f"{at}: {said}", times=times)


def undescribed(exchange: Exchange, match: Match | None) -> list[str]:
    """Places of the answer that an open schema lets pass without knowing them."""
    if match is None or match.operation is None or exchange.response.body.json is None:
        return []
    declared = match.operation.responses.get(str(exchange.response.status), {})
    schema = declared.get(exchange.response.body.media)
    return sorted(set(unknown(exchange.response.body.json, schema))) if schema else []


def unknown(value: Any, schema: Schema, at: str = "") -> Iterator[str]:
    """Places of members that an open schema lets pass without knowing them."""
    if isinstance(value, list):
        inner = next((s["items"] for s in _parts(schema) if "items" in s), None)
        if inner is not None:
            found = (name for one in value for name in unknown(one, inner, f"{at}/*"))
            yield from dict.fromkeys(found)
    elif isinstance(value, dict):
        known: dict[str, Schema] = {}
        for part in _parts(schema):
            known |= part.get("properties", {})
        free = any(isinstance(p.get("additionalProperties"), Mapping) for p in _parts(schema))
        for name, inner_value in value.items():
            if name in known:
                yield from unknown(inner_value, known[name], f"{at}/{name}")
            elif known and not free:
                yield f"{at}/{name}"


def _parts(schema: Schema) -> Iterator[Schema]:
    """The schema and what it is composed of."""
    yield schema
    for word in ("allOf", "anyOf", "oneOf"):
        for part in schema.get(word, ()):
            yield from _parts(part)
