"""What a plugin may touch, how fast it may call, what it meets in maintenance, and its log."""

import httpx
import pytest

from mock_sis.http.types import Problem
from mock_sis.powerschool.plugin import Plugins
from tests.mock_sis.powerschool.conftest import (
    IN_MATH,
    MATH,
    MS_MATH,
    XTE,
    Api,
    column_of,
    fields,
    part,
    signed_in,
)

USERS = ["300001", "300002", "300003"]

# ---- grants --------------------------------------------------------------------------------------


def test_a_table_without_a_grant_is_a_403_that_lists_every_field(api, setting):
    setting(grants={"assignmentscore": "none"})

    answer = api.get(
        "/ws/schema/table/assignmentscore",
        projection="studentsdcid,scorepoints",
        q="assignmentsectionid==1",
    )

    assert answer.status_code == 403
    assert answer.json() == {
        "message": "At least one column lacks sufficient permission",
        "errors": [
            {"code": "NoAccess", "field": name, "resource": "AssignmentScore"}
            for name in ("studentsdcid", "scorepoints")
        ],
    }


def test_a_field_that_is_only_searched_needs_a_grant_too(api, setting):
    setting(grants={"users.email_addr": "none"})

    assert [row["dcid"] for row in api.rows("users", projection="dcid")] == USERS
    refused = api.get("/ws/schema/table/users", projection="dcid", q="email_addr==x")
    counted = api.get("/ws/schema/table/users/count", q="email_addr==x")

    assert fields(refused) == fields(counted) == ["email_addr"]
    assert counted.status_code == 403


def test_a_count_without_a_query_needs_no_grant(api, setting):
    setting(grants={"users": "none"})

    assert api.get("/ws/schema/table/users/count").json() == {"count": 3}


def test_a_field_that_is_not_there_is_a_400_even_without_a_grant(api, setting):
    setting(grants={"users": "none"})

    answer = api.get("/ws/schema/table/users", projection="shoe_size")

    assert answer.status_code == 400
    assert answer.json()["message"] == (
        "Invalid field specified: shoe_size is not valid column for table: Users"
    )


def test_v1_can_be_closed_to_a_plugin_that_may_read_tables(api, setting):
    setting(v1=False)

    closed = api.get("/ws/v1/district")

    assert closed.status_code == 401
    assert closed.json() == {
        "errorMessage": {"message": "Plugin is missing required accessLevelV1Api READ permission"}
    }
    assert api.get("/ws/v1/metadata").status_code == 200
    assert [row["dcid"] for row in api.rows("users")] == USERS


def test_a_tables_metadata_tell_what_the_plugin_may_do(api, setting):
    setting(grants={"users.email_addr": "none", "users.loginid": "view"})

    plain = api.get("/ws/schema/table/users/metadata").json()
    told = api.get("/ws/schema/table/users/metadata", expansions="access").json()

    access = {column["name"]: column["access"] for column in told["columns"]}
    assert (access["dcid"], access["loginid"], access["email_addr"]) == (
        "FullAccess",
        "ViewOnly",
        "NoAccess",
    )
    assert not any("access" in column for column in plain["columns"])


def test_a_create_needs_a_grant_even_for_a_field_that_the_server_fills(api, setting):
    setting(grants={"assignment.createdbyplugin": "view"})

    answer = api.post_assignment()

    assert (answer.status_code, fields(answer)) == (403, ["assignment.createdbyplugin"])
    assert api.assignments(MATH).json() == []


def test_scores_can_be_written_without_being_readable(api, setting):
    column = column_of(api.create(part()))
    setting(grants={"assignmentscore": "full", "assignmentscore.scorepercent": "none"})

    written = api.score(column, (IN_MATH, 5))
    asked = {"projection": "studentsdcid,scorepoints", "q": f"assignmentsectionid=={column}"}
    read = api.get("/ws/schema/table/assignmentscore", **asked)
    refused = api.get("/ws/schema/table/assignmentscore", projection="*")

    assert (written.status_code, read.status_code, refused.status_code) == (200, 200, 403)
    assert fields(refused) == ["scorepercent"]


@pytest.mark.parametrize(
    ("grants", "call"),
    [
        ({"assignmentscore": "view"}, lambda api, column: api.score(column, (IN_MATH, 5))),
        ({"assignmentsection": "none"}, lambda api, _: api.assignments(MATH)),
        ({"assignmentcategoryassoc": "view"}, lambda api, _: api.post_assignment()),
        (
            {"teachercategory": "none"},
            lambda api, _: api.get("/ws/xte/teacher_category", users_dcid=MS_MATH, year_id=36),
        ),
    ],
)
def test_every_gradebook_call_needs_its_tables(api, setting, grants, call):
    column = column_of(api.create(part()))
    setting(grants=grants)

    answer = call(api, column)

    assert answer.status_code == 403
    assert answer.json()["message"] == "No access to field"


def test_each_plugin_has_grants_and_page_sizes_of_its_own(api, client, setting):
    reader = {"secret": "s", "grants": {"students": "none"}, "maxima": {"student": 3}}
    setting(plugins={"reader": reader})
    ours = api.get("/ws/schema/table/students", projection="dcid").status_code
    other = Api(signed_in(client, "reader", "s"))

    refused = other.get("/ws/schema/table/students", projection="dcid")
    page = other.get("/ws/v1/district/student").json()["students"]["student"]

    assert (ours, refused.status_code, len(page)) == (200, 403, 3)


# ---- the throttle --------------------------------------------------------------------------------


