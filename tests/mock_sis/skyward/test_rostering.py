"""Rosters as OneRoster tells them: every collection in every root, and by version."""

from datetime import timedelta

import pytest

from mock_sis.oneroster.rostering import Rostering
from mock_sis.sis import registrar_of
from tests.mock_sis.skyward.conftest import COMMON, IN_MATH, MATH, OLD, ROSTER

ROOTS = [ROSTER, OLD, COMMON]
TEACHER, ENROLLED = "300001", "10000002"
PATHS = {
    "/academicSessions": "110001",
    "/classes": MATH,
    "/courses": "140001",
    "/demographics": IN_MATH,
    "/enrollments": ENROLLED,
    "/gradingPeriods": "120001",
    "/orgs": "100001",
    "/schools": "100002",
    "/students": IN_MATH,
    "/teachers": TEACHER,
    "/terms": "110002",
    "/users": TEACHER,
}
NESTED = [
    f"/classes/{MATH}/students",
    f"/classes/{MATH}/teachers",
    "/courses/140001/classes",
    "/schools/100002/classes",
    f"/schools/100002/classes/{MATH}/enrollments",
    f"/schools/100002/classes/{MATH}/students",
    f"/schools/100002/classes/{MATH}/teachers",
    "/schools/100002/courses",
    "/schools/100002/enrollments",
    "/schools/100002/students",
    "/schools/100002/teachers",
    "/schools/100002/terms",
    f"/students/{IN_MATH}/classes",
    f"/teachers/{TEACHER}/classes",
    "/terms/110002/classes",
    "/terms/110002/gradingPeriods",
    f"/users/{IN_MATH}/classes",
]


def test_the_tests_below_read_everything_there_is_to_read():
    resources = [name for name in vars(Rostering) if "resource" in name]
    reads = [name for name in vars(Rostering) if name.startswith("get_")]
    assert len(reads) - len(resources) == 2 * len(PATHS) + len(NESTED)


@pytest.mark.parametrize("root", ROOTS)
def test_every_roster_is_there_and_not_empty(api, root):
    for path in [*PATHS, *NESTED]:
        answer = api.get(root + path, limit=10_000)
        assert answer.status_code == 200, (path, answer.text)
        (records,) = answer.json().values()
        assert len(records) == int(answer.headers["X-Total-Count"]) > 0, path


@pytest.mark.parametrize("root", ROOTS)
def test_one_record_reads_like_its_entry_in_the_list(api, root):
    for path, key in PATHS.items():
        (one,) = api.get(f"{root}{path}/{key}").json().values()
        (records,) = api.get(root + path, limit=10_000).json().values()
        assert one in records, path


@pytest.mark.parametrize("root", ROOTS)
def test_what_is_not_there_is_404_under_its_own_name(api, root):
    for path in [*(f"{collection}/999" for collection in PATHS), "/classes/999/students"]:
        assert api.get(root + path).status_code == 404, path
    assert api.get(f"{root}/students/{TEACHER}").status_code == 404
    assert api.get(f"{root}/schools/100001/classes").status_code == 404
    assert api.get(f"{root}/gradingPeriods/110002").status_code == 404


def test_a_teacher_is_found_by_email_with_quotes_as_they_are_or_encoded(api):
    email = api.get(f"{ROSTER}/teachers/{TEACHER}").json()["user"]["email"]
    raw = api.client.get(f"{ROSTER}/teachers?filter=email='{email}'&limit=10000")
    encoded = api.get(f"{ROSTER}/teachers", filter=f"email='{email}'")
    for answer in (raw, encoded):
        assert [user["sourcedId"] for user in answer.json()["users"]] == [TEACHER]


def test_a_user_has_one_role_in_1_1_and_a_role_an_org_in_1_2(api):
    old = api.get(f"{OLD}/users/{IN_MATH}").json()["user"]
    new = api.get(f"{ROSTER}/users/{IN_MATH}").json()["user"]
    assert (old["role"], old["orgs"][0]["sourcedId"]) == ("student", "100002")
    assert new["roles"][0]["role"] == "student"
    assert new["primaryOrg"] == new["roles"][0]["org"]
    assert "role" not in new
    assert "roles" not in old


