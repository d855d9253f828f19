"""What an unchanged night costs once the SIS holds many scores: CPU, time, memory, requests.

The ledger is prepared as an earlier night would have left it: all that was decided counts as
accepted, and one full pass has noted what it saw. "quiet" is the night as it is; "full pass" is
made to look at every class again. CPU is compared with a floor that is measured in the same turn.
The version before, where it is checked out, makes a ledger of its own from the same worlds.
"""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean

from agent import config as configuration
from agent.commands.build import build_ledger, run_context
from agent.commands.events import Events
from agent.domain import ColumnRef
from agent.sync.attempts import column_intent, delivered_column, delivered_score, score_intent
from agent.sync.context import RunContext
from agent.sync.plan_file import PlanFile
from agent.sync.plans.preview import planned_records
from agent.sync.run import decide_night
from bench.cost import Cost, cost_of
from bench.floor import floor_of
from bench.rig import aim, table
from bench.versions import Version
from contracts.configuration import SECRETS
from load.districts import write_configuration
from mock_sis.server import serving
from mock_sis.world.world import World

SCORES = 1_000_000
FRACTION = 5
"""How many times fewer scores the smaller ledger has, to which the larger is compared."""

QUIET, FULL = "quiet", "full pass"
OF_THE_FLOOR = {QUIET: 0.3, FULL: 14.0}
PEAK_MB = 150

CALL = """
import sys
from importlib import import_module
from pathlib import Path
_, module, function, path = sys.argv
print(getattr(import_module(module), function)(Path(path)))
"""


@dataclass(frozen=True, slots=True)
class Night:
    """One sync of a version, and the floor of its turn."""

    who: str
    kind: str
    cost: Cost
    floor: float

    @property
    def of_the_floor(self) -> float:
        """CPU to that of the floor."""
        return self.cost.cpu_seconds / self.floor

    @property
    def requests(self) -> tuple[int, int]:
        """Reads and writes."""
        requests = json.loads(self.cost.last)["requests"]
        return requests["reads"], requests["writes"]


