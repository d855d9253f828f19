"""What pytest loads: the settings, the marker, three fixtures, and the verdict after each test.

Nothing of the mocks is imported before a test asks for one.
"""

import warnings
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import pytest

from mock_sis.pytest_plugin.options import INI, MARKER, BadChoice, Options, from_ini, with_marks

if TYPE_CHECKING:
    from mock_sis.pytest_plugin.district import District
    from mock_sis.pytest_plugin.mocks import OtusMock, PowerSchoolMock, SkywardMock
    from mock_sis.pytest_plugin.site import Site

HERE = pytest.StashKey["District"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Settings for the configuration file; `-o passback_size=small` sets one for a run."""
    for name, (default, meaning) in INI.items():
        parser.addini(name, f"{meaning} (default: {default or 'none'})", default=default)


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", MARKER)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Judge the calls of a test that passed; show those of one that did not."""
    try:
        result = yield
    except BaseException:
        district = item.stash.get(HERE, None)
        if district and (told := district.let_pass()):
            item.add_report_section("mocks", "calls to the", told)
        raise
    _judge(item)
    return result


@pytest.fixture(scope="session")
def _passback_site() -> Iterator["Site"]:
    """The mocks of this process; one starts when it is first asked for."""
    with warnings.catch_warnings():
        # What the mocks are built on warns at import; that is not the business of somebody's tests.
        warnings.simplefilter("ignore")
        from mock_sis.pytest_plugin.site import Site

    site = Site()
    yield site
    site.close()


@pytest.fixture
def _passback_district(
    request: pytest.FixtureRequest, _passback_site: "Site"
) -> Iterator["District"]:
    """A district of this test's own, shared by the mocks it asks for."""
    from mock_sis.pytest_plugin.district import District

    try:
        options = _options(request)
        with _passback_site.district(options) as hosted:
            request.node.stash[HERE] = District(_passback_site.url_of, hosted, options)
            yield request.node.stash[HERE]
            _judge(request.node)
    except BadChoice as error:
        raise pytest.fail.Exception(f"passback: {error}", pytrace=False) from None


@pytest.fixture
def otus_mock(_passback_district: "District") -> "OtusMock":
    """Otus, as a server of this test's own: address, credentials, and a hand in it."""
    from mock_sis.pytest_plugin.mocks import OtusMock

    return _passback_district.mock("otus", OtusMock)


@pytest.fixture
def powerschool_mock(_passback_district: "District") -> "PowerSchoolMock":
    """PowerSchool, as a server of this test's own: address, credentials, gradebooks, faults."""
    from mock_sis.pytest_plugin.mocks import PowerSchoolMock

    return _passback_district.mock("powerschool", PowerSchoolMock)


@pytest.fixture
def skyward_mock(_passback_district: "District") -> "SkywardMock":
    """Skyward, as a server of this test's own: address, credentials, gradebooks, faults."""
    from mock_sis.pytest_plugin.mocks import SkywardMock

    return _passback_district.mock("skyward", SkywardMock)


def _options(request: pytest.FixtureRequest) -> Options:
    config = request.config
    settings = {name: config.getini(name) for name in INI}
    marks = request.node.iter_markers("passback")
    return with_marks(from_ini(settings, config.rootpath), marks, config.rootpath)


def _judge(item: pytest.Item) -> None:
    district = item.stash.get(HERE, None)
    if district and (told := district.verdict()):
        pytest.fail(told, pytrace=False)
