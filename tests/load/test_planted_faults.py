"""Each fault planted in the agent turns its gate red, and the agent as it is turns none.

One load test plays all of them: districts side by side, each with a copy of the agent in which one
text is replaced. The districts are small: "one score in 10,000" is one in fifty here.
"""

import shutil
from pathlib import Path

import pytest

import agent
from load.arithmetic import Night, Volume
from load.gates import Bounds, gates
from load.play import Play, play
from load.stage import Setting
from load.trouble import Scale

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PUT_EACH = """return [
            self.write(Cell(gradebook, ref, student, cells.get(student, EMPTY_CELL)), points)
            for student, points in scores
        ]"""
PLANTED = {
    "as it is": ("http/waiting.py", "", ""),
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
    "holds all scores": (
        "sis/oneroster/scores.py",
        PUT_EACH,
        "held = self.__dict__.setdefault('held', [])\n"
        "        held.extend(str(s) * 24_000 for s in scores)\n        " + PUT_EACH,
    ),
    "ignores Retry-After": (
        "http/waiting.py",
        "self._sleep(seconds)",
        "self._sleep(0)",
    ),
}
RED = {
    "as it is": set(),
    "drops one score in fifty": {"lost", "marks: report, ledger, SIS"},
    "repeats a create": {"doubled", "columns: report, ledger, journal"},
    "holds all scores": {"memory, growth while sending"},
    "ignores Retry-After": {"Retry-After obeyed"},
}
TIMED = {"the night in its window", "p95 of a request"}
"""Gates about time: five agents at once on a small machine may miss them."""
STUDENTS, LATENCY, CONNECTIONS = 105, 0.03, 2
SCALE = Scale(outage=0, burst=0.6, retry_after=1, slow=0.1)


def planted(folder: Path, file: str, old: str, new: str) -> str:
    """A copy of the agent with one text replaced; the folder that it is in."""
    shutil.copytree(Path(agent.__file__).parent, folder / "agent")
    path = folder / "agent" / file
    text = path.read_text(encoding="utf-8")
    assert not old or text.count(old) == 1, f"{file} does not have the text any more"
    path.write_text(text.replace(old, new) if old else text, encoding="utf-8")
    return str(folder)


@pytest.fixture(scope="module")
def red(tmp_path_factory):
    """Fault -> the gates that are red with it, those about time left out."""
    agents = [planted(tmp_path_factory.mktemp("agent"), *fault) for fault in PLANTED.values()]
    volumes = [Volume(STUDENTS, Night.TYPICAL) for _ in agents]
    setting = Setting(volumes, connections=CONNECTIONS, latency=LATENCY, agents=agents)
    asked = Play(setting, trouble=SCALE, at_once=len(agents))
    results = play(asked, tmp_path_factory.mktemp("out"), lambda _words: None)
    bounds = Bounds("skyward", CONNECTIONS, nominal=LATENCY, trouble=True)
    return {
        name: {gate.name for gate in gates([result], bounds) if not gate.passed} - TIMED
        for name, result in zip(PLANTED, results, strict=True)
    }


@pytest.mark.parametrize("fault", list(PLANTED))
def test_exactly_its_gates_are_red(red, fault):
    assert red[fault] == RED[fault]
