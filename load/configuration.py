"""The agent's configuration for a district that mocks play."""

from pathlib import Path

SECRET = "passback-secret"  # noqa: S105  the mocks' published password
TYPES = ("Quiz", "Test", "Homework", "Project", "Lab")

_TEXT = """\
district = "{district}"
timezone = "America/Chicago"
[source]
kind = "otus"
url = "{otus}"
client_id = "passback"
client_secret = {{ env = "PASSBACK_SECRET" }}
[sis]
kind = "{kind}"
url = "{sis}"
client_id = "passback"
client_secret = {{ env = "PASSBACK_SECRET" }}
max_connections = {connections}
[policy]
effective_date = 2020-01-01
missing_after_due = "{missing}"
[policy.categories]
{categories}
[brake]
enabled = {brake}
[ledger]
url = "sqlite:///{ledger}"
"""


def write_configuration(
    path: Path,
    *,
    otus: str,
    sis: str,
    kind: str = "skyward",
    connections: int = 8,
    district: str = "bench",
    missing: str = "zero",
    brake: bool = False,
    ledger: Path | None = None,
) -> Path:
    """Write it to *path*; the secret is read from PASSBACK_SECRET.

    Args:
        otus: the root of the Otus mock, its world included; *sis* likewise.
        missing: what a district does about missing work past due.
        ledger: None puts it beside the configuration.
    """
    text = _TEXT.format(
        district=district,
        otus=otus,
        kind=kind,
        sis=sis,
        connections=connections,
        missing=missing,
        categories="\n".join(f'{name} = "{name}"' for name in TYPES),
        brake=str(brake).lower(),
        ledger=ledger or f"{path.stem}.db",
    )
    path.write_text(text, encoding="utf-8")
    return path
