"""Which pages there are, and what stands on each: a page a tag, and one with the schemas."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from contracts.spec import CONFIDENCE, CONTRACTS, Document, Operation
from tools.site.contracts.operations import Writer
from tools.site.contracts.schemas import schema_lines

FOLDER = "reference/contracts"
WHOLE = {"otus", "control"}
"""Contracts whose operations fit on one page."""
TITLES = {
    "otus": "The Otus feed",
    "powerschool": "PowerSchool",
    "skyward": "Skyward",
    "control": "Control plane",
}
INTRO = """\
# Contracts

What the mocks of Otus, PowerSchool and Skyward answer, operation by operation: address, parameters,
what is sent and what comes back, an example, and how sure we are that the real system does so. The
contract files are OpenAPI 3.0.3; a running mock gives its own at `GET /_mock/contract`
([the control plane](../control-plane.md)).

| contract | operations | how sure |
|---|---|---|"""
SURE = """
How sure we are of an operation, surest first:
"""
RULES = """
An answer marked **by rule** may come although the request fits its schema: the state of the
gradebook decides. What decides, and how to turn it off: [enforcement](../mocks.md#enforcement).
"""


def contract_pages() -> dict[str, str]:
    """Path below the docs' folder -> text of every page."""
    read = {name: Document.read(CONTRACTS / f"{name}.yaml") for name in TITLES}
    made = {f"{FOLDER}/index.md": _index(read)}
    for name, document in read.items():
        made |= {f"{FOLDER}/{file}": text for file, text in _pages(name, document)}
    return made


def by_page(name: str, document: Document) -> dict[str, list[Operation]]:
    """File -> its operations, each once: other roots of one are told with it."""
    found: dict[str, list[Operation]] = {}
    for one in document.operations.values():
        if not one.again:
            found.setdefault(page_of(name, one), []).append(one)
    return found


def page_of(name: str, operation: Operation) -> str:
    """The file in which an operation stands."""
    tag = str(operation.raw["tags"][0]).lower().replace(" ", "-").replace(".", "-")
    return f"{name}.md" if name in WHOLE else f"{name}-{tag}.md"


def _pages(name: str, document: Document) -> Iterator[tuple[str, str]]:
    writer = Writer(name, document)
    for file, operations in by_page(name, document).items():
        lines = [f"# {_title(name, operations[0])}", "", *_lead(name, operations[0], document.raw)]
        for operation in operations:
            lines += ["", *writer.lines(operation)]
        yield file, "\n".join(lines) + "\n"
    lines = [f"# {TITLES[name]}: schemas", "", "What is sent and answered, by name.", ""]
    yield f"{name}-schemas.md", "\n".join([*lines, *schema_lines(name, document)]) + "\n"


def _title(name: str, operation: Operation) -> str:
    tag = str(operation.raw["tags"][0])
    return TITLES[name] if name in WHOLE else f"{TITLES[name]}: {tag}"


def _lead(name: str, operation: Operation, raw: dict[str, Any]) -> list[str]:
    if name in WHOLE:
        return [" ".join(raw["info"]["description"].split())]
    told = {tag["name"]: tag.get("description", "") for tag in raw.get("tags", ())}
    return [told.get(operation.raw["tags"][0], "")]


def _index(read: dict[str, Document]) -> str:
    lines = [INTRO]
    for name, document in read.items():
        lines.append(f"| {TITLES[name]}: {_links(name, document)} | {_counts(document)} |")
    lines += [SURE, *(f"- **{word}**: {meaning}." for word, meaning in CONFIDENCE.items())]
    return "\n".join([*lines, RULES])


def _links(name: str, document: Document) -> str:
    pages = [
        f"[{operations[0].raw['tags'][0] if name not in WHOLE else 'operations'}]({file})"
        for file, operations in by_page(name, document).items()
    ]
    return ", ".join([*pages, f"[schemas]({name}-schemas.md)"])


def _counts(document: Document) -> str:
    once = [one for one in document.operations.values() if not one.again]
    sure = Counter(one.raw["x-confidence"] for one in once)
    told = ", ".join(f"{sure[word]} {word}" for word in CONFIDENCE if sure[word])
    return f"{len(once)} | {told}"


def write_contract_pages(folder: Path) -> None:
    """Write every page below the docs' *folder*."""
    for path, text in contract_pages().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
