"""Columns: as they are read, made and changed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import httpx2
import pytest

from agent.domain import CategoryId, ColumnRef
from agent.errors import (
    DeniedError,
    NotUnderstoodError,
    UnavailableError,
    UnknownOutcomeError,
)
from tests.agent.sis.powerschool.canned import (
    BATCH,
    BOOK,
    CREATE,
    DRAFT,
    GONE,
    LIST,
    NO_FIELD,
    NOT_TAUGHT,
    ONE,
    REF,
    TAG,
    a_part,
    a_section,
    a_server,
    an_assignment,
    body_of,
    created,
    in_turn,
    lost,
    not_on_it,
    refused,
)


class TestColumns:
    def columns(self, *assignments):
        return a_server({LIST: list(assignments)}).sis.columns(BOOK)

    def test_ours_is_the_one_with_a_tag_at_the_end_of_what_a_teacher_wrote(self):
        [column] = self.columns(an_assignment())
        assert (column.ref, column.ours) == (REF, True)
        assert column.external_id == TAG
        assert (column.data.title, column.data.due) == ("Fractions quiz", date(2026, 10, 16))
        assert (column.data.category, column.data.points) == ("5122", Decimal(20))
        assert column.data.assigned is None

    @pytest.mark.parametrize("text", ["", None, "<p>pb:a75f5ac1b08d</p>", "[pb:xyz]"])
    def test_without_a_tag_it_has_no_id_and_is_ours_where_our_plugin_made_it(self, text):
        part = a_part(description=text)
        made = {who: an_assignment(part) | {"createdbyplugin": who} for who in ("217", "9", None)}
        found = {who: self.columns(assignment)[0] for who, assignment in made.items()}
        assert {who: c.ours for who, c in found.items()} == {"217": True, "9": False, None: False}
        assert {c.external_id for c in found.values()} == {None}

    def test_a_signed_plugin_goes_by_the_name_that_stands_beside_our_tag(self):
        ours = an_assignment() | {"createdbyplugin": "org.passback"}
        lost = an_assignment(a_part(description="")) | {"createdbyplugin": "org.passback"}
        other = an_assignment(a_part(description="")) | {"createdbyplugin": "org.other"}
        assert [c.ours for c in self.columns(ours, lost, other)] == [True, True, False]

    def test_the_last_tag_counts(self):
        part = a_part(description=f"copied from [pb:000000000000] {TAG}")
        [column] = self.columns(an_assignment(part))
        assert column.external_id == TAG

    def test_the_part_in_the_section_that_is_asked_about_counts(self):
        other = a_part(sectionsdcid=40916, assignmentsectionid=467071)
        assert [c.ref for c in self.columns(an_assignment(other, a_part()))] == [REF]
        assert self.columns(an_assignment(other)) == ()

    def test_points_come_with_every_digit(self):
        [column] = self.columns(an_assignment(a_part(scoreentrypoints=12.25)))
        assert str(column.data.points) == "12.25"

    @pytest.mark.parametrize(("told", "points"), [("20.0", "20.0"), ("", "0"), (None, "0")])
    def test_points_may_come_as_text(self, told, points):
        [column] = self.columns(an_assignment(a_part(scoreentrypoints=told)))
        assert str(column.data.points) == points

    def test_a_part_without_a_category_has_none(self):
        [column] = self.columns(an_assignment(a_part(_assignmentcategoryassociations=[])))
        assert column.data.category is None

    def test_a_list_that_cannot_be_read_is_no_empty_one(self):
        strange = [an_assignment(a_part(duedate="next week"))]
        for answer in ({"assignments": []}, b"[", refused(400, "no"), strange):
            with pytest.raises(NotUnderstoodError):
                a_server({LIST: answer}).sis.columns(BOOK)

    def test_a_section_without_a_lead_cannot_be_read(self):
        server = a_server({"GET /ws/v1/section/40915": a_section(staff_id="")})
        with pytest.raises(Exception, match="no teacher"):
            server.sis.columns(BOOK)


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
