"""The control plane: every path of it, what it refuses, and who may use it."""

import sqlite3
from datetime import timedelta

import httpx
import pytest

from mock_sis.http.bundle import document
from mock_sis.http.contract import contract
from mock_sis.server import serving
from mock_sis.world.clock import instant
from mock_sis.world.world import World

MATH, MATH_2, SCIENCE = "200001", "200002", "200003"


@pytest.fixture
def call(client):
    """Calls the control plane and expects a status; gives the body."""
    return calling(client)


def calling(client):
    def call(method, path, body=None, status=None, **parts):
        answer = client.request(method, f"/_mock{path}", json=body, **parts)
        expected = status or {"POST": 204}.get(method, 200)
        assert answer.status_code == expected, answer.text
        return answer.json() if answer.content else None

    return call


@pytest.fixture
def column(call):
    """Makes a column in Math 7 by a teacher's hand."""

    def column(**change):
        usual = {"section": MATH, "title": "Warm-up", "points": 10, "due": "2026-10-02"}
        return call("POST", "/columns", {**usual, **change}, 201)

    return column


@pytest.fixture
def own_client(own_otus):
    """A client of a mock with nothing but the test's world, at its root."""
    with httpx.Client(base_url=own_otus.otus.url, timeout=60, verify=False) as made:
        yield made


@pytest.fixture
def own_call(own_client):
    """As `call`, at that root."""
    return calling(own_client)


def period(call, state):
    return next(p for p in call("GET", f"/gradebooks/{MATH}")["periods"] if p["state"] == state)


# ---- the plane itself ---------------------------------------------------------------------------


def test_health_says_whose_it_is(call):
    health = call("GET", "/health")

    assert (health["status"], health["server"]) == ("ok", "otus")


def test_a_mock_serves_its_own_contract_in_one_piece(call):
    served = call("GET", "/contract")

    assert served == document("otus.yaml")
    assert sorted(served["paths"]) == ["/oauth/token", "/v1/changes"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/reset", {"sead": 1}),
        ("POST", "/worlds", {"name": "a", "size": "tiny", "seed": 1, "colour": "red"}),
        ("PUT", "/clock", {"time": "2026-10-01"}),
        ("POST", "/faults", {"action": "delay", "seconds": 1, "operatoin": "x"}),
        ("POST", "/columns", {"section": MATH, "title": "x", "points": 1, "extra": 1}),
        ("PUT", "/enforcement", {"Z9": "off"}),
        ("PUT", "/assessments/a-5001", {"title": "x", "unknown": 1}),
    ],
)
def test_unknown_keys_are_refused(call, method, path, body):
    problem = call(method, path, body, 422)

    assert problem["status"] == 422


def test_unknown_query_keys_are_refused(call):
    assert "failled" in call("GET", "/journal?failled=true", status=422)["detail"]


def test_a_body_that_is_no_json_is_a_bad_request(client):
    answer = client.put("/_mock/clock", content=b"{", headers={"Content-Type": "application/json"})

    assert answer.status_code == 400


DESIGN = """
GET /health · GET /contract · POST /reset · GET /worlds · POST /worlds · DELETE /worlds/{name}
GET /clock · PUT /clock · POST /clock/advance · GET /journal · DELETE /journal
GET /faults · POST /faults · DELETE /faults
GET /snapshots · PUT /snapshots/{name} · GET /snapshots/{name} · DELETE /snapshots/{name}
POST /snapshots/{name}/restore · GET /gradebooks · GET /gradebooks/{id}
PATCH /periods/{id} · POST /periods/{id}/close · POST /periods/{id}/reopen
POST /columns · PATCH /columns/{id} · DELETE /columns/{id} · POST /columns/{id}/restore
PUT /columns/{id}/scores/{student} · POST /students/{id}/drop · POST /students/{id}/transfer
POST /students/{id}/enroll · POST /sections/{id}/teachers · DELETE /sections/{id}/teachers
POST /sections/{id}/merge
POST /sections/{id}/unlock · POST /sections/{id}/lock
POST /categories/{id}/deactivate · POST /categories/{id}/activate
PUT /enforcement · GET /enforcement · PUT /settings · GET /settings
GET /assessments/{id} · PUT /assessments/{id} · PATCH /assessments/{id} · DELETE /assessments/{id}
PUT /assessments/{id}/scores/{student} · PUT /group/{teacher} · DELETE /group/{teacher}
"""


