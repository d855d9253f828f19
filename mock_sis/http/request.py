"""What a request hands to its handler: parameters and body, checked against the contract.

connexion reads an operation of the contract and parses parameters by OpenAPI's rules; whatever does
not differ from request to request is worked out once.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from connexion.decorators.parameter import pythonic
from connexion.operations import OpenAPIOperation
from connexion.uri_parsing import OpenAPIURIParser
from connexion.utils import is_nullable

from mock_sis.http.types import Call, Problem, Violation
from mock_sis.http.validators import BODIES, Body, Schema, compiled, refuse

Receive = Callable[[], Any]
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation; `argument` is what the method calls it, if it asks for it."""

    name: str
    place: str
    argument: str
    required: bool
    schema: Schema

    def violations(self, value: Any) -> list[Violation]:
        """What is wrong with *value*; None is a parameter that was not sent."""
        at = f"/{self.place}/{self.name}"
        if value is not None:
            return self.schema.violations(value, at)
        missing = Violation(pointer=at, rule="required", message="is missing")
        return [missing] if self.required else []


class Parser(OpenAPIURIParser):  # type: ignore[misc]
    """connexion's parser, with its table made once."""

    @cached_property
    def param_schemas(self) -> dict[str, Any]:
        """The schema of each parameter."""
        return {name: one.get("schema", {}) for name, one in self.param_defns.items()}


class RequestReader:
    """What one operation takes in.

    Args:
        wanted: the arguments that its method asks for.
    """

    def __init__(self, operation: OpenAPIOperation, wanted: Collection[str]) -> None:
        self._parser = Parser(operation.parameters, {})
        self._parameters = [_parameter(one, wanted) for one in operation.parameters]
        self._defaults = {
            pythonic(one["name"]): one["schema"]["default"]
            for one in operation.parameters
            if one["in"] == "query" and "default" in one["schema"]
            if pythonic(one["name"]) in wanted
        }
        self._bodies = {media.lower(): _body(operation, media) for media in operation.consumes}

    def arguments(self, call: Call, path_params: Mapping[str, str]) -> dict[str, Any]:
        """Arguments from path and query; unknown ones pass. A 400 lists all at fault."""
        if not self._parameters:
            return {}
        sent: dict[str, Mapping[str, Any]] = {
            "path": self._parser.resolve_path(path_params),
            "query": self._parser.resolve_query(_query(call.query)) if call.query else {},
            "header": call.headers,
        }
        found: list[Violation] = []
        made = dict(self._defaults)
        for parameter in self._parameters:
            value = sent[parameter.place].get(parameter.name)
            found += parameter.violations(value)
            if parameter.argument and parameter.name in sent[parameter.place]:
                made[parameter.argument] = value
        refuse(found)
        return made

    async def received(self, receive: Receive, call: Call) -> bytes:
        """The bytes of the body, where the operation takes one or a signature covers it."""
        return await whole(receive) if self._bodies or signed_form(call) else b""

    def body(self, call: Call, raw: bytes) -> Any:
        """The body, parsed and checked; None where the operation takes none."""
        if not self._bodies:
            return None
        sent = call.headers.get("content-type") or next(iter(self._bodies))
        media = known_media(sent)
        if media not in self._bodies:
            raise Problem(415, f"the body is to be {' or '.join(self._bodies)}")
        body = self._bodies[media]
        return None if body is None else body.checked(raw)


def signed_form(call: Call) -> bool:
    """Whether the call is signed over a form in its body: RFC 5849, section 3.4.1.3.1."""
    return call.signed and known_media(call.headers.get("content-type", "")) == FORM


def known_media(content_type: str) -> str:
    """The media type that a body is read as; what is JSON by its name is JSON."""
    media = content_type.partition(";")[0].strip().lower()
    return "application/json" if media == "text/json" or media.endswith("+json") else media


async def whole(receive: Receive) -> bytes:
    """Everything that is sent of a body."""
    message = await receive()
    first: bytes = message.get("body", b"")
    if not message.get("more_body", False):
        return first
    parts, more = [first], True
    while more:
        message = await receive()
        more = message.get("more_body", False)
        parts.append(message.get("body", b""))
    return b"".join(parts)


def _query(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        found.setdefault(name, []).append(value)
    return found


def _parameter(one: Mapping[str, Any], wanted: Collection[str]) -> Parameter:
    argument = pythonic(one["name"])
    return Parameter(
        name=one["name"].lower() if one["in"] == "header" else one["name"],
        place=one["in"],
        argument=argument if argument in wanted else "",
        required=one.get("required", False),
        schema=compiled(one["schema"]),
    )


def _body(operation: OpenAPIOperation, media: str) -> Body | None:
    schema = operation.body_schema(media)
    if not schema or media not in BODIES:
        return None
    return BODIES[media](
        schema=schema,
        required=operation.request_body.get("required", False),
        nullable=is_nullable(operation.body_definition(media)),
    )
