"""Filters, sorting, chosen fields and pages, on every OneRoster collection alike."""

import pytest

from mock_sis.http.types import Call, Problem
from mock_sis.oneroster.objects.roster import USER
from mock_sis.oneroster.query import Query, condition, headers
from tests.mock_sis.skyward.conftest import OLD, ROSTER


def ids(answer):
    (records,) = answer.json().values()
    return [record["sourcedId"] for record in records]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("sourcedId='400001'", 1, id="equal"),
        pytest.param("sourcedId!='400001'", 14, id="not equal"),
        pytest.param("sourcedId>'400014'", 1, id="greater"),
        pytest.param("sourcedId>='400014'", 2, id="greater or equal"),
        pytest.param("sourcedId<'400002'", 1, id="less"),
        pytest.param("sourcedId<='400002'", 2, id="less or equal"),
        pytest.param("email~'EXAMPLE.ORG'", 15, id="contains, in any case"),
        pytest.param("sourcedId='400001' OR sourcedId='400002'", 2, id="or"),
        pytest.param("status='active' AND sourcedId='400002'", 1, id="and"),
        pytest.param("STATUS='x'", None, id="member names are exact"),
        pytest.param("status='active' and sourcedId='400002'", 1, id="and in lower case"),
        pytest.param("sourcedId = '400001'", 1, id="blanks around the operator"),
        pytest.param("sourcedId=400001", 1, id="no quotes"),
        pytest.param("familyName='O'Brien'", 0, id="a quote inside, as it is"),
        pytest.param("familyName='O''Brien'", 0, id="a quote inside, doubled"),
        pytest.param("familyName='A AND B'", 0, id="and inside a value"),
        pytest.param("sms='1'", 0, id="a member that the district does not share"),
    ],
)
def test_a_filter_finds(api, text, found):
    answer = api.get(f"{ROSTER}/students", filter=text)
    if found is None:
        assert answer.status_code == 400
    else:
        assert len(ids(answer)) == int(answer.headers["X-Total-Count"]) == found


@pytest.mark.parametrize(
    "text",
    ["colour='x'", "status", "='x'", "a='1' AND b='2' AND c='3'", "dateLastModified>'soon'"],
)
def test_a_filter_that_cannot_be_used_is_400_and_says_which_kind(api, text):
    new = api.get(f"{ROSTER}/students", filter=text)
    old = api.get(f"{OLD}/students", filter=text)
    assert (new.status_code, old.status_code) == (400, 400)
    fields = new.json()["imsx_CodeMinor"]["imsx_codeMinorField"]
    assert fields[0]["imsx_codeMinorFieldValue"] == "invalid_filter_field"
    assert old.json()["statusInfoSet"][0]["imsx_codeMinor"] == "invalid_filter_field"


def test_a_filter_never_becomes_sql():
    where = condition("givenName='x'' OR 1=1 --'", USER)
    assert "1=1" not in where.sql
    assert list(where.values.values()) == ["x' OR 1=1 --"]
    with pytest.raises(Problem):
        condition("givenName;DROP TABLE student='x'", USER)


def test_numbers_compare_as_numbers(api):
    for key, points in (("a", 9), ("b", 100)):
        api.put_item(key, resultValueMax=points)
    found = api.get("/ims/oneroster/gradebook/v1p2/lineItems", filter="resultValueMax>'50'")
    assert ids(found) == ["b"]


def test_an_array_member_matches_by_any_of_its_values(api):
    assert len(ids(api.get(f"{ROSTER}/classes", filter="terms.sourcedId='110003'"))) == 3


def test_records_are_sorted_either_way(api):
    up = ids(api.get(f"{ROSTER}/students", sort="sourcedId", orderBy="asc"))
    down = ids(api.get(f"{ROSTER}/students", sort="sourcedId", orderBy="desc"))
    assert up == sorted(up)
    assert down == up[::-1]


@pytest.mark.parametrize("name", ["sort", "fields"])
def test_an_unknown_member_to_sort_by_or_to_choose_is_400(api, name):
    assert api.get(f"{ROSTER}/students", **{name: "colour"}).status_code == 400
    assert api.get(f"{OLD}/students", **{name: "colour"}).status_code == 400


def test_only_the_chosen_fields_come_back(api):
    records = api.get(f"{ROSTER}/classes", fields="sourcedId,title,school.sourcedId").json()
    assert {frozenset(one) for one in records["classes"]} == {
        frozenset({"sourcedId", "title", "school"})
    }


def test_pages_follow_the_link_to_the_end_and_miss_nobody(api):
    url, seen = f"{ROSTER}/users?limit=4&filter=status='active'", []
    while url:
        answer = api.client.get(url)
        seen += ids(answer)
        url = answer.links.get("next", {}).get("url")
    assert len(seen) == len(set(seen)) == int(answer.headers["X-Total-Count"]) == 18
    assert "next" not in answer.links
    assert answer.links["prev"]["url"].endswith("limit=4&offset=12")


def test_a_page_past_the_end_is_an_empty_list(api):
    answer = api.get(f"{ROSTER}/users", offset=1000)
    assert (answer.status_code, answer.json()) == (200, {"users": []})
    assert answer.headers["X-Total-Count"] == "18"


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": -1}, {"limit": "many"}, {"offset": -1}])
def test_a_page_that_cannot_be_is_400(api, query):
    assert api.get(f"{ROSTER}/users", **query).status_code == 400


def test_a_limit_above_the_most_counts_as_the_most():
    call = Call(server="skyward", operation=None, method="GET", base="http://x", path="/a")
    assert Query(limit=50_000).size == 10_000
    made = headers(call, Query(limit=50_000), 25_000)
    assert 'http://x/a?limit=10000&offset=10000>; rel="next"' in made["Link"]
    assert 'http://x/a?limit=10000&offset=20000>; rel="last"' in made["Link"]


def test_link_keeps_the_rest_of_the_query_encoded():
    call = Call(
        server="skyward",
        operation=None,
        method="GET",
        base="http://x/w/n",
        path="/a",
        query="filter=email='x@y'&limit=2&offset=2",
    )
    made = headers(call, Query(limit=2, offset=2), 9)["Link"]
    assert '<http://x/w/n/a?filter=email%3D%27x%40y%27&limit=2&offset=4>; rel="next"' in made
    assert 'offset=0>; rel="first"' in made
    assert 'offset=8>; rel="last"' in made
