"""The gate: what is documented was met, and what is accepted has a reason and an end."""

from datetime import date

import pytest

from contracts.harness.baseline import baseline, everything
from contracts.harness.parts import coverage
from contracts.harness.reports.report import Row
from contracts.spec import CONTRACTS, Document

NAMES = ("control.yaml", "otus.yaml", "powerschool.yaml", "skyward.yaml")
TODAY = date(2026, 11, 25)
A_DAY_LATER = date(2027, 6, 1)


def document(**extra):
    responses = {"200": {}, "404": {}, "default": {}, "500": {"x-never": "nothing breaks"} | extra}
    operation = {"operationId": "read", "responses": responses}
    return Document({"paths": {"/a": {"get": operation}}})


def seen(*statuses):
    return [Row(part="operations", group="g", name="GET /a", statuses=statuses)]


def reasons(rows):
    return [found.reason for row in rows for found in row.findings]


def test_a_status_that_was_never_met_is_named():
    assert reasons(coverage.rows(document(), seen(200), binding=True)) == ["never answered 404"]


def test_elsewhere_it_is_a_note():
    (row,) = coverage.rows(document(), seen(200), binding=False)
    assert (row.findings, row.note) == ([], "never answered 404")


def test_what_all_parts_met_counts_together():
    assert reasons(coverage.rows(document(), [*seen(200), *seen(404)], binding=True)) == []


def test_meeting_what_is_marked_as_never_is_a_finding():
    found = reasons(coverage.rows(document(), seen(200, 404, 500), binding=True))
    assert found == ["answers 500, which is marked x-never"]


@pytest.mark.parametrize("name", NAMES)
def test_a_mark_of_never_says_why(name):
    for operation in Document.read(CONTRACTS / name).operations.values():
        for response in operation.statuses.values():
            assert len(response.get("x-never", "a reason given")) > 10


def test_every_accepted_failure_has_a_reason_an_end_and_operations_that_exist():
    for one in everything():
        ids = {o.id for o in Document.read(CONTRACTS / one.contract).operations.values()}
        assert set(one.operations) <= ids
        assert len(one.reason) > 30
        assert one.expires.year - TODAY.year <= 1


def test_an_accepted_failure_counts_on_mocks_and_until_its_end_on_a_real_server():
    listed = [one for one in everything() if one.contract == "powerschool.yaml"]
    assert listed
    assert baseline("powerschool.yaml", None) == listed
    assert baseline("powerschool.yaml", TODAY) == listed
    assert baseline("powerschool.yaml", A_DAY_LATER) == []
    assert baseline("otus.yaml", TODAY) == []
