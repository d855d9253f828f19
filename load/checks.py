"""The checks of a night: a figure, a target, and whether it is met. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from load.options import Setup
from load.profiles import SLACK, Conditions, allowed_time, best_time
from load.results.result import Result
from load.results.timeline import percentile
from load.vendors import VENDORS

UNEXPLAINED = 0.005
"""The share of requests that may fail without a fault that struck them."""
SLOWEST = 5
"""Answer times of the SIS that the slow requests of a night may take, p95."""
FLOOR_MS = 250.0
"""What they may take in any case."""
PEAK_MB = 150.0
GROWTH_MB = 20.0
"""The ledger's cache of pages may fill meanwhile, up to 16 MB; nothing else may grow."""
REREAD = 0.75
"""Gradebooks that the run after an outage reads again: those not done, those with a refusal."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what was measured, what it must be, and whether it is; `why` names places."""

    name: str
    figure: str
    target: str
    passed: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a night is held to, besides its work.

    Attributes:
        nominal: seconds that the SIS was told to take for an answer.
        measured: seconds that it took on average, by its own journal.
        added: seconds that the night's trouble takes by itself.
    """

    sis: str
    connections: int
    nominal: float
    measured: float = 0.0
    added: float = 0.0
    trouble: bool = False

    @classmethod
    def of(cls, setup: Setup, measured: float) -> "Limits":
        """Those of a load test whose SIS took *measured* seconds for an answer."""
        return cls(
            setup.sis,
            setup.connections,
            nominal=setup.latency,
            measured=measured,
            added=setup.trouble.added if setup.trouble else 0.0,
            trouble=setup.trouble is not None,
        )

    @property
    def latency(self) -> float:
        """The answer time to count with: the agent is not held to the speed of the mock."""
        return max(self.nominal, self.measured)

    @property
    def conditions(self) -> Conditions:
        """The conditions under which the SIS took the night."""
        return Conditions(
            connections=self.connections,
            latency=self.latency,
            batch=VENDORS[self.sis].batched,
            reads=VENDORS[self.sis].reads,
            added=self.added,
            reread=REREAD if self.trouble else 0.0,
        )


def checks(results: Sequence[Result], limits: Limits) -> list[Check]:
    """Every check over all districts, in the order in which the report shows them."""
    return [
        *_gradebooks(results),
        *_same_counts(results),
        _second_run(results),
        *_requests(results, limits),
        *_time_and_memory(results, limits),
    ]


def _gradebooks(results: Sequence[Result]) -> Iterator[Check]:
    found = [result.comparison for result in results]
    places = "; ".join(place for one in found for place in one.places[:3])
    expected = sum(one.scores + one.columns for one in found)
    lost = sum(one.lost for one in found)
    wrong = sum(one.wrong for one in found)
    doubled = sum(one.doubled for one in found)
    doubled += sum(result.journal.twice for result in results)
    doubled += sum(max(0, r.journal.creates - r.comparison.columns) for r in results)
    yield Check("lost", f"{lost} of {expected} columns and scores", "0", lost == 0, places)
    yield Check("doubled", f"{doubled} columns or writes", "0", doubled == 0, places)
    yield Check("wrong", f"{wrong} scores", "0", wrong == 0, places)


def _same_counts(results: Sequence[Result]) -> Iterator[Check]:
    """Report, ledger and the mock's own log count the same.

    A write whose answer was lost is read back by a later run, which did not send it.
    """
    for name, reported, read_back, in_ledger, in_sis in (
        (
            "columns: report, ledger, journal",
            sum(r.reported("created") for r in results),
            sum(r.ledger.columns_read_back for r in results),
            sum(r.ledger.columns for r in results),
            sum(r.journal.creates for r in results),
        ),
        (
            "scores: report, ledger, SIS",
            sum(r.reported("sent") for r in results),
            sum(r.ledger.scores_read_back for r in results),
            sum(r.ledger.scores for r in results),
            sum(r.comparison.right for r in results),
        ),
    ):
        both = f"{reported} + {read_back} read back" if read_back else f"{reported}"
        same = reported + read_back == in_ledger == in_sis
        yield Check(name, f"{both} = {in_ledger} = {in_sis}", "the same", same)
    of_agent = sum(r.requests for r in results)
    of_mock = sum(r.journal.requests() for r in results)
    figure = f"{of_agent} = {of_mock}"
    yield Check("requests: agent, journal", figure, "the same", of_agent == of_mock)


def _second_run(results: Sequence[Result]) -> Check:
    writes = sum(r.second.writes for r in results)
    return Check("second run", f"{writes} writes", "0", writes == 0)


def _requests(results: Sequence[Result], limits: Limits) -> Iterator[Check]:
    number = sum(r.journal.requests() for r in results)
    share = sum(r.journal.failed for r in results) / max(1, number)
    injected = sum(r.journal.injected for r in results)
    yield Check(
        "errors that nobody injected",
        f"{share:.2%} of {number} requests ({injected} injected)",
        f"at most {UNEXPLAINED:.1%}",
        share <= UNEXPLAINED,
    )
    throttled = sum(r.journal.throttled for r in results)
    early = sum(r.journal.early for r in results)
    if limits.trouble:
        figure = f"{early} of {throttled} repeated too early"
        yield Check("Retry-After obeyed", figure, "0", early == 0)


def _time_and_memory(results: Sequence[Result], limits: Limits) -> Iterator[Check]:
    p95 = percentile(_times(results), 0.95)
    most = max(FLOOR_MS, SLOWEST * limits.latency * 1000)
    yield Check("p95 of a request", f"{p95:.0f} ms", f"at most {most:.0f} ms", p95 <= most)
    yield _window(results, limits)
    peak = max(r.timeline.peak for r in results)
    growth = max(r.timeline.growth for r in results)
    yield Check("memory, peak", f"{peak:.0f} MB", f"at most {PEAK_MB:.0f} MB", peak <= PEAK_MB)
    yield Check(
        "memory, growth while sending",
        f"{growth:+.1f} MB",
        f"at most {GROWTH_MB:.0f} MB",
        growth <= GROWTH_MB,
    )


def _window(results: Sequence[Result], limits: Limits) -> Check:
    """The district that is furthest over the time that its night may take."""
    conditions = limits.conditions
    worst = max(results, key=lambda r: r.seconds / allowed_time(r.district.volume, conditions))
    volume = worst.district.volume
    most = allowed_time(volume, conditions)
    return Check(
        "the night in its window",
        f"{worst.seconds:.1f} s",
        f"{best_time(volume, conditions):.1f} s by the arithmetic at"
        f" {conditions.latency * 1000:.0f} ms + {SLACK - 1:.0%} = {most:.1f} s",
        worst.seconds <= most,
    )


def _times(results: Sequence[Result]) -> Counter[int]:
    """The times of all requests to the SIS, in milliseconds."""
    times: Counter[int] = Counter()
    for result in results:
        for some in result.timeline.times.values():
            times.update(some)
    return times
