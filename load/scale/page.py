"""The tables and the chart of docs/run/fleet/scale.md, from constants, products and simulations.

In the page each stands between `<!-- begin NAME -->` and `<!-- end -->`; its prose is written by
hand.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from load.profiles import Night, district_sizes
from load.scale import country
from load.scale.constants import Constants
from load.scale.needs import GIGABYTE, NightPlan, YearPlan, plan_night, plan_year
from load.scale.scenarios import Scenario, scenarios
from load.scale.simulation import Fleet

SLOTS = Fleet(workers=1).slots
SEED = 1
FIRST = datetime(2026, 10, 14, 19)  # noqa: DTZ001 - on the clocks of New York
"""When the first districts are due."""
BAR, STEP = 24, 30
"""Characters of the longest bar, and minutes of a line of the chart."""
BLOCK = re.compile(r"(<!-- begin (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)

T = TypeVar("T")
Block = Sequence[str]


def filled(page: str, blocks: Mapping[str, Block]) -> str:
    """The page with *blocks* in it; others stay as they are."""

    def block(found: re.Match[str]) -> str:
        lines = blocks.get(found[2])
        return found[0] if lines is None else "\n".join([found[1] + lines[0], *lines[1:], found[3]])

    return BLOCK.sub(block, page)


def multiplied_blocks(constants: Constants) -> dict[str, Block]:
    """What takes no time: the constants and what is multiplied from them."""
    sizes = {
        "a vendor's 300": district_sizes("vendor"),
        "every district": country.district_sizes(),
    }
    nights = {
        f"{name}, {night.value.replace('-', ' ')}": plan_night(some, constants, night, slots=SLOTS)
        for name, some in sizes.items()
        for night in (Night.TYPICAL, Night.END_OF_TERM)
    }
    years = {name: plan_year(some, constants) for name, some in sizes.items()}
    return {
        "constants": list(_constants_table(constants)),
        "night": list(_columns(nights, NIGHT_ROWS)),
        "year": list(_columns(years, YEAR_ROWS)),
    }


def simulated_blocks(constants: Constants, sizes: Sequence[int]) -> dict[str, Block]:
    """What is simulated: seconds of CPU for the whole country."""
    nights = list(scenarios(sizes, constants, SEED, SLOTS))
    return {"simulation": list(_simulation(nights)), "chart": list(_chart(nights[:3]))}


def _constants_table(constants: Constants) -> Iterator[str]:
    yield f"Measured: {constants.measured}."
    yield ""
    yield from _head("constant", "value")
    for name, value in msgspec.structs.asdict(constants).items():
        if name != "measured":
            yield f"| `{name}` | {value:,.12g} |"


NIGHT_ROWS: Mapping[str, Callable[[NightPlan], str]] = {
    "districts": lambda p: f"{p.districts:,}",
    "students": lambda p: f"{p.students:,}",
    "scores": lambda p: f"{p.scores:,}",
    "requests to the SIS": lambda p: f"{p.requests:,}",
    "CPU of the agents": lambda p: f"{p.cpu_seconds / 3600:,.1f} h",
    "all runs, one after the other": lambda p: f"{p.run_seconds / 3600:,.0f} h",
    "longest run": lambda p: f"{p.longest / 3600:.1f} h",
    "districts whose run alone is longer than the window": lambda p: f"{p.over}",
    "runs at once": lambda p: f"{p.slots:,}",
    f"workers of {SLOTS} slots": lambda p: f"{p.workers:,}",
    "cores that they fill": lambda p: f"{p.cores:,}",
    "memory of the workers": lambda p: f"{p.memory / GIGABYTE:,.0f} GB",
    "connections, every slot at work": lambda p: f"{p.connections:,}",
    "connections through a pooler in session mode": lambda p: f"{p.pooled:,}",
    "written ahead (WAL)": lambda p: f"{p.wal / GIGABYTE:,.1f} GB",
}
YEAR_ROWS: Mapping[str, Callable[[YearPlan], str]] = {
    "scores": lambda p: f"{p.scores / 1e6:,.0f} million",
    "rows": lambda p: f"{p.rows / 1e6:,.0f} million",
    "size of the database": lambda p: f"{p.size / GIGABYTE:,.0f} GB",
    "databases of a school year": lambda p: f"{p.databases}",
    "tables and indexes in one": lambda p: f"{p.relations:,}",
    "rollover: databases dropped": lambda p: f"{p.drop_databases:,.1f} s",
    "rollover: schemas dropped one by one": lambda p: f"{p.drop_schemas / 60:,.1f} min",
}


def _columns(plans: Mapping[str, T], rows: Mapping[str, Callable[[T], str]]) -> Iterator[str]:
    yield from _head("", *plans)
    for name, cell in rows.items():
        yield f"| {name} | " + " | ".join(cell(plan) for plan in plans.values()) + " |"


def _head(*cells: str) -> Iterator[str]:
    yield "| " + " | ".join(cells) + " |"
    yield "|" + "---|" * len(cells)


def _simulation(nights: Sequence[Scenario]) -> Iterator[str]:
    yield from _head(
        *("night", "workers", "longest queue", "half were done at", "the last at"),
        *("minutes from due to done: median", "95 %", "late", "parked", "runs lost"),
    )
    for night in nights:
        yield "| " + " | ".join(_cells(night)) + " |"


def _cells(night: Scenario) -> Iterator[str]:
    outcome = night.outcome
    yield from (night.title, str(night.fleet.workers), f"{max(outcome.queue):,}")
    yield from (_clock(outcome.half), _clock(outcome.last))
    yield from (f"{night.minutes(share):.1f}" for share in (0.5, 0.95))
    spoilt, others = night.late
    yield f"{others} and {spoilt} of the slow" if night.spoilt else f"{others}"
    yield from (str(len(outcome.parked)), str(outcome.lost))


def _clock(seconds: float) -> str:
    return f"{FIRST + timedelta(seconds=seconds):%H:%M}"


def _chart(nights: Sequence[Scenario]) -> Iterator[str]:
    """For every half hour, a bar of the longest queue in it, one column a night."""
    steps = [_longest(night.outcome.queue) for night in nights]
    most = max(map(max, steps))
    yield "```text"
    yield f"{'':7}" + "".join(f"{night.title:{BAR + 8}}" for night in nights).rstrip()
    for n in range(max(map(len, steps))):
        bars = (_bar(queue[n] if n < len(queue) else 0, most) for queue in steps)
        yield f"{_clock(n * STEP * 60):7}{''.join(bars)}".rstrip()
    yield "```"


def _longest(queue: Sequence[int]) -> list[int]:
    """The longest queue of every step, until it stays empty."""
    steps = [max(queue[begin : begin + STEP]) for begin in range(0, len(queue), STEP)]
    while len(steps) > 1 and not steps[-1]:
        steps.pop()
    return steps


def _bar(value: int, most: int) -> str:
    return f"{'#' * -(-value * BAR // most)} {value:,}".ljust(BAR + 8)
