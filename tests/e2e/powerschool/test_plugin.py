"""The plugin that is shipped for PowerSchool: all that the agent needs, and nothing more."""

from collections import defaultdict
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

from agent.sis.powerschool.access import NEEDED
from mock_sis.pages.plugin.access import WRITTEN, all_fields
from tests.e2e.powerschool.campus import PowerSchoolDistrict
from tests.e2e.support.district import START
from tests.meta.project_files import ROOT

FILE = ROOT / "deploy/powerschool/plugin.xml"
NAMESPACE = "{http://plugin.powerschool.pearson.com}"
LEVEL = {"ViewOnly": "view", "FullAccess": "full"}


def shipped() -> dict[str, dict[str, str]]:
    """Table -> field -> access, as the file asks for them."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for each in ET.parse(FILE).getroot().iter(f"{NAMESPACE}field"):
        found[each.attrib["table"].lower()][each.attrib["field"].lower()] = each.attrib["access"]
    return dict(found)


def only(asked: dict[str, dict[str, str]]) -> dict[str, str]:
    """The grants of a plugin that has what is *asked* for, and nothing else."""
    nothing = dict.fromkeys(all_fields(), "none")
    fields = {
        f"{table}.{name}": LEVEL[access]
        for table, of_table in asked.items()
        for name, access in of_table.items()
    }
    return nothing | fields


@pytest.fixture
def least(district: PowerSchoolDistrict) -> PowerSchoolDistrict:
    district.settings(grants=only(shipped()))
    district.control("PUT", "/group/t-2003", otus=True)
    return district


def checked(district: PowerSchoolDistrict) -> str:
    at = district.now().isoformat()
    return district.command("check", "-c", str(district.config), "--at", at).out


def test_the_file_asks_for_what_the_agent_names_and_the_mock_has_all_of_it():
    assert shipped() == {table: dict(fields) for table, fields in NEEDED.items()}
    served = all_fields()
    assert {t: set(f) - set(served[t]) for t, f in NEEDED.items() if set(f) - set(served[t])} == {}


def test_what_is_written_is_asked_for_in_full_with_every_field_of_its_table():
    full = {t: set(f) for t, f in NEEDED.items() if set(f.values()) == {"FullAccess"}}
    assert full == {table: set(all_fields()[table]) for table in WRITTEN}


def test_nights_need_no_more_than_the_shipped_plugin(least: PowerSchoolDistrict):
    assert "FAIL" not in checked(least)
    least.assess("a-1")
    least.score("a-1", "s-3001", 18)
    states = least.night(START).states("a-1")
    assert (states[None], states["s-3001"]) == ("created", "sent")
    least.annotate("a-1", "400002", None, comment="See me")
    least.edit("a-1", title="Renamed", totalPoints=25)
    least.score("a-1", "s-3001", 19)
    run = least.night(START + timedelta(days=1))
    assert (run.code, run.states("a-1")[None], least.marks("a-1")["400001"]) == (0, "updated", "19")
    assert least.night(START + timedelta(days=3)).code == 0
    assert least.marks("a-1")["400003"] == "0"


def test_each_field_that_the_plugin_lacks_is_named(least: PowerSchoolDistrict):
    """All at once where nothing is granted, and one by one."""
    least.settings(grants=dict.fromkeys(all_fields(), "none"))
    told = checked(least)
    every = [f"{table}.{name}" for table, fields in NEEDED.items() for name in fields]
    assert [name for name in every if name not in told] == []

    for table, fields in NEEDED.items():
        name = next(iter(fields))
        least.settings(grants={**only(shipped()), f"{table}.{name}": "none"})
        lines = [line for line in checked(least).splitlines() if line.startswith("FAIL")]
        assert any(f" to {table}.{name}" in line for line in lines), (table, name)
