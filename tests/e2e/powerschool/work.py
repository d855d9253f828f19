"""What came of a night over PowerSchool; shared by the tests of trouble."""

from typing import Any

from tests.e2e.district import District
from tests.e2e.work import shown


def all_columns(district: District) -> int:
    """How many columns there are, over all gradebooks."""
    return sum(len(columns) for columns, _ in shown(district).values())


def states(run: Any) -> set[str]:
    """Every state that a record of the run has."""
    return {r["state"] for r in run.report["records"]}