def test_the_contract_has_the_paths_that_stay_fixed_and_no_others():
    promised = {line.strip() for line in DESIGN.replace("\n", "·").split("·") if line.strip()}

    operations = contract("control.yaml").operations.values()
    assert {f"{o.method.upper()} {o.path.removeprefix('/_mock')}" for o in operations} == promised


# ---- worlds, reset, clock -----------------------------------------------------------------------


def test_a_world_is_not_deleted_through_its_own_address(call, hosted):
    call("DELETE", f"/worlds/{hosted.name}", status=409)

    assert hosted.name in [w["name"] for w in call("GET", "/worlds")]


def test_a_world_is_made_served_and_removed(own_call, own_client):
    made = own_call(
        "POST", "/worlds", {"name": "east", "size": "tiny", "seed": 2, "start": "2026-09-15"}, 201
    )

    assert made["prefix"] == "/w/east"
    assert [w["name"] for w in own_call("GET", "/worlds")] == ["default", "east"]
    east = own_client.get("/w/east/_mock/clock").json()
    assert east["now"].startswith("2026-09-15T17:00")
    own_call("DELETE", "/worlds/east", status=204)
    assert own_client.get("/w/east/_mock/clock").status_code == 404
    own_call("DELETE", "/worlds/east", status=404)


def test_a_world_needs_a_free_name_and_either_a_size_or_a_source(own_call):
    own_call("POST", "/worlds", {"name": "default", "size": "tiny"}, 409)
    own_call("POST", "/worlds", {"name": "x"}, 422)
    own_call("POST", "/worlds", {"name": "x", "size": "tiny", "source": "y"}, 422)
    own_call("POST", "/worlds", {"name": "x", "source": "/nowhere"}, 422)
    own_call("POST", "/worlds", {"name": "../x", "size": "tiny"}, 422)
    own_call("DELETE", "/worlds/default", status=409)


def test_a_removed_world_does_not_come_back_with_its_last_calls(own_call, own_client, own_otus):
    own_call("POST", "/worlds", {"name": "east", "size": "tiny"}, 201)
    own_client.get("/w/east/v1/changes")
    journal = own_otus.worlds.find("east").journal
    own_call("DELETE", "/worlds/east", status=204)
    journal.flush()

    assert own_otus.worlds.names() == ["default"]


def test_one_world_does_not_touch_another(own_call, own_client):
    own_call("POST", "/worlds", {"name": "east", "size": "tiny", "start": "2026-10-01"}, 201)
    before = own_client.get(f"/w/east/_mock/gradebooks/{MATH}").json()
    own_call(
        "POST", "/columns", {"section": MATH, "title": "x", "points": 1, "due": "2026-10-02"}, 201
    )
    own_call("POST", "/faults", {"action": "status", "status": 500}, 201)

    assert own_client.get(f"/w/east/_mock/gradebooks/{MATH}").json() == before
    assert own_client.get("/w/east/_mock/faults").json() == []


def test_a_world_that_another_process_made_is_served_too(own_call, own_client, world):
    own_call("POST", "/worlds", {"name": "east", "size": "tiny"}, 201)
    other = World.open(world.path)
    with serving("otus", world=other) as servers:
        assert httpx.get(servers.otus.url + "/w/east/_mock/health").json()["world"] == "east"


def test_a_reset_brings_everything_back_to_the_start(call, column):
    before = call("GET", f"/gradebooks/{MATH}")
    column()
    call("POST", "/clock/advance", {"seconds": 86_400}, 200)
    call("POST", "/faults", {"action": "revoke"}, 201)
    call("PUT", "/enforcement", {"A12": "off"})
    call("POST", "/reset")

    assert call("GET", f"/gradebooks/{MATH}") == before
    assert call("GET", "/clock")["now"].startswith("2026-10-01T17:00")
    assert call("GET", "/faults") == []
    assert call("GET", "/enforcement")["A12"] == "on"


