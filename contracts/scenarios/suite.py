"""How a scenario is run on a mock of ours and on a server that is not."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import httpx

from contracts.drift.divergences import cite
from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.live import Guard, Permit, Refused, credentials, permit
from contracts.scenarios.runner import Line, Target, run
from contracts.spec import contract
from contracts.vendors import VENDORS
from mock_sis.credentials import CLIENT_ID, CLIENT_SECRET
from mock_sis.server import MOCKS, Servers, serving

START = date(2026, 10, 1)
NOW = datetime(2026, 10, 1, 18, tzinfo=UTC)
SECTION = "200001"


@dataclass(frozen=True, slots=True)
class Live:
    """A server that is not ours, and what may be done there.

    Attributes:
        section: the class that self-cleaning scenarios write into.
        now: the real time.
    """

    permit: Permit
    client_id: str
    client_secret: str
    section: str | None
    now: datetime

    def refusal(self, scenario: Scenario) -> str | None:
        """Why *scenario* may not run there, in one line; None when it may."""
        if scenario.kind is Kind.MOCK:
            return "mock-only: it needs the clock's, a teacher's or the registrar's hand"
        if not self.permit.allows(scenario.kind):
            return f"{scenario.kind}: the allow list has this host as {self.permit.up_to}"
        if scenario.kind is Kind.CLEANS and not self.section:
            return "self-cleaning: --sis-section must name the class to write into"
        return None

    def excuse(self, scenario: Scenario) -> str | None:
        """Why *scenario* may go another way there: entries of the ledger that count today.

        Uncited: it names one that is not there, or expired.
        """
        known = cite(scenario.diverges, self.now.date())
        return "; ".join(f"{one.id}: {one.real}" for one in known) or None

    def play(self, scenario: Scenario) -> list[Line]:
        """Run *scenario*; what it may not send is kept back."""
        base = self.permit.base
        target = Target(
            token_url=base + VENDORS[scenario.sis].oauth,
            root=base + scenario.root,
            client_id=self.client_id,
            client_secret=self.client_secret,
            section=self.section,
            base=base,
        )
        guard = Guard(self.permit, scenario.kind, contract(MOCKS[scenario.sis].contract))
        with httpx.Client(transport=guard, timeout=60) as client:
            return run(scenario.steps, target, client, self.now)


def live(
    *,
    sis: str | None,
    url: str | None,
    allow_list: Path,
    section: str | None,
    environment: Mapping[str, str],
    now: datetime,
) -> Live:
    """The live target that the options name; Refused, in one line, when nobody allowed it."""
    if not url or not sis:
        raise Refused("a live target needs --sis and --sis-url")
    client_id, secret = credentials(environment)
    return Live(permit(url, allow_list), client_id, secret, section, now)


class Mocks:
    """The mocks, with a world of its own for every scenario."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers
        self._client = httpx.Client(timeout=30)

    def play(self, scenario: Scenario) -> list[Line]:
        """Run *scenario* in a tiny world that nobody has touched."""
        name = f"{scenario.sis}-{scenario.name}".replace("_", "-")
        self._servers.worlds.create(name, size="tiny", seed=1, start=START)
        try:
            return self.play_at(scenario, f"{self._servers[scenario.sis].url}/w/{name}")
        finally:
            self._servers.worlds.delete(name)

    def play_at(self, scenario: Scenario, base: str, now: datetime = NOW) -> list[Line]:
        """Run *scenario* in the world at *base*, where it is *now*."""
        target = Target(
            token_url=base + VENDORS[scenario.sis].oauth,
            root=base + scenario.root,
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            section=SECTION,
            base=base,
            control=f"{base}/_mock",
        )
        self._client.headers.pop("Authorization", None)
        return run(scenario.steps, target, self._client, now)

    def close(self) -> None:
        """Give the connection back."""
        self._client.close()


@contextmanager
def mocks() -> Iterator[Mocks]:
    """All three mocks on free ports."""
    with serving(*MOCKS) as servers:
        made = Mocks(servers)
        try:
            yield made
        finally:
            made.close()
