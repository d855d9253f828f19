"""One operation on its page: address, how sure, parameters, what is sent, what comes back."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.spec import Document, Operation
from tools.site.contracts.schemas import cell, meaning, phrase

SOURCE = re.compile(r"(^|; )([\w.-]+)(?= §|;|$)")


class Writer:
    """Writes the operations of one contract."""

    def __init__(self, name: str, document: Document) -> None:
        self.name, self.document = name, document

    def lines(self, operation: Operation) -> Iterator[str]:
        """The section of an operation, from its heading on."""
        raw = operation.raw
        yield f"## {operation.id} {{ #{operation.id.lower()} }}"
        yield ""
        for path in self._addresses(operation):
            yield f"**{operation.method.upper()}** `{path}`  "
        yield ""
        yield _sentence(raw.get("summary", "")) + " " + _sentence(raw.get("description", ""))
        yield ""
        yield f"How sure: **{raw['x-confidence']}**, from {_cited(raw['x-source'])}."
        yield from () if operation.secured else ("", "It needs no token.")
        yield from self._parameters(operation)
        yield from self._body(operation)
        yield from self._answers(operation)

    def _addresses(self, operation: Operation) -> list[str]:
        same = self.document.operations.values()
        return [one.path for one in same if one.id == operation.id]

    def _parameters(self, operation: Operation) -> Iterator[str]:
        if not operation.parameters:
            return
        yield from ("", "| parameter | value | meaning |", "|---|---|---|")
        for one in operation.parameters:
            schema = one.get("schema", {})
            must = ", needed" if one.get("required") else ""
            said = meaning({**schema, "description": one.get("description", "")})
            value = phrase(self.name, schema)
            yield f"| `{one['name']}` in {one['in']} | {value}{must} | {said} |"

    def _body(self, operation: Operation) -> Iterator[str]:
        body = self.document.resolve(operation.raw.get("requestBody", {}))
        if not body:
            return
        kinds = {kind: media.get("schema", {}) for kind, media in body["content"].items()}
        told = {phrase(self.name, schema) for schema in kinds.values()}
        yield ""
        yield f"Is sent: {' or '.join(sorted(told))}, as {' or '.join(f'`{k}`' for k in kinds)}."
        if body.get("description"):
            yield _sentence(body["description"])
        yield from self._example(body["content"], "What is sent, an example")

    def _answers(self, operation: Operation) -> Iterator[str]:
        yield from ("", "| answer | meaning | body |", "|---|---|---|")
        answers = operation.raw["responses"]
        for status in answers:
            answer = self.document.resolve(answers[status])
            bodies = [
                phrase(self.name, m.get("schema", {})) for m in answer.get("content", {}).values()
            ]
            rule = " **by rule**" if answer.get("x-by-rule") else ""
            said = cell(answer["description"])
            yield f"| {status}{rule} | {said} | {' or '.join(dict.fromkeys(bodies))} |"
        good = self.document.resolve(next(iter(answers.values())))
        yield from self._example(good.get("content", {}), "What comes back, an example")

    def _example(self, content: Mapping[str, Any], title: str) -> Iterator[str]:
        shown = next(iter(_examples(self.document, content)), None)
        if shown is None:
            return
        text = shown if isinstance(shown, str) else json.dumps(shown, indent=2, ensure_ascii=False)
        yield from ("", f'??? example "{title}"', "")
        yield from (f"    {line}" for line in ("```json", *text.splitlines(), "```"))


def _examples(document: Document, content: Mapping[str, Any]) -> Iterator[Any]:
    for media in content.values():
        if "example" in media:
            yield media["example"]
        for one in media.get("examples", {}).values():
            yield document.resolve(one)["value"]


def _sentence(text: str) -> str:
    told = " ".join(str(text).split()).replace("<", "&lt;")
    return told if not told or told.endswith((".", "?")) else f"{told}."


def _cited(text: str) -> str:
    """The sources that it cites, each linked to what it is."""
    flat = " ".join(text.split())
    return SOURCE.sub(r"\1[\2](../../trust/sources.md#\2)", flat)
