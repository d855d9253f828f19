"""RULES E1 to E6 and E9 as properties: random weeks against an independent model.

What is seen must be what the model says in every cell, so each 0 is one that B4 allows (E9).
E4 to E8 are proved by themselves in test_invariants_single.
"""

import shutil
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from tests.e2e.support.kinds import BOTH, KINDS, Kind
from tests.e2e.support.opening import copies, dropped, opened
from tests.e2e.support.random_weeks import Weeks

ACTS = [
    "assess",
    "edit",
    "unassign",
    "score",
    "type",
    "change",
    "roster",
    "period",
    "group",
    "delete",
    "restore",
]
_numbers = st.integers(0, 60)
_acts = st.tuples(
    st.sampled_from([*ACTS, "assess", "score", "score", "score", "type"]),
    _numbers,
    _numbers,
    _numbers,
)
_worlds = count(1)


def faults(kind: Kind) -> st.SearchStrategy[dict[str, Any]]:
    """What may go wrong in a night."""
    writes = {kind.create, kind.update, kind.score, *filter(None, [kind.clear])}
    return st.fixed_dictionaries(
        {
            "action": st.sampled_from(["status", "drop_before", "drop_after", "truncate"]),
            "operation": st.sampled_from(["put*", *sorted(writes), "get*"]),
            "probability": st.sampled_from([0.3, 0.7, 1.0]),
        }
    )


def machine(servers: Any, kind: Kind, folder: Path) -> type[RuleBasedStateMachine]:
    """Days in districts of these servers, each example in a world of its own."""
    make = copies(servers, folder)

    class Days(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            name = f"weeks-{next(_worlds)}"
            district = opened(servers, kind.name, folder / name, name, make)
            district.more = "[brake]\nenabled = false\n"
            self.weeks = Weeks(district)

        @rule(
            acts=st.lists(_acts, min_size=1, max_size=8), days=st.sampled_from([0, 1, 1, 2, 4, 11])
        )
        def a_day(self, acts: list[tuple[str, int, int, int]], days: int) -> None:
            self.weeks.new_day(days)
            for one in acts:
                self.weeks.act(*one)
            self.weeks.night()

        @rule(acts=st.lists(_acts, min_size=1, max_size=6), trouble=faults(kind))
        def a_day_in_trouble(self, acts: list[Any], trouble: dict[str, Any]) -> None:
            self.weeks.new_day(1)
            for one in acts:
                self.weeks.act(*one)
            if trouble["action"] == "status":
                trouble = {**trouble, "status": 500}
            self.weeks.night_in_trouble(trouble)

        def teardown(self) -> None:
            dropped(servers, self.weeks.district)
            shutil.rmtree(self.weeks.district.folder)

    return Days


def live(
    servers: Any, kind: str, folder: Path, *, examples: int, steps: int, soak: int = 1
) -> None:
    """Run so many examples of so many days; the same ones each time, unless they shall soak."""
    run_state_machine_as_test(
        machine(servers, KINDS[kind], folder),
        settings=settings(
            max_examples=examples * soak,
            stateful_step_count=steps,
            deadline=None,
            derandomize=soak == 1,
            suppress_health_check=list(HealthCheck),
        ),
    )


@BOTH
def test_e1_to_e6_and_e9_hold_over_random_days(servers, kind: str, tmp_path: Path):
    live(servers, kind, tmp_path, examples=3, steps=6)


@pytest.mark.share(2)
@BOTH
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_e1_to_e6_and_e9_hold_over_random_weeks(
    servers, kind: str, tmp_path: Path, pytestconfig: pytest.Config
):
    soak = pytestconfig.getoption("--soak")
    live(servers, kind, tmp_path, examples=8, steps=12, soak=soak)
