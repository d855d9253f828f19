"""What connexion checks a request with: every violation is told, numbers keep every digit.

connexion makes a validator for each request; whatever does not differ from one request to the next
is compiled once, see `schemas`.
"""

from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from connexion.lifecycle import ConnexionRequest
from connexion.uri_parsing import OpenAPIURIParser
from connexion.validators import AbstractRequestBodyValidator, ParameterValidator

from mock_sis.http.exchange import Receive, Scope, again, whole
from mock_sis.http.schemas import compiled, refuse
from mock_sis.http.types import Problem, Violation

exact = msgspec.json.Decoder(float_hook=Decimal).decode
"""Parse JSON with every number as an int or a Decimal; ValueError when it is not JSON."""


class Parser(OpenAPIURIParser):
    """connexion's parser of parameters, with its table made once a request."""

    @cached_property
    def param_schemas(self) -> dict[str, Any]:
        """The schema of each parameter."""
        return {name: one.get("schema", {}) for name, one in self.param_defns.items()}


class Parameters(ParameterValidator):
    """Checks all parameters of a request; those that the contract has not may pass."""

    def validate_request(self, request: ConnexionRequest) -> None:
        """Raise a 400 that lists all that is at fault."""
        sent = {
            "path": request.path_params,
            "query": request.query_params,
            "header": request.headers,
        }
        found: list[Violation] = []
        for place, values in sent.items():
            for parameter in self.parameters.get(place, []):
                value = values.get(parameter["name"])
                found += _violations(parameter, value, f"/{place}/{parameter['name']}")
        refuse(found)


def _violations(parameter: dict[str, Any], value: Any, at: str) -> list[Violation]:
    if value is not None:
        return compiled(parameter["schema"]).violations(value, at)
    if parameter.get("required"):
        return [Violation(pointer=at, rule="required", message="is missing")]
    return []


class Body(AbstractRequestBodyValidator):
    """Parses and checks a body, and leaves its value in the exchange."""

    async def wrap_receive(self, receive: Receive, *, scope: Scope) -> tuple[Receive, Scope]:
        """The same request once more; a 400 says what is wrong with its body."""
        raw = await whole(receive)
        scope["passback"].body = self.checked(raw)
        return again(raw, receive), scope

    def checked(self, raw: bytes) -> Any:
        """The value of *raw*, None where it is empty."""
        if not raw.strip():
            if self._required:
                raise Problem(400, "the request has no body")
            return None
        try:
            body = self.parse(raw)
        except (ValueError, RecursionError) as error:
            raise Problem(400, "the body cannot be read as what its type says") from error
        if not (body is None and self._nullable):
            refuse(compiled(self._schema).violations(body))
        return body

    def parse(self, raw: bytes) -> Any:
        """The value of a body that is not empty; ValueError when it has none."""
        raise NotImplementedError


class JsonBody(Body):
    """A JSON body; numbers keep every digit."""

    def parse(self, raw: bytes) -> Any:
        """JSON in UTF-8, whatever charset was claimed."""
        return exact(raw)


class FormBody(Body):
    """A form; of a repeated field the last one counts."""

    def parse(self, raw: bytes) -> Any:
        """Percent-encoded UTF-8."""
        return dict(parse_qsl(raw.decode(), keep_blank_values=True, errors="strict"))


VALIDATORS = {
    "parameter": Parameters,
    "body": {"application/json": JsonBody, "application/x-www-form-urlencoded": FormBody},
}
"""What connexion is given as its `validator_map`."""