def test_references_point_at_what_can_be_read_and_keep_the_callers_root(api, skyward):
    for root in ROOTS:
        (record,) = api.get(f"{root}/classes/{MATH}").json().values()
        for ref in (record["course"], record["school"], *record["terms"]):
            assert ref["href"].startswith(skyward.skyward.url + root)
            (read,) = api.client.get(ref["href"]).json().values()
            assert read["sourcedId"] == ref["sourcedId"]


def test_who_left_and_came_back_has_two_enrollments_that_both_stay_active(api):
    answer = api.get(
        f"{ROSTER}/enrollments", filter=f"user.sourcedId='400003' AND class.sourcedId='{MATH}'"
    )
    spans = sorted(
        (one["beginDate"], one["endDate"], one["status"]) for one in answer.json()["enrollments"]
    )
    assert len(spans) == 2
    assert spans[0][1] < spans[1][0]
    assert {status for *_, status in spans} == {"active"}


def test_the_main_teacher_is_the_primary_one(api):
    path = f"{ROSTER}/schools/100002/classes/200003/enrollments"
    primary = {
        one["user"]["sourcedId"]: one["primary"]
        for one in api.get(path).json()["enrollments"]
        if one["role"] == "teacher"
    }
    assert primary == {"300002": "true", "300003": "false"}


def test_the_periods_of_a_term_are_grading_periods_with_year_and_dates(api):
    sessions = api.get(f"{ROSTER}/terms/110002/gradingPeriods").json()["academicSessions"]
    assert {one["type"] for one in sessions} == {"gradingPeriod"}
    for one in sessions:
        assert one.keys() >= {"sourcedId", "title", "startDate", "endDate", "schoolYear"}
        assert one["parent"]["sourcedId"] == "110002"


def test_a_student_who_was_dropped_is_not_in_the_class_any_more(api, world):
    registrar_of(world).drop(IN_MATH, MATH)
    students = api.get(f"{ROSTER}/classes/{MATH}/students").json()["users"]
    assert IN_MATH not in {one["sourcedId"] for one in students}
    classes = api.get(f"{ROSTER}/students/{IN_MATH}/classes").json()["classes"]
    assert MATH not in {one["sourcedId"] for one in classes}


def test_what_changed_since_is_read_by_the_date_of_the_change(api, world):
    world.set_clock(frozen=True)
    before = world.now().isoformat().replace("+00:00", "Z")
    world.advance(timedelta(minutes=5))
    registrar_of(world).transfer(IN_MATH, "200002")
    changed = api.get(f"{ROSTER}/enrollments", filter=f"dateLastModified>'{before}'").json()
    assert {one["user"]["sourcedId"] for one in changed["enrollments"]} == {IN_MATH}


def test_a_body_on_a_read_is_overlooked(api):
    answer = api.client.request("GET", f"{ROSTER}/classes", data={"scope": "x"})
    assert answer.status_code == 200


def test_a_world_by_prefix_answers_with_its_prefix_in_every_link(api, skyward):
    made = api.client.post("/_mock/worlds", json={"name": "north", "size": "tiny", "seed": 9})
    assert made.status_code in {200, 201}, made.text
    base = f"{skyward.skyward.url}/w/north"
    form = {"grant_type": "client_credentials"}
    token = api.client.post(f"{base}/token", data=form, auth=("passback", "passback-secret"))
    header = {"Authorization": f"Bearer {token.json()['access_token']}"}
    answer = api.client.get(f"{base}{ROSTER}/classes?limit=1", headers=header)
    assert f'<{base}{ROSTER}/classes?limit=1&offset=1>; rel="next"' in answer.headers["Link"]
    assert answer.json()["classes"][0]["school"]["href"].startswith(f"{base}{ROSTER}/orgs/")
