"""Tokens, pauses, maintenance: what meets every call."""

import httpx2
import pytest

from agent.domain import EMPTY_CELL, Gradebook, SectionId, SisPersonId
from agent.errors import MaintenanceError, UnavailableError, UnknownOutcomeError
from tests.agent.sis.powerschool.canned import (
    BATCH,
    BOOK,
    CREATE,
    DRAFT,
    LIST,
    ONE,
    REF,
    SCORE,
    SECTION,
    a_section,
    a_server,
    answered,
    created,
    in_turn,
)


class TestToken:
    def test_is_bought_with_a_basic_header_and_nothing_else_in_the_form(self):
        server = a_server()
        server.sis.columns(BOOK)
        asked = server.requests[0]
        assert str(asked.url) == "https://sis.example/oauth/access_token"
        assert asked.headers["authorization"] == "Basic cGFzc2JhY2s6cGFzc2JhY2stc2VjcmV0"
        assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
        assert asked.headers["accept"] == "application/json"
        assert asked.content == b"grant_type=client_credentials"
        assert {r.headers["authorization"] for r in server.requests[1:]} == {"Bearer 0f6c2a52"}
        assert len(server.sent("POST")) == 1

    def test_a_stale_one_is_renewed_even_before_a_create(self):
        stale = httpx2.Response(401, json={})
        server = a_server({CREATE: in_turn(stale, created())})
        assert server.sis.create(BOOK, DRAFT).accepted
        assert [r.url.path for r in server.sent("POST")] == [
            "/oauth/access_token",
            "/ws/xte/section/assignment",
            "/oauth/access_token",
            "/ws/xte/section/assignment",
        ]


class TestTrouble:
    def test_the_pause_that_is_asked_for_is_made(self):
        pauses = []
        told = httpx2.Response(429, json={"message": "Too many requests. Wait 3 seconds"})
        header = httpx2.Response(429, headers={"Retry-After": "2"}, json={"message": "wait 9 sec"})
        answers = in_turn(told, header, answered((200, [])))
        server = a_server({SCORE: answers}, sleep=pauses.append)
        assert server.sis.put_scores(BOOK, REF, BATCH)[0].accepted
        assert pauses[:2] == [3, 2]

    def test_a_create_that_the_throttle_turned_away_is_sent_again(self):
        told = httpx2.Response(429, json={"message": "Too many requests. Wait 3 seconds"})
        server = a_server({CREATE: in_turn(told, created())}, sleep=[].append)
        assert server.sis.create(BOOK, DRAFT).ref == REF

    def test_a_create_that_is_sent_to_the_maintenance_page_is_in_doubt(self):
        moved = httpx2.Response(302, headers={"Location": "https://elsewhere.example/?server=x"})
        with pytest.raises(UnknownOutcomeError) as caught:
            a_server({CREATE: moved}).sis.create(BOOK, DRAFT)
        assert isinstance(caught.value.__cause__, MaintenanceError)

    @pytest.mark.parametrize("key", [SCORE, LIST, "GET /ws/v1/section/40915"])
    def test_maintenance_is_recognised_by_its_redirect(self, key):
        moved = httpx2.Response(302, headers={"Location": "https://elsewhere.example/?server=x"})
        server = a_server({key: moved})
        with pytest.raises(MaintenanceError):
            everything(server)
        assert server.requests[-1].url.host == "sis.example"

    @pytest.mark.parametrize("key", [LIST, "GET /ws/v1/section/40915"])
    def test_maintenance_is_recognised_by_its_page(self, key):
        page = b"<title>PowerSchool page unavailable</title>"
        html = httpx2.Response(200, headers={"content-type": "text/html"}, content=page)
        with pytest.raises(MaintenanceError):
            everything(a_server({key: html}))

    def test_a_page_in_answer_to_a_create_tells_nothing_of_what_became_of_it(self):
        html = httpx2.Response(200, headers={"content-type": "text/html"}, content=b"<p>x</p>")
        with pytest.raises(UnknownOutcomeError):
            a_server({CREATE: html}).sis.create(BOOK, DRAFT)

    def test_a_404_that_is_not_the_servers_own_word_makes_nothing_vanish(self):
        page = httpx2.Response(404, headers={"content-type": "text/html"}, content=b"<h1>404</h1>")
        for key in ("GET /ws/v1/section/40915", f"GET {ONE}"):
            server = a_server({key: page})
            with pytest.raises(UnavailableError, match="no such service"):
                server.sis.update(BOOK, REF, DRAFT)

    def test_a_mark_is_not_taken_back(self):
        server = a_server()
        assert not server.sis.clear_score(BOOK, REF, SisPersonId("18500"), EMPTY_CELL).accepted
        assert server.requests == []

    def test_every_call_acts_for_the_lead_of_the_section_that_it_is_about(self):
        other = SectionId("40916")
        server = a_server(
            {
                "GET /ws/v1/section/40916": a_section(id=40916, staff_id=9200),
                "GET /ws/v1/staff/9200": {"staff": {"id": 9200, "users_dcid": 8402}},
            }
        )
        sections = dict.fromkeys((SECTION, other), BOOK.sections[SECTION])
        server.sis.columns(Gradebook(id="k", sections=sections))
        asked = [r.url.params["users_dcid"] for r in server.requests if "xte" in r.url.path]
        assert asked == ["8301", "8402"]


def everything(server):
    server.sis.columns(BOOK)
    server.sis.put_scores(BOOK, REF, BATCH)
    server.sis.create(BOOK, DRAFT)
