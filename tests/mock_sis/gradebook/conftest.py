"""A world made once for each file, and at its start for each test."""

from datetime import date

import pytest

from mock_sis.districts.factory import WorldFactory

START = date(2026, 10, 5)


@pytest.fixture(scope="module")
def district(tmp_path_factory):
    made = WorldFactory().make(tmp_path_factory.mktemp("w") / "w.db", start=START)
    yield made
    WorldFactory().delete(made)


@pytest.fixture
def world(district):
    WorldFactory().reset(district)
    return district
