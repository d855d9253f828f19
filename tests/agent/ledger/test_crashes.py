"""A kill at any moment: what was promised is there, and nothing is there by half."""

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

WORKLOAD = '''
import json, os, signal, sys
from agent.ledger import open_ledger
from agent.records import KnownScore, Outcome
from tests.agent.ledger.records_of_a_school import *

folder = sys.argv[1]

def work(ledger, told):
    """A night in small; `told` is what the caller of the ledger was promised."""
    for night, points in enumerate(("1", "2")):
        staged = ledger.begin_pull(snapshot=True)
        staged.take([a_class(), an_assessment(), a_score(points=points)])
        staged.diff()
        staged.commit(f"cursor {night}", NOW)
        told("pulled", night)
        (attempt,) = ledger.attempts.intend(f"r-{night}", [an_intent(points=points)], NOW)
        told("intended", attempt)
        ledger.delivered.save_scores("a-1", "c-1", [KnownScore(student="s-1", seen=points)])
        told("saved", points)
        ledger.attempts.settle([Outcome(attempt=attempt, kind="accepted")], NOW)
        told("settled", attempt)
        ledger.records.record(f"r-{night}", [a_state()])
        ledger.schedule.mark_clean(["c-1"], "x", None)

def child(path, statement, pipe):
    """Do the work, and die when the ledger is about to run its nth statement."""
    ledger = open_ledger(f"sqlite:///{path}", "lakeview")
    seen = 0
    def trace(_):
        nonlocal seen
        seen += 1
        if seen == statement:
            os.kill(os.getpid(), signal.SIGKILL)
    ledger._store._connection.set_trace_callback(trace)
    work(ledger, lambda *what: os.write(pipe, (json.dumps(what) + "\\n").encode()))
    os._exit(0)

def crash(statement):
    path = f"{folder}/{statement}.db"
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        child(path, statement, write)
    os.close(write)
    with os.fdopen(read) as pipe:
        promises = dict(json.loads(line) for line in pipe)
    killed = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) < 0
    ledger = open_ledger(f"sqlite:///{path}", "lakeview")
    found = {
        "killed": killed,
        "promises": promises,
        "cursor": ledger.source.cursor(),
        "points": [str(row.score.points) for row in scores_of(ledger).values()],
        "classes": len(list(ledger.source.classes())),
        "known": [cell.seen for cell in ledger.delivered.known_scores("a-1", "c-1").values()],
        "open": [each.id for each in ledger.attempts.open()],
        "settled": sum(
            e.get("outcome") == "accepted" for e in ledger.runs.history("a-1", "s-1")
        ),
    }
    work(ledger, lambda *what: None)
    ledger.close()
    return found

statement, every = 0, []
while not every or every[-1]["killed"]:
    statement += int(sys.argv[2])
    every.append(crash(statement))
print(json.dumps(every))
'''


@pytest.fixture(scope="module")
def crashes(tmp_path_factory, request):
    """What was found after a kill before the 1st, 4th, 7th ... statement of the workload."""
    done = subprocess.run(
        [sys.executable, "-c", WORKLOAD, str(tmp_path_factory.mktemp("crashes")), "3"],
        cwd=request.config.rootpath,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_kills_hit_every_part_of_the_night(crashes):
    assert len(crashes) > 30
    assert {c["cursor"] for c in crashes} == {None, "cursor 0", "cursor 1"}
    assert {tuple(c["open"]) for c in crashes} == {(), (1,), (2,)}


def test_a_pull_is_there_whole_or_not_at_all(crashes):
    whole = {None: ([], 0), "cursor 0": (["1"], 1), "cursor 1": (["2"], 1)}
    assert [(c["points"], c["classes"]) for c in crashes] == [whole[c["cursor"]] for c in crashes]


def test_what_was_promised_is_there(crashes):
    for crash in crashes:
        promises = crash["promises"]
        if "pulled" in promises:
            assert crash["cursor"] >= f"cursor {promises['pulled']}"
        if "intended" in promises:
            assert crash["settled"] + len(crash["open"]) >= promises["intended"]
        assert crash["settled"] >= promises.get("settled", 0)
        assert crash["known"] >= ([promises["saved"]] if "saved" in promises else [])


def test_a_kill_between_intent_and_outcome_leaves_exactly_one_doubt(crashes):
    for crash in crashes:
        intended = crash["promises"].get("intended", 0)
        settled = crash["promises"].get("settled", 0)
        assert len(crash["open"]) <= 1
        if intended > settled and crash["settled"] < intended:
            assert crash["open"] == [intended]
