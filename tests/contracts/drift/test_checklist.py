"""The checklist for the first day on a real server holds everything that nobody showed us."""

import pytest

from contracts.drift.__main__ import main
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


def test_it_is_printed_for_one_contract_or_for_all(capsys):
    assert main(["skyward"]) == 0
    one = capsys.readouterr().out
    assert "closed grading period" in one
    assert "powerschool.yaml" not in one
    assert main([]) == 0
    told = capsys.readouterr().out
    assert all(name in told for name in names())
    assert main(["canvas"]) == 2
    assert "no contract canvas.yaml" in capsys.readouterr().err
