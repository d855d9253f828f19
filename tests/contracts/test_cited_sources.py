"""Every `x-source` cites entries of contracts/sources.toml, each with a section."""

import re
import tomllib

import yaml

from contracts.sources import page
from contracts.spec import CONTRACTS
from tests.meta.project_files import text_of

CITED = re.compile(r"([a-z0-9.-]+) §(\S.*)")
MEMBERS = {"id", "name", "version", "place", "licence"}
PRIVATE = re.compile(r"private, seen on \d{4}-\d\d-\d\d")


def sources():
    return tomllib.loads((CONTRACTS / "sources.toml").read_text(encoding="utf-8"))["source"]


def cited(node):
    """Every text under `x-source` in a file."""
    if isinstance(node, dict):
        for name, part in node.items():
            if name == "x-source":
                yield part
            else:
                yield from cited(part)
    elif isinstance(node, list):
        for part in node:
            yield from cited(part)


def citations():
    return [
        (str(file.relative_to(CONTRACTS)), citation.strip())
        for file in sorted(CONTRACTS.rglob("*.yaml"))
        for text in cited(yaml.safe_load(file.read_text(encoding="utf-8")))
        for citation in text.split(";")
    ]


def test_a_source_says_what_it_is_where_it_is_and_how_it_may_be_used():
    for source in sources():
        assert set(source) == MEMBERS, source["id"]
        assert all(str(value).strip() for value in source.values()), source["id"]
        followed = source["place"].startswith("https://") or source["id"] == "passback"
        assert followed != bool(PRIVATE.fullmatch(source["licence"])), source["id"]
    ids = [source["id"] for source in sources()]
    assert len(set(ids)) == len(ids)


def test_every_citation_names_a_source_and_a_section():
    known = {source["id"] for source in sources()}
    found = citations()
    assert len(found) > 300
    for file, citation in found:
        match = CITED.fullmatch(citation)
        assert match, f"{file}: {citation}"
        assert match[1] in known, f"{file}: {citation}"


def test_every_source_is_cited():
    assert {s["id"] for s in sources()} == {c.partition(" §")[0] for _, c in citations()}


def test_each_source_stands_on_its_page():
    told = text_of("docs/trust/sources.md")
    assert told == page(), "run: make docs"
    assert re.findall(r'^\| <a id="([^"]+)"', told, re.MULTILINE) == [s["id"] for s in sources()]
