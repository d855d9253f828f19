"""OneRoster 1.1: a client generated from the standard's own file, and one that signs its calls."""

import pytest

from tests.mock_sis.programs.conftest import BY_FORM, GRANT, SECRETS, with_token
from tests.mock_sis.signer import Signs

ROOT = "/ims/oneroster/v1p1"
PERIOD, SECTION, STUDENT = "120001", "200003", "400001"
CALLS = (
    "academicSessions academicSessions/120001 categories categories/130001 classes classes/200001"
    " classes/200001/lineitems classes/200001/results classes/200001/students"
    " classes/200001/teachers classes/200001/students/400001/results courses courses/140001"
    " courses/140001/classes demographics demographics/400001 enrollments enrollments/10000002"
    " gradingPeriods gradingPeriods/120001 lineItems orgs orgs/100001 resources"
    " classes/200001/resources courses/140001/resources results schools"
    " schools/100002 schools/100002/classes schools/100002/courses schools/100002/enrollments"
    " schools/100002/students schools/100002/teachers schools/100002/terms"
    " schools/100002/classes/200001/enrollments schools/100002/classes/200001/students"
    " schools/100002/classes/200001/teachers students students/400001 students/400001/classes"
    " teachers teachers/300001 teachers/300001/classes terms terms/110002 terms/110002/classes"
    " terms/110002/gradingPeriods users users/300001 users/400001/classes"
)
PAGE = {
    "limit": 2,
    "offset": 0,
    "sort": "dateLastModified",
    "orderBy": "desc",
    "filter": "status='active'",
}


@pytest.fixture
def signed_in(skyward):
    return with_token(skyward, skyward.post("/oauth/token", data=BY_FORM))


def ref(kind, sourced_id):
    return {"href": f"https://client.example/{sourced_id}", "sourcedId": sourced_id, "type": kind}


def item(**changes):
    return {
        "sourcedId": "generated-1",
        "status": "active",
        "dateLastModified": "2026-10-01T00:00:00.000Z",
        "title": "Quiz A",
        "description": "d",
        "assignDate": "2026-10-01T00:00:00.000Z",
        "dueDate": "2026-10-08T00:00:00.000Z",
        "class": ref("class", SECTION),
        "category": ref("category", "130001"),
        "gradingPeriod": ref("academicSession", PERIOD),
        "resultValueMin": 0.0,
        "resultValueMax": 20.0,
        **changes,
    }


def result(**changes):
    return {
        "sourcedId": "generated-1:1",
        "status": "active",
        "dateLastModified": "2026-10-01T00:00:00.000Z",
        "lineItem": ref("lineItem", "generated-1"),
        "student": ref("user", STUDENT),
        "scoreStatus": "fully graded",
        "score": 17.5,
        "scoreDate": "2026-10-01",
        "comment": "c",
        **changes,
    }


@pytest.mark.parametrize("path", CALLS.split(" "))
def test_every_read_of_the_generated_client_is_answered(signed_in, path):
    assert signed_in.get(f"{ROOT}/{path}").status_code == 200
    if not path.rpartition("/")[2].isdecimal():
        page = signed_in.get(f"{ROOT}/{path}", params=PAGE)
        assert page.status_code == 200
        assert page.headers["X-Total-Count"].isdecimal()


@pytest.mark.parametrize("sis", ["skyward", "powerschool"])
def test_a_partners_sequence_asks_for_the_categories_of_a_class(request, sis):
    """The 1.1 standard lists categories of a district alone."""
    client, before = request.getfixturevalue(sis), {"skyward": "", "powerschool": "/api"}[sis]
    path = {"skyward": "/oauth/token", "powerschool": "/oauth/access_token"}[sis]
    with_token(client, client.post(path, data=GRANT, auth=SECRETS))
    root = f"{before}{ROOT}/classes"
    found = client.get(f"{root}/{SECTION}/categories", params={"limit": 10_000}).json()
    every = client.get(f"{before}{ROOT}/categories", params={"limit": 10_000}).json()
    titles = {one["title"] for one in found["categories"]}
    assert {"Quiz", "Test", "Homework", "Project"} <= titles
    assert all(one in every["categories"] for one in found["categories"])
    assert client.get(f"{root}/nothing/categories").status_code == 404