def test_a_reset_with_a_seed_makes_another_district(call, world):
    def names():
        return [
            tuple(row) for row in world.db.read("SELECT given, family FROM student ORDER BY id")
        ]

    first = names()
    call("POST", "/reset", {"seed": 7})
    assert names() != first
    call("POST", "/reset", {"seed": 1})
    assert names() == first


def test_the_clock_is_set_stopped_and_moved_but_never_back(call):
    assert call("PUT", "/clock", {"now": "2026-10-05T08:00:00-05:00", "frozen": True}) == {
        "now": "2026-10-05T13:00:00Z",
        "frozen": True,
    }
    assert (
        call("POST", "/clock/advance", {"seconds": 1.5}, 200)["now"]
        == "2026-10-05T13:00:01.500000Z"
    )
    assert call("PUT", "/clock", {"now": "2026-10-06"})["now"] == "2026-10-06T17:00:00Z"
    call("PUT", "/clock", {"now": "2026-10-05"}, 409)
    call("POST", "/clock/advance", {"seconds": -1}, 409)
    call("PUT", "/clock", {"now": "tomorrow"}, 422)
    assert call("PUT", "/clock", {"frozen": False})["frozen"] is False


# ---- journal, faults, snapshots, enforcement -----------------------------------------------------


def test_the_journal_is_read_from_a_place_and_cleared(call, client):
    client.get("/v1/changes")
    client.get("/v1/nothing")
    everything = call("GET", "/journal")

    assert [e["status"] for e in everything] == [401, 404]
    assert call("GET", f"/journal?since={everything[0]['seq']}") == everything[1:]
    assert call("GET", "/journal?operation=listChanges&failed=true") == everything[:1]
    assert call("GET", "/journal?failed=false") == []
    call("DELETE", "/journal", status=204)
    assert call("GET", "/journal") == []


def test_faults_are_added_listed_and_removed(call):
    made = call(
        "POST",
        "/faults",
        {
            "operation": "listChanges",
            "nth": 2,
            "probability": 0.5,
            "until": "2026-10-02",
            "action": "drop_after",
        },
        201,
    )
    general = call("POST", "/faults", {"id": "all", "action": "throttle", "seconds": 2}, 201)

    assert (made["server"], general["server"]) == (None, "otus")
    assert made["until"] == "2026-10-02T17:00:00Z"
    assert call("GET", "/faults") == [made, general]
    call("DELETE", "/faults?id=all", status=204)
    call("DELETE", "/faults?id=all", status=404)
    call("DELETE", "/faults", status=204)
    assert call("GET", "/faults") == []


