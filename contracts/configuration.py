"""The agent's configuration for a district that mocks play: one text, whoever plays its nights."""

from collections.abc import Mapping
from datetime import date

from mock_sis.credentials import CLIENT_SECRET

SECRETS = {"PASSBACK_SOURCE_SECRET": CLIENT_SECRET, "PASSBACK_SIS_SECRET": CLIENT_SECRET}
"""What the agent's environment must hold."""

_TEXT = """\
district = "{district}"
timezone = "{zone}"

[source]
kind = "otus"
url = "{otus}"
client_id = "passback"
client_secret = {{ env = "PASSBACK_SOURCE_SECRET" }}

[sis]
kind = "{kind}"
url = "{sis}"
client_id = "passback"
client_secret = {{ env = "PASSBACK_SIS_SECRET" }}
{sis_more}
[policy]
effective_date = {effective}
{policy}
[policy.categories]
{categories}

[ledger]
url = "sqlite:///{ledger}"
{more}
"""


def configuration(
    *,
    otus: str,
    sis: str,
    kind: str,
    ledger: str,
    categories: Mapping[str, str],
    effective: date,
    district: str = "lakeview",
    zone: str = "America/Chicago",
    sis_more: str = "",
    policy: str = "",
    more: str = "",
) -> str:
    """As TOML.

    Args:
        otus: the root of the Otus mock, its world included; *sis* likewise.
        ledger: its file, beside the configuration unless absolute.
        categories: type in Otus -> category of the district.
        sis_more: more lines of `[sis]`; *policy* likewise, and *more* is whole tables.
    """
    return _TEXT.format(
        district=district,
        zone=zone,
        otus=otus,
        kind=kind,
        sis=sis,
        sis_more=sis_more,
        effective=effective,
        policy=policy,
        categories="\n".join(f'"{type_}" = "{name}"' for type_, name in categories.items()),
        ledger=ledger,
        more=more,
    )
