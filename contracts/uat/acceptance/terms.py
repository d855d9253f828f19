"""The terms under which a district passes back: its policy, and what its SIS can do."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from agent.config import load
from agent.policy import Policy
from agent.rules import RULES_FOR
from agent.rules.codes import Code
from agent.rules.refusals import code_of
from agent.settings import Settings
from agent.sis.vendors import VENDORS as ROUTES
from agent.traits import Traits
from contracts.vendors import VENDORS, mock_for
from mock_sis.sis import KINDS


@dataclass(frozen=True, slots=True)
class Terms:
    """What a scenario's expectation hangs on."""

    settings: Settings

    @classmethod
    def of(cls, config: Path) -> Self:
        """Those of a configuration file. ConfigError: it cannot be used."""
        return cls(load(config))

    @property
    def policy(self) -> Policy:
        """The district's choices."""
        return self.settings.policy

    @property
    def mock(self) -> str:
        """The mock that stands for the district's SIS."""
        return mock_for(self.settings.sis.kind)

    @property
    def label(self) -> str:
        """The SIS as people call it."""
        kind = self.settings.sis.kind
        return VENDORS[kind].label if kind in VENDORS else "OneRoster SIS"

    @property
    def empty(self) -> str:
        """What the gradebook shows in place of a score that is not there."""
        return VENDORS[self.mock].empty or "(empty)"

    @property
    def links(self) -> bool:
        """Whether classes can share a gradebook, and the agent can tell which do."""
        return self.settings.sis.kind in VENDORS and KINDS[self.mock].links

    @property
    def traits(self) -> Traits:
        """What the agent knows of the SIS."""
        routes = ROUTES[self.settings.sis.kind]
        chosen = self.settings.sis.route
        return (routes[chosen] if chosen else next(iter(routes.values()))).traits

    def refuses(self, code: Code) -> bool:
        """Whether *code* is one of the rules for this kind of SIS."""
        return code in {code_of(rule) for rule in RULES_FOR[self.settings.sis.kind]}
