"""What goes over the wire to PowerSchool's gradebook, and what its refusals become."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import httpx2
import pytest

from agent.domain import CategoryId, ColumnRef, Gradebook, SectionId, SisPersonId
from agent.errors import DeniedError, MaintenanceError, UnavailableError, UnknownOutcomeError
from tests.agent.sis.canned_powerschool import (
    BOOK,
    DRAFT,
    SECTION,
    TAG,
    a_part,
    a_section,
    a_server,
    an_assignment,
    body_of,
    not_on_it,
    refused,
)

REF = ColumnRef("300881/467070")
CREATE, ONE = "POST /ws/xte/section/assignment", "/ws/xte/section/assignment/300881"
LIST, SCORE = "GET /ws/xte/section/assignment", "PUT /ws/xte/score"
NO_FIELD = refused(403, "No access to field", {"field": "assignment.createdbyplugin", "params": {}})
NOT_TAUGHT = refused(403, "User does not teach section 40915 with access EDIT")
GONE = refused(
    500, "Unable to find com.pearson.powerschool.xte.model.AssignmentSection with id 467070"
)
BATCH = [(SisPersonId(str(18500 + n)), Decimal(n)) for n in range(5)]


def created(location="https://sis.example/ws/xte/section/assignment/300881"):
    return httpx2.Response(201, headers={"Location": location} if location else {})


def in_turn(*answers):
    """A different answer to each request."""
    left = iter(answers)
    return lambda _request: next(left)


def answered(answer):
    status, body = answer
    return httpx2.Response(status, json=body)


def lost(_request):
    raise httpx2.ReadTimeout("late")


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


class TestCreate:
    def test_sends_what_was_measured_to_suffice_and_our_tag_and_reads_the_numbers_back(self):
        server = a_server({CREATE: created()})
        receipt = server.sis.create(BOOK, DRAFT)
        assert (receipt.accepted, receipt.ref) == (True, REF)
        post = server.sent("POST")[1]
        assert str(post.url) == "https://sis.example/ws/xte/section/assignment?users_dcid=8301"
        assert post.content.decode() == (
            '{"_assignmentsections":[{"sectionsdcid":40915,"name":"Fractions quiz",'
            f'"description":"{TAG}","duedate":"2026-10-16","scoretype":"POINTS",'
            '"scoreentrypoints":20,"totalpointvalue":20,"weight":1,"iscountedinfinalgrade":true,'
            '"isscoringneeded":true,"publishoption":"Immediately",'
            '"_assignmentcategoryassociations":[{"teachercategoryid":5122,"isprimary":true}]}]}'
        )
        assert server.requests[-1].url.path == ONE
        assert server.requests[-1].url.query == b"users_dcid=8301"

    @pytest.mark.parametrize("location", [None, "", "/", "https://sis.example/nowhere"])
    def test_without_a_usable_location_the_tag_is_looked_for_in_the_sections_list(self, location):
        other = a_part(assignmentsectionid=1, description="[pb:000000000000]")
        listed = [an_assignment(other, assignmentid=2), an_assignment()]
        server = a_server({CREATE: created(location), LIST: listed})
        assert server.sis.create(BOOK, DRAFT).ref == REF
        assert len(server.sent("POST")) == 2
        assert server.requests[-1].url.params["section_ids"] == "40915"

    @pytest.mark.parametrize(
        "then",
        [
            {LIST: []},
            {LIST: [an_assignment(), an_assignment()]},
            {LIST: refused(409, "no")},
            {LIST: NOT_TAUGHT},
            {LIST: lost},
        ],
        ids=["not there", "there twice", "refused", "forbidden", "lost"],
    )
    def test_one_whose_numbers_cannot_be_told_is_an_unknown_outcome_and_not_a_failure(self, then):
        server = a_server({CREATE: created(None)} | then)
        with pytest.raises(UnknownOutcomeError, match="createAssignment"):
            server.sis.create(BOOK, DRAFT)
        assert len(server.sent("POST")) == 2

    @pytest.mark.parametrize("status", [302, 408, 429, 500, 502, 503, 504])
    @pytest.mark.parametrize("words", ["NullPointer", "Unable to find Assignment with id 7"])
    def test_a_failure_after_which_it_may_be_there_is_never_repeated(self, status, words):
        server = a_server({CREATE: httpx2.Response(status, json={"message": words})})
        with pytest.raises(UnknownOutcomeError):
            server.sis.create(BOOK, DRAFT)
        assert len(server.sent("POST")) == 2

    def test_a_lost_answer_is_never_repeated(self):
        server = a_server({CREATE: lost})
        with pytest.raises(UnknownOutcomeError):
            server.sis.create(BOOK, DRAFT)
        assert len(server.sent("POST")) == 2

    def test_a_refusal_is_a_receipt_with_the_words_of_the_server_apart(self):
        message = "due date 2026-10-16 is outside the term"
        fault = {"field": "assignmentsection.duedate", "params": {}}
        server = a_server({CREATE: refused(409, message, fault)})
        receipt = server.sis.create(BOOK, DRAFT)
        assert (receipt.accepted, receipt.gone) == (False, False)
        assert receipt.reason == (
            "the SIS does not take this due date (409, assignmentsection.duedate)"
        )
        assert receipt.words == message

    def test_a_section_that_the_teacher_may_not_edit_is_a_receipt(self):
        receipt = a_server({CREATE: NOT_TAUGHT}).sis.create(BOOK, DRAFT)
        assert "may not edit" in receipt.reason

    def test_a_missing_grant_ends_the_night_and_names_the_field(self):
        server = a_server({CREATE: NO_FIELD})
        with pytest.raises(DeniedError, match=r"assignment\.createdbyplugin.*plugin\.xml"):
            server.sis.create(BOOK, DRAFT)

    def test_a_section_without_a_lead_or_not_there_is_a_receipt_and_nothing_is_sent(self):
        for answer in (a_section(staff_id=None), (404, {"message": "not found"})):
            server = a_server({"GET /ws/v1/section/40915": answer, CREATE: created()})
            assert not server.sis.create(BOOK, DRAFT).accepted
            assert len(server.sent("POST")) == 1


class TestUpdate:
    def update(self, server, **change):
        draft = replace(DRAFT, data=replace(DRAFT.data, **change))
        return server.sis.update(BOOK, REF, draft)

    def test_sends_the_whole_object_with_all_that_a_teacher_set(self):
        server = a_server({f"PUT {ONE}": httpx2.Response(201)})
        receipt = self.update(server, title="Fractions quiz B", due=date(2026, 10, 20))
        assert (receipt.accepted, receipt.ref) == (True, REF)
        [put] = server.sent("PUT")
        assert put.url.query == b"users_dcid=8301"
        assert body_of(put) == {
            "_name": "assignment",
            "_id": 300881,
            "assignmentid": 300881,
            "createdbyplugin": "217",
            "_assignmentsections": [a_part(name="Fractions quiz B", duedate="2026-10-20")],
        }

    def test_new_total_points_keep_the_weight_and_have_the_scores_worked_out_anew(self):
        server = a_server({f"PUT {ONE}": httpx2.Response(204)})
        assert self.update(server, points=Decimal(25)).accepted
        [put] = server.sent("PUT")
        assert put.url.query == b"users_dcid=8301&update_scores=true"
        [part] = body_of(put)["_assignmentsections"]
        assert (part["scoreentrypoints"], part["totalpointvalue"], part["weight"]) == (
            25,
            37.5,
            1.5,
        )

    def test_another_category_takes_the_place_of_the_primary_one_alone(self):
        links = [
            {"assignmentcategoryassocid": 1, "teachercategoryid": 9, "isprimary": False},
            {"assignmentcategoryassocid": 2, "teachercategoryid": 5122, "isprimary": True},
        ]
        server = a_server(
            {
                f"GET {ONE}": an_assignment(a_part(_assignmentcategoryassociations=links)),
                f"PUT {ONE}": httpx2.Response(200),
            }
        )
        self.update(server, category=CategoryId("5130"))
        [part] = body_of(server.sent("PUT")[0])["_assignmentsections"]
        assert part["_assignmentcategoryassociations"] == [
            {"teachercategoryid": 5130, "isprimary": True},
            links[0],
        ]

    def test_an_assignment_in_two_sections_goes_back_whole_and_only_our_due_date_moves(self):
        other = a_part(assignmentsectionid=467071, sectionsdcid=40916, duedate="2026-10-17")
        server = a_server(
            {
                f"GET {ONE}": an_assignment(other, a_part()),
                f"PUT {ONE}": httpx2.Response(201),
            }
        )
        self.update(server, title="B", due=date(2026, 10, 20))
        theirs, ours = body_of(server.sent("PUT")[0])["_assignmentsections"]
        assert (theirs["name"], theirs["duedate"]) == ("B", "2026-10-17")
        assert (ours["name"], ours["duedate"]) == ("B", "2026-10-20")

    @pytest.mark.parametrize(
        "gone",
        [refused(404, "Unable to find Assignment with id 300881"), GONE],
        ids=["404", "500"],
    )
    def test_an_assignment_that_is_gone_is_said_to_be_and_not_written(self, gone):
        server = a_server({f"GET {ONE}": gone})
        receipt = self.update(server)
        assert (receipt.accepted, receipt.gone) == (False, True)
        assert server.sent("PUT") == []

    def test_a_404_about_something_else_is_held_against_the_sections_own_list(self):
        unknown = refused(404, "Unable to find User with dcid 8301")
        kept = self.update(a_server({f"GET {ONE}": unknown}))
        assert (kept.accepted, kept.gone) == (False, False)
        gone = self.update(a_server({f"GET {ONE}": (404, {}), LIST: []}))
        assert (gone.accepted, gone.gone) == (False, True)
        with pytest.raises(UnavailableError):
            self.update(a_server({f"GET {ONE}": (404, {}), LIST: refused(409, "no")}))

    def test_words_about_a_student_are_not_repeated(self):
        server = a_server({f"PUT {ONE}": not_on_it(18500)})
        reason = self.update(server, title="B").reason
        assert reason == "the SIS says that it conflicts with what the gradebook holds (409)"
        said = refused(409, "Student.id [18500] does not have an AssignmentStudentAssociation")
        receipt = self.update(a_server({f"PUT {ONE}": said}), title="B")
        assert "18500" not in receipt.in_full
        assert receipt.reason.endswith("(409)")

    def test_resubmit_is_answered_with_the_same_once_more(self):
        resubmit = httpx2.Response(412, json={"message": "Resubmit"})
        server = a_server({f"PUT {ONE}": in_turn(resubmit, httpx2.Response(201))})
        assert self.update(server, title="B").accepted
        first, second = server.sent("PUT")
        assert first.content == second.content

    def test_a_refusal_is_a_receipt(self):
        server = a_server({f"PUT {ONE}": refused(409, "reporting term Q1 is locked")})
        receipt = self.update(server, title="B")
        assert (receipt.accepted, receipt.reason, receipt.words) == (
            False,
            "the SIS says that the assignment or its grading period is locked (409)",
            "reporting term Q1 is locked",
        )

    def test_an_address_of_another_route_is_refused_and_not_taken_for_deleted(self):
        server = a_server()
        receipt = server.sis.update(BOOK, ColumnRef("pb-a17-c3"), DRAFT)
        assert (receipt.accepted, receipt.gone) == (False, False)
        receipts = server.sis.put_scores(BOOK, ColumnRef("pb-a17-c3"), BATCH)
        assert {(r.accepted, r.gone) for r in receipts} == {(False, False)}
        assert server.sis.scores(BOOK, ColumnRef("pb-a17-c3")) is None
        assert server.sent("PUT") == []


class TestScores:
    def put(self, server, scores=BATCH):
        return server.sis.put_scores(BOOK, REF, scores)

    def sent(self, server):
        """Students of each batch."""
        return [
            [row["studentsdcid"] for row in body_of(put)["assignment_scores"]]
            for put in server.sent("PUT")
        ]

    def test_a_batch_on_the_wire(self):
        server = a_server({SCORE: {"assignment_scores": []}})
        [receipt] = self.put(server, [(SisPersonId("18500"), Decimal("8.50"))])
        assert receipt.accepted
        [put] = server.sent("PUT")
        assert str(put.url) == (
            "https://sis.example/ws/xte/score?users_dcid=8301&status=A&term_id=3600"
        )
        assert put.content.decode() == (
            '{"assignment_scores":[{"_assignmentsection":{"assignmentsectionid":467070},'
            '"studentsdcid":18500,"actualscoreentered":"8.50","actualscorekind":"REAL_SCORE",'
            '"scoretype":"POINTS","scorepoints":8.50,"islate":false,"ismissing":false,'
            '"isexempt":false,"iscollected":false,"isabsent":false,"isincomplete":false}]}'
        )

    @pytest.mark.parametrize(
        ("points", "text"), [("0", "0"), ("17.25", "17.25"), ("1E+2", "100"), ("31", "31")]
    )
    def test_points_keep_their_digits(self, points, text):
        server = a_server({SCORE: []})
        self.put(server, [(SisPersonId("18500"), Decimal(points))])
        content = server.sent("PUT")[0].content.decode()
        assert f'"actualscoreentered":"{text}"' in content
        assert f'"scorepoints":{text},' in content

    def test_what_a_teacher_flagged_goes_back_as_it_was_read(self):
        read = {"studentsdcid": "18501", "islate": "1", "ismissing": "0", "scorepoints": "4"}
        record = [{"tables": {"assignmentscore": read}}]
        server = a_server({"GET /ws/schema/table/assignmentscore": {"record": record}, SCORE: []})
        server.sis.put_scores(BOOK, REF, BATCH, server.sis.scores(BOOK, REF))
        late = [row["islate"] for row in body_of(server.sent("PUT")[0])["assignment_scores"]]
        assert late == [False, True, False, False, False]

    def test_students_who_are_named_are_taken_out_and_the_rest_is_sent_again(self):
        answers = in_turn(
            answered(not_on_it(18501, 18503)), answered(not_on_it("18500")), answered((200, []))
        )
        server = a_server({SCORE: answers})
        receipts = self.put(server)
        assert [r.accepted for r in receipts] == [False, False, True, False, True]
        assert self.sent(server) == [
            [18500, 18501, 18502, 18503, 18504],
            [18500, 18502, 18504],
            [18502, 18504],
        ]
        for receipt in receipts:
            assert "185" not in receipt.reason
            assert receipt.accepted or "not enrolled" in receipt.reason

    def test_a_batch_of_nobody_but_strangers_ends(self):
        server = a_server({SCORE: not_on_it(*range(18500, 18505))})
        assert [r.accepted for r in self.put(server)] == [False] * 5
        assert len(server.sent("PUT")) == 1

    def test_a_batch_that_is_refused_without_a_name_is_halved_until_the_culprit_is_alone(self):
        def answer(request):
            students = [row["studentsdcid"] for row in body_of(request)["assignment_scores"]]
            bad = refused(409, "actualscoreentered is not a number")
            return answered(bad) if 18504 in students else answered((200, []))

        server = a_server({SCORE: answer})
        receipts = self.put(server)
        assert [r.accepted for r in receipts] == [True] * 4 + [False]
        assert receipts[4].reason == "the SIS does not take this value as a score (409)"
        assert len(server.sent("PUT")) == 1 + 2 + 2 + 2

    @pytest.mark.parametrize(
        ("answer", "sign"),
        [
            (refused(409, "reporting term Q1 is locked"), "locked"),
            (NOT_TAUGHT, "may not edit"),
            (refused(404, "Unable to find Section with dcid 40915"), "does not know"),
        ],
        ids=["locked", "not taught", "no section"],
    )
    def test_what_would_meet_every_student_is_asked_once(self, answer, sign):
        server = a_server({SCORE: answer})
        receipts = self.put(server)
        assert {(r.accepted, r.gone) for r in receipts} == {(False, False)}
        assert all(sign in r.reason for r in receipts)
        assert len(server.sent("PUT")) == 1

    def test_a_part_that_vanished_is_gone_and_not_asked_for_again(self):
        server = a_server({SCORE: GONE})
        assert {(r.accepted, r.gone) for r in self.put(server)} == {(False, True)}
        assert len(server.sent("PUT")) == 1

    def test_resubmit_is_answered_with_the_same_once_more_and_not_a_third_time(self):
        resubmit = httpx2.Response(412, json={"message": "Resubmit"})
        server = a_server({SCORE: in_turn(resubmit, answered((200, [])))})
        assert all(r.accepted for r in self.put(server))
        first, second = server.sent("PUT")
        assert first.content == second.content
        stubborn = a_server({SCORE: lambda _request: httpx2.Response(412, json={})})
        assert not any(r.accepted for r in self.put(stubborn))
        assert len(stubborn.sent("PUT")) == 2

    def test_a_lost_answer_is_repeated_since_a_score_is_an_upsert(self):
        tries = []

        def answer(request):
            tries.append(request)
            return lost(request) if len(tries) == 1 else answered((200, []))

        server = a_server({SCORE: answer})
        assert all(r.accepted for r in self.put(server))
        assert len(tries) == 2

    def test_a_missing_grant_ends_the_night_and_names_the_field(self):
        fault = {"field": "assignmentscore.scorepoints", "params": {}}
        server = a_server({SCORE: refused(403, "No access to field", fault)})
        with pytest.raises(DeniedError, match=r"assignmentscore\.scorepoints"):
            self.put(server)

    def test_another_403_is_about_our_credentials(self):
        server = a_server({SCORE: refused(403, "The plugin is disabled")})
        with pytest.raises(DeniedError, match="not allowed"):
            self.put(server)


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
        assert not server.sis.clear_score(BOOK, REF, SisPersonId("18500")).accepted
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
