"""Each fault planted in the agent fails its checks, and the agent as it is fails none.

Load tests run them side by side: a district each, with a copy of the agent in which one text is
replaced. The districts are small: "one score in 10,000" is one in fifty here.
"""

import shutil
from pathlib import Path

import pytest

import agent
from load.chaos import Durations
from load.checks import Limits, checks
from load.options import Setup
from load.profiles import Night, Volume
from load.run import run_nights
from tests.load.test_checks import SPOILED

pytestmark = [pytest.mark.slow, pytest.mark.timeout(480)]

PUT_EACH = """return [
            self.write(Cell(gradebook, ref, student, cells.get(student, EMPTY_CELL)), points)
            for student, points in scores
        ]"""
MADE = "self._server, self._column = server, column\n"
PUT_RESULT = "        reply = self._server.call(PUT_RESULT, cell.our_id, body=body)\n"
EXCHANGE = "reply = self._exchange(operation, url, headers, content)"
AS_IT_IS = ("http/waiting.py", "", "")
PLANTED = {
    "as it is": AS_IT_IS,
    "drops one score in fifty": (
        "sis/oneroster/scores.py",
        PUT_EACH,
        "return [\n            ACCEPTED if int(student) % 50 == 7 else\n"
        + PUT_EACH.removeprefix("return [\n"),
    ),
    "repeats a create": (
        "sis/oneroster/columns.py",
        "return self.put(draft)\n\n    def update",
        "self.put(draft)\n        return self.put(draft)\n\n    def update",
    ),
    "writes one score in fifty as another": (
        "sis/oneroster/scores.py",
        PUT_EACH,
        PUT_EACH.replace("points)", "points + (int(student) % 50 == 7))"),
    ),
    "does not tell of what it reads": (
        "http/transport.py",
        "self._observe(\n",
        "operation.write and self._observe(\n",
    ),
    "writes in every run": (
        "sis/oneroster/scores.py",
        MADE,
        MADE + "        server.call(DELETE_RESULT, 'of-nobody')\n",
    ),
    "sends what the SIS refuses": (
        "sis/oneroster/scores.py",
        PUT_RESULT,
        "        self._server.call(PUT_RESULT, cell.our_id, body={})\n" + PUT_RESULT,
    ),
    "ignores Retry-After": ("http/waiting.py", "self._sleep(seconds)", "self._sleep(0)"),
    "is large from the start": ("cli.py", "OWN = {\n", "LARGE = b'x' * (160 << 20)\nOWN = {\n"),
}
FAILED = {
    "as it is": set(),
    "drops one score in fifty": {"lost", "scores: report, ledger, SIS"},
    "repeats a create": {"doubled", "columns: report, ledger, journal"},
    "writes one score in fifty as another": {"wrong", "scores: report, ledger, SIS"},
    "does not tell of what it reads": {"requests: agent, journal"},
    "writes in every run": {"second run"},
    "sends what the SIS refuses": {"errors that nobody injected"},
    "ignores Retry-After": {"Retry-After obeyed"},
    "is large from the start": {"memory, peak"},
}
GROWING = {
    "holds all scores": (
        "sis/oneroster/scores.py",
        PUT_EACH,
        "held = self.__dict__.setdefault('held', [])\n"
        "        held.extend(str(s) * 36_000 for s in scores)\n        " + PUT_EACH,
    ),
}
"""Undisturbed: where many agents run at once, memory is looked at too rarely to see it grow."""
SLOW = {
    "takes its time for a write": (
        "http/transport.py",
        EXCHANGE,
        f"operation.write and sleep(0.3); {EXCHANGE}",
    ),
    "takes its time for a score": ("sis/oneroster/scores.py", PUT_EACH, f"sleep(0.3); {PUT_EACH}"),
}
FAILED_SLOW = {
    "takes its time for a write": "p95 of a request",
    "takes its time for a score": "the night in its window",
}
TIMED = set(FAILED_SLOW.values())
"""Checks about time: ten agents at once on a small machine may fail them."""
GROWTH = "memory, growth while sending"
STUDENTS, LATENCY, CONNECTIONS = 105, 0.03, 2
SHORT = Durations(outage=0, burst=0.6, retry_after=1, slow=0.1)


def planted(folder: Path, file: str, old: str, new: str) -> str:
    """A copy of the agent with one text replaced; the folder that it is in."""
    shutil.copytree(Path(agent.__file__).parent, folder / "agent")
    path = folder / "agent" / file
    text = path.read_text(encoding="utf-8")
    assert not old or text.count(old) == 1, f"{file} does not have the text any more"
    path.write_text(text.replace(old, new) if old else text, encoding="utf-8")
    return str(folder)


def failed(faults, trouble, tmp_path_factory):
    """Fault -> the checks that fail with it; all run in one load test."""
    agents = [planted(tmp_path_factory.mktemp("agent"), *fault) for fault in faults.values()]
    setup = Setup(
        volumes=[Volume(STUDENTS, Night.TYPICAL) for _ in agents],
        connections=CONNECTIONS,
        latency=LATENCY,
        agents=agents,
        trouble=trouble,
        at_once=len(agents),
    )
    results = run_nights(setup, tmp_path_factory.mktemp("out"), lambda _words: None)
    limits = Limits.of(setup, measured=0.0)
    return {
        name: {check.name for check in checks([result], limits) if not check.passed}
        for name, result in zip(faults, results, strict=True)
    }


@pytest.fixture(scope="module")
def in_trouble(tmp_path_factory):
    return failed(PLANTED, SHORT, tmp_path_factory)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    slept = {
        name: (file, old, new.replace("sleep(", "__import__('time').sleep("))
        for name, (file, old, new) in (SLOW | GROWING).items()
    }
    return failed(slept, None, tmp_path_factory)


@pytest.mark.parametrize("fault", list(PLANTED))
def test_exactly_its_checks_fail(in_trouble, fault):
    assert in_trouble[fault] - TIMED == FAILED[fault]


@pytest.mark.parametrize("fault", list(SLOW))
def test_what_takes_its_time_fails_the_checks_of_time_only(undisturbed, fault):
    assert FAILED_SLOW[fault] in undisturbed[fault]
    assert undisturbed[fault] - TIMED == set()


@pytest.mark.parametrize("fault", list(GROWING))
def test_what_grows_fails_the_check_of_growth_only(undisturbed, fault):
    assert undisturbed[fault] - TIMED == {GROWTH}


def test_each_check_has_a_fault_that_fails_it():
    checked = {name for _, name in SPOILED}
    assert set.union(*FAILED.values()) | TIMED | {GROWTH} == checked
