"""What a night must hold to be passed: a figure, a target, and whether it is met. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from load.arithmetic import SLACK, Ways, allowed, best_time
from load.play import Result
from load.timeline import percentile
from load.vendors import VENDORS

UNEXPLAINED = 0.005
SLOWEST = 5
FLOOR_MS = 250.0
PEAK_MB = 150.0
GROWTH_MB = 20.0
"""The ledger's cache of pages may fill meanwhile, up to 16 MB; nothing else may grow."""
AGAIN = 0.75
"""Gradebooks that the run after an outage reads again: those not done, those with a refusal."""


@dataclass(frozen=True, slots=True)
class Gate:
    """One promise: what was measured, what it must be, and whether it is."""

    name: str
    figure: str
    target: str
    passed: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a night is held to, besides the work itself.

    Attributes:
        nominal: seconds that the SIS was told to take.
        measured: seconds that it took on average, by its own log.
        added: seconds that the night's trouble takes by itself.
    """

    sis: str
    connections: int
    nominal: float
    measured: float = 0.0
    added: float = 0.0
    trouble: bool = False

    @property
    def latency(self) -> float:
        """The answer time that the arithmetic counts with: the agent is not held to the SIS's."""
        return max(self.nominal, self.measured)

    def ways(self) -> Ways:
        """How the SIS takes it."""
        return Ways(
            connections=self.connections,
            latency=self.latency,
            batch=VENDORS[self.sis].batched,
            reads=VENDORS[self.sis].reads,
            added=self.added,
            again=AGAIN if self.trouble else 0.0,
        )


def gates(results: Sequence[Result], bounds: Bounds) -> list[Gate]:
    """Every gate, in the order of telling; over all districts."""
    return [
        *_state(results),
        *_books(results),
        _quiet(results),
        *_behaviour(results, bounds),
        *_shape(results, bounds),
    ]


def _state(results: Sequence[Result]) -> Iterator[Gate]:
    verdicts = [result.verdict for result in results]
    places = "; ".join(place for v in verdicts for place in v.places[:3])
    due = sum(v.marks + v.columns for v in verdicts)
    lost = sum(v.lost for v in verdicts)
    wrong = sum(v.wrong for v in verdicts)
    doubled = sum(v.doubled for v in verdicts)
    doubled += sum(result.tally.twice for result in results)
    doubled += sum(max(0, r.tally.creates - r.verdict.columns) for r in results)
    yield Gate("lost", f"{lost} of {due} columns and marks", "0", lost == 0, places)
    yield Gate("doubled", f"{doubled} columns or writes", "0", doubled == 0, places)
    yield Gate("wrong", f"{wrong} marks", "0", wrong == 0, places)


def _books(results: Sequence[Result]) -> Iterator[Gate]:
    """Report, ledger and the mock's own log count the same.

    A write whose answer was lost is read back by a later run, which did not send it.
    """
    for name, told, found, kept, seen in (
        (
            "columns: report, ledger, journal",
            sum(r.told("created") for r in results),
            sum(r.books.columns_read_back for r in results),
            sum(r.books.columns for r in results),
            sum(r.tally.creates for r in results),
        ),
        (
            "marks: report, ledger, SIS",
            sum(r.told("sent") for r in results),
            sum(r.books.marks_read_back for r in results),
            sum(r.books.marks for r in results),
            sum(r.verdict.seen for r in results),
        ),
    ):
        both = f"{told} + {found} read back" if found else f"{told}"
        yield Gate(name, f"{both} = {kept} = {seen}", "the same", told + found == kept == seen)
    told = sum(r.requests for r in results)
    seen = sum(r.tally.requests() for r in results)
    yield Gate("requests: agent, journal", f"{told} = {seen}", "the same", told == seen)


def _quiet(results: Sequence[Result]) -> Gate:
    writes = sum(r.again.writes for r in results)
    return Gate("second run", f"{writes} writes", "0", writes == 0)


def _behaviour(results: Sequence[Result], bounds: Bounds) -> Iterator[Gate]:
    calls = sum(r.tally.requests() for r in results)
    failed = sum(r.tally.failed for r in results)
    share = failed / max(1, calls)
    injected = sum(r.tally.injected for r in results)
    yield Gate(
        "errors that nobody injected",
        f"{share:.2%} of {calls} requests ({injected} injected)",
        f"at most {UNEXPLAINED:.1%}",
        share <= UNEXPLAINED,
    )
    refused = sum(r.tally.refused for r in results)
    early = sum(r.tally.early for r in results)
    if bounds.trouble:
        yield Gate("Retry-After obeyed", f"{early} of {refused} asked too early", "0", early == 0)


def _shape(results: Sequence[Result], bounds: Bounds) -> Iterator[Gate]:
    times = _together(results)
    p95 = percentile(times, 0.95)
    most = max(FLOOR_MS, SLOWEST * bounds.latency * 1000)
    yield Gate("p95 of a request", f"{p95:.0f} ms", f"at most {most:.0f} ms", p95 <= most)
    yield from _window(results, bounds)
    peak = max(r.timeline.peak for r in results)
    growth = max(r.timeline.growth for r in results)
    yield Gate("memory, peak", f"{peak:.0f} MB", f"at most {PEAK_MB:.0f} MB", peak <= PEAK_MB)
    yield Gate(
        "memory, growth while sending",
        f"{growth:+.1f} MB",
        f"at most {GROWTH_MB:.0f} MB",
        growth <= GROWTH_MB,
    )


def _window(results: Sequence[Result], bounds: Bounds) -> Iterator[Gate]:
    """The district that is furthest over what the arithmetic gives it."""
    ways = bounds.ways()
    worst = max(results, key=lambda r: r.night["seconds"] / allowed(r.district.volume, ways))
    volume, seconds = worst.district.volume, worst.night["seconds"]
    most = allowed(volume, ways)
    yield Gate(
        "the night in its window",
        f"{seconds:.1f} s",
        f"{best_time(volume, ways):.1f} s by the arithmetic at {ways.latency * 1000:.0f} ms"
        f" + {SLACK - 1:.0%} = {most:.1f} s",
        seconds <= most,
    )


def _together(results: Sequence[Result]) -> Counter[int]:
    """The times of all calls to the SIS."""
    times: Counter[int] = Counter()
    for result in results:
        for some in result.timeline.times.values():
            times.update(some)
    return times
