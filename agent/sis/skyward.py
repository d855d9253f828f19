"""Skyward: its OneRoster gradebook, and what Qmlativ tells beside it.

Qmlativ's Generic API knows the linked gradebooks, the closed grading periods and the category
codes. SMS 2.0 has none of it, and a district may withhold it: then no gradebook counts as linked,
no period as closed (Skyward itself refuses what comes too late), and `check` says so.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from agent.http.client import Http
from agent.sis.beside import Beside, Extras
from agent.sis.oneroster import TRAITS as ONEROSTER
from agent.sis.oneroster import OneRoster
from agent.sis.qmlativ import Absent, Qmlativ
from agent.sis.versions import Version

_NAME = "linked gradebooks and closed periods"
_STEP = "the Integration Access in Qmlativ: active, in date, with the modules Gradebook and Grading"


class Skyward(OneRoster):
    """The gradebooks of one Skyward district (SMS 2.0 or Qmlativ)."""

    traits = replace(ONEROSTER, name="skyward")

    def __init__(
        self, http: Http, version: Version, *, zone: ZoneInfo, now: Callable[[], datetime]
    ) -> None:
        qmlativ = Qmlativ(http)

        def read() -> Extras:
            try:
                return qmlativ.extras(now().astimezone(zone).date())
            except Absent as absent:
                return Extras(
                    told=f"Qmlativ's Generic API is not there ({absent}): which periods are closed"
                    " and which gradebooks are linked is not known beforehand. In SMS 2.0 that is"
                    f" so; in Qmlativ look at {_STEP.removeprefix('the ')}"
                )

        super().__init__(http, version, zone=zone, now=now, beside=Beside(read, _NAME, _STEP))