def test_its_writes_are_those_of_the_standard(signed_in):
    path = f"{ROOT}/lineItems/generated-1"
    assert signed_in.put(path, json={"lineItem": item()}).status_code == 201
    assert signed_in.put(path, json={"lineItem": item(title="Quiz B")}).status_code == 200
    mark = f"{ROOT}/results/generated-1:1"
    assert signed_in.put(mark, json={"result": result()}).status_code == 201
    assert signed_in.put(mark, json={"result": result(score=18.5)}).status_code == 200
    kind = {"sourcedId": "my-cat", "status": "active", "title": "Mine"}
    assert signed_in.put(f"{ROOT}/categories/my-cat", json={"category": kind}).status_code == 201
    found = signed_in.get(f"{ROOT}/classes/{SECTION}/lineItems/generated-1/results").json()
    assert [one["score"] for one in found["results"]] == [18.5]
    for gone in (mark, path, f"{ROOT}/categories/my-cat"):
        assert signed_in.delete(gone).status_code == 204
    assert signed_in.get(path).status_code == 404


def test_it_pages_by_offset_until_a_page_is_empty(signed_in):
    seen, offset = [], 0
    while True:
        page = signed_in.get(f"{ROOT}/enrollments", params={"limit": 5, "offset": offset})
        found = page.json()["enrollments"]
        if not found:
            break
        seen += [one["sourcedId"] for one in found]
        offset += 5
    assert len(seen) == len(set(seen)) == 27
    assert 'rel="next"' not in page.headers["Link"]


@pytest.mark.parametrize("root", [ROOT, "/ims/oneroster/rostering/v1p2"])
@pytest.mark.parametrize(
    ("kind", "found"),
    [("users", 18), ("students", 15), ("teachers", 3), ("classes", 3), ("courses", 2)],
)
def test_a_user_sync_signs_its_calls_and_follows_the_links(skyward, hosted, root, kind, found):
    """It takes the first member of the answer, whatever it is called."""
    hosted.world.configure(skyward={"oauth1": True})
    signs = Signs(hosted.world.now, oauth_signature_method="HMAC-SHA256")
    url, seen = f"{skyward.base_url}{root}/{kind}?limit=4&offset=0", []
    while url:
        answer = skyward.get(url, auth=signs)
        seen += next(iter(answer.json().values()))
        url = answer.links.get("next", {}).get("url")
    hosted.world.configure(skyward={})
    assert len(seen) == found


def test_the_same_client_reads_the_other_sis(powerschool):
    answer = powerschool.post("/oauth/access_token", data=GRANT, auth=SECRETS)
    with_token(powerschool, answer)
    own = CALLS.replace("categories/130001", "categories/135001")
    offered = [path for path in own.split(" ") if "resources" not in path]
    statuses = {path: powerschool.get(f"/api{ROOT}/{path}").status_code for path in offered}
    assert {path: status for path, status in statuses.items() if status != 200} == {}


def test_paths_are_taken_in_any_case_as_the_vendors_web_server_does(signed_in):
    orgs = signed_in.get("/IMS/OneRoster/v1p1/Orgs").json()["orgs"]
    assert [(one["type"], one["name"]) for one in orgs] == [
        ("district", "Lakeview School District"),
        ("school", "Lakeview Middle School"),
    ]
    categories = signed_in.get("/generic/1/gradebook/category/1/10").json()["Objects"]
    assert {"QUIZ", "TEST", "HW", "PROJ", "LAB"} <= {one["Code"] for one in categories}
    assert signed_in.get("/ims/oneroster/v1p1/nothing").status_code == 404
