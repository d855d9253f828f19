"""Nights between containers: whole, killed in the middle, and with a SIS that stood still."""

import json
import time

from tests.containers.districts import AT, Night
from tests.containers.stack import until

WRITES = 6


def slow(night: Night, seconds: float = 1) -> None:
    """Every write takes so long, that there is a middle of the night to meet."""
    fault = {"id": "slow", "operation": "put*", "action": "delay", "seconds": seconds}
    night.control("POST", "/faults", fault)


def whole(night: Night) -> dict:
    """What an undisturbed night makes of a world."""
    code, out = night.run("--json")
    assert code == 0, out
    return night.scores()


def disturbed(night: Night):
    """A container in the middle of its night."""
    slow(night)
    running = night.started()
    until(lambda: night.written() >= WRITES)
    running.reload()
    assert running.status == "running"
    return running


def test_a_night_goes_from_container_to_container(night):
    code, out = night.run("--json")

    counts = json.loads(out)["counts"]
    assert code == 0
    assert counts["created"] > 3
    assert counts["sent"] > 10
    assert "*" in night.scores().values()


def test_an_agent_killed_in_its_night_comes_to_the_same_end(night, stack):
    running = disturbed(night)
    running.kill()
    assert running.wait()["StatusCode"] == 137
    left = night.scores()
    night.control("DELETE", "/faults")

    code, out = night.run("--json")

    assert code == 0, out
    assert json.loads(out)["requests"]["writes"] > 0
    assert len(left) <= len(night.scores())
    twin = Night(stack, f"{night.name}-twin")
    try:
        assert night.scores() == whole(twin)
        assert night.scores() != left
    finally:
        twin.remove()
    assert json.loads(night.run("--json")[1])["requests"]["writes"] == 0


def test_a_sis_that_stood_still_for_a_while_gets_everything(night, stack):
    running = disturbed(night)
    sis = stack.container("skyward")
    sis.pause()
    time.sleep(4)
    running.reload()
    waiting = running.status
    sis.unpause()
    night.control("DELETE", "/faults")
    code = running.wait(timeout=120)["StatusCode"]

    assert waiting == "running"
    assert code == 0, running.logs().decode()
    assert night.written() > WRITES
    assert json.loads(night.run("--json")[1])["requests"]["writes"] == 0


def test_an_agent_that_is_stopped_leaves_a_night_to_be_resumed(night):
    running = disturbed(night)
    running.stop(timeout=5)
    night.control("DELETE", "/faults")

    code, out = night.run("--json")

    assert code == 0, out
    assert json.loads(night.run("--json")[1])["requests"]["writes"] == 0


def test_the_stacks_agent_takes_a_killed_night_up_again(stack):
    agent, folder = stack.container("agent-skyward"), "/var/spool/passback/skyward"
    fault = {"id": "slow", "operation": "*", "action": "delay", "seconds": 1}
    stack.control("skyward", "POST", "/faults", fault)
    at = stack.control("otus", "GET", "/clock")["now"]
    order = f"echo {at} > {folder}/ordered.part && mv {folder}/ordered.part {folder}/ordered"
    assert stack.shell("nights", order)[0] == 0
    until(lambda: stack.shell("nights", f"test -f {folder}/running")[0] == 0)
    time.sleep(1)

    agent.kill()
    stack.control("skyward", "DELETE", "/faults")
    agent.start()

    until(lambda: stack.shell("nights", f"grep -x '{at} 0' {folder}/ended")[0] == 0)
    assert agent.logs().decode().count(f"night of {at} begins") == 2


def test_events_on_standard_output_name_no_student(night):
    code, out = night.run("--events", "/dev/stdout", "--json")

    assert code == 0
    events = [json.loads(line) for line in out.splitlines() if line.startswith('{"event"')]
    assert events[-1]["event"] == "report"
    assert {"request", "record", "pulled"} <= {event["event"] for event in events}
    assert not [event for event in events if "student" in event]
    assert AT
