"""Everything that the files of a report tell, as plain values; the page, CSV and JSON share it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from load.arithmetic import Ways, best_time
from load.gates import Bounds, Gate
from load.play import Result
from load.timeline import Second, percentile

CONNECTIONS = (1, 2, 4, 8, 16, 32)
LATENCIES = (0.02, 0.05, 0.1, 0.2)
WIDTHS, MOST_ROWS = (1, 2, 5, 10, 30, 60, 300), 240
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Facts:
    """One load test.

    Attributes:
        asked: the words of the command line.
        memory: (second, megabytes), by run: each is a process of its own.
        spans: trouble that struck at a point: word, second, and for how many seconds.
        finish: seconds by latency, then by connections: when this night would be over.
    """

    asked: Row
    gates: Sequence[Gate]
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
        """Whether every gate is green."""
        return all(gate.passed for gate in self.gates)

    def plain(self) -> Row:
        """For JSON."""
        told = asdict(self)
        told["passed"] = self.passed
        told["finish"] = {f"{1000 * ms:.0f} ms": by for ms, by in self.finish.items()}
        return told


def facts(asked: Row, results: Sequence[Result], found: Sequence[Gate], bounds: Bounds) -> Facts:
    """Gather them. Plots over time are those of the longest night."""
    longest = max(results, key=lambda r: r.night["seconds"])
    return Facts(
        asked=asked,
        gates=found,
        volume=_volume(results),
        runs=[run for result in results for run in _runs(result)],
        seconds=over_time(longest),
        memory=[longest.timeline.memory_of(run) for run in longest.night["runs"]],
        spans=longest.spans,
        operations=_operations(results),
        outcomes=_sum(report.get("counts", {}) for r in results for report in r.reports),
        refusals=_sum(report.get("refusals", {}) for r in results for report in r.reports[-1:]),
        faults=_sum(result.struck for result in results),
        finish=finish(longest, bounds),
        service=bounds.latency,
    )


def finish(result: Result, bounds: Bounds) -> dict[float, dict[int, float]]:
    """When the night would be over with other connections and other answer times.

    What the machine took on top of the mock's own answer time, here, is kept as it was measured.
    """
    ways = bounds.ways()
    beside = max(0.0, bounds.latency - bounds.nominal)
    return {
        latency: {
            connections: best_time(
                result.district.volume,
                Ways(connections, latency + beside, ways.batch, ways.reads),
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
        "columns": sum(r.verdict.columns for r in results),
        "marks": sum(r.verdict.marks for r in results),
        "requests": sum(r.requests for r in results),
    }


def _runs(result: Result) -> Sequence[Row]:
    """The runs of one district, in order."""
    told = [
        {
            "run": f"night, run {n + 1}",
            "seconds": run["seconds"],
            **_run(run["code"], run["report"]),
        }
        for n, run in enumerate(result.night["runs"])
    ]
    if result.after:
        told.append({"run": "without trouble", **_run(result.after.code, result.after.report)})
    told.append({"run": "straight after", **_run(result.again.code, result.again.report)})
    return [{"district": result.district.name, **run} for run in told]


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
    """Those without a call have no times."""
    times: Counter[int] = sum((second.times for second in some), start=Counter())
    return {
        "second": at,
        "requests": sum(second.calls for second in some) / width,
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
        for (operation, status), n in result.tally.calls.items():
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
    """Nothing where there was no call."""
    shares = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99}
    return {name: percentile(times, share) if times else None for name, share in shares.items()}


def _sum(parts: Any) -> Row:
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return dict(total.most_common())
