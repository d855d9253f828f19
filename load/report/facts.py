"""Everything that is in a report, as plain values for the page, CSV and JSON."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from load.checks import Check, Limits
from load.profiles import Conditions, best_time
from load.results.result import Result
from load.results.timeline import Second, percentile

CONNECTIONS = (1, 2, 4, 8, 16, 32)
LATENCIES = (0.02, 0.05, 0.1, 0.2)
WIDTHS, MOST_ROWS = (1, 2, 5, 10, 30, 60, 300), 240
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Facts:
    """One load test.

    Attributes:
        options: those of the command line, and when it began.
        memory: (second, megabytes), by run: each is a process of its own.
        spans: faults that struck once: word, second, and for how many seconds.
        finish: seconds by latency, then by connections: when this night would be over.
    """

    options: Row
    checks: Sequence[Check]
    volume: Row
    runs: Sequence[Row]
    seconds: Sequence[Row]
    memory: Sequence[Sequence[tuple[float, float]]]
    spans: Sequence[Row]
    operations: Sequence[Row]
    outcomes: Row
    refusals: Row
    faults: Row
    finish: dict[float, dict[int, float]]
    service: float

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return all(check.passed for check in self.checks)

    def plain(self) -> Row:
        """The values that JSON has, `passed` among them."""
        plain = asdict(self)
        plain["passed"] = self.passed
        plain["finish"] = {f"{1000 * ms:.0f} ms": by for ms, by in self.finish.items()}
        return plain


def facts(options: Row, results: Sequence[Result], found: Sequence[Check], limits: Limits) -> Facts:
    """Gather them; what is plotted over time is the longest night."""
    longest = max(results, key=lambda r: r.seconds)
    return Facts(
        options=options,
        checks=found,
        volume=_volume(results),
        runs=[run for result in results for run in _runs(result)],
        seconds=over_time(longest),
        memory=[longest.timeline.memory_of(run) for run in longest.timeline.night["runs"]],
        spans=longest.spans,
        operations=_operations(results),
        outcomes=_sum(report.get("counts", {}) for r in results for report in r.reports),
        refusals=_sum(report.get("refusals", {}) for r in results for report in r.reports[-1:]),
        faults=_sum(result.struck for result in results),
        finish=finish(longest, limits),
        service=limits.latency,
    )


def finish(result: Result, limits: Limits) -> dict[float, dict[int, float]]:
    """When the night would be over with other connections and other answer times, in seconds.

    What this machine took on top of the mock's own answer time is kept as it was measured.
    """
    measured = limits.conditions
    beside = max(0.0, limits.latency - limits.nominal)
    return {
        latency: {
            connections: best_time(
                result.district.volume,
                Conditions(connections, latency + beside, measured.batch, measured.reads),
            )
            for connections in CONNECTIONS
        }
        for latency in LATENCIES
    }


def _volume(results: Sequence[Result]) -> Row:
    return {
        "districts": len(results),
        "students": sum(r.district.volume.students for r in results),
        "sections": sum(r.district.volume.sections for r in results),
        "columns": sum(r.comparison.columns for r in results),
        "scores": sum(r.comparison.scores for r in results),
        "requests": sum(r.requests for r in results),
    }


def _runs(result: Result) -> Sequence[Row]:
    """The runs of one district, in order."""
    runs = [
        {
            "run": f"night, run {n + 1}",
            "seconds": run["seconds"],
            **_run(run["code"], run["report"]),
        }
        for n, run in enumerate(result.timeline.night["runs"])
    ]
    if result.after:
        runs.append({"run": "without trouble", **_run(result.after.code, result.after.report)})
    runs.append({"run": "straight after", **_run(result.second.code, result.second.report)})
    return [{"district": result.district.name, **run} for run in runs]


def _run(code: int, report: Row) -> Row:
    return {"exit": code, **report.get("requests", {}), **report.get("counts", {})}


def over_time(result: Result) -> Sequence[Row]:
    """A row a second, or a few seconds where the night is long; rates are by the second."""
    last = max(result.timeline.seconds, default=0) + 1
    width = next(n for n in WIDTHS if last / n <= MOST_ROWS or n == WIDTHS[-1])
    return [
        _row(at, width, [s for n in range(at, at + width) if (s := result.timeline.seconds.get(n))])
        for at in range(0, last, width)
    ]


def _row(at: int, width: int, some: Sequence[Second]) -> Row:
    """Seconds without a request have no times."""
    times: Counter[int] = sum((second.times for second in some), start=Counter())
    return {
        "second": at,
        "requests": sum(second.requests for second in some) / width,
        "writes": sum(second.writes for second in some) / width,
        "failed": sum(second.failed for second in some) / width,
        **_percentiles(times),
    }


def _operations(results: Sequence[Result]) -> Sequence[Row]:
    """By operation of the contract: how often, how long, how it ended.

    Requests and answers are the journal's, the run after the night included; times are the night's.
    """
    times: dict[str, Counter[int]] = {}
    statuses: dict[str, Counter[str]] = {}
    for result in results:
        for operation, some in result.timeline.times.items():
            times.setdefault(operation, Counter()).update(some)
        for (operation, status), n in result.journal.calls.items():
            statuses.setdefault(operation, Counter())[str(status or "cut")] += n
    return [
        {
            "operation": operation,
            "requests": answers.total(),
            **_percentiles(times.get(operation)),
            "answers": ", ".join(f"{status}: {n}" for status, n in answers.items()),
        }
        for operation, answers in sorted(statuses.items(), key=lambda item: -item[1].total())
    ]


def _percentiles(times: Counter[int] | None) -> Row:
    """Nothing where there was no request."""
    shares = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99}
    return {name: percentile(times, share) if times else None for name, share in shares.items()}


def _sum(parts: Any) -> Row:
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return dict(total.most_common())