@pytest.mark.parametrize(
    "fault",
    [
        {"action": "status"},
        {"action": "delay"},
        {"action": "explode"},
        {"action": "status", "status": 200},
        {"action": "revoke", "probability": 2},
        {"action": "revoke", "nth": 0},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(call, fault):
    call("POST", "/faults", fault, 422)


def test_a_snapshot_brings_back_data_clock_and_journal(call, column, client):
    client.get("/v1/nothing")
    saved = call("PUT", "/snapshots/before")
    before = call("GET", f"/gradebooks/{MATH}")
    column()
    client.get("/v1/nothing")
    call("POST", "/clock/advance", {"seconds": 86_400}, 200)

    assert call("GET", "/snapshots") == [saved] == [call("GET", "/snapshots/before")]
    call("POST", "/snapshots/before/restore")
    assert call("GET", f"/gradebooks/{MATH}") == before
    assert len(call("GET", "/journal")) == 1
    now = instant(call("GET", "/clock")["now"])
    assert now - instant("2026-10-01T17:00:00Z") < timedelta(minutes=5)


def test_a_snapshot_that_is_not_there_is_404(call):
    call("GET", "/snapshots/none", status=404)
    call("DELETE", "/snapshots/none", status=404)
    call("POST", "/snapshots/none/restore", status=404)
    call("PUT", "/snapshots/one")
    call("DELETE", "/snapshots/one", status=204)
    assert call("GET", "/snapshots") == []


def test_refusals_are_switched_by_word_or_truth(call):
    assert call("PUT", "/enforcement", {"A12": "off", "A2": True})["A12"] == "off"
    assert call("GET", "/enforcement")["A2"] == "on"
    call("PUT", "/enforcement", {"A12": "perhaps"}, 422)


# ---- the teacher's hand -------------------------------------------------------------------------


def test_gradebooks_are_one_entry_a_section_with_their_links(call):
    books = {book["id"]: book for book in call("GET", "/gradebooks")}

    assert books[MATH]["linked"] == [MATH_2]
    assert books[SCIENCE]["linked"] == []


def test_linked_sections_show_the_same_columns(call, column):
    made = column()
    one, two = (call("GET", f"/gradebooks/{section}") for section in (MATH, MATH_2))

    assert made in one["columns"]
    assert [c["id"] for c in one["columns"]] == [c["id"] for c in two["columns"]]
    assert {row["section"] for row in one["rows"]} == {MATH, MATH_2}


def test_a_teacher_enters_edits_deletes_and_restores_an_assignment(call, column):
    made = column(category="130001")
    path = f"/columns/{made['id']}"

    edited = call(
        "PATCH",
        path,
        {"title": "Opener", "due": "2026-10-05", "points": 12.5, "category": "130003"},
    )
    assert edited == {
        **made,
        "title": "Opener",
        "due": "2026-10-05",
        "points": 12.5,
        "category": "130003",
    }
    call("DELETE", path, status=204)
    call("PATCH", path, {"title": "x"}, 404)
    assert call("POST", f"{path}/restore", status=200) == edited


def test_a_teacher_enters_a_score_and_empties_the_cell(call, column):
    made = column()
    path = f"/columns/{made['id']}/scores/400001"

    assert call("PUT", path, {"score": 8.5}) == {
        "column": made["id"],
        "score": 8.5,
        "display": "8.5",
    }
    row = next(r for r in call("GET", f"/gradebooks/{MATH}")["rows"] if r["student"] == "400001")
    assert {"column": made["id"], "score": 8.5, "display": "8.5"} in row["cells"]
    assert call("PUT", path, {"score": None})["display"] == "*"


def test_what_a_teacher_says_beside_a_score_stays_until_the_teacher_changes_it(call, column):
    path = f"/columns/{column()['id']}/scores/400001"
    call("PUT", path, {"score": 8, "status": ["late", "in progress"], "comment": "See me"})

    kept = call("PUT", path, {"score": None})
    assert (kept["display"], kept["status"]) == ("*", ["in progress", "late"])
    assert kept["comment"] == "See me"
    assert call("PUT", path, {"score": 8, "status": "exempt"})["status"] == ["exempt"]
    bare = call("PUT", path, {"score": 8, "status": None, "comment": None})
    assert bare.keys() == {"column", "score", "display"}
    call("PUT", path, {"score": 8, "status": "collected"}, 422)


@pytest.mark.parametrize(
    ("body", "status"),
    [({"score": -1}, 409), ({"score": "8"}, 422), ({}, 422)],
)
def test_a_score_that_is_none_is_refused(call, column, body, status):
    made = column()
    call("PUT", f"/columns/{made['id']}/scores/400001", body, status)


def test_a_closed_period_refuses_the_teacher_too_and_says_the_rule(call, column):
    made = column()
    current = period(call, "open")
    call("POST", f"/periods/{current['id']}/close", status=200)

    problem = call("PUT", f"/columns/{made['id']}/scores/400001", {"score": 1}, 409)
    assert problem["rule"] == "A12"
    call("PUT", "/enforcement", {"A12": "off"})
    call("PUT", f"/columns/{made['id']}/scores/400001", {"score": 1})


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/gradebooks/9", None),
        ("PATCH", "/columns/9", {"title": "x"}),
        ("DELETE", "/columns/9", None),
        ("POST", "/columns/9/restore", None),
        ("PUT", "/columns/9/scores/400001", {"score": 1}),
        ("PATCH", "/periods/9", {"grace_days": 1}),
        ("POST", "/periods/9/close", None),
        ("POST", "/periods/9/reopen", None),
        ("POST", "/students/9/drop", None),
        ("POST", "/students/9/enroll", {"section": MATH}),
        ("POST", "/students/400001/enroll", {"section": "9"}),
        ("POST", "/students/400001/transfer", {"to": "9"}),
        ("POST", "/sections/9/teachers", {"teacher": "300001"}),
        ("POST", "/sections/200001/teachers", {"teacher": "9"}),
        ("POST", "/sections/9/merge", {"into": MATH}),
        ("POST", "/categories/9/deactivate", None),
        ("POST", "/categories/9/activate", {"teacher": "300001"}),
        ("GET", "/assessments/a-9", None),
        ("PATCH", "/assessments/a-9", {"title": "x"}),
        ("DELETE", "/assessments/a-9", None),
        ("PUT", "/assessments/a-9/scores/s-3001", {"points": 1}),
        ("PUT", "/assessments/a-5001/scores/s-9", {"points": 1}),
        ("PUT", "/group/t-9", None),
        ("DELETE", "/group/t-9", None),
        ("GET", "/nowhere", None),
    ],
)
def test_what_is_not_there_is_404(call, method, path, body):
    call(method, path, body, 404)