def run(compared: Sequence[Version], turns: int, scores: int = SCORES) -> None:
    """Print the nights over *scores* in Otus, and what came of the aims."""
    fewer = _nights(compared[-1:], 1, scores // FRACTION)
    nights = _nights(compared, turns, scores)
    head = ("night", "", "CPU s", "of the floor", "seconds", "peak MB", "reads", "writes")
    table(f"unchanged night over {scores} scores in Otus", head, [_row(night) for night in nights])
    now = [night for night in nights if night.who == compared[-1].name]
    table("this version", ("what", "measured", "aim"), aims(now, fewer))


def aims(nights: Sequence[Night], fewer: Sequence[Night]) -> list[tuple[str, ...]]:
    """What came of each aim; *fewer* are nights over a `FRACTION` of the scores."""
    rows: list[tuple[str, ...]] = []
    for kind, most in OF_THE_FLOOR.items():
        share = mean(night.of_the_floor for night in nights if night.kind == kind)
        rows.append((f"{kind}, of the floor", f"{share:.2f}", aim(f"<= {most}", met=share <= most)))
    times = _cpu_of_full_passes(nights) / _cpu_of_full_passes(fewer)
    linear = aim(f"<= {FRACTION}", met=times <= FRACTION)
    rows.append((f"{FULL}, CPU for {FRACTION} times the scores", f"x {times:.2f}", linear))
    peak = max(night.cost.peak_mb for night in nights)
    rows.append(("peak MB", f"{peak:.0f}", aim(f"<= {PEAK_MB}", met=peak <= PEAK_MB)))
    writes = sum(night.requests[1] for night in nights)
    rows.append(("writes", str(writes), aim("0", met=not writes)))
    return rows


def _cpu_of_full_passes(nights: Sequence[Night]) -> float:
    return mean(night.cost.cpu_seconds for night in nights if night.kind == FULL)


def _row(night: Night) -> tuple[str, ...]:
    cost = night.cost
    figures = f"{cost.cpu_seconds:.2f}", f"{night.of_the_floor:.2f}", f"{cost.seconds:.2f}"
    return night.kind, night.who, *figures, f"{cost.peak_mb:.0f}", *map(str, night.requests)


def _nights(compared: Sequence[Version], turns: int, scores: int) -> list[Night]:
    """The nights of each version in turns, over mocks that hold at least *scores*."""
    with tempfile.TemporaryDirectory() as name, serving("otus", "skyward") as running:
        copy_until(running.worlds.create("big", size="small", seed=1).world, scores)
        otus, sis = f"{running.otus.url}/w/big", f"{running.skyward.url}/w/big"
        paths = {}
        for version in compared:
            path = Path(name) / f"{version.name}.toml"
            paths[version] = write_configuration(path, otus=otus, sis=sis)
            called(version, "deliver", path)
            called(version, "look_at_everything", path)
            synced(version, path)
        nights = []
        for _ in range(turns):
            floor = floor_of(paths[compared[-1]].with_suffix(".db"))
            for version, path in paths.items():
                nights.append(Night(version.name, QUIET, synced(version, path), floor))
                called(version, "look_at_everything", path)
                nights.append(Night(version.name, FULL, synced(version, path), floor))
    return nights


def called(version: Version, function: str, path: Path) -> None:
    """Call a function of this module in *version*, on a ledger of its own."""
    module = f"{version.benches}.unchanged_pass"
    command = version.command("-c", CALL, module, function, str(path))
    subprocess.run(  # noqa: S603  our own program
        command, env=version.environment, stdout=subprocess.DEVNULL, check=True
    )


def copy_until(world: World, wanted: int) -> int:
    """Copy every assessment with its scores until Otus has *wanted*; how many it has then."""
    works, scores = list(world.feed.records("assessment")), list(world.feed.records("score"))
    copies = -(-wanted // len(scores))
    for copy in range(1, copies):
        world.feed.put_many(
            ("assessment", f"{w['id']}-{copy}", w | {"id": f"{w['id']}-{copy}"}) for w in works
        )
        world.feed.put_many(
            (
                "score",
                f"{s['assessmentId']}-{copy}:{s['studentId']}",
                s | {"assessmentId": f"{s['assessmentId']}-{copy}"},
            )
            for s in scores
        )
    return copies * len(scores)


def deliver(path: Path) -> int:
    """Leave the ledger as if tonight's plan had been accepted; how many scores."""
    os.environ.update(SECRETS)
    count = 0
    with night(path) as (run, plan_file):
        ledger, now = run.ledger, run.tonight.now
        ledger.runs.begin(run.id, now, "bench", None)
        fingerprint = decide_night(run, plan_file, forced=True).fingerprint
        for plan in plan_file:
            for column in plan.columns:
                intent = column_intent(column, plan.key, run.sis.tag(column.external_id))
                ledger.delivered.save_column(
                    delivered_column(intent, ColumnRef(column.external_id))
                )
                after = [delivered_score(score_intent(column, s)) for s in column.scores]
                ledger.delivered.save_scores(column.assessment, column.owner, after)
                count += len(after)
            ledger.records.record(run.id, planned_records(plan))
            ledger.schedule.mark_clean(plan.classes, fingerprint, plan.again)
        ledger.runs.end(run.id, now, 0, {})
    return count


@contextmanager
def night(path: Path) -> Iterator[tuple[RunContext, PlanFile]]:
    """What a run decides with, now, and where its plan goes."""
    settings = configuration.load(path)
    with (
        closing(build_ledger(settings)) as ledger,
        run_context(settings, ledger, Events(), datetime.now(UTC)) as run,
        closing(PlanFile()) as plan_file,
    ):
        yield run, plan_file


def look_at_everything(path: Path) -> None:
    """Let the next run look at every class."""
    with closing(build_ledger(configuration.load(path))) as ledger:
        ledger.schedule.mark_dirty(None)


def synced(version: Version, path: Path) -> Cost:
    """What one sync costs."""
    command = version.command("-m", "agent", "sync", "-c", str(path), "--events", "-")
    cost = cost_of(command, version.environment)
    assert cost.code == 0, f"the night ended with {cost.code}"
    return cost
