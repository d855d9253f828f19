"""Properties here are judged by their claim, not by how busy the machine is."""

import os

from hypothesis import settings

# In CI the same examples every time: a new one is found by the runs of those who can mend it.
settings.register_profile("unhurried", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("unhurried")

pytest_plugins = ["pytester"]
