"""What is sent: every member that the standard requires, and what is not ours as it was read."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from agent.domain import ColumnRef, SisCell, SisPersonId
from tests.agent.sis.canned import BOOK, DRAFT, Canned, status_info

REF = ColumnRef("pb-a17-c3")
STUDENT = SisPersonId("72")
RESULT = "pbr-2283ccc60702e82b8255ca71ca0e886e"
OK = (200, b"")
ITEM = {"lineItem": {"sourcedId": "pb-a17-c3", "title": "x"}}


def answers(method, path, answer, **more):
    return Canned({f"{method} {path}": answer}, **more)


class TestBytes:
    def test_a_column_in_1_2(self):
        server = answers("PUT", "/lineItems/pb-a17-c3", (201, b""))
        receipt = server.sis.create(BOOK, DRAFT)
        assert (receipt.accepted, receipt.ref) == (True, "pb-a17-c3")
        [put] = server.sent("PUT")
        assert str(put.url) == (
            "https://sis.example/ims/oneroster/gradebook/v1p2/lineItems/pb-a17-c3"
        )
        assert put.headers["content-type"] == "application/json"
        root = "https://sis.example/ims/oneroster"
        assert put.content.decode() == (
            '{"lineItem":{"sourcedId":"pb-a17-c3","status":"active",'
            '"dateLastModified":"2026-10-02T03:15:00.250Z","title":"Unit 3 Quiz",'
            '"assignDate":"2026-10-01T17:00:00.000Z","dueDate":"2026-11-01T18:00:00.000Z",'
            f'"class":{{"href":"{root}/rostering/v1p2/classes/3001",'
            '"sourcedId":"3001","type":"class"},'
            f'"school":{{"href":"{root}/rostering/v1p2/orgs/1001",'
            '"sourcedId":"1001","type":"org"},'
            f'"category":{{"href":"{root}/gradebook/v1p2/categories/6001",'
            '"sourcedId":"6001","type":"category"},'
            f'"gradingPeriod":{{"href":"{root}/rostering/v1p2/academicSessions/5101",'
            '"sourcedId":"5101","type":"academicSession"},'
            '"resultValueMin":0,"resultValueMax":20}}'
        )

    def test_a_column_in_1_1_has_no_school(self):
        server = answers("PUT", "/lineItems/pb-a17-c3", OK, oneroster="1.1")
        server.sis.create(BOOK, DRAFT)
        [put] = server.sent("PUT")
        assert str(put.url) == "https://sis.example/ims/oneroster/v1p1/lineItems/pb-a17-c3"
        assert b'"school"' not in put.content
        assert b'"href":"https://sis.example/ims/oneroster/v1p1/categories/6001"' in put.content

    def test_a_mark_in_1_2_names_the_section_of_enrolment(self):
        server = answers("PUT", f"/results/{RESULT}", OK)
        [receipt] = server.sis.put_scores(BOOK, REF, [(STUDENT, Decimal("8.50"))])
        assert receipt.accepted
        [put] = server.sent("PUT")
        root = "https://sis.example/ims/oneroster"
        assert put.content.decode() == (
            f'{{"result":{{"sourcedId":"{RESULT}","status":"active",'
            '"dateLastModified":"2026-10-02T03:15:00.250Z",'
            f'"lineItem":{{"href":"{root}/gradebook/v1p2/lineItems/pb-a17-c3",'
            '"sourcedId":"pb-a17-c3","type":"lineItem"},'
            f'"student":{{"href":"{root}/rostering/v1p2/users/72",'
            '"sourcedId":"72","type":"user"},'
            f'"class":{{"href":"{root}/rostering/v1p2/classes/3002",'
            '"sourcedId":"3002","type":"class"},'
            '"scoreStatus":"fully graded","score":8.50,"scoreDate":"2026-10-01"}}'
        )

    def test_a_mark_in_1_1_names_no_section(self):
        server = answers("PUT", f"/results/{RESULT}", OK, oneroster="1.1")
        server.sis.put_scores(BOOK, REF, [(STUDENT, Decimal(0))])
        [put] = server.sent("PUT")
        assert b'"class"' not in put.content
        assert b'"score":0,' in put.content

    @pytest.mark.parametrize(
        ("points", "text"),
        [("8.5", b"8.5"), ("12.50", b"12.50"), ("0.1", b"0.1"), ("300", b"300"), ("1E+2", b"1E+2")],
    )
    def test_points_keep_their_digits(self, points, text):
        server = answers("PUT", f"/results/{RESULT}", OK)
        server.sis.put_scores(BOOK, REF, [(STUDENT, Decimal(points))])
        assert b'"score":' + text + b"," in server.sent("PUT")[0].content

    @pytest.mark.parametrize(
        ("due", "noon"),
        [
            (date(2026, 10, 31), "2026-10-31T17:00:00.000Z"),
            (date(2026, 11, 1), "2026-11-01T18:00:00.000Z"),
            (date(2027, 3, 14), "2027-03-14T17:00:00.000Z"),
        ],
        ids=["before the clocks go back", "the day they do", "the day they go forward"],
    )
    def test_a_date_goes_out_as_noon_in_the_district(self, due, noon):
        server = answers("PUT", "/lineItems/pb-a17-c3", OK)
        server.sis.create(BOOK, replace(DRAFT, data=replace(DRAFT.data, due=due)))
        assert f'"dueDate":"{noon}"'.encode() in server.sent("PUT")[0].content

    def test_without_an_assigned_date_or_category_the_day_it_is_due_stands_and_no_category(self):
        server = answers("PUT", "/lineItems/pb-a17-c3", OK)
        data = replace(DRAFT.data, assigned=None, category=None)
        server.sis.create(BOOK, replace(DRAFT, data=data))
        content = server.sent("PUT")[0].content
        assert b'"assignDate":"2026-11-01T18:00:00.000Z"' in content
        assert b'"category"' not in content

    def test_an_id_with_odd_characters_is_one_segment_of_the_path(self):
        odd = ColumnRef("a/b?c d")
        server = Canned({"GET /lineItems/a/b?c d": ITEM})
        server.sis.update(BOOK, odd, replace(DRAFT, external_id="a/b?c d"))
        assert server.sent("PUT")[0].url.raw_path.endswith(b"/lineItems/a%2Fb%3Fc%20d")
        asked = server.sent("GET")[0].url.raw_path
        assert asked.endswith(b"/lineItems/a%2Fb%3Fc%20d")


class TestWhatIsNotOurs:
    """Members that a PUT without them would take away go back as they were read."""

    IN_A_RESULT = {  # noqa: RUF012
        "comment": "See me",
        "late": "true",
        "missing": "false",
        "inProgress": "true",
        "incomplete": "false",
        "metadata": {"page": 7, "share": 0.1},
        "scoreScale": {"href": "x", "sourcedId": "s-1", "type": "scoreScale"},
    }
    GONE_WITH_THE_SCORE = {"textScore": "B+", "scorePercentile": 80}  # noqa: RUF012

    def put(self, result, oneroster="1.2"):
        path = "GET /classes/{}/lineItems/pb-a17-c3/results"
        answered = {"sourcedId": "998", "student": {"sourcedId": "72"}, **result}
        server = Canned(
            {
                path.format("3001"): {"results": []},
                path.format("3002"): {"results": [answered]},
                f"PUT /results/{RESULT}": OK,
            },
            oneroster=oneroster,
        )
        found = server.sis.scores(BOOK, REF)
        server.sis.put_scores(BOOK, REF, [(STUDENT, Decimal(5))], found)
        return json.loads(server.sent("PUT")[0].content)["result"]

    def test_of_a_result(self):
        ours = {"score": 4, "scoreStatus": "partially graded", "scoreDate": "2026-09-30"}
        body = self.put(self.IN_A_RESULT | self.GONE_WITH_THE_SCORE | ours)
        assert {name: body[name] for name in self.IN_A_RESULT} == self.IN_A_RESULT
        assert not self.GONE_WITH_THE_SCORE.keys() & body.keys()
        assert (body["score"], body["scoreStatus"]) == (5, "fully graded")
        assert (body["sourcedId"], body["scoreDate"]) == (RESULT, "2026-10-01")

    def test_of_a_result_in_1_1_only_what_1_1_knows(self):
        body = self.put(self.IN_A_RESULT, oneroster="1.1")
        assert self.IN_A_RESULT.keys() & body.keys() == {"comment", "metadata"}

    def test_what_is_empty_is_left_out(self):
        nothing = {"comment": "", "metadata": {}, "late": None, "scoreScale": None}
        assert not nothing.keys() & self.put(nothing).keys()

    def test_of_a_line_item(self):
        theirs = {
            "description": "Bring a pencil",
            "instructions": "Page 7",
            "weight": 1.5,
            "metadata": {"folder": "Unit 3"},
            "resultValueMin": 2,
            "scoreScale": {"href": "x", "sourcedId": "s-1", "type": "scoreScale"},
        }
        server = Canned(
            {
                "GET /lineItems/pb-a17-c3": {"lineItem": ITEM["lineItem"] | theirs | {"x": 1}},
                "PUT /lineItems/pb-a17-c3": OK,
            }
        )
        assert server.sis.update(BOOK, REF, DRAFT).accepted
        body = json.loads(server.sent("PUT")[0].content)["lineItem"]
        assert {name: body[name] for name in theirs} == theirs
        assert (body["title"], body["resultValueMax"]) == ("Unit 3 Quiz", 20)
        assert "x" not in body

    def test_a_refusal_of_one_names_the_member_and_not_its_value(self):
        words = status_info("comment 'Jane was ill' is too long")
        server = answers("PUT", f"/results/{RESULT}", (422, words))
        found = {STUDENT: SisCell(theirs={"comment": "Jane was ill", "late": "true"})}
        [receipt] = server.sis.put_scores(BOOK, REF, [(STUDENT, Decimal(5))], found)
        assert receipt.reason.endswith("beside it: comment (422)")

    def test_words_that_name_nothing_of_it_are_about_the_score(self):
        server = answers("PUT", f"/results/{RESULT}", (409, status_info("Quarter 1 is closed")))
        found = {STUDENT: SisCell(theirs={"comment": "Jane was ill"})}
        [receipt] = server.sis.put_scores(BOOK, REF, [(STUDENT, Decimal(5))], found)
        assert "the grading period is closed" in receipt.reason
