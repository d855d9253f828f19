"""A district written in a process of its own is the one that this process would have written."""

import sqlite3
from dataclasses import replace

import pytest

from mock_sis.districts.factory import write_apart
from mock_sis.districts.oneroster_csv.row import ImportFault
from mock_sis.districts.write import Order, write_district


@pytest.fixture
def order(tmp_path):
    return Order(
        path=str(tmp_path / "w.db"),
        size="42",
        source=None,
        seed=3,
        today="2026-10-01",
        zone="America/Chicago",
        dated=False,
    )


def content(order):
    connection = sqlite3.connect(order.path)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


def test_both_write_the_same_district(order, tmp_path):
    apart = replace(order, path=str(tmp_path / "apart.db"))
    write_district(order)
    write_apart(apart)

    assert content(apart) == content(order)


def test_the_fault_of_an_export_is_told_as_here(order, tmp_path):
    broken = replace(order, size="", source=str(tmp_path))
    with pytest.raises(ImportFault) as here:
        write_district(broken)
    with pytest.raises(ImportFault) as there:
        write_apart(replace(broken, path=str(tmp_path / "apart.db")))

    assert str(there.value) == str(here.value)
    assert there.value.file == here.value.file


def test_what_nobody_expected_is_an_error_too(order):
    with pytest.raises(RuntimeError, match="was not written"):
        write_apart(replace(order, zone="Nowhere/Land"))
