"""The suite's options: which target, and what may be done there."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contracts.scenarios import suite
from contracts.scenarios.kinds import scenarios
from contracts.scenarios.live import Refused
from contracts.scenarios.snapshots import Update, age
from contracts.scenarios.suite import Live, Mocks, mocks
from contracts.vendors import VENDORS

LIVE = pytest.StashKey[Live | None]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Tell pytest the options."""
    group = parser.getgroup("passback scenarios")
    group.addoption("--sis-target", choices=("mock", "live"), default="mock", help="whom to ask")
    group.addoption("--sis", choices=tuple(VENDORS), help="only the scenarios of this system")
    group.addoption("--sis-url", help="live: the server's root")
    group.addoption("--sis-section", help="live: the class to write into")
    group.addoption(
        "--sis-update", action="store_true", help="write the snapshots anew; live: and their date"
    )
    group.addoption("--sis-product", help="live, with --sis-update: what the server is")
    group.addoption("--sis-version", help="live, with --sis-update: which version of it")
    group.addoption(
        "--sis-allow",
        type=Path,
        default=Path("live-hosts.txt"),
        help="live: file with the hosts that may be asked (live-hosts.txt)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a live target that nobody allowed, before anything is collected."""
    config.stash[LIVE] = _live(config) if config.getoption("--sis-target") == "live" else None


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say how old the evidence is."""
    today = datetime.now(UTC).date()
    told: dict[str, list[str]] = {}
    for scenario in scenarios():
        found = age(scenario, today)
        if found and config.getoption("--sis") in {None, scenario.sis}:
            told.setdefault(found.told, []).append(f"{scenario.sis}/{scenario.name}")
    if told:
        terminalreporter.section("age of the snapshots")
    for line, names in told.items():
        terminalreporter.line(f"{line}: {len(names)} scenarios ({', '.join(names[:3])} ...)")


@pytest.fixture(scope="session")
def update(live: Live | None, request: pytest.FixtureRequest) -> Update | None:
    """Writes snapshots anew, where that was asked for."""
    option = request.config.getoption
    if not option("--sis-update"):
        return None
    if live is None:
        return Update(None, None, None)
    return Update(live.now.date(), option("--sis-product"), option("--sis-version"))


@pytest.fixture(scope="session")
def live(request: pytest.FixtureRequest) -> Live | None:
    """The server that is not ours; None: the mocks."""
    found: Live | None = request.config.stash[LIVE]
    return found


@pytest.fixture(scope="session")
def played(live: Live | None) -> Iterator[Live | Mocks]:
    """Plays scenarios on the target."""
    if live is not None:
        yield live
        return
    with mocks() as made:
        yield made


def _live(config: pytest.Config) -> Live:
    option = config.getoption
    try:
        return suite.live(
            sis=option("--sis"),
            url=option("--sis-url"),
            allow_list=option("--sis-allow"),
            section=option("--sis-section"),
            environment=os.environ,
            now=datetime.now(UTC),
        )
    except Refused as refused:
        raise pytest.UsageError(str(refused)) from None
