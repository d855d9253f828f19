"""The configuration of an agent whose district is played for its load."""

from datetime import date
from pathlib import Path

from contracts.configuration import configuration
from load.vendors import DEFAULT

TYPES = ("Quiz", "Test", "Homework", "Project", "Lab")


def write_configuration(
    path: Path,
    *,
    otus: str,
    sis: str,
    kind: str = DEFAULT,
    connections: int = 8,
    district: str = "bench",
    missing: str = "zero",
    brake: bool = False,
    ledger: Path | None = None,
) -> Path:
    """Write it to *path*.

    Args:
        otus: the root of the Otus mock, its world included; *sis* likewise.
        missing: what a district does about missing work past due.
        ledger: None puts it beside the configuration.
    """
    text = configuration(
        otus=otus,
        sis=sis,
        kind=kind,
        ledger=str(ledger or f"{path.stem}.db"),
        categories={name: name for name in TYPES},
        effective=date(2020, 1, 1),
        district=district,
        sis_more=f"max_connections = {connections}",
        policy=f'missing_after_due = "{missing}"',
        more=f"[brake]\nenabled = {str(brake).lower()}",
    )
    path.write_text(text, encoding="utf-8")
    return path
