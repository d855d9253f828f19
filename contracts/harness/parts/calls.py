"""One call by hand: an operation of the contract with its examples, and what the answer breaks."""

import json
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import httpx
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure, FailureGroup

from contracts.harness.reports.repeat import Repeater
from contracts.harness.reports.report import Finding
from contracts.harness.reports.violations import each, sentences
from contracts.harness.service import GRANT, Service
from contracts.spec import PARAMETER, Document, Operation


@dataclass(slots=True)
class Request:
    """What is sent: changed at will before it goes.

    Attributes:
        body: of JSON or a form, as *media* says; text goes as it is.
    """

    operation: Operation
    path: dict[str, str]
    query: dict[str, str]
    body: Any
    media: str
    token: str | None


class Caller:
    """Sends requests made from the examples of a contract, and judges the answers by it."""

    def __init__(
        self, service: Service, document: Document, token: str, ids: Collection[str] = ()
    ) -> None:
        """*ids* are those of the server: no report shows them."""
        self._service = service
        self._repeater = Repeater(service.target or service.url, ids)
        self._document = document
        self._token = token
        config = SchemathesisConfig.from_dict({"output": {"sanitization": {"enabled": True}}})
        self._schema = schemathesis.openapi.from_dict(document.raw, config=config)

    def request(self, operation: Operation) -> Request:
        """The operation with its examples; of the query only what is required."""
        content = self._document.resolve(operation.raw.get("requestBody", {})).get("content", {})
        places: dict[str, dict[str, str]] = {"path": {}, "query": {}}
        for one in operation.parameters:
            if one["in"] == "path" or (one["in"] == "query" and needed(one)):
                places[one["in"]][one["name"]] = str(_example(one))
        body = self._document.body(operation)
        if not operation.secured and "token" in operation.path:
            grant = {**GRANT, **self._service.secret}
            body, places["query"] = ({**body, **grant}, {}) if body else (None, grant)
        return Request(
            operation,
            places["path"],
            places["query"],
            body,
            next(iter(content), ""),
            self._token if operation.secured else None,
        )

    def send(self, request: Request) -> tuple[httpx.Response, list[Finding]]:
        """The answer, and what of it breaks the contract. httpx.HTTPError: there is none."""
        time.sleep(self._service.pause)
        path = PARAMETER.sub(
            lambda match: quote(request.path[match[1]], safe=""), request.operation.path
        )
        answer = self._service.client.request(
            request.operation.method, path, params=request.query, **_sent(request)
        )
        found = self._judged(request.operation, answer)
        return answer, [replace(one, curl=self.again(request, answer.request)) for one in found]

    def _judged(self, operation: Operation, answer: httpx.Response) -> list[Finding]:
        """What of *answer* breaks the contract."""
        responses = operation.raw["responses"]
        if str(answer.status_code) not in responses and "default" not in responses:
            return [Finding(check="status", reason=f"{answer.status_code} is not documented")]
        try:
            self._schema[operation.path][operation.method].validate_response(answer)
        except (Failure, FailureGroup) as failed:
            reasons = dict.fromkeys(said for one in each(failed) for said in sentences(one))
            return [Finding(check="answer", reason=f"{answer.status_code}: {r}") for r in reasons]
        return []

    def again(self, request: Request, sent: httpx.Request) -> str:
        """A command that sends it once more."""
        return self._repeater.command(
            sent.method,
            request.operation.path,
            request.path,
            query=sent.url.query.decode(),
            authorization=sent.headers.get("authorization", ""),
            media=request.media,
            body=sent.content.decode("utf-8", "replace"),
        )


def needed(parameter: Mapping[str, Any]) -> bool:
    """Whether nothing comes of a request without it."""
    return bool(parameter.get("required") or parameter.get("x-needed"))


def _example(parameter: Mapping[str, Any]) -> Any:
    if "example" in parameter:
        return parameter["example"]
    schema = parameter["schema"]
    return next(iter(schema.get("enum", [])), schema.get("default", "1"))


def _sent(request: Request) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {request.token}"} if request.token else {}
    if request.body is None:
        return {"headers": headers}
    headers["Content-Type"] = request.media
    if request.media.endswith("form-urlencoded") and isinstance(request.body, dict):
        return {"headers": headers, "data": request.body}
    text = request.body if isinstance(request.body, str) else json.dumps(request.body)
    return {"headers": headers, "content": text}
