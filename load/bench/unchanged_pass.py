"""What an unchanged night costs once the SIS holds many scores: time, memory, requests.

The ledger is prepared as an earlier night would have left it: all that was decided counts as
accepted. "quiet" is the night as it is; "full pass" is made to look at every class again.
"""

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from agent import config as configuration
from agent.commands.build import build_ledger, run_context
from agent.commands.events import Events
from agent.domain import ColumnRef
from agent.sync.attempts import column_intent, delivered_column, delivered_score, score_intent
from agent.sync.context import RunContext
from agent.sync.plan_file import PlanFile
from agent.sync.preview import planned_records
from agent.sync.run import decide_night
from contracts.configuration import SECRETS
from load.bench.cost import cost_of
from load.bench.rig import ENVIRONMENT, table
from load.configuration import write_configuration
from mock_sis.server import serving
from mock_sis.world import World

SCORES = 100_000


def run(scores: int = SCORES) -> None:
    """Print the table for *scores* in Otus."""
    with tempfile.TemporaryDirectory() as name, serving("otus", "skyward") as running:
        world = running.worlds.create("big", size="small", seed=1).world
        held = _copy_until(world, scores)
        urls = f"{running.otus.url}/w/big", f"{running.skyward.url}/w/big"
        path = write_configuration(Path(name) / "bench.toml", otus=urls[0], sis=urls[1])
        delivered = deliver(path)
        rows = []
        for words, everything in (("first after", False), ("quiet", False), ("full pass", True)):
            if everything:
                look_at_everything(path)
            rows.append((words, *_sync(path)))
    head = ("night", "seconds", "CPU s", "peak MB", "reads", "writes")
    table(f"unchanged night over {delivered} scores in the SIS ({held} in Otus)", head, rows)


def _copy_until(world: World, wanted: int) -> int:
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


def _sync(path: Path) -> tuple[str, ...]:
    """Seconds, CPU, peak memory and requests of one sync."""
    command = [sys.executable, "-m", "agent", "sync", "-c", str(path), "--events", "-"]
    cost = cost_of(command, ENVIRONMENT)
    assert cost.code == 0, f"the night ended with {cost.code}"
    requests = json.loads(cost.last)["requests"]
    figures = f"{cost.seconds:.2f}", f"{cost.cpu_seconds:.2f}", f"{cost.peak_mb:.0f}"
    return *figures, str(requests["reads"]), str(requests["writes"])
