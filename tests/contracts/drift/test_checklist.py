"""The checklist for the first day on a real server holds everything that nobody showed us."""

import pytest

from contracts.drift.checklist import checklist, names
from contracts.spec import contracts, operations


@pytest.mark.parametrize("name", names())
def test_every_operation_that_is_not_known_from_outside_is_on_it(name):
    lines = "\n".join(checklist(name))
    for method, path, operation in operations(contracts()[name]):
        unsure = operation["x-confidence"] in {"inferred", "invented"}
        listed = f"`{method.upper()} {path}` ({operation['operationId']}, " in lines
        assert listed is unsure, operation["operationId"]


def test_the_control_plane_is_no_real_systems():
    assert names() == ["otus.yaml", "powerschool.yaml", "skyward.yaml"]
