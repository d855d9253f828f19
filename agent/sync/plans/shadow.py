"""Shadow nights: the first nights of a district are plans only, until a run may send."""

from agent.ledger import Ledger
from agent.policy import RunDate, run_date
from agent.settings import Settings
from agent.sync.context import ShadowNight


def shadow_night(settings: Settings, ledger: Ledger, tonight: RunDate) -> ShadowNight | None:
    """Return which shadow night a run of *tonight* is; None: it sends.

    Runs of one local date are one night. A district that ever sent anything has none any more.
    """
    if not settings.shadow_nights or ledger.runs.sent_before():
        return None
    until = settings.policy.night_belongs_until
    nights = {run_date(at, tonight.zone, until).night for at in ledger.runs.shadow_runs()}
    number = len(nights - {tonight.night}) + 1
    return ShadowNight(number, settings.shadow_nights) if number <= settings.shadow_nights else None
