"""Recordings of the mocks of another district than the one that they are replayed on."""

import pytest

from contracts.scenarios.kinds import scenarios
from contracts.scenarios.runner import Target, run
from contracts.scenarios.suite import START
from contracts.vendors import VENDORS
from mock_sis.districts.factory import WorldFactory
from mock_sis.server import serving
from tests.contracts.drift.har.recording import NOW, recording

ROLL = ("skyward-roster", "skyward-b1_scores_kept_exactly", "skyward-c3_idempotent_put")
CALL = ("powerschool-roster", "powerschool-xte_life", "powerschool-paging")


@pytest.fixture(scope="session")
def school(tmp_path_factory):
    """Another district than the one that recordings are replayed on."""
    world = WorldFactory().make(tmp_path_factory.mktemp("har") / "world.db", seed=11, start=START)
    with serving("powerschool", "skyward", world=world) as servers:
        yield servers
    world.close()


def recorded(servers, names):
    """A recorder of scenarios run on one of the mocks."""
    sis = names[0].partition("-")[0]
    base = servers[sis].url
    with recording(base) as (client, recorder):
        for scenario in [one for one in scenarios() if f"{one.sis}-{one.name}" in names]:
            target = Target(
                token_url=base + VENDORS[sis].oauth,
                root=base + scenario.root,
                client_id="passback",
                client_secret="passback-secret",
                section="200001",
                base=base,
            )
            assert all(line.passed for line in run(scenario.steps, target, client, NOW))
    return recorder


@pytest.fixture(scope="session")
def skyward(school):
    return recorded(school, ROLL)


@pytest.fixture(scope="session")
def powerschool(school):
    return recorded(school, CALL)
