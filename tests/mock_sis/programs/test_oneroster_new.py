"""OneRoster 1.2: typed clients, connectors and grade exports, as they speak on the wire."""

from urllib.parse import quote

import pytest

from tests.mock_sis.programs.conftest import BY_FORM, GRANT, SECRETS, with_token

ROSTER, GRADES = "/ims/oneroster/rostering/v1p2", "/ims/oneroster/gradebook/v1p2"
ONE_ROOT, SECTION, STUDENT, OTHER = "/ims/oneroster/v1p2", "200003", "400001", "400003"
SCOPES = "roster.readonly roster-demographics.readonly gradebook.readonly gradebook.createput"


@pytest.fixture
def typed(skyward):
    """A typed Python client: Basic header, and a form that may carry long scopes."""
    scope = " ".join(
        f"https://purl.imsglobal.org/spec/or/v1p2/scope/{name}" for name in SCOPES.split(" ")
    )
    answer = skyward.post("/oauth/token", data={**GRANT, "scope": scope}, auth=SECRETS)
    assert answer.json()["expires_in"] - 60 == 3540  # it subtracts: a number, not digits
    return with_token(skyward, answer)


def ref(kind, sourced_id):
    return {"sourcedId": sourced_id, "type": kind, "href": f"https://client.example/{sourced_id}"}


def item(key, **changes):
    return {
        "sourcedId": key,
        "status": "active",
        "title": "Quiz B",
        "assignDate": "2026-10-01T00:00:00Z",
        "dueDate": "2026-10-08T00:00:00Z",
        "class": ref("class", SECTION),
        "school": ref("org", "100002"),
        "category": ref("category", "130001"),
        "resultValueMin": 0,
        "resultValueMax": 10,
        **changes,
    }


def mark(key, item_key, student, score):
    return {
        "sourcedId": key,
        "status": "active",
        "lineItem": {"sourcedId": item_key},
        "student": {"sourcedId": student},
        "score": score,
        "scoreStatus": "fully graded",
        "scoreDate": "2026-10-01",
    }


def streamed(client, path, plural, **query):
    """Goes on while `Link` says so, or while the total says that there is more."""
    found, offset = [], 0
    while True:
        page = client.get(path, params={**query, "limit": 5, "offset": offset})
        items = page.json()[plural]
        found += items
        offset += len(items)
        more = 'rel="next"' in page.headers["Link"] or offset < int(page.headers["X-Total-Count"])
        if not items or not more:
            return found


@pytest.mark.parametrize(
    ("path", "plural", "where", "found"),
    [
        ("users", "users", {}, 18),
        ("enrollments", "enrollments", {}, 27),
        ("users", "users", {"filter": "status='active' AND role='teacher'"}, 3),
        ("users", "users", {"filter": "givenName='Hana' OR givenName='Mads'"}, 2),
        ("users", "users", {"filter": "email~'s1200001'"}, 1),
        ("academicSessions", "academicSessions", {"filter": "type='gradingPeriod'"}, 4),
        ("gradingPeriods", "academicSessions", {}, 4),
        ("terms", "academicSessions", {"filter": "status='active'"}, 2),
        ("classes", "classes", {"filter": "sourcedId='200001'"}, 1),
        ("users", "users", {"filter": "sourcedId='nobody'"}, 0),
    ],
)
def test_a_typed_client_streams_a_filtered_list(typed, path, plural, where, found):
    everything = streamed(typed, f"{ROSTER}/{path}", plural, **where)
    assert len({one["sourcedId"] for one in everything}) == len(everything) == found


def test_a_typed_client_requires_primary_in_every_enrollment(typed):
    found = streamed(typed, f"{ROSTER}/enrollments", "enrollments")
    told = {(one["role"], one["primary"]) for one in found}
    assert told == {("teacher", "true"), ("teacher", "false"), ("student", "false")}
    old = streamed(typed, "/ims/oneroster/v1p1/enrollments", "enrollments")
    assert {one["role"] for one in old if "primary" in one} == {"teacher"}


def test_a_typed_client_upserts_reads_back_and_deletes(typed):
    path = f"{GRADES}/lineItems/typed-1"
    assert typed.get(path).status_code == 404  # it asks first whether it exists
    made = typed.put(path, json={"lineItem": item("typed-1")})
    assert (made.status_code, made.json()["lineItem"]["title"]) == (201, "Quiz B")
    renamed = typed.put(path, json={"lineItem": item("typed-1", title="Quiz C")})
    assert (renamed.status_code, renamed.json()["lineItem"]["title"]) == (200, "Quiz C")
    result = f"{GRADES}/results/typed-1:1"
    typed.put(result, json={"result": mark("typed-1:1", "typed-1", STUDENT, 7.5)})
    assert typed.get(result).json()["result"]["score"] == 7.5
    batch = {"results": [mark("temporary", "typed-1", OTHER, 8)]}
    pairs = typed.post(f"{GRADES}/lineItems/typed-1/results", json=batch).json()["sourcedIdPairs"]
    assert [pair["suppliedSourcedId"] for pair in pairs] == ["temporary"]
    of_class = f"{GRADES}/classes/{SECTION}"
    listed = typed.get(f"{of_class}/lineItems/typed-1/results").json()["results"]
    assert sorted(one["score"] for one in listed) == [7.5, 8]
    mine = typed.get(f"{of_class}/students/{STUDENT}/results").json()["results"]
    of_typed = [one["score"] for one in mine if one["lineItem"]["sourcedId"] == "typed-1"]
    assert of_typed == [7.5]
    assert typed.delete(result).status_code == 204
    assert typed.delete(path).status_code == 204
    assert typed.delete(path).status_code == 404


