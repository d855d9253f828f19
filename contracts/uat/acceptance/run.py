"""`passback uat --out`: a district's own roster and policy, played; then the report about it."""

import json
import tempfile
from contextlib import ExitStack
from datetime import date
from functools import partial
from pathlib import Path

import httpx

from contracts.demo.night import run_here
from contracts.uat.acceptance.catalogue import for_district
from contracts.uat.acceptance.chosen import CannotChoose, Chosen, Names, choose
from contracts.uat.acceptance.district import Agent, Districts
from contracts.uat.acceptance.history import History, days_of, play_nights
from contracts.uat.acceptance.playing import WITHOUT_BRAKE, play_all
from contracts.uat.acceptance.result import Result
from contracts.uat.acceptance.scenario import Outcome
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


def accept(config: Path, roster: Path, out: Path, *, named: bool, agent: Agent = run_here) -> int:
    """Play the acceptance scenarios and write `report.html` and `results.json` into *out*.

    Args:
        named: whether people are called by their names.
        agent: what runs a night; the real agent, unless a test puts a broken one in its place.

    Returns:
        The exit code: 0, or 3 when something did not go as the policy says.

    Raises:
        ConfigError: *config* cannot be used.
        ImportFault: *roster* cannot be used.
    """
    result = examine(config, roster, named=named, agent=agent)
    out.mkdir(parents=True, exist_ok=True)
    plain = json.dumps(result.plain(), indent=1, default=str, ensure_ascii=False)
    (out / "results.json").write_text(plain + "\n", encoding="utf-8")
    (out / "report.html").write_text(html(result), encoding="utf-8")
    return FAILED if result.verdict == "failed" else 0


def examine(config: Path, roster: Path, *, named: bool, agent: Agent = run_here) -> Result:
    """Everything that there is to find; see `accept`."""
    terms = Terms.of(config)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="passback-uat-")))
        http = stack.enter_context(httpx.Client(timeout=120))
        whole = imported(roster, folder / "whole.db", terms.policy, terms.settings.timezone)
        stack.callback(whole.close)
        servers = stack.enter_context(serving("otus", terms.mock, validate_responses=False))
        districts = Districts(servers, terms.mock, config, folder, agent, http)
        return _examine(whole, districts, terms, Names(whole, named), roster.name)


def _examine(whole: World, districts: Districts, terms: Terms, names: Names, roster: str) -> Result:
    tonight = tonight_of(whole, terms.policy)
    chosen, outcomes, cannot_play = None, list[Outcome](), ""
    try:
        chosen = choose(gradebook_of(whole, terms.mock), terms.policy, names)
        outcomes = _scenarios(whole, districts, terms, chosen)
    except CannotChoose as why:
        cannot_play = str(why)
        outcomes = [Outcome(one, not_played=cannot_play) for one in for_district(terms)]
    district = districts.make("tonight", partial(copied, whole))
    outlook = look_ahead(district, tonight)
    book = gradebook_of(district.world, terms.mock)
    return Result(
        terms=terms,
        roster=roster,
        tonight=tonight,
        outcomes=outcomes,
        played_in=[one.title for one in chosen.classes] if chosen else [],
        cannot_play=cannot_play,
        setup=look_at(district.world, book, terms, tonight, names),
        outlook=outlook,
        history=_history(whole, districts, terms, tonight),
    )


def _scenarios(whole: World, districts: Districts, terms: Terms, chosen: Chosen) -> list[Outcome]:
    classes = {one.id for one in chosen.classes}
    template = pared(whole, districts.folder / "template.db", classes, chosen.people)
    begin(template, chosen.start)
    try:
        return play_all(for_district(terms), districts, template, chosen, terms)
    finally:
        template.close()


def _history(whole: World, districts: Districts, terms: Terms, tonight: date) -> History | None:
    days = days_of(whole, terms.policy, tonight)
    if not days:
        return None
    district = districts.make("history", partial(copied, whole), **WITHOUT_BRAKE)
    return play_nights(district, days)
