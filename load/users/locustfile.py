"""The users of a load test; `passback load` runs Locust on this file.

Importing Locust changes sockets and threads of the whole process (gevent), so nothing else imports
this: neither the agent, nor the mocks, nor the command, nor the tests.
"""

from load.programme import from_environment

_PROGRAMME = from_environment()

if _PROGRAMME.alone:
    from load.users.alone import PowerSchool, Skyward

    __all__ = ["PowerSchool", "Skyward"]
else:
    from load.users.night import DistrictNight

    __all__ = ["DistrictNight"]
    if _PROGRAMME.background:
        from load.users.background import OtherIntegration, Teacher

        __all__ += ["OtherIntegration", "Teacher"]
