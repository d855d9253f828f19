"""Each mock has its entry in every table by which mocks differ; a new one is missed by none."""

import pytest

from mock_sis.cli import mock
from mock_sis.control.sis import SETTINGS
from mock_sis.credentials import TOKEN_PATHS
from mock_sis.districts.ids import FIRST_ID, SISES
from mock_sis.pages.app import NAVIGATION, PARTS
from mock_sis.pages.asked import NAMES
from mock_sis.pages.control.classes import NOT_IN_GROUP
from mock_sis.pages.gradebook.dress import DRESSES
from mock_sis.pages.log.deeds import PHRASES
from mock_sis.pages.log.vendor_columns import COLUMNS, TITLES
from mock_sis.server import MOCKS
from mock_sis.sis import KINDS

OF_ALL = {
    "mock_sis/credentials.py: TOKEN_PATHS": TOKEN_PATHS,
    "mock_sis/pages/app.py: PARTS": PARTS,
    "mock_sis/pages/app.py: NAVIGATION": NAVIGATION,
    "mock_sis/pages/asked.py: NAMES": NAMES,
    "mock_sis/pages/log/deeds.py: PHRASES": PHRASES,
}
OF_EACH_SIS = {
    "mock_sis/sis.py: KINDS": KINDS,
    "mock_sis/control/sis.py: SETTINGS": SETTINGS,
    "mock_sis/districts/ids.py: SISES": SISES,
    "mock_sis/pages/control/classes.py: NOT_IN_GROUP": NOT_IN_GROUP,
    "mock_sis/pages/gradebook/dress.py: DRESSES": DRESSES,
    "mock_sis/pages/log/vendor_columns.py: TITLES": TITLES,
    "mock_sis/pages/log/vendor_columns.py: COLUMNS": COLUMNS,
}


@pytest.mark.parametrize("table", OF_ALL)
def test_every_mock_has_its_entry(table):
    assert set(OF_ALL[table]) == set(MOCKS)


@pytest.mark.parametrize("table", OF_EACH_SIS)
def test_every_sis_has_its_entry(table):
    assert set(OF_EACH_SIS[table]) == set(MOCKS) - {"otus"}


def test_the_categories_of_each_sis_have_ids_of_their_own():
    assert set(SISES) <= FIRST_ID.keys()


def test_the_command_starts_each_of_them():
    (which,) = (each for each in mock.params if each.name == "which")
    assert {*which.type.choices} == {*MOCKS, "all"}