@pytest.mark.parametrize("roots", [(ROSTER, GRADES), (ONE_ROOT, ONE_ROOT)], ids=["two", "one"])
def test_an_export_of_grades_finds_its_teacher_and_class_under_either_root(skyward, roots):
    """Every list with limit=10000, bare references, and a body on a GET."""
    roster, grades = roots
    with_token(skyward, skyward.post("/token", data=BY_FORM))
    everything = {"limit": 10_000}
    wanted = "email='t1100002@example.org'"
    for written in (wanted, quote(wanted, safe="")):
        url = f"{skyward.base_url}{roster}/teachers?filter={written}&limit=10000"
        (teacher,) = skyward.get(url).json()["users"]
    classes = skyward.get(
        f"{roster}/teachers/{teacher['sourcedId']}/classes",
        params={**everything, "filter": "status='active'"},
    ).json()["classes"]
    assert SECTION in {one["sourcedId"] for one in classes}
    students = skyward.get(f"{roster}/classes/{SECTION}/students", params=everything)
    assert all(one["email"] for one in students.json()["users"])
    categories = skyward.request("GET", f"{grades}/classes/{SECTION}/categories", json={"a": 1})
    titles = {one["title"] for one in categories.json()["categories"]}
    assert {"Quiz", "Test", "Homework", "Project"} <= titles
    sent = {"title": "Export", "class": {"sourcedId": SECTION}, "dueDate": "2026-10-08T12:00:00Z"}
    path = f"{grades}/lineItems/export-1"
    assert skyward.put(path, json={"lineItem": sent}).status_code == 201
    assert skyward.put(path, json={"lineItem": {**sent, "title": "x" * 112}}).status_code == 200
    kept = skyward.get(path).json()["lineItem"]["title"]
    assert "x" * 112 != kept == "x" * len(kept)
    score = f"{grades}/results/export-1:1"
    for points in (80, 300, 8.125):
        body = {"result": mark("export-1:1", "export-1", STUDENT, points)}
        assert skyward.put(score, json=body).status_code in {200, 201}
        assert skyward.get(score).json()["result"]["score"] == points
    exempt = {**mark("export-1:1", "export-1", STUDENT, 80), "scoreStatus": "exempt"}
    skyward.put(score, json={"result": exempt})
    assert skyward.get(score).json()["result"]["scoreStatus"] == "exempt"
    assert skyward.delete(score).status_code == 204
    assert skyward.delete(path).status_code == 204
    listed = skyward.get(f"{grades}/classes/{SECTION}/lineItems", params=everything)
    assert listed.json()["lineItems"] == []


@pytest.mark.parametrize("root", [GRADES, "/ims/oneroster/v1p1"], ids=["1.2", "1.1"])
def test_an_export_of_grades_leaves_out_status_and_href_and_writes_long_fractions(typed, root):
    """Its dates have seven digits after the second's point, as its platform prints them."""
    bare = {
        "title": "Seven digits",
        "assignDate": "2026-10-01T00:00:00.0000000Z",
        "dueDate": "2026-10-08T23:59:59.9999999Z",
        "class": {"sourcedId": SECTION, "type": "class"},
        "category": {"sourcedId": "130001", "type": "category"},
        "resultValueMin": 0.0,
        "resultValueMax": 10.0,
    }
    path, score = f"{root}/lineItems/fractions", f"{root}/results/fractions:1"
    assert typed.put(path, json={"lineItem": bare}).status_code == 201
    sent = {
        "dateLastModified": "2026-10-01T18:04:05.1234567Z",
        "lineItem": {"sourcedId": "fractions", "type": "lineItem"},
        "student": {"sourcedId": STUDENT, "type": "user"},
        "scoreStatus": "fully graded",
        "score": 7.25,
        "scoreDate": "2026-10-01T18:04:05.1234567Z",
    }
    assert typed.put(score, json={"result": sent}).status_code == 201
    read = typed.get(score).json()["result"]
    assert (read["score"], read["scoreDate"]) == (7.25, "2026-10-01")
    assert typed.get(path).json()["lineItem"]["dueDate"].startswith("2026-10-08")
    assert typed.delete(path).status_code == 204


def test_a_page_past_the_end_is_empty_and_links_back(typed):
    page = typed.get(f"{ROSTER}/users", params={"limit": 5, "offset": 100})
    assert (page.status_code, page.json()) == (200, {"users": []})
    assert {"first", "prev", "last"} <= set(page.links)
    assert "next" not in page.links
    middle = typed.get(f"{ROSTER}/users", params={"limit": 5, "offset": 5})
    assert set(middle.links) == {"first", "prev", "next", "last"}
