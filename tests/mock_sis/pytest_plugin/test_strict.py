"""A test fails for what it did to a mock, although its own assertions hold; and says what."""

import pytest

from tests.meta.project_files import ROOT

pytestmark = pytest.mark.slow

PROGRAM = """
import httpx
import pytest
from tests.mock_sis.pytest_plugin.programs import put_item, put_score, signed_in
"""

CALM = ("-p", "no:randomly", "-W", "error", "-W", "ignore::pytest.PytestAssertRewriteWarning")
"""In order; warnings are errors, but for the one that this package was imported before."""


@pytest.fixture
def run(pytester: pytest.Pytester, otus_mock, powerschool_mock, skyward_mock):
    """Runs a test file in a pytest of its own, in this process; warnings are errors there.

    The mocks of the test that asks for it see that all their modules are loaded before.
    """

    def run_it(source: str, *args: str) -> pytest.RunResult:
        pytester.makepyfile(PROGRAM + source)
        return pytester.runpytest_inprocess(*CALM, *args)

    return run_it


def text_of(result: pytest.RunResult) -> str:
    return "\n".join(result.outlines)


def test_an_address_that_the_contract_lacks_fails_the_test_and_the_near_one_is_told(run):
    result = run("""
def test_reads(skyward_mock):
    address = "/gradebook/v1p2/classes/200001/lineItem"
    httpx.get(skyward_mock.oneroster_url + address, headers=signed_in(skyward_mock))
""")
    result.assert_outcomes(failed=1)
    told = text_of(result)
    page = (ROOT / "docs/ci/strict.md").read_text(encoding="utf-8")
    shown = page[page.index("the mocks object,") :].partition("```")[0]
    assert shown in told
    assert "near: /ims/oneroster/gradebook/v1p2/classes/{classSourcedId}/lineItems" in shown


def test_the_same_call_again_is_told_once_with_its_count(run):
    result = run("""
def test_reads(skyward_mock):
    for _ in range(3):
        httpx.get(skyward_mock.url + "/healthz")
""")
    result.assert_outcomes(failed=1)
    assert "skyward: GET /healthz -> 404 (3 times)" in text_of(result)


def test_a_method_that_the_address_does_not_take_fails_the_test(run):
    result = run("""
def test_patches(powerschool_mock):
    httpx.patch(powerschool_mock.url + "/ws/v1/district")
""")
    result.assert_outcomes(failed=1)
    assert "the contract has this address, but only for GET" in text_of(result)


def test_a_request_that_breaks_the_contract_fails_the_test_without_quoting_it(run):
    result = run("""
def test_sends_text(skyward_mock):
    assert put_item(skyward_mock, resultValueMax="confidential").status_code == 422
""")
    result.assert_outcomes(failed=1)
    assert "breaks the contract: /lineItem/resultValueMax: " in text_of(result)
    assert "-> 422" in text_of(result)
    assert "at fault: confidential" not in text_of(result)


def test_a_body_that_is_no_json_fails_the_test(run):
    result = run("""
def test_sends_rubbish(skyward_mock):
    headers = signed_in(skyward_mock) | {"Content-Type": "application/json"}
    address = skyward_mock.oneroster_url + "/gradebook/v1p2/lineItems/x"
    httpx.put(address, content="{", headers=headers)
""")
    result.assert_outcomes(failed=1)
    assert "breaks the contract: the body cannot be read as what its type says" in text_of(result)


def test_a_5xx_fails_the_test_unless_an_injected_fault_explains_it(run):
    result = run("""
def test_injected(skyward_mock):
    skyward_mock.faults.status(503, operation="putLineItem")
    assert put_item(skyward_mock).status_code == 503

def test_not_injected(powerschool_mock):
    column = powerschool_mock.teacher.add_column("200001", "Lab", points=5, due="2026-10-16")
    powerschool_mock.teacher.delete_column(column)
    assert put_score(powerschool_mock, column.id).status_code == 500
""")
    result.assert_outcomes(passed=1, failed=1)
    told = text_of(result)
    assert "powerschool: PUT /ws/xte/score -> 500" in told
    assert "failed, and no fault that the test injected explains it: Unable to find" in told
    assert 'powerschool_mock.allow(operation="putScores", status=500)' in told


