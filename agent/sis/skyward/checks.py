"""`check` for Skyward: whether Qmlativ lets grades be passed back at all.

OneRoster's reads work without it, and the first write of the first night is refused.
"""

from collections.abc import Iterator

import msgspec

from agent.domain import Who
from agent.errors import UnavailableError
from agent.http.client import Http
from agent.probe import Probe, bad, good
from agent.sis.skyward.vendor_extras import Absent, GenericApi

NAME = "grade pass back"


class OneRosterConfig(msgspec.Struct):
    """What Qmlativ lets the programs of a OneRoster vendor do."""

    allowed: bool | int | None = msgspec.field(name="AllowGradePassBack", default=None)


def pass_back_allowed(http: Http) -> Iterator[Probe]:
    """Whether "Allow Grade Pass Back" is ticked; nothing where Qmlativ does not say."""
    try:
        found = list(GenericApi(http).all("API/OneRosterConfig", OneRosterConfig))
    except (Absent, UnavailableError):
        return
    if not found:
        return
    if any(each.allowed for each in found):
        yield good(NAME, '"Allow Grade Pass Back" is ticked')
        return
    yield bad(
        NAME,
        '"Allow Grade Pass Back" is not ticked: every write would be refused',
        Who.SIS,
        'tick "Allow Grade Pass Back" in the OneRoster configuration of Qmlativ; it needs the'
        ' product "QM OneRoster API with writeback" (System Profile > Products Owned)',
    )
