"""The users of a night; `passback load` runs Locust on this file.

Importing Locust changes sockets and threads of the whole process (gevent), so nothing else imports
its users: neither the agent, nor the mocks, nor the command, nor the tests.
"""

from load.locust.night import PLAN, DistrictNight

__all__ = ["DistrictNight"]

if PLAN.background:
    from load.locust.background import OtherIntegration, Teacher

    __all__ += ["OtherIntegration", "Teacher"]
