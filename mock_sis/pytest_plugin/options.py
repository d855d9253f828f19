"""What a run and a test may choose: in pytest's configuration, and with `@pytest.mark.passback`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

INI: Mapping[str, tuple[str, str]] = {
    "passback_size": (
        "tiny",
        "how large a district is: tiny, small, large, very-large, or a number of students",
    ),
    "passback_seed": ("1", "the number that its people and scores grow from"),
    "passback_start": ("2026-10-14", "where its clock starts: a day, an instant, or today"),
    "passback_source": ("", "a OneRoster export (folder or zip) in place of a size"),
    "passback_strict": ("true", "fail tests that call a mock as no real server should be called"),
}
"""Setting -> default, what it chooses. `-o passback_seed=7` sets one for a single run."""

MARKER = (
    "passback(size=..., seed=..., start=..., source=..., strict=..., readonly=...): the district"
    " that otus_mock, powerschool_mock and skyward_mock serve in this test, and how strict they are"
)
WORDS = {"true": True, "yes": True, "on": True, "1": True}
WORDS |= {"false": False, "no": False, "off": False, "0": False}


class BadChoice(ValueError):
    """A setting or a marker that makes no sense."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a test wants.

    Attributes:
        start: a day is its noon; None is the machine's clock.
        strict: whether calls that no real server would take fail the test.
        readonly: whether a write fails it too.
    """

    size: str | int = "tiny"
    seed: int = 1
    start: date | datetime | None = date(2026, 10, 14)
    source: Path | None = None
    strict: bool = True
    readonly: bool = False


def from_ini(read: Mapping[str, str], root: Path) -> Options:
    """The settings of a run; *read* has all of `INI`, paths are below *root*."""
    chosen = {name.removeprefix("passback_"): value for name, value in read.items() if value}
    return with_mark(Options(), chosen, root)


def with_marks(options: Options, marks: Iterable[Any], root: Path) -> Options:
    """*options*, changed by markers; the nearest one comes first, and wins."""
    for mark in reversed(list(marks)):
        if mark.args:
            raise BadChoice("the marker passback takes names only, as in passback(size='small')")
        options = with_mark(options, mark.kwargs, root)
    return options


def with_mark(options: Options, chosen: Mapping[str, Any], root: Path) -> Options:
    """*options* with some of them changed. BadChoice: an unknown name, or a value that is none."""
    known = {field.name for field in fields(Options)}
    if strange := sorted(set(chosen) - known):
        raise BadChoice(f"passback has no {', '.join(strange)}; it has {', '.join(sorted(known))}")
    read: dict[str, Any] = dict(chosen)
    for name, value in chosen.items():
        if name == "seed":
            read[name] = _seed(value)
        elif name == "start":
            read[name] = _start(value)
        elif name == "source":
            read[name] = value and root / value
        elif name in {"strict", "readonly"}:
            read[name] = _switch(name, value)
    return replace(options, **read)


def _seed(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise BadChoice(f"seed is a whole number, not {value!r}") from None


def _switch(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() not in WORDS:
        raise BadChoice(f"{name} is true or false, not {value!r}")
    return WORDS[str(value).lower()]


def _start(value: Any) -> date | datetime | None:
    if value is None or value == "today":
        return None
    if isinstance(value, date):
        return value
    try:
        whole_day = len(value) == len("2026-10-14")
        return date.fromisoformat(value) if whole_day else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        why = "start is a day (2026-10-14), an instant (2026-10-14T22:00-05:00) or today"
        raise BadChoice(f"{why}, not {value!r}") from None
