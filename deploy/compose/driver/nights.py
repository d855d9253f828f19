"""The nights themselves: when each is, who is told, and what is done when one ends badly."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as time_of_day
from typing import Protocol
from zoneinfo import ZoneInfo

from contracts.demo.night import Night
from contracts.demo.show import night_lines
from deploy.compose.driver.orders import Orders

EVENING = time_of_day(22, 0)
RESUMABLE = {5, 6}
"""Exit codes after which the same night is worth another try."""

PAUSES = (5, 15, 45)
"""Seconds before each such try; then the next night resumes."""

TELL_EVERY = 60


class World(Protocol):
    """The mocks, as the driver needs them."""

    def now(self) -> datetime:
        """The world's instant."""

    def turn_clock(self, to: datetime) -> None:
        """Move the clock on."""


@dataclass(slots=True)
class Driver:
    """Plays nights: all agents at once, each over its own SIS.

    Attributes:
        agents: the orders of each, by the name of its SIS.
        say: where a person reads how the nights went. No student and no score is told.
    """

    world: World
    agents: Mapping[str, Orders]
    zone: ZoneInfo
    say: Callable[[str], None]
    sleep: Callable[[float], None] = time.sleep

    def night_now(self) -> dict[str, int]:
        """A night as of the world's clock."""
        return self._night(self.world.now().replace(microsecond=0).astimezone(self.zone))

    def next_night(self) -> dict[str, int]:
        """Turn the clock to the next evening, and play its night; name of each SIS -> exit code."""
        at = self.next_evening()
        self.world.turn_clock(at)
        return self._night(at)

    def next_evening(self) -> datetime:
        """When the next night is."""
        now = self.world.now().astimezone(self.zone)
        tonight = datetime.combine(now.date(), EVENING, self.zone)
        tomorrow = datetime.combine(now.date() + timedelta(days=1), EVENING, self.zone)
        return tonight if now < tonight else tomorrow

    def _night(self, at: datetime) -> dict[str, int]:
        self.say(f"night of {at:%a %d %b %Y, %H:%M}")
        codes: dict[str, int] = {}
        waiting = list(self.agents)
        for pause in (*PAUSES, None):
            for name, night in self._round(at, waiting):
                self._tell(name, night)
                codes[name] = night.code
            waiting = [name for name in waiting if codes[name] in RESUMABLE]
            if not waiting or pause is None:
                return codes
            self.say(f"  {', '.join(waiting)}: again in {pause} s")
            self.sleep(pause)
        return codes

    def _round(self, at: datetime, names: list[str]) -> Iterator[tuple[str, Night]]:
        """Order the night from each of *names*; gives the answers as they come."""
        for name in names:
            self.agents[name].give(at)
        open_, seconds = set(names), 0
        while open_:
            for name in sorted(open_):
                night = self.agents[name].answer(at)
                if night is not None:
                    open_.remove(name)
                    yield name, night
            if open_:
                seconds += 1
                if seconds % TELL_EVERY == 0:
                    self.say(f"  {', '.join(sorted(open_))}: no answer for {seconds} s")
                self.sleep(1)

    def _tell(self, name: str, night: Night) -> None:
        self.say(f"  {name}: exit code {night.code}")
        for line in night_lines(night) if night.report else (f"    {night.error}",):
            self.say(line)
