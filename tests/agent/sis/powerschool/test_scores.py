"""Scores: as they are read, and written in batches."""

from decimal import Decimal

import httpx2
import pytest

from agent.domain import SisPersonId
from agent.errors import DeniedError
from tests.agent.builders import points_of
from tests.agent.sis.powerschool.canned import (
    BATCH,
    BOOK,
    GONE,
    NOT_TAUGHT,
    REF,
    SCORE,
    a_server,
    answered,
    body_of,
    in_turn,
    lost,
    not_on_it,
    refused,
    rows,
)

MARKS = "GET /ws/schema/table/assignmentscore"


class TestMarks:
    def marks(self, *found):
        return points_of(a_server({MARKS: rows("assignmentscore", *found)}).sis.scores(BOOK, REF))

    def test_points_are_read_exactly(self):
        read = self.marks(
            {"studentsdcid": "1", "scorepoints": "17.25", "actualscoreentered": "17.25"},
            {"studentsdcid": "2", "scorepoints": "0.0", "actualscoreentered": "0"},
        )
        assert read == {"1": Decimal("17.25"), "2": Decimal(0)}

    def test_what_is_no_number_is_held_all_the_same(self):
        read = self.marks(
            {"studentsdcid": "1", "isexempt": "1"},
            {"studentsdcid": "2", "isexempt": "1", "scorepoints": "4"},
            {"studentsdcid": "3", "actualscoreentered": "INC"},
            {"studentsdcid": "4", "scorepoints": "NaN"},
        )
        assert read == dict.fromkeys("1234")

    def test_a_row_that_was_emptied_or_only_flagged_shows_a_star(self):
        read = self.marks(
            {"studentsdcid": "1", "scorepoints": "", "actualscoreentered": ""},
            {"studentsdcid": "2", "ismissing": "1", "scorepoints": None},
        )
        assert read == {}

    @pytest.mark.parametrize(
        "flag", ["islate", "ismissing", "isexempt", "iscollected", "isabsent", "isincomplete"]
    )
    @pytest.mark.parametrize("points", ["", "7"])
    def test_a_teachers_flag_is_seen(self, flag, points):
        row = {"studentsdcid": "1", flag: "1", "scorepoints": points}
        cell = a_server({MARKS: rows("assignmentscore", row)}).sis.scores(BOOK, REF)["1"]
        assert (cell.annotated, cell.exempt) == (True, flag == "isexempt")
        assert cell.has_value == (bool(points) or flag == "isexempt")

    @pytest.mark.parametrize(
        ("flag", "barred"),
        [
            ("islate", False),
            ("ismissing", False),
            ("isexempt", True),
            ("iscollected", True),
            ("isabsent", True),
            ("isincomplete", True),
        ],
    )
    def test_late_and_missing_alone_keep_no_0_away(self, flag, barred):
        row = {"studentsdcid": "1", flag: "1"}
        cell = a_server({MARKS: rows("assignmentscore", row)}).sis.scores(BOOK, REF)["1"]
        assert cell.bars_zero is barred

    @pytest.mark.parametrize(
        ("answer", "barred"),
        [
            (rows("assignmentscorecomment"), False),
            (rows("assignmentscorecomment", {"assignmentscoreid": "9", "commentvalue": ""}), False),
            (rows("assignmentscorecomment", {"assignmentscoreid": "9", "commentvalue": "x"}), True),
            (refused(403, "No access to field", {"field": "x.y", "params": {}}), None),
        ],
    )
    def test_who_is_to_get_a_0_has_their_comment_read(self, answer, barred):
        told = [
            {"studentsdcid": "1", "assignmentscoreid": "9"},
            {"studentsdcid": "2", "assignmentscoreid": "10", "scorepoints": "4"},
            {"studentsdcid": "3", "assignmentscoreid": "11"},
        ]
        server = a_server({MARKS: rows("assignmentscore", *told), f"{MARKS}comment": answer})
        cells = server.sis.scores(BOOK, REF, [SisPersonId(s) for s in ("1", "2", "4")])
        assert [cells[s].bars_zero for s in ("1", "2", "3")] == [barred, False, False]
        asked = [r.url.params["q"] for r in server.requests if "comment" in r.url.path]
        assert asked == ["assignmentscoreid==9"]

    def test_only_the_marks_of_the_part_are_asked_for(self):
        server = a_server({MARKS: rows("assignmentscore")})
        server.sis.scores(BOOK, REF)
        assert server.requests[-1].url.params["q"] == "assignmentsectionid==467070"

    def test_without_the_grant_they_cannot_be_read(self):
        fault = {"field": "assignmentscore.scorepoints", "params": {}}
        server = a_server({MARKS: refused(403, "No access to field", fault)})
        assert server.sis.scores(BOOK, REF) is None

    def test_another_403_is_no_missing_grant(self):
        server = a_server({MARKS: refused(403, "The plugin is disabled")})
        with pytest.raises(DeniedError):
            server.sis.scores(BOOK, REF)


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
        gone = (
            "the SIS says that the student is not on the assignment: not enrolled in the section"
            " any more, or not one of those it is for (409)"
        )
        assert [r.reason for r in receipts] == [gone, gone, "", gone, ""]

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
