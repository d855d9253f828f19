"""Skyward (SMS 2.0 or Qmlativ): its OneRoster gradebook, and what Qmlativ offers beside it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from agent.http.client import Http
from agent.sis.oneroster.sis import TRAITS as ONEROSTER
from agent.sis.oneroster.sis import OneRoster, open_oneroster
from agent.sis.oneroster.vendor_extras import ExtrasReader
from agent.sis.oneroster.versions import Version
from agent.sis.skyward.checks import pass_back_allowed
from agent.sis.skyward.vendor_extras import NAME, STEP, read_extras

TRAITS = replace(ONEROSTER, kind="skyward")


def open_skyward(
    http: Http, version: Version, zone: ZoneInfo, now: Callable[[], datetime]
) -> OneRoster:
    """The gradebooks of one Skyward district."""
    read = partial(read_extras, http, lambda: now().astimezone(zone).date())
    extras = ExtrasReader(read, NAME, STEP, lambda: pass_back_allowed(http))
    return open_oneroster(http, version, zone, now, traits=TRAITS, extras=extras)