# ---- the registrar's hand -----------------------------------------------------------------------


def test_a_period_is_changed_closed_and_reopened(call):
    current = period(call, "open")
    path = f"/periods/{current['id']}"

    changed = call(
        "PATCH", path, {"end": "2026-10-02", "grace_days": 2, "closes_at": "2026-10-03T12:00:00Z"}
    )
    assert (changed["end"], changed["state"]) == ("2026-10-02", "open")
    call("POST", "/clock/advance", {"seconds": 3 * 86_400}, 200)
    assert call("POST", f"{path}/reopen", status=200)["state"] == "open"
    assert call("POST", f"{path}/close", status=200)["state"] == "closed"
    call("PATCH", path, {"start": "2026-12-01", "end": "2026-11-01"}, 422)


def students(call, section):
    return {
        r["student"]
        for r in call("GET", f"/gradebooks/{section}")["rows"]
        if r["section"] == section
    }


def test_students_drop_enroll_and_transfer(call):
    call("POST", "/students/400001/drop", {"section": MATH})
    assert "400001" not in students(call, MATH)
    assert "400001" in students(call, SCIENCE)
    call("POST", "/students/400001/enroll", {"section": MATH})
    assert "400001" in students(call, MATH)
    call("POST", "/students/400001/transfer", {"to": MATH_2})
    assert "400001" in students(call, MATH_2) - students(call, MATH)
    call("POST", "/students/400001/drop")
    assert "400001" not in students(call, MATH_2) | students(call, SCIENCE)


def test_a_teacher_joins_a_section(call, world):
    call("POST", f"/sections/{SCIENCE}/teachers", {"teacher": "300001", "main": True})

    main = world.db.read(
        "SELECT person FROM enrolment WHERE section = ? AND role = 'teacher' AND main = 1", SCIENCE
    )
    assert [row[0] for row in main] == ["300001"]


def test_a_merged_section_is_not_taught_any_more(call):
    moved = students(call, MATH_2)
    call("POST", f"/sections/{MATH_2}/merge", {"into": MATH})

    assert MATH_2 not in {book["id"] for book in call("GET", "/gradebooks")}
    assert moved <= students(call, MATH)
    call("POST", f"/sections/{MATH}/merge", {"into": MATH}, 422)


def test_a_category_is_switched_off_and_on(call, column):
    call("POST", "/categories/130001/deactivate", {"teacher": "300001"})
    body = {"section": MATH, "title": "x", "points": 1, "due": "2026-10-02", "category": "130001"}
    assert call("POST", "/columns", body, 409)["rule"] == "A5"
    call("POST", "/categories/130001/activate", {"teacher": "300001"})
    column(category="130001")
    call("POST", "/categories/130001/deactivate")
    assert call("POST", "/columns", body, 409)["rule"] == "A5"


# ---- the hand in Otus ---------------------------------------------------------------------------


def test_an_assessment_is_made_changed_and_removed(call, world):
    body = {"title": "Quiz", "type": "Quiz", "totalPoints": 10, "classes": [{"classId": "c-1001"}]}
    made = call("PUT", "/assessments/a-new", body)

    assert made["gradingScale"] == "points"
    assert made["classes"] == [
        {"classId": "c-1001", "assignedDate": None, "dueDate": None, "students": None}
    ]
    assert call("PATCH", "/assessments/a-new", {"title": "Test"}) == {**made, "title": "Test"}
    assert call("GET", "/assessments/a-new")["title"] == "Test"
    call("PUT", "/assessments/a-new/scores/s-3001", {"points": 5})
    call("DELETE", "/assessments/a-new", status=204)
    call("GET", "/assessments/a-new", status=404)
    assert world.feed.get("score", "a-new:s-3001") is None


