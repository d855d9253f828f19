"""The list of parts, and their licences: complete, in the standard's form, and all allowed."""

import json

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.meta.project_files import ROOT
from tests.meta.test_dependencies import locked
from tools.release import dependencies as tree
from tools.release import licences
from tools.release.sbom import sbom


@pytest.fixture
def parts():
    return tree.dependencies()


def test_every_dependency_has_a_licence_under_which_it_may_come_along(parts):
    told = {one.name: licences.licence_of(one) for one in parts}
    assert {name: text for name, text in told.items() if licences.not_allowed(text)} == {}


@pytest.mark.parametrize(
    ("licence", "refused"),
    [
        ("MIT AND (Apache-2.0 OR BSD-3-Clause)", []),
        ("GPL-3.0-only", ["GPL-3.0-only"]),
        ("MIT OR AGPL-3.0-or-later", ["AGPL-3.0-or-later"]),
        ("unknown", ["unknown"]),
    ],
)
def test_a_licence_that_nobody_allowed_is_refused(licence, refused):
    assert licences.not_allowed(licence) == refused


@pytest.mark.parametrize("kind", ["free", "unchanged"])
def test_no_licence_stays_allowed_that_would_infect_a_product(kind):
    allowed = licences.table()[kind]
    assert [name for name in allowed if name.startswith(("GPL", "AGPL", "SSPL", "BUSL"))] == []


def test_the_page_of_licences_is_what_the_packages_say():
    assert (ROOT / "docs/reference/licences.md").read_text() == licences.page(), "run: make docs"


def test_the_parts_are_what_the_lock_files_of_the_images_name(parts):
    names = {one.name for one in parts}
    for part in ("agent", "contract", "fleet", "mock", "uat", "load"):
        assert {*locked(f"requirements-{part}.lock")} - names == set(), part


def test_a_part_tells_the_extras_that_bring_it(parts):
    extras = {one.name: one.extras for one in parts}
    assert extras["click"] == ()
    assert extras["psycopg"] == ("fleet",)
    assert extras["schemathesis"] == ("contract",)
    assert "ruff" not in extras


def test_the_list_of_parts_is_valid_complete_and_the_same_each_time(parts):
    text = sbom("1.2.3", 1_790_000_000)

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    told = json.loads(text)
    assert told["metadata"]["component"]["version"] == "1.2.3"
    assert {c["name"]: c["version"] for c in told["components"]} == {
        one.name: one.version for one in parts
    }
    known = {part["ref"] for part in told["dependencies"]}
    assert known == {c["purl"] for c in told["components"]} | {"pkg:pypi/passback@1.2.3"}
    assert sbom("1.2.3", 1_790_000_000) == text


def test_the_texts_name_each_part_once(parts):
    titles = [f"\n{one.name} {one.version} (" for one in parts]
    text = "\n" + licences.texts()
    assert [title for title in titles if text.count(title) != 1] == []
    assert "Permission is hereby granted" in text
