"""Measures what the agent uses of the contracts: one playing writes down, many others lie.

    make usage
    python -m tests.contracts.drift.usage.measure --afresh    (every place anew: 15 minutes)

For every place of every answer the story is played once more with nonsense there. Unless asked to
begin afresh, a place that the committed files have as read is believed, and what they do not have
is tried all at once first: usually nobody reads it.
"""

import ast
import importlib
import inspect
import json
import pkgutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import stamina

import agent
from contracts.drift.usage import HOME, Used, usage, written
from contracts.spec import contract
from mock_sis.server import serving
from tests.contracts.drift.usage.story import ALTERNATIVES, Exchange, Told, play

NONSENSE = {"nonsense": ["of a server that changed"]}
CONTRACTS = ("otus", "powerschool", "skyward")

Place = tuple[str, str, str]
"""Contract, operation, place in its answer."""


def places(told: Told) -> list[Place]:
    """Every place in every answer of a playing that holds a value."""
    found = {
        (name, operation, at)
        for name, operation, exchange in told.exchanges
        if operation and (answer := _json(exchange.content)) is not None
        for at, _ in leaves(answer)
    }
    return sorted(found)


def lying(chosen: set[Place]) -> Callable[[str, str, Exchange], None]:
    """Puts nonsense into the chosen places of all answers."""

    def alter(name: str, operation: str, exchange: Exchange) -> None:
        wanted = {at for contract_, op, at in chosen if (contract_, op) == (name, operation)}
        answer = _json(exchange.content) if wanted else None
        if answer is not None:
            exchange.content = json.dumps(_spoiled(answer, wanted, "")).encode()

    return alter


def read_places(base: Told, playing: Callable[[set[Place]], Told], known: set[Place]) -> set[Place]:
    """The places where nonsense changes the outcome; what is *known* is not asked again.

    Names that stand in the agent are tried one by one; then all the rest at once, as often as that
    still changes something, looking each time for the fewest that do.
    """

    def changes(group: set[Place]) -> bool:
        return bool(group) and playing(group).outcome != base.outcome

    rest = set(places(base)) - known
    spoken = set() if known else names_in_the_agent()
    likely = {one for one in rest if one[2].rstrip("/*").rpartition("/")[2] in spoken}
    found = {one for one in sorted(likely) if changes({one})}
    while changes(rest - found):
        found |= fewest(rest - found, changes)
    return found


def fewest(group: set[Place], changes: Callable[[set[Place]], bool]) -> set[Place]:
    """As few of *group* as still change the outcome: more than one where they say the same."""
    kept = sorted(group)
    size = (len(kept) + 1) // 2
    while size:
        for start in range(0, len(kept), size):
            fewer = kept[:start] + kept[start + size :]
            if changes(set(fewer)):
                kept = fewer
                break
        else:
            size //= 2
    return set(kept)


def names_in_the_agent() -> set[str]:
    """Every text in the agent's source, and the names on the wire of what it decodes."""
    found: set[str] = set()
    for module in pkgutil.walk_packages(agent.__path__, "agent."):
        if module.name.endswith("__main__"):
            continue
        home = importlib.import_module(module.name)
        tree = ast.parse(inspect.getsource(home))
        found |= {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)} - {None}
        for kind in vars(home).values():
            if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
                found |= {one.encode_name for one in msgspec.structs.fields(kind)}
    return {word for word in found if isinstance(word, str)}


def requests(told: Told) -> dict[str, dict[str, dict[str, set[str]]]]:
    """Contract -> operation -> parameters, sent and statuses of a playing."""
    made: Any = defaultdict(lambda: defaultdict(lambda: defaultdict(set)))
    for name, operation, exchange in told.exchanges:
        if not operation:
            continue
        path, _, query = exchange.path.partition("?")
        match = contract(f"{name}.yaml").match(exchange.method.lower(), path.rstrip("/"))
        row = made[name][operation]
        row["parameters"] |= {key for key, _ in parse_qsl(query, keep_blank_values=True)}
        row["parameters"] |= set(match.path_params)
        row["statuses"].add(str(exchange.status))
        sent = _json(exchange.body)
        row["sent"] |= {at for at, _ in leaves(sent)} if sent is not None else set()
    return made


def leaves(value: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """(place, value) of everything that holds no further member."""
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from leaves(inner, f"{at}/{name}")
    elif isinstance(value, list) and value:
        for inner in value:
            yield from leaves(inner, f"{at}/*")
    elif at:
        yield at, value


def together(ways: dict[str, tuple[Told, set[Place]]]) -> dict[str, dict[str, Used]]:
    """Contract -> operation -> what all ways of setting the agent up use of it."""
    made: Any = defaultdict(lambda: defaultdict(lambda: defaultdict(set)))
    for told, read in ways.values():
        for name, operations in requests(told).items():
            for operation, row in operations.items():
                for part, values in row.items():
                    made[name][operation][part] |= values
        for name, operation, at in read:
            made[name][operation]["read"].add(at)
    return {
        name: {
            operation: Used(**{part: frozenset(row[part]) for part in Used.__slots__})
            for operation, row in operations.items()
        }
        for name, operations in made.items()
    }


def listed(way: str) -> set[Place]:
    """The places that the committed files have as read."""
    names = {"otus", ALTERNATIVES[way][0]}
    return {(n, op, at) for n in names for op, used in usage(n).items() for at in used.read}


def _spoiled(value: Any, wanted: set[str], at: str) -> Any:
    if isinstance(value, dict) and value:
        return {name: _spoiled(inner, wanted, f"{at}/{name}") for name, inner in value.items()}
    if isinstance(value, list) and value:
        return [_spoiled(inner, wanted, f"{at}/*") for inner in value]
    return NONSENSE if at in wanted else value


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None


def main(arguments: list[str]) -> None:
    """Write the files anew."""
    afresh = "--afresh" in arguments
    stamina.set_testing(True, attempts=2)
    ways = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(*CONTRACTS, validate_responses=False) as servers,
    ):
        for way in ALTERNATIVES:
            base = play(servers, way, Path(folder))
            played = [0]

            def playing(
                chosen: set[Place], way: str = way, base: Told = base, played: list[int] = played
            ) -> Told:
                played[0] += 1
                if len(chosen) == 1:
                    sys.stderr.write(".")
                    sys.stderr.flush()
                return play(servers, way, Path(folder), lying(chosen), base)

            known = {place for _, earlier in ways.values() for place in earlier}
            known |= set() if afresh else listed(way)
            there = set(places(base))
            read = read_places(base, playing, known & there) | (known & there)
            ways[way] = base, read
            sys.stderr.write(f"{way}: {len(read)} places read, {played[0]} playings\n")
    for name, rows in together(ways).items():
        (HOME / f"{name}.json").write_text(written(rows), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
