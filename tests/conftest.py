"""Properties here are judged by their claim, not by how busy the machine is."""

import os

from hypothesis import settings

# In CI the same examples every time: a new one is found by the runs of those who can mend it.
settings.register_profile("unhurried", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("unhurried")

pytest_plugins = ["pytester"]

CONTAINERS = "tests/containers/"


def pytest_xdist_make_scheduler(config, log):
    """With `--dist loadscope` the tests of the containers, which share a stack, keep one worker.

    All others go one by one. (xdist's own groups do not reach pytest 9.2's node ids.)
    """
    from xdist.scheduler import LoadScopeScheduling

    class OneStack(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return CONTAINERS if nodeid.startswith(CONTAINERS) else nodeid

    return OneStack(config, log) if config.getvalue("dist") == "loadscope" else None
