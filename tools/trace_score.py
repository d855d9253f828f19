"""Print the way of one score through the agent: `python -m tools.trace_score`.

`--returns` also lists the returns, `--kind powerschool` takes the other SIS, `--column` follows the
assignment too.

A tiny district runs on mocks in this process, over real sockets. One night brings its roster into
the ledger. Then one assessment is assigned to one student with a score, and the next night is
recorded with `sys.setprofile`, in all threads.

Only calls that handle the score count, from the feed to the report: those with an argument, a local
variable, a result or something they yield that holds its points (`POINTS`, which nothing else in
the district has) or its record, itself or within values (tuples, lists, sets, dicts, dataclasses,
wire structs, bytes, requests; `DEPTH` levels deep). So the configuration, the token, the roster and
the assignment are not on the way, and a bag of context that holds the score is. With `--column` the
assignment's own way counts too: whatever holds the id of the assessment. Code that runs on import
never counts.

A module is entered with the first call of that kind; calls are in the order in which they start.
It is left when no function of it is active in any thread. A return is the first call of a function
in a module that was entered and left before, after a call in another module: a place where a
reader has to open a file again. Calling a function once more is no return, since it is read by
then.

To trace another checkout, run this file with PYTHONPATH set to that checkout.
"""

import argparse
import dataclasses
import inspect
import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType, FrameType
from typing import Any

import httpx2
import msgspec
import stamina

import agent
from agent.records import RecordState
from mock_sis.server import serving
from tests.e2e.support.district import START, District
from tests.e2e.support.opening import opened

HOME = Path(agent.__file__).parent
ID = "one-score"
STUDENT = "s-3001"
POINTS = Decimal("17.37")
DEPTH = 4


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Call:
    """The first call of a function that handles the score.

    Attributes:
        inactive: no other function of the module was active when it started.
    """

    number: int
    module: str
    function: str
    inactive: bool


class Way:
    """What is on the way, recorded as it runs; of the score, or of its *column* too."""

    def __init__(self, *, column: bool) -> None:
        self._marks = (ID, str(POINTS)) if column else (str(POINTS),)
        self._numbers = count(1)
        self._first: dict[CodeType, Call] = {}
        self._active: Counter[str] = Counter()
        self._stacks: dict[int, list[Call]] = defaultdict(list)

    @contextmanager
    def recorded(self) -> Iterator[None]:
        """Record what is called within, in threads that start within too."""
        threading.setprofile(self._notice)
        sys.setprofile(self._notice)
        try:
            yield
        finally:
            sys.setprofile(None)
            threading.setprofile(None)

    def _notice(self, frame: FrameType, event: str, result: object) -> None:
        code = frame.f_code
        ours = code.co_filename.startswith(f"{HOME}/")
        if event not in {"call", "return"} or not ours or not code.co_flags & inspect.CO_OPTIMIZED:
            return
        module = Path(code.co_filename).relative_to(HOME).with_suffix("").as_posix()
        stack = self._stacks[threading.get_ident()]
        if event == "call":
            inactive = self._active[module] == 0
            stack.append(Call(next(self._numbers), module, code.co_qualname, inactive))
            self._active[module] += 1
        elif stack:
            call = stack.pop()
            self._active[module] -= 1
            if holds([*frame.f_locals.values(), result], self._marks, DEPTH + 1):
                self._first[code] = min(call, self._first.get(code, call))

    @property
    def calls(self) -> list[Call]:
        """In the order in which they started."""
        return sorted(self._first.values())

    def modules(self) -> dict[str, str]:
        """The modules in order, each with the function by which it was entered."""
        found: dict[str, str] = {}
        for call in self.calls:
            found.setdefault(call.module, call.function)
        return found

    def returns(self) -> list[Call]:
        """The calls by which the way comes back into a module."""
        entered: set[str] = set()
        last, found = "", []
        for call in self.calls:
            if call.module in entered and call.inactive and call.module != last:
                found.append(call)
            entered.add(call.module)
            last = call.module
        return found


def holds(value: Any, marks: tuple[str, ...], depth: int = DEPTH) -> bool:
    """Whether one of *marks*, or the record of the score, is in a value."""
    if isinstance(value, Decimal | float):
        return str(value) in marks
    if isinstance(value, str):
        return any(mark in value for mark in marks)
    if isinstance(value, bytes | bytearray | msgspec.Raw):
        return any(mark.encode() in bytes(value) for mark in marks)
    if depth == 0 or isinstance(value, type):
        return False
    if isinstance(value, RecordState) and (value.assessment, value.student) == (ID, STUDENT):
        return True
    return any(holds(part, marks, depth - 1) for part in parts_of(value))


def parts_of(value: Any) -> list[Any]:
    """The values within a value."""
    if isinstance(value, dict):
        return [*value, *value.values()]
    if isinstance(value, tuple | list | set | frozenset):
        return list(value)
    if dataclasses.is_dataclass(value):
        return [getattr(value, each.name, None) for each in dataclasses.fields(value)]
    if isinstance(value, msgspec.Struct):
        return [getattr(value, name) for name in value.__struct_fields__]
    return [str(value.url), value.content] if isinstance(value, httpx2.Request) else []


def live(district: District, way: Way) -> None:
    """A night without the score, then the one with it."""
    district.clear_otus()
    assert district.night(START).code == 0
    district.evening(START + timedelta(days=1))
    entry = district.assigned("c-1001", students=[{"studentId": STUDENT}])
    district.assess(ID, classes=[entry])
    district.score(ID, STUDENT, float(POINTS))
    with way.recorded():
        run = district.sync()
    assert run.states(ID)[STUDENT] == "sent", run.err


def main() -> None:
    """Live it, and print the way."""
    parser = argparse.ArgumentParser(description="Print the way of one score through the agent.")
    parser.add_argument("--kind", choices=("skyward", "powerschool"), default="skyward")
    parser.add_argument("--returns", action="store_true", help="also list every return")
    parser.add_argument("--column", action="store_true", help="follow the assignment too")
    asked = parser.parse_args()
    way = Way(column=asked.column)
    stamina.set_testing(True)
    with serving("otus", asked.kind) as servers, TemporaryDirectory() as folder:
        live(opened(servers, asked.kind, Path(folder), "way"), way)
    modules, returns = way.modules(), way.returns()
    lines = [f"{n}. `{module}`: {name}" for n, (module, name) in enumerate(modules.items(), 1)]
    lines += ["", f"modules entered: {len(modules)}", f"returns: {len(returns)}"]
    if asked.returns:
        lines += ["", *(f"- `{call.module}`: {call.function}" for call in returns)]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
