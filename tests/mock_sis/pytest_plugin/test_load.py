"""The plugin leaves alone who does not use it, and gets on with the plugins that others bring."""

import subprocess
import sys

import pytest

HEAVY = {"agent", "contracts", "load", "connexion", "uvicorn", "yaml", "sqlite3", "httpx", "flask"}


def test_pytest_loads_nothing_of_the_mocks_before_a_test_asks():
    code = "import sys, pytest; before = set(sys.modules); import mock_sis.pytest_plugin.plugin"
    told = "print(*(set(sys.modules) - before))"
    loaded = run_python(f"{code}; {told}").split()
    assert {name.partition(".")[0] for name in loaded} & HEAVY == set()
    assert sorted(name for name in loaded if name.startswith("mock_sis")) == [
        "mock_sis",
        "mock_sis.pytest_plugin",
        "mock_sis.pytest_plugin.options",
        "mock_sis.pytest_plugin.plugin",
    ]


def test_a_mock_that_runs_has_imported_nothing_of_ours_but_the_mocks():
    code = (
        "import sys; from mock_sis.pytest_plugin.site import Site; site = Site();"
        " [site.server(name) for name in ('otus', 'powerschool', 'skyward')]; site.close();"
    )
    loaded = run_python(f"{code} print(*sys.modules)").split()
    others = {"agent", "contracts", "load", "schemathesis", "openapi_spec_validator", "pytest"}
    assert {name.partition(".")[0] for name in loaded} & others == set()


def test_its_public_names_are_what_it_says():
    code = "import mock_sis.pytest_plugin as p; print(*(getattr(p, n).__name__ for n in p.__all__))"
    import mock_sis.pytest_plugin as public

    assert run_python(code).split() == public.__all__
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        _ = public.Nothing


def run_python(code: str) -> str:
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    return ran.stdout


OUTSIDER = """
import unittest
import pytest

@pytest.mark.parametrize("number", range(6))
def test_many(skyward_mock, otus_mock, number):
    skyward_mock.teacher.add_column("200001", f"Quiz {number}", points=10, due="2026-10-16")
    assert skyward_mock.gradebook("200001").titles == [f"Quiz {number}"]

class Classic(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def _mocks(self, powerschool_mock):
        self.powerschool = powerschool_mock

    def test_of_unittest(self):
        self.assertEqual(len(self.powerschool.sections()), 3)
"""


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_project_of_its_own_runs_in_several_processes(pytester: pytest.Pytester):
    pytester.makepyfile(OUTSIDER)
    result = pytester.runpytest_subprocess("-n", "2", "-W", "error", "--strict-markers")
    result.assert_outcomes(passed=7)


def test_locusts_fixtures_stay_locusts(request: pytest.FixtureRequest):
    find = request.session._fixturemanager.getfixturedefs
    for name in ("session", "fastsession"):
        found = find(name, request.node)
        assert [one.func.__module__ for one in found] == ["pytest_locust.plugin"]
