"""Which districts are not ready for their next night, and why."""

from collections.abc import Mapping

from agent.errors import PassbackError
from agent.ledger import ledger_of
from agent.serve.configurations import Configurations
from agent.serve.schedule.scheduler import Scheduler

STOPPED = "the clock is not looked at any more"
NONE = "there is none that can be used; was its folder emptied, or is its disk not there?"


def troubles_of(configurations: Configurations, scheduler: Scheduler) -> Mapping[str, str]:
    """Why districts are not ready, by key: configuration, schedule, ledger."""
    found, districts = dict(configurations.troubles()), configurations.districts()
    if not districts:
        found.setdefault("configuration", NONE)
    for district in districts:
        settings = district.settings
        trouble = scheduler.trouble(district.key)
        try:
            ledger_of(settings, district.environment).close()
        except PassbackError as error:
            trouble = str(error)
        if trouble:
            found.setdefault(district.key, trouble)
    if not scheduler.alive():
        found["schedule"] = STOPPED
    return found
