"""What the driver asks of the mocks: their clock, and the last day of the school year."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import httpx

AGAIN_SECONDS = 1.0
TELL_EVERY = 30


@dataclass(slots=True)
class Mocks:
    """The control planes of mocks that share one world and so one clock.

    Attributes:
        urls: of each mock, by name; the first one's clock is turned.
        say: where a person reads what is being waited for.
    """

    urls: Mapping[str, str]
    token: str
    say: Callable[[str], None]
    sleep: Callable[[float], None] = time.sleep
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30))

    def await_all(self) -> None:
        """Return when every mock answers."""
        for name in self.urls:
            self._ask(name, "GET", "/health")

    def now(self) -> datetime:
        """The world's instant."""
        return datetime.fromisoformat(self._ask(self._first, "GET", "/clock")["now"])

    def turn_clock(self, to: datetime) -> None:
        """Move the clock on; it goes on ticking from there."""
        self._ask(self._first, "PUT", "/clock", {"now": to.isoformat(), "frozen": False})

    def last_day(self) -> date:
        """The day on which the last grading period ends."""
        book = self._ask(self._first, "GET", "/gradebooks")[0]
        periods = self._ask(self._first, "GET", f"/gradebooks/{book['id']}")["periods"]
        return max(date.fromisoformat(period["end"]) for period in periods)

    def worlds(self) -> set[str]:
        """The names of the worlds that are served."""
        return {world["name"] for world in self._ask(self._first, "GET", "/worlds")}

    def make_world(self, name: str, seed: int) -> None:
        """Make a world like the first one, with other students in it."""
        self._ask(self._first, "POST", "/worlds", {"name": name, "size": "tiny", "seed": seed})

    @property
    def _first(self) -> str:
        return next(iter(self.urls))

    def _ask(self, name: str, method: str, path: str, body: Any = None) -> Any:
        """Ask until there is an answer: a mock may be starting, stopped for a while, or paused."""
        headers = {"Authorization": f"Bearer {self.token}"}
        tries = 0
        while True:
            url = f"{self.urls[name]}/_mock{path}"
            try:
                answer = self.http.request(method, url, json=body, headers=headers)
                if not answer.is_server_error:
                    answer.raise_for_status()
                    return answer.json()
            except httpx.TransportError:
                pass
            tries += 1
            if tries % TELL_EVERY == 0:
                self.say(f"{name} does not answer; still asking")
            self.sleep(AGAIN_SECONDS)
