"""A Python warehouse client of tables and PowerQueries, as it speaks on the wire."""

import math

import httpx
import pytest

from tests.mock_sis.programs.conftest import GRANT, SECRETS, with_token

QUERY = "/ws/schema/query/com.powerschool.core.sections.gradebooktype"


class Warehouse:
    """Sends `{}` as JSON with every read, and JSON types with every request."""

    def __init__(self, client: httpx.Client) -> None:
        answer = client.post("/oauth/access_token/", data=GRANT, auth=SECRETS)
        self.client = with_token(client, answer)
        self.metadata = self.call("GET", "/ws/v1/metadata")["metadata"]

    def call(self, method, path, params=None, data=None):
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        answer = self.client.request(
            method, path, params=params or {}, json=data or {}, headers=headers
        )
        answer.raise_for_status()
        return answer.json()

    def rows(self, table, **asked):
        """Counts, then asks for as many pages as that makes."""
        path = f"/ws/schema/table/{table}"
        if "projection" not in asked:
            columns = self.call("GET", f"{path}/metadata", {"expansions": "access"})["columns"]
            open_ = [c for c in columns if c["access"] not in {"NoAccess", "BlackListNoAccess"}]
            asked["projection"] = ",".join(column["name"].lower() for column in open_)
        size = asked.setdefault("pagesize", self.metadata["schema_table_query_max_page_size"])
        count = self.call("GET", f"{path}/count", {"q": asked.get("q", "")})["count"]
        found = []
        for page in range(math.ceil(count / size) if size else 1):
            answer = self.call("GET", path, {**asked, "page": page + 1})
            found += [record["tables"][table] for record in answer["record"]]
        assert len(found) == count
        return found


@pytest.fixture
def warehouse(powerschool):
    return Warehouse(powerschool)


@pytest.mark.parametrize(
    ("table", "asked", "found"),
    [
        ("students", {}, 15),
        ("students", {"pagesize": 4, "projection": "dcid"}, 15),
        ("students", {"pagesize": 0, "projection": "dcid"}, 15),
        ("students", {"pagesize": 10000, "projection": "dcid"}, 15),
        ("students", {"q": "dcid=ge=400003;dcid=lt=400006", "sort": "dcid"}, 3),
        ("students", {"q": "last_name==nobody"}, 0),
        ("users", {}, 3),
        ("schools", {}, 1),
        ("sections", {}, 3),
        ("cc", {"pagesize": 5}, 23),
        ("terms", {}, 3),
        ("termbins", {}, 13),
        ("schoolstaff", {}, 3),
        ("sectionteacher", {}, 4),
        ("teachercategory", {}, 15),
        ("assignmentscore", {}, 0),
    ],
)
def test_it_pages_through_a_table_by_its_count(warehouse, table, asked, found):
    assert len(warehouse.rows(table, **asked)) == found


def test_it_reads_one_row_by_its_key(warehouse):
    answer = warehouse.call("GET", "/ws/schema/table/students/400001", {"projection": "dcid,id"})
    assert answer["tables"]["students"] == {"dcid": "400001", "id": "1200001"}


def test_it_lists_the_queries_and_runs_one_in_a_single_page(warehouse):
    known = warehouse.call("GET", "/ws/schema/query/api", {})
    assert QUERY in known["paths"]
    body = {"section_ids": [200001, 200002]}
    assert warehouse.call("POST", f"{QUERY}/count", {"q": ""}, body)["count"] == 2
    page = warehouse.call("POST", QUERY, {"page": 1, "pagesize": 0}, body)
    assert [record["gradebooktype"] for record in page["record"]] == ["PTP", "PTP"]


@pytest.mark.parametrize("method", ["POST", "DELETE", "PATCH"])
def test_a_row_written_with_the_wrong_verb_is_told_the_right_one(warehouse, method):
    with pytest.raises(httpx.HTTPStatusError) as refused:
        warehouse.call(method, "/ws/schema/table/students/400001", data={"tables": {}})
    assert refused.value.response.status_code == 404
    assert "POST to insert" in refused.value.response.json()["message"]


def test_an_adapter_sends_a_list_of_arguments_as_one_text(warehouse):
    page = warehouse.call("POST", QUERY, {"count": "true"}, {"section_ids": "200001,200002"})
    assert (page["count"], len(page["record"])) == (2, 2)


def test_an_adapter_asks_for_a_new_token_after_a_401(powerschool):
    powerschool.headers["Authorization"] = "Bearer long gone"
    path = "/ws/schema/table/students?projection=dcid"
    assert powerschool.get(path).status_code == 401
    form = {"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"}
    answer = powerschool.post("/oauth/access_token", data=GRANT, auth=SECRETS, headers=form)
    assert int(answer.json()["expires_in"]) > 0
    assert with_token(powerschool, answer).get(path).status_code == 200
