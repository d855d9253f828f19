"""`passback uat --out`: a district's own roster and policy, played; then the report about it."""

import json
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import httpx

from contracts.demo.night import run_here
from contracts.uat.acceptance.catalogue import for_district
from contracts.uat.acceptance.chosen import CannotChoose, Chosen, Names, choose
from contracts.uat.acceptance.district import Agent, Districts
from contracts.uat.acceptance.history import History, days_of, play_nights
from contracts.uat.acceptance.playing.scenario import Outcome, Scenario
from contracts.uat.acceptance.playing.together import WITHOUT_BRAKE, play_all
from contracts.uat.acceptance.result import Result
from contracts.uat.acceptance.setup import look_at
from contracts.uat.acceptance.terms import Terms
from contracts.uat.acceptance.tonight import look_ahead
from contracts.uat.acceptance.worlds import begin, imported, pared, tonight_of
from contracts.uat.report.page import html
from mock_sis.districts.factory import copied
from mock_sis.server import serving
from mock_sis.sis import gradebook_of
from mock_sis.world.world import World

FAILED = 3
Scenarios = Callable[[Terms], list[Scenario]]


def accept(
    config: Path,
    roster: Path,
    out: Path,
    *,
    named: bool,
    agent: Agent = run_here,
    catalogue: Scenarios = for_district,
) -> int:
    """Play the acceptance scenarios and write `report.html` and `results.json` into *out*.

    Args:
        named: whether people are called by their names.
        agent: what runs a night; the real agent, unless a test puts a broken one in its place.
        catalogue: which scenarios there are under the district's terms.

    Returns:
        The exit code: 0, or 3 when something did not go as the policy says.

    Raises:
        ConfigError: *config* cannot be used.
        ImportFault: *roster* cannot be used.
    """
    result = examine(config, roster, named=named, agent=agent, catalogue=catalogue)
    out.mkdir(parents=True, exist_ok=True)
    plain = json.dumps(result.plain(), indent=1, default=str, ensure_ascii=False)
    (out / "results.json").write_text(plain + "\n", encoding="utf-8")
    (out / "report.html").write_text(html(result), encoding="utf-8")
    return FAILED if result.verdict == "failed" else 0


def examine(
    config: Path,
    roster: Path,
    *,
    named: bool,
    agent: Agent = run_here,
    catalogue: Scenarios = for_district,
) -> Result:
    """Everything that there is to find; see `accept`."""
    terms = Terms.of(config)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="passback-uat-")))
        http = stack.enter_context(httpx.Client(timeout=120))
        whole = imported(roster, folder / "whole.db", terms.policy, terms.settings.timezone)
        stack.callback(whole.close)
        servers = stack.enter_context(serving("otus", terms.mock, validate_responses=False))
        districts = Districts(servers, terms, config, folder, agent, http)
        run = Run(whole, districts, terms, Names(whole, named), catalogue(terms))
        return run.result(roster.name)


@dataclass(frozen=True, slots=True)
class Run:
    """One district being looked at, on running mocks."""

    whole: World
    districts: Districts
    terms: Terms
    names: Names
    scenarios: list[Scenario]

    def result(self, roster: str) -> Result:
        """Scenarios, set-up, tonight and the nights before it."""
        chosen, outcomes, cannot_play = self._play()
        tonight = tonight_of(self.whole, self.terms.policy)
        district = self.districts.make("tonight", partial(copied, self.whole))
        outlook = look_ahead(district, tonight)
        book = gradebook_of(district.world, self.terms.mock)
        return Result(
            terms=self.terms,
            roster=roster,
            tonight=tonight,
            outcomes=outcomes,
            played_in=[one.title for one in chosen.classes] if chosen else [],
            cannot_play=cannot_play,
            setup=look_at(district.world, book, self.terms, tonight, self.names),
            outlook=outlook,
            history=self._history(tonight),
        )

    def _play(self) -> tuple[Chosen | None, list[Outcome], str]:
        """The classes that were played in, what came of it, and why it could not be played."""
        try:
            book = gradebook_of(self.whole, self.terms.mock)
            chosen = choose(book, self.terms.policy, self.names)
        except CannotChoose as why:
            return None, [Outcome(one, not_played=str(why)) for one in self.scenarios], str(why)
        classes = {one.id for one in chosen.classes}
        path = self.districts.folder / "template.db"
        template = pared(self.whole, path, classes, chosen.everybody)
        begin(template, chosen.start)
        try:
            return chosen, play_all(self.scenarios, self.districts, template, chosen), ""
        finally:
            template.close()

    def _history(self, tonight: date) -> History | None:
        days = days_of(self.whole, self.terms.policy, tonight)
        if not days:
            return None
        district = self.districts.make("history", partial(copied, self.whole), **WITHOUT_BRAKE)
        return play_nights(district, days)