def test_a_write_fails_a_test_that_is_marked_readonly(run):
    result = run("""
@pytest.mark.passback(readonly=True)
def test_reports(skyward_mock):
    assert put_item(skyward_mock).status_code == 201
""")
    result.assert_outcomes(failed=1)
    assert "is a write, and the test is marked readonly" in text_of(result)


def test_reads_and_token_requests_are_no_writes(run):
    result = run("""
@pytest.mark.passback(readonly=True)
def test_reports(skyward_mock):
    address = "/rostering/v1p2/classes"
    found = httpx.get(skyward_mock.oneroster_url + address, headers=signed_in(skyward_mock))
    assert found.status_code == 200
""")
    result.assert_outcomes(passed=1)


def test_what_a_test_allows_is_not_held_against_it(run):
    result = run("""
@pytest.mark.passback(readonly=True)
def test_allows(skyward_mock):
    httpx.get(skyward_mock.url + "/healthz")
    put_item(skyward_mock)
    skyward_mock.allow(path="/health*", status=404)
    skyward_mock.allow(operation="putLineItem", method="put")

def test_allows_something_else(skyward_mock):
    httpx.get(skyward_mock.url + "/healthz")
    skyward_mock.allow(path="/health*", status=405)

def test_allows_it_of_another_mock(skyward_mock, otus_mock):
    httpx.get(skyward_mock.url + "/healthz")
    otus_mock.allow(path="/health*")

def test_allows_nothing(skyward_mock):
    with pytest.raises(TypeError, match="at least one"):
        skyward_mock.allow()
""")
    result.assert_outcomes(passed=2, failed=2)


@pytest.mark.parametrize("how", ["marker", "ini"])
def test_strictness_can_be_switched_off(run, how):
    mark = "@pytest.mark.passback(strict=False)" if how == "marker" else ""
    result = run(
        f"""
{mark}
def test_anything(skyward_mock):
    httpx.get(skyward_mock.url + "/healthz")
""",
        *(["-o", "passback_strict=false"] if how == "ini" else []),
    )
    result.assert_outcomes(passed=1)


def test_refusals_by_state_are_the_tests_own_affair(run):
    result = run("""
def test_refused(skyward_mock):
    skyward_mock.registrar.close_period()
    assert put_item(skyward_mock).status_code == 409
    gone = skyward_mock.oneroster_url + "/gradebook/v1p2/lineItems/none"
    assert httpx.get(gone, headers=signed_in(skyward_mock)).status_code == 404
    assert httpx.get(gone).status_code == 401
""")
    result.assert_outcomes(passed=1)


def test_calls_that_the_mock_was_made_to_forget_still_count(run):
    result = run("""
def test_forgets(skyward_mock):
    httpx.get(skyward_mock.url + "/healthz")
    skyward_mock.forget_calls()

def test_resets(skyward_mock):
    httpx.get(skyward_mock.url + "/healthz")
    skyward_mock.reset()

def test_restores(skyward_mock):
    skyward_mock.snapshot()
    httpx.get(skyward_mock.url + "/healthz")
    skyward_mock.restore()
    skyward_mock.restore()
""")
    result.assert_outcomes(failed=3)
    assert text_of(result).count("GET /healthz -> 404\n") == 3


def test_a_call_after_the_test_is_an_error_of_its_teardown(run):
    result = run("""
@pytest.fixture
def client(skyward_mock):
    yield
    httpx.get(skyward_mock.url + "/logout")

def test_leaves(client):
    pass
""")
    result.assert_outcomes(passed=1, errors=1)
    assert "skyward: GET /logout -> 404" in text_of(result)


def test_a_failed_test_is_shown_with_the_calls_that_it_made(run):
    result = run("""
def test_fails(skyward_mock):
    skyward_mock.registrar.close_period()
    put_item(skyward_mock)
    assert skyward_mock.gradebook("200001").titles == ["Quiz 1"]

def test_skips(skyward_mock):
    httpx.get(skyward_mock.url + "/healthz")
    pytest.skip("not today")
""")
    result.assert_outcomes(failed=1, skipped=1)
    told = text_of(result)
    assert "- Captured calls to the mocks -" in told
    assert "skyward: POST /token -> 200" in told
    assert "/gradebook/v1p2/lineItems/quiz-1 -> 409 (putLineItem): " in told
    assert "the mocks object" not in told
