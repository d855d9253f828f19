"""One run at a time, however the other one ended."""

import stat
import subprocess
import sys

import pytest

from agent.errors import LedgerError, LockedError
from agent.ledger import run_lock
from agent.ledger.sqlite.lock import alone

HOLDER = """
import sys
from agent.ledger.sqlite.lock import alone
with alone(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "passback.db.lock")


@pytest.fixture
def holder(path):
    """Another process that holds the lock."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_another_process_is_locked_out_and_told_who_holds_it(path, holder):
    with pytest.raises(LockedError, match=rf"process {holder.pid}"), alone(path):
        pass


def test_a_kill_frees_the_lock(path, holder):
    holder.kill()
    holder.wait()
    with alone(path):
        pass


def test_the_lock_is_free_after_a_run_and_after_an_error(path):
    with pytest.raises(RuntimeError), alone(path):
        raise RuntimeError
    with alone(path), pytest.raises(LockedError), alone(path):
        pass
    with alone(path):
        pass


def test_the_lock_file_is_the_owners_only(path, tmp_path):
    with alone(path):
        assert stat.S_IMODE((tmp_path / "passback.db.lock").stat().st_mode) == 0o600


def test_a_lock_that_cannot_be_made_is_a_ledger_error(tmp_path):
    with pytest.raises(LedgerError, match="cannot be opened"), alone(str(tmp_path)):
        pass


def test_every_ledger_has_a_lock_of_its_own(tmp_path):
    one, two = (run_lock(f"sqlite:///{tmp_path}/{name}.db") for name in ("one", "two"))
    with one, two, pytest.raises(LockedError), run_lock(f"sqlite:///{tmp_path}/one.db"):
        pass
    with run_lock("sqlite:///:memory:"), run_lock("sqlite:///:memory:"):
        pass
