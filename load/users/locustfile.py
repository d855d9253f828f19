"""The users of a load test; `passback load` runs Locust on this file.

Importing Locust changes sockets and threads of the whole process (gevent), so nothing else imports
this: neither the agent, nor the mocks, nor the command, nor the tests.
"""

from load.users.background import OtherIntegration, Teacher
from load.users.night import PROGRAMME, DistrictNight

__all__ = ["DistrictNight"]

if PROGRAMME.background:
    __all__ += ["OtherIntegration", "Teacher"]
else:
    del OtherIntegration, Teacher
