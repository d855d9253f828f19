"""The profile `load`: Locust's master and workers, a container each."""

import re

ARGS = "--profile small --districts 2 --adoption 0.2 --trouble off --latency 5"
EXACT = ("lost", "doubled", "wrong", "second run")
"""Gates that do not depend on how busy the machine is."""


def test_workers_in_containers_play_a_night_each_and_nothing_is_lost(stack):
    load = ("--profile", "load")
    stack.compose(*load, "build", "--quiet", "load")
    services = ("load", "load-worker")
    words = ("up", "--no-build", "--no-color", "--exit-code-from", "load", *services)
    told = stack.compose(*load, *words, check=False, PASSBACK_LOAD_ARGS=ARGS)

    passed = set(re.findall(r"ok   ([\w ]+?)  +\S", told))
    assert set(EXACT) <= passed, told[-3000:]
    assert len(set(re.findall(r"(load-worker[-_]\d)\S* +\| .*Got quit message", told))) == 2
    assert re.search(r"load[-_]1 exited with code [03]", told)
    host = stack.container("load").attrs["HostConfig"]
    assert host["ReadonlyRootfs"] is True
    assert host["CapDrop"] == ["ALL"]
