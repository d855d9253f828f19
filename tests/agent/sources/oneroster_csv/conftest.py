"""An export on disk to change one thing of."""

import pytest

from tests.agent.sources.oneroster_csv.export import LINE_ITEM, RESULT, one_of, tables, write


@pytest.fixture
def export(tmp_path):
    """Writes a plain export, some tables of it replaced."""
    return lambda **changed: write(tmp_path / "export", tables(**changed))


@pytest.fixture
def line_item(export):
    """What a line item with these cells becomes."""
    return lambda **cells: one_of(export(lineItems=[LINE_ITEM | cells]), "assessment").value


@pytest.fixture
def result(export):
    """What a result with these cells becomes."""
    return lambda **cells: one_of(export(results=[RESULT | cells]), "score").value
