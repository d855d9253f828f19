"""A bench runs this checkout, or another one's modules, and judges both by the same aims."""

import json
import subprocess
from pathlib import Path

import pytest

from bench.agent_rate import Case, beside_before
from bench.agent_rate import Night as FirstNight
from bench.cost import Cost
from bench.unchanged_pass import FULL, QUIET, Night, aims
from bench.versions import versions


def checkout(folder):
    (folder / "agent").mkdir()
    (folder / "agent" / "__init__.py").write_text("")
    (folder / "agent" / "__main__.py").write_text("print('the other one')")
    return folder


def night(kind, cpu, *, peak=100.0, writes=0):
    last = json.dumps({"requests": {"reads": 10, "writes": writes}})
    return Night("now", kind, Cost(0, cpu, cpu, peak, last), floor=2.0)


def test_the_version_before_runs_its_own_modules(tmp_path):
    before, now = versions(checkout(tmp_path))

    told = subprocess.run(
        before.command("-m", "agent"),
        env=before.environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout == "the other one\n"
    assert [before.name, now.name] == ["before", "now"]
    assert now.root == Path(__file__).parents[2]


def test_without_another_checkout_only_this_one_runs():
    assert [version.name for version in versions(None)] == ["now"]


def test_a_folder_without_an_agent_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="git worktree add"):
        versions(tmp_path)


@pytest.mark.parametrize(
    ("rate", "cpu", "expected"),
    [
        (93.0, 2.0, (">= -5: met", "<= 3: met")),
        (87.0, 4.0, (">= -5: missed", "<= 3: missed")),
    ],
)
def test_the_agent_is_judged_beside_the_version_before(rate, cpu, expected):
    def at(share, cpu):
        return FirstNight(results=1 + 1000, seconds=1000 / share, cpu=cpu, service=0.1)

    case = Case(0.1, 10, students=1, aimed=True)
    row = beside_before(case, [at(93.0, 1.0), at(95.0, 1.0)], [at(rate, cpu)])

    assert row[:3] == ("100 ms x 10", "94%", f"{rate:.0f}%")
    assert (row[4], row[6]) == expected


def test_a_case_without_an_aim_is_not_judged():
    some = [FirstNight(results=11, seconds=1.0, cpu=1.0, service=0.1)]
    row = beside_before(Case(0.1, 10, students=1), some, some)

    assert (row[4], row[6]) == ("", "")


def test_an_unchanged_night_meets_its_aims():
    nights = [night(QUIET, 0.5), night(FULL, 20.0), night(QUIET, 0.6), night(FULL, 22.0)]
    rows = aims(nights, [night(FULL, 5.0)])

    assert [row[1] for row in rows] == ["0.28", "10.50", "x 4.20", "100", "0"]
    assert all(row[2].endswith(": met") for row in rows)


def test_an_unchanged_night_misses_its_aims():
    nights = [night(QUIET, 0.7), night(FULL, 30.0, peak=151.0, writes=1)]
    rows = aims(nights, [night(FULL, 5.0)])

    assert all(row[2].endswith(": missed") for row in rows)


def test_a_version_before_this_one_has_its_benches_below_load(tmp_path):
    before, now = versions(checkout(tmp_path))

    assert (before.benches, now.benches) == ("load.bench", "bench")
