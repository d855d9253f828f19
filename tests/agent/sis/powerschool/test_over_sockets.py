"""The adapters for PowerSchool on the mock, over real sockets: XTE and the OneRoster push."""

import pytest

from tests.agent.sis.conformance import SisConformance, TellsClosings
from tests.agent.sis.powerschool.rig import a_rig, a_world


class _OnPowerSchool:
    """A fresh world and an adapter for every test."""

    route = "xte"

    @pytest.fixture
    def rig(self, servers):
        with a_world(servers) as hosted, a_rig(servers, hosted, self.route) as rig:
            yield rig


class TestXte(_OnPowerSchool, TellsClosings, SisConformance):
    """The suite by PowerTeacher Pro's own interface."""


class TestOneRoster(_OnPowerSchool, SisConformance):
    """The suite by the OneRoster push, which does not tell locks."""

    route = "oneroster"