def test_calls_within_the_minimum_interval_are_a_429_that_says_how_long(api, setting):
    setting(min_interval_ms=30_000)

    first, second = api.get("/ws/v1/district"), api.get("/ws/v1/district")

    assert (first.status_code, second.status_code) == (200, 429)
    assert second.headers["Retry-After"] == "30"
    message = second.json()["errorMessage"]["message"]
    assert "Too many requests" in message
    assert "30 seconds" in message


def test_the_interval_is_each_plugins_own_and_zero_is_none(world):
    world.configure(powerschool={"min_interval_ms": 250, "plugins": {"b": {"secret": "s"}}})
    now = [100.0]
    plugins = Plugins(world, clock=lambda: now[0])
    ours, other = plugins.find("passback"), plugins.find("b")
    plugins.limit_rate(ours)
    plugins.limit_rate(other)
    now[0] += 0.2
    with pytest.raises(Problem, match="Wait 1 seconds"):
        plugins.limit_rate(ours)
    now[0] += 0.05
    plugins.limit_rate(ours)
    world.configure(powerschool={})
    plugins.limit_rate(ours)


def test_a_throttle_can_be_scripted_for_some_calls(api, hand):
    fault = {"operation": "putScores", "action": "throttle", "seconds": 2, "nth": 1}
    column = column_of(api.create(part()))
    hand("POST", "/faults", fault)

    first, second = api.score(column, (IN_MATH, 5)), api.score(column, (IN_MATH, 5))

    assert (first.status_code, first.headers["Retry-After"]) == (429, "2")
    assert second.status_code == 200


# ---- maintenance and other trouble ---------------------------------------------------------------


def test_maintenance_is_a_redirect_to_a_page_of_html_that_answers_200(api, hand):
    hand("POST", "/faults", {"action": "maintenance"})

    answer = api.get(f"{XTE}/", users_dcid=MS_MATH, section_ids=MATH)
    followed = httpx.get(answer.headers["Location"])

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(
        f"{api.client.base_url}unavailable?server=127.0.0.1"
    )
    assert (followed.status_code, followed.headers["Content-Type"]) == (
        200,
        "text/html; charset=utf-8",
    )
    assert "<title>PowerSchool page unavailable</title>" in followed.text


def test_a_client_that_follows_redirects_sees_a_200_even_for_a_token(client, hand):
    hand("POST", "/faults", {"action": "maintenance"})
    form = {"grant_type": "client_credentials"}

    answer = client.post("/oauth/access_token", data=form, follow_redirects=True)

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")


def test_nothing_is_written_in_maintenance(api, hand):
    hand("POST", "/faults", {"action": "maintenance", "operation": "createAssignment"})

    assert api.post_assignment().status_code == 302
    assert api.assignments(MATH).json() == []


def test_an_answer_lost_after_the_create_leaves_the_assignment_there(api, hand):
    hand("POST", "/faults", {"action": "drop_after", "operation": "createAssignment", "nth": 1})

    with pytest.raises(httpx.RemoteProtocolError):
        api.post_assignment()

    assert len(api.assignments(MATH).json()) == 1


@pytest.mark.parametrize("status", [500, 503])
def test_a_server_error_has_a_message(api, hand, status):
    hand("POST", "/faults", {"action": "status", "status": status, "operation": "getDistrict"})

    answer = api.get("/ws/v1/district")

    assert answer.status_code == status
    assert answer.json() == {"errorMessage": {"message": "fault: status"}}


# ---- the log -------------------------------------------------------------------------------------


def test_d6_the_plugin_log_is_a_view_of_the_journal(api, site, hosted):
    column = column_of(api.create(part()))
    api.score(column, (400015, 5))

    entries = api.get("/admin/plugin_log").json()["entries"]
    failed = api.get("/admin/plugin_log", failed="true").json()["entries"]

    journal = hosted.journal.read(server="powerschool")
    assert [entry["seq"] for entry in entries] == [e["seq"] for e in journal[: len(entries)]]
    assert [(entry["status"], entry["method"], entry["plugin"]) for entry in failed] == [
        (409, "PUT", "passback")
    ]
    assert failed[0]["uri"].startswith("/ws/xte/score?users_dcid=300001")
    assert "not on the assignment" in failed[0]["message"]


def test_d6_the_log_holds_no_student_and_no_secret(api):
    column = column_of(api.create(part()))
    api.score(column, (400015, 5), (IN_MATH, 3))

    log = api.get("/admin/plugin_log").text

    assert "400015" not in log
    assert "passback-secret" not in log
    assert api.client.headers["Authorization"].removeprefix("Bearer ") not in log


# ---- settings over the control plane -------------------------------------------------------------


def test_the_ways_of_the_sis_can_be_chosen_from_outside(api, hand):
    hand("PUT", "/settings", {"grants": {"users": "none"}, "maxima": {"student": 2}})
    refused = api.get("/ws/schema/table/users", projection="dcid").status_code
    page = api.get("/ws/v1/district/student").json()["students"]["student"]
    left = hand("PUT", "/settings", {"grants": None})

    assert (refused, len(page), left) == (403, 2, {"maxima": {"student": 2}})
    assert hand("GET", "/settings") == left
    assert [row["dcid"] for row in api.rows("users")] == USERS


@pytest.mark.parametrize("body", [{"oauth1": True}, {"shoe_size": 43}, {"grants": {"a": "some"}}])
def test_a_setting_that_this_sis_has_not_is_a_422(client, body):
    assert client.put("/_mock/settings", json=body).status_code == 422


def test_the_other_sis_keeps_its_own_settings(site, hosted, hand):
    hand("PUT", "/settings", {"v1": False})

    other = httpx.get(f"{site.skyward.url}/w/{hosted.name}/_mock/settings").json()
    assert other == {}
