"""A shell completes commands, options and values: as bash does it, and as zsh and fish ask."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from agent import cli

HERE = Path(sys.executable).parent


def asked(shell, *words):
    """What `passback` answers to a shell of this kind at the end of these words."""
    count = {"COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
    if shell == "fish":
        count = {"COMP_WORDS": " ".join(words[:-1]), "COMP_CWORD": words[-1]}
    mine = {**os.environ, **count, "_PASSBACK_COMPLETE": f"{shell}_complete"}
    done = subprocess.run([HERE / "passback"], env=mine, capture_output=True, check=True, text=True)
    return done.stdout


def printed(shell):
    done = CliRunner().invoke(cli.passback, ["completion", shell])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        pytest.param(("passback", "re"), "resend restore", id="a command"),
        pytest.param(("passback", "plan", "--det"), "--detailed-exitcode", id="an option"),
        pytest.param(("passback", "completion", "z"), "zsh", id="a value"),
        pytest.param(("passback", "config", "s"), "show", id="a command of a group"),
        pytest.param(("passback", "nothing-like-it"), "", id="nothing"),
    ],
)
def test_bash_offers(words, offered, tmp_path):
    (tmp_path / "passback").write_text(printed("bash"))
    session = (
        f"source ./passback; COMP_WORDS=({' '.join(words)}); COMP_CWORD={len(words) - 1}; "
        '_passback_completion passback; echo "${COMPREPLY[*]}"'
    )
    done = subprocess.run(
        ["bash", "--norc", "-c", session],
        cwd=tmp_path,
        env={**os.environ, "PATH": f"{HERE}:{os.environ['PATH']}"},
        capture_output=True,
        check=True,
        text=True,
    )
    assert (done.stdout.strip(), done.stderr) == (offered, "")


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        ("zsh", "plain\nundo\nTake back what a run wrote.\n"),
        ("fish", "plain,undo\tTake back what a run wrote.\n"),
    ],
)
def test_zsh_and_fish_get_the_line_of_each_command_too(shell, line):
    assert asked(shell, "passback", "und") == line
    assert f"{shell}_complete" in printed(shell)


def test_no_command_is_imported_to_complete_its_name():
    code = (
        "import sys; from agent import cli; import click\n"
        "cli.passback.shell_complete(click.Context(cli.passback), '')\n"
        "print([name for name in sys.modules if name.startswith('agent.commands.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"
