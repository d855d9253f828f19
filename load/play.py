"""A load test from curtain to curtain: set up, play the night, run again, look at the end state."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from contracts.configuration import SECRET
from load import agent_run, journal, ledger
from load.arithmetic import Night
from load.district import District
from load.gradebooks import Verdict, compare
from load.journal import Tally
from load.ledger import Books
from load.locust_run import Crew, locust
from load.model import Model, snapshot
from load.stage import EVENING, Setting, Stage, staged
from load.timeline import Timeline
from load.trouble import Director, Scale
from load.watch import Say, Watch, follow, until_interrupted


@dataclass(frozen=True, slots=True)
class Play:
    """What is asked for; `trouble` None is a night on which nothing goes wrong."""

    setting: Setting
    trouble: Scale | None = None
    crew: Crew = field(default_factory=Crew)
    background: int = 0
    at_once: int = 1
    patience: float = 4 * 3600.0


@dataclass(slots=True)
class Result:
    """What one district's night came to.

    Attributes:
        night: seconds, and its runs with their reports.
        after: the first run without trouble, where the night had some.
        again: the run straight after that.
        struck: how often each fault struck.
        spans: what struck at a point of the night, and when.
    """

    district: District
    timeline: Timeline
    tally: Tally
    verdict: Verdict
    books: Books
    night: dict[str, Any]
    after: agent_run.Run | None
    again: agent_run.Run
    struck: dict[str, int] = field(default_factory=dict)
    spans: list[dict[str, Any]] = field(default_factory=list)

    @property
    def reports(self) -> list[dict[str, Any]]:
        """The reports of all runs that could write."""
        told = [run["report"] for run in self.night["runs"]]
        return [*told, self.after.report] if self.after else told

    def told(self, state: str) -> int:
        """How many records the reports say are in a state."""
        return sum(int(report.get("counts", {}).get(state, 0)) for report in self.reports)

    @property
    def requests(self) -> int:
        """Requests to the SIS that the agent told of, tokens left out."""
        told = sum(int(run["requests"]) for run in self.night["runs"])
        return told + (self.after.requests if self.after else 0)


def play(asked: Play, out: Path, say: Say) -> list[Result]:
    """Play it. RuntimeError: it could not be played to its end."""
    out.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="passback-load-")))
        http = stack.enter_context(httpx.Client(timeout=300))
        say("making the worlds")
        stage = stack.enter_context(staged(asked.setting, folder, folder / "results"))
        if any(volume.night is not Night.BACKFILL for volume in asked.setting.volumes):
            say("the evening before: the agent takes the roster in")
            stage.serve(latency=0)
            _each(stage, lambda district: agent_run.sync(stage, district), asked.at_once)
        say("tonight's work comes in")
        stage.stock()
        stage.serve(asked.setting.latency)
        for district in stage.districts:
            http.delete(f"{district.sis}/_mock/journal").raise_for_status()
        watches = {watch.district.name: watch for watch in _night(asked, stage, out, http, say)}
        say("the run after it, and the end state")
        return list(_each(stage, lambda d: _look(stage, watches[d.name], http), asked.at_once))


def _night(asked: Play, stage: Stage, out: Path, http: httpx.Client, say: Say) -> list[Watch]:
    """Play the measured night under Locust; the watch over each district, in order."""
    programme = stage.folder / "programme.json"
    stage.programme(programme, at_once=asked.at_once, background=asked.background)
    watches = [_watch(asked, district, http) for district in stage.districts]
    users = asked.at_once + 2 * asked.background
    with locust(programme, out, users=users, crew=asked.crew) as running:
        if running.url:
            say(f"Locust is at {running.url}")
        follow(watches, running, http, say, asked.patience)
        if running.url:
            until_interrupted(running, say)
    return watches


def _watch(asked: Play, district: District, http: httpx.Client) -> Watch:
    """Watch over one district; what strikes all night begins."""
    sis, scale = asked.setting.sis, asked.trouble
    wait = scale.retry_after if scale else 0
    tally = Tally(sis, retry_after=wait, one_by_one=asked.setting.connections == 1)
    director = Director(district, http, sis, scale) if scale else None
    if director:
        director.begin()
    return Watch(district, tally, director)


def _look(stage: Stage, watch: Watch, http: httpx.Client) -> Result:
    """Run again without trouble, and compare what stands where."""
    district = watch.district
    timeline = Timeline.read(district.results)
    night = timeline.night
    calm = night["runs"][-1]["code"] == 0
    after = None if calm else agent_run.sync(stage, district)
    journal.read(district.sis, http, watch.tally)
    again = agent_run.sync(stage, district)
    with _reading(http, district) as (model, look):
        verdict = compare(model, look)
    return Result(
        district=district,
        timeline=timeline,
        tally=watch.tally,
        verdict=verdict,
        books=ledger.read(district.ledger),
        night=night,
        after=after,
        again=again,
        struck=watch.struck,
        spans=watch.director.spans(night["began"]) if watch.director else [],
    )


@contextmanager
def _reading(
    http: httpx.Client, district: District
) -> Iterator[tuple[Model, Callable[[str], dict[str, Any]]]]:
    """The model of a district, and the look into one of its gradebooks."""

    def look(section: str) -> dict[str, Any]:
        answer = http.get(f"{district.sis}/_mock/gradebooks/{section}")
        view: dict[str, Any] = answer.raise_for_status().json()
        return view

    yield Model.of(snapshot(district.otus, http, SECRET), EVENING.date()), look


def _each(stage: Stage, do: Callable[[District], Any], at_once: int) -> Iterable[Any]:
    """Do something for every district, several at a time."""
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(do, stage.districts))
