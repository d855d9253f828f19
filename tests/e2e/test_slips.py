"""What an operator meets who mistypes: a wrong file, an unknown id, a command too early."""

import json
from datetime import timedelta
from importlib.metadata import entry_points

import click
import pytest
from click.testing import CliRunner

from agent import cli
from agent.errors import LedgerError
from tests.e2e.support.district import START, District, Run

TOO_EARLY = (
    ("status",),
    ("history",),
    ("explain", "a-1"),
    ("verify",),
    ("teachers",),
    ("decide", "--list"),
    ("decide", "a-1", "--ignore", "--by", "Lee", "--reason", "x"),
    ("undo", "RUN"),
    ("undo", "RUN", "--release"),
    ("resend", "--failed"),
    ("backup", "--out", "copy.db"),
    ("purge", "--older-than", "400d"),
    ("purge", "--period", "Q1"),
    ("erase", "s-3001", "--yes"),
    ("ledger", "check"),
)


def ran(district: District, *words: str) -> Run:
    return district.command(*words, "-c", str(district.config))


@pytest.mark.parametrize("words", TOO_EARLY, ids=" ".join)
def test_no_command_but_a_run_makes_a_ledger(district: District, words: tuple[str, ...]):
    told = ran(district, *words)
    assert (told.code, told.out) == (LedgerError.exit_code, "")
    assert "there is no ledger" in told.err
    assert told.err.count("\n") == 1
    assert list(district.folder.glob("passback.db*")) == []


def test_a_mistyped_id_is_told(begun: District):
    told = ran(begun, "undo", "nosuch", "--release")
    assert (told.code, "knows no run nosuch" in told.err) == (2, True)
    told = ran(begun, "erase", "s-typo")
    assert (told.code, told.out.splitlines()[0]) == (
        0,
        "Would remove: nothing; the ledger holds nothing about s-typo",
    )
    told = ran(begun, "purge", "--period", "Nope")
    assert (told.code, "grading period 'Nope'" in told.err) == (2, True)
    told = ran(begun, "verify", "--section", "nosuch")
    assert (told.code, "no column from us there" in told.out) == (0, True)
    told = ran(begun, "explain", "nosuch")
    assert (told.code, "no run has seen it" in told.err) == (2, True)


def test_nothing_to_send_again_is_told_with_the_reason(begun: District):
    told = ran(begun, "resend", "--failed")
    assert (told.code, "no record is failed or rejected" in told.out) == (0, True)
    told = ran(begun, "resend", "--section", "nosuch")
    assert (told.code, "nothing of section nosuch was sent before" in told.err) == (2, True)


def test_what_is_held_with_its_assignment_does_not_wait_for_a_decision(begun: District):
    ran(begun, "decide", "a-1", "--ignore", "--by", "Lee", "--reason", "by hand this term")
    assert begun.night(START + timedelta(days=1)).code == 0
    told = ran(begun, "decide", "--list").out
    assert "can be decided" not in told
    assert "1 decision not carried out, or holding a record" in told
    assert json.loads(ran(begun, "decide", "--list", "--json").out)["waiting"] == []


def test_a_plans_next_step_can_be_copied(begun: District):
    out = begun.folder / "tonight.plan"
    told = ran(begun, "plan", "--out", str(out))
    assert told.out.splitlines()[-1] == (
        f"  this plan is in {out}; to send it: passback sync -c {begun.config} --plan {out}"
    )


def test_metrics_that_node_exporter_would_not_read_are_refused(begun: District):
    told = ran(begun, "metrics", "--out", str(begun.folder / "passback.txt"))
    assert (told.code, "ends in .prom" in told.err) == (2, True)


def test_help_lists_each_command_once_under_a_heading():
    listed = [name for names in cli.GROUPS.values() for name in names]
    assert len(listed) == len(set(listed))
    assert set(cli.OWN) | {e.name for e in entry_points(group="passback.commands")} == set(listed)


@pytest.mark.parametrize(
    "door",
    [
        *("Run it every night", "Try it with your district"),
        *("Test your integration", "Test a night's load"),
    ],
)
def test_help_has_a_heading_for_each_kind_of_user(door: str):
    shown = CliRunner().invoke(cli.passback, ["--help"]).output
    assert f"\n{door}:\n  " in shown


class Late(cli.Commands):
    """Commands that find out what they miss only when they run."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        del ctx

        @click.command(cmd_name)
        def late() -> None:
            raise ModuleNotFoundError("No module named 'yaml'", name="yaml")

        return late


@pytest.mark.parametrize(
    ("name", "extra"), [("mock", "mock"), ("demo", "contract"), ("uat", "uat")]
)
def test_a_command_that_misses_its_extra_only_when_it_runs_names_it(name: str, extra: str):
    told = CliRunner().invoke(Late("passback"), [name])
    assert (told.exit_code, told.output.splitlines()[-1]) == (
        2,
        f"Error: `{name}` needs yaml: pip install 'passback[{extra}]'",
    )
