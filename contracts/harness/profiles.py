"""How hard to look: what each profile asks of Schemathesis, as its own configuration."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.harness.baseline import KnownFailure
from contracts.spec import Document

CI_SEED = 20261001
PHASES = ("examples", "coverage", "fuzzing", "stateful")
ACCEPTED = ("2xx", "3xx", "401", "403", "404", "409", "429", "5xx")
SERVED = ("2xx", "3xx", "4xx")
WRITING = "POST|PUT|PATCH|DELETE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a run may do and for how long.

    Attributes:
        about: what sort of cases, for a person who chooses.
        seed: None draws one and prints it.
        examples: generated cases an operation.
        stories: sequences along the links of the contract.
        seconds: generated cases stop after so long.
        fills: they go on with further cases until then.
        reads_only: nothing but GET leaves this machine, apart from the token request.
        rate: requests a second at most, None does not wait.
        both_roots: an operation that stands under two roots is looked at as closely under both.
    """

    name: str
    about: str
    seed: int | None
    examples: int
    stories: int
    seconds: int | None
    fills: bool = False
    reads_only: bool = False
    rate: int | None = None
    timeout: float = 10.0
    both_roots: bool = True

    @property
    def pause(self) -> float:
        """Seconds between requests of our own."""
        return 1 / self.rate if self.rate else 0.0

    def settings(
        self,
        seed: int,
        document: Document,
        baseline: Sequence[KnownFailure] = (),
        chosen: Collection[str] = (),
    ) -> dict[str, Any]:
        """The configuration of Schemathesis.

        What the *baseline* has is not looked at, nor operations that are not *chosen*.
        """
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
            "checks": {},
            "output": {"sanitization": {"enabled": True}},
            "operations": [*map(_not_looked_at, baseline), *_exceptions(document)],
        }
        # Links that are written down; guessed ones outnumber them and lead nowhere new.
        made["phases"]["stateful"] |= {
            "generation": {"max-examples": self.stories},
            "inference": {"algorithms": []},
            "max-steps": 6,
        }
        if not self.both_roots:
            made["phases"]["coverage"]["unexpected-methods"] = ["PATCH"]  # one is enough
            made["operations"].append(_examples_only(paths_under_two_roots(document)))
        if chosen:
            made["operations"].append(_not_asked(document, chosen))
            made["phases"]["stateful"]["enabled"] = _linked(document, chosen)
        if self.fills:
            made["max-time"] = self.seconds
        if self.rate:
            made["rate-limit"] = f"{self.rate}/s"
        return _reading(made) if self.reads_only else made


def _exceptions(document: Document) -> Iterator[dict[str, Any]]:
    """What single operations may answer beyond what Schemathesis expects of all: the contract says.

    Operations that may answer alike stand together: Schemathesis looks through all of these.
    """
    alike: dict[tuple[str, ...], list[str]] = {}
    for operation in document.operations.values():
        broken = [str(code) for code in operation.statuses if code >= 500]
        silent = operation.secured and 401 not in operation.statuses
        key = (" ".join(operation.by_rule), " ".join(broken), "silent" if silent else "")
        alike.setdefault(key, []).append(operation.id)
    for (refused, failed, asks), ids in alike.items():
        checks: dict[str, Any] = {
            "positive_data_acceptance": {"expected-statuses": [*ACCEPTED, *refused.split()]},
            "not_a_server_error": {"expected-statuses": [*SERVED, *failed.split()]},
        }
        if asks:  # it asks for a 401, and some vendors say 403; `ignored_auth` still looks
            checks["missing_required_header"] = {"enabled": False}
        yield {"include-operation-id": ids, "checks": checks}


def _not_looked_at(one: KnownFailure) -> dict[str, Any]:
    return {
        "include-operation-id": one.operations,
        "checks": {one.check: {"enabled": False}},
    }


def _not_asked(document: Document, chosen: Collection[str]) -> dict[str, Any]:
    ids = [one.id for one in document.operations.values() if one.id not in chosen]
    return {"include-operation-id": ids or ["none"], "enabled": False}


def _linked(document: Document, chosen: Collection[str]) -> bool:
    """Whether a link of the contract leads from one of *chosen* to another."""
    return any(
        document.resolve(link).get("operationId") in chosen
        for operation in document.chosen(chosen).values()
        for response in operation.statuses.values()
        for link in response.get("links", {}).values()
    )


def paths_under_two_roots(document: Document) -> list[str]:
    """Paths of operations that stand under another root too: one handler answers at both."""
    return sorted({one.path for one in document.operations.values() if one.again})


def _examples_only(paths: list[str]) -> dict[str, Any]:
    off = {phase: {"enabled": False} for phase in ("coverage", "fuzzing")}
    return {"include-path": paths or ["none"], "phases": off}


def _reading(settings: dict[str, Any]) -> dict[str, Any]:
    """The five switches without which Schemathesis sends more than authenticated GETs."""
    settings["generation"]["mode"] = "positive"
    settings["phases"]["coverage"]["unexpected-methods"] = []
    settings["phases"]["stateful"]["enabled"] = False
    settings["checks"]["ignored_auth"] = {"enabled": False}
    settings["operations"].append({"include-method-regex": WRITING, "enabled": False})
    return settings


PROFILES: Mapping[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile(
            name="ci",
            about="the same cases every time; writes, for mocks and stand-ins",
            seed=CI_SEED,
            examples=3,
            stories=25,
            seconds=None,
            both_roots=False,
        ),
        Profile(
            name="nightly",
            about="other cases every time, for an hour; writes, for mocks and stand-ins",
            seed=None,
            examples=50,
            stories=400,
            seconds=3600,
            fills=True,
        ),
        Profile(
            name="live-readonly",
            about="few, valid cases; GET only, for a real server",
            seed=CI_SEED,
            examples=3,
            stories=1,
            seconds=1800,
            reads_only=True,
            both_roots=False,
            rate=5,
            timeout=30.0,
        ),
    )
}
