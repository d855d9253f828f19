"""How hard to look: what each profile asks of Schemathesis, as its own configuration."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CI_SEED = 20261001
PHASES = ("examples", "coverage", "fuzzing", "stateful")
# connexion and our Gate list what a path takes; Schemathesis compares with one template of it.
OFF = ("allow_header_conformance",)
WRITING = "POST|PUT|PATCH|DELETE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a run may do and for how long.

    Attributes:
        seed: None draws one and prints it.
        examples: generated cases an operation.
        seconds: the run stops after so long.
        reads_only: nothing but GET leaves this machine, apart from the token request.
        rate: requests a second at most, as "5/s"; None does not wait.
    """

    name: str
    seed: int | None
    examples: int
    seconds: int | None
    reads_only: bool = False
    rate: str | None = None
    timeout: float = 10.0

    def settings(self, seed: int) -> dict[str, Any]:
        """The configuration of Schemathesis."""
        made: dict[str, Any] = {
            "seed": seed,
            "continue-on-failure": True,
            "request-timeout": self.timeout,
            "generation": {
                "max-examples": self.examples,
                "deterministic": self.seed is not None,
                "database": "none",
                "no-shrink": self.seed is not None,
            },
            "phases": {phase: {"enabled": True} for phase in PHASES},
            "checks": {check: {"enabled": False} for check in OFF},
            "output": {"sanitization": {"enabled": True}},
        }
        if self.seconds:
            made["max-time"] = self.seconds
        if self.rate:
            made["rate-limit"] = self.rate
        return _reading(made) if self.reads_only else made


def _reading(settings: dict[str, Any]) -> dict[str, Any]:
    """The five switches without which Schemathesis sends more than authenticated GETs."""
    settings["generation"]["mode"] = "positive"
    settings["phases"]["coverage"]["unexpected-methods"] = []
    settings["phases"]["stateful"]["enabled"] = False
    settings["checks"]["ignored_auth"] = {"enabled": False}
    settings["operations"] = [{"include-method-regex": WRITING, "enabled": False}]
    return settings


PROFILES: Mapping[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile(name="ci", seed=CI_SEED, examples=3, seconds=None),
        Profile(name="nightly", seed=None, examples=200, seconds=3600),
        Profile(
            name="live-readonly",
            seed=CI_SEED,
            examples=5,
            seconds=1800,
            reads_only=True,
            rate="5/s",
            timeout=30.0,
        ),
    )
}
