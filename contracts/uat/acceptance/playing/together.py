"""Plays scenarios: those that touch nothing but their own assessment together, the rest alone."""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from contracts.uat.acceptance.chosen import Chosen
from contracts.uat.acceptance.district import District, Districts, Refused
from contracts.uat.acceptance.playing.play import NotPlayed, Play
from contracts.uat.acceptance.playing.quiz import day_words
from contracts.uat.acceptance.playing.scenario import Nights, Outcome, Scenario, Step
from mock_sis.districts.factory import copied
from mock_sis.world.world import World

WITHOUT_BRAKE = {"brake": {"enabled": False}}
"""A scenario is a few scores, of which the brake would find many out of proportion."""
ENDED_WELL = {0, 3}


@dataclass(slots=True)
class Running:
    """A scenario that waits for a night; `waits_for` None: it is over."""

    play: Play
    nights: Nights
    waits_for: int | None = None

    def go_on(self) -> None:
        """Let it check and act until it waits for the next night."""
        try:
            self.waits_for = next(self.nights, None)
        except NotPlayed as why:
            self.play.outcome.not_played, self.waits_for = str(why), None
        except Refused as error:
            self.play.expect("the scenario can be played", str(error), ok=False)
            self.waits_for = None


def play_all(
    scenarios: Sequence[Scenario],
    districts: Districts,
    template: World,
    chosen: Chosen,
) -> list[Outcome]:
    """What came of each, in their order."""
    groups = [[s for s in scenarios if not s.alone], *([s] for s in scenarios if s.alone)]
    outcomes: dict[str, Outcome] = {}
    for number, group in enumerate(filter(None, groups)):
        district = districts.make(f"play-{number}", partial(copied, template), **WITHOUT_BRAKE)
        for teacher in sorted({t.id for one in chosen.classes for t in one.teachers}):
            district.otus("PUT", "group", teacher, body={})
        for outcome in _play_together(group, district, chosen):
            outcomes[outcome.scenario.id] = outcome
        _leave(districts, district)
    return [outcomes[scenario.id] for scenario in scenarios]


def _leave(districts: Districts, district: District) -> None:
    """Forget a district, so that many do not fill the disk."""
    districts.servers.worlds.delete(district.world.name)
    shutil.rmtree(district.config.parent)


def _play_together(group: Iterable[Scenario], district: District, chosen: Chosen) -> list[Outcome]:
    """Play them in one district, day by day."""
    running = []
    for scenario in group:
        play = Play(Outcome(scenario), district, chosen, chosen.start)
        running.append(Running(play, scenario.acts(play)))
    for one in running:
        one.go_on()
    while waiting := [one for one in running if one.waits_for is not None]:
        _night(waiting, district, chosen)
    for one in running:
        one.play.outcome.evidence = list(one.play.evidence())
    return [one.play.outcome for one in running]


def _night(waiting: Sequence[Running], district: District, chosen: Chosen) -> None:
    """One night, and the morning after it for the scenarios that waited for it."""
    number = min(one.waits_for for one in waiting if one.waits_for is not None)
    day = chosen.start + timedelta(days=number)
    for one in waiting:
        one.play.look(f"{day_words(day)}, evening")
    night = district.night(day)
    morning = day + timedelta(days=1)
    district.morning(morning)
    for one in waiting:
        one.play.today = morning
        one.play.look(f"{day_words(morning)}, morning")
        if one.waits_for == number:
            one.play.outcome.steps.append(Step(day_words(day), "Night", "The night runs."))
            if night.code not in ENDED_WELL and not one.play.may_fail:
                found = f"exit code {night.code}: {night.error}"
                one.play.expect("the night runs to its end", found, ok=False)
            one.go_on()