def test_students_of_an_assessment_are_given_or_left_to_the_class(call):
    body = {
        "title": "Q",
        "type": "Quiz",
        "totalPoints": 1,
        "classes": [{"classId": "c-1001", "students": []}],
    }
    assert call("PUT", "/assessments/a-new", body)["classes"][0]["students"] == []
    body["classes"][0]["students"] = [{"studentId": "s-3001"}]
    assert call("PUT", "/assessments/a-new", body)["classes"][0]["students"] == [
        {"studentId": "s-3001", "assignedDate": None}
    ]


@pytest.mark.parametrize(
    ("body", "progress"),
    [
        ({"points": 5}, "graded"),
        ({"points": None}, "not_submitted"),
        ({"points": None, "progress": "turned_in"}, "turned_in"),
    ],
)
def test_a_score_says_how_far_it_is(call, body, progress):
    made = call("PUT", "/assessments/a-5001/scores/s-3001", {**body, "marks": ["late"]})

    assert (made["progress"], made["marks"]) == (progress, ["late"])


def test_a_teacher_joins_and_leaves_the_group_and_twice_is_once(call, world):
    before = world.feed.head()
    for _ in range(2):
        call("PUT", "/group/t-2003", status=204)
    assert world.feed.head() == before + 1
    for _ in range(2):
        call("DELETE", "/group/t-2003", status=204)
    assert world.feed.head() == before + 2


# ---- who may ------------------------------------------------------------------------------------


def test_on_another_bind_the_control_plane_asks_for_its_token(world):
    with serving("otus", world=world, token="secret") as servers:
        url = servers.otus.url + "/_mock/health"

        assert httpx.get(url).status_code == 401
        assert httpx.get(url, headers={"Authorization": "Bearer wrong"}).status_code == 401
        assert httpx.get(url, headers={"Authorization": "Bearer secret"}).status_code == 200


def test_a_browser_keeps_the_token_in_a_cookie(world):
    with (
        serving("otus", world=world, token="secret") as servers,
        httpx.Client(base_url=servers.otus.url, timeout=60) as browser,
    ):
        assert browser.get("/pages").status_code == 401
        shown = browser.get("/pages?token=secret")
        assert (shown.status_code, shown.headers["location"]) == (303, "/pages")
        assert "HttpOnly" in shown.headers["set-cookie"]
        assert browser.get("/pages").status_code == 200


def test_a_foreign_web_page_may_change_nothing(client):
    foreign = {"Origin": "http://elsewhere.example"}

    assert client.post("/_mock/reset", headers=foreign).status_code == 403
    assert client.get("/_mock/health", headers=foreign).status_code == 200
    own = {"Origin": f"http://{client.base_url.netloc.decode()}"}
    assert client.post("/_mock/reset", headers=own).status_code == 204


def test_the_world_file_is_whole_after_all_this(call, column, world):
    column()
    call("POST", "/reset")

    assert sqlite3.connect(world.path).execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize(
    "closes_at", ["2026-12-31T23:59:60Z", "0001-01-01T00:00:00+05:00", "9999-12-31T23:00:00-05:00"]
)
def test_an_instant_beyond_the_calendar_is_refused(call, closes_at):
    call("PATCH", f"/periods/{period(call, 'open')['id']}", {"closes_at": closes_at}, 422)


def test_an_instant_may_be_written_in_lower_case(call):
    assert call("PUT", "/clock", {"now": "2026-10-09t00:00:00z"})["now"].startswith(
        "2026-10-09T00:00"
    )


@pytest.mark.parametrize("method", ["DELETE", "PUT"])
def test_a_body_where_none_belongs_is_not_looked_at(client, method):
    headers = {"Content-Type": "multipart/form-data"}

    assert client.request(method, "/_mock/group/t-2001", headers=headers).status_code == 204
    assert client.post("/_mock/periods/9/close", headers=headers).status_code == 404
