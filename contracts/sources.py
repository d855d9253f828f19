"""docs/trust/sources.md, written from sources.toml: where the facts of the contracts are from."""

import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping

from contracts.spec import CONFIDENCE, CONTRACTS, contracts, operations

CITED = re.compile(r"([a-z0-9.-]+) §")
HEAD = """\
# Sources

Written by `make docs` from `contracts/sources.toml` and the contracts. No vendor's server was
asked: what the mocks do is taken from these. We state facts in our own words and copy no text. Each
operation cites one or more of them, with a section ([operations](operations.md)); a version is an
edition or a commit.

How sure an operation is says how well its sources show it:
"""
PLACE = """
*Private* means that it is not published, or that its address was not kept; nobody else can look it
up, so what rests on it alone is the first thing to check on a real server.
"""


def sources() -> list[Mapping[str, str]]:
    """Every source: `id`, `name`, `version`, `place`, `licence`."""
    text = (CONTRACTS / "sources.toml").read_text(encoding="utf-8")
    found: list[Mapping[str, str]] = tomllib.loads(text)["source"]
    return found


def page() -> str:
    """The whole page."""
    words = [f"- **{word}**: {meaning}." for word, meaning in CONFIDENCE.items()]
    return "\n".join([HEAD, *words, PLACE, *_table()]) + "\n"


def _table() -> Iterator[str]:
    cited = _cited()
    yield "| source | what it is | version | licence | operations that cite it |"
    yield "|---|---|---|---|---|"
    for one in sources():
        counts = cited[one["id"]]
        told = ", ".join(f"{counts[word]} {word}" for word in CONFIDENCE if counts[word])
        told = told or "none by itself"
        place = one["place"]
        name = f"[{one['name']}]({place})" if place.startswith("https://") else one["name"]
        mark = f'<a id="{one["id"]}"></a>`{one["id"]}`'
        yield f"| {mark} | {name} | {one['version']} | {one['licence']} | {told} |"


def _cited() -> dict[str, Counter[str]]:
    """Source -> how many operations cite it, by how sure they are; each operation once."""
    found: dict[str, Counter[str]] = {one["id"]: Counter() for one in sources()}
    for contract in contracts().values():
        once: dict[str, Mapping[str, str]] = {}
        for _, _, operation in operations(contract):  # the first root is the surest
            once.setdefault(operation["operationId"], operation)
        for operation in once.values():
            for source in set(CITED.findall(operation["x-source"])):
                found[source][operation["x-confidence"]] += 1
    return found


if __name__ == "__main__":
    sys.stdout.write(page())
