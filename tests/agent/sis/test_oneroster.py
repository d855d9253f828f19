"""What goes over the wire to a OneRoster server, byte for byte, and what is made of its answers."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import httpx2
import pytest

from agent.domain import ColumnRef, SectionId, SisCell, SisPersonId
from agent.errors import DeniedError, NotUnderstoodError, UnknownOutcomeError
from tests.agent.builders import points_of
from tests.agent.sis.canned import BOOK, DRAFT, JSON, Canned, section, status_info

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


class TestReading:
    @pytest.mark.parametrize(
        ("text", "day"),
        [
            ("2026-10-08T00:00:00.000Z", date(2026, 10, 8)),
            ("2026-10-08T04:59:00.000Z", date(2026, 10, 7)),
            ("2026-10-08T17:00:00Z", date(2026, 10, 8)),
            ("2026-10-08T23:59:00-05:00", date(2026, 10, 8)),
            ("2026-10-08", date(2026, 10, 8)),
        ],
    )
    def test_a_date_comes_in_as_the_districts(self, text, day):
        item = {"sourcedId": "x", "title": "x", "dueDate": text, "assignDate": "2026-10-01"}
        server = Canned(
            {
                "GET /classes/3001/lineItems": {"lineItems": [item]},
                "GET /classes/3002/lineItems": {"lineItems": []},
            }
        )
        [column] = server.sis.columns(BOOK)
        assert (column.data.due, column.data.assigned) == (day, date(2026, 10, 1))

    def test_columns_that_are_deleted_or_shown_twice_count_once(self):
        ours = {"sourcedId": "pb-1", "title": "x", "resultValueMax": 12.5, "dueDate": "2026-10-01"}
        other = {"sourcedId": "77", "title": "y", "status": "tobedeleted"}
        server = Canned(
            {
                "GET /classes/3001/lineItems": {"lineItems": [ours, other]},
                "GET /classes/3002/lineItems": {"lineItems": [ours]},
            }
        )
        [column] = server.sis.columns(BOOK)
        assert (column.ref, column.external_id, column.ours) == ("pb-1", "pb-1", True)
        assert str(column.data.points) == "12.5"

    def test_every_page_is_read(self):
        everything = [{"sourcedId": str(n), "title": "x"} for n in range(5)]

        def page(request):
            offset = int(request.url.params["offset"])
            assert request.url.params["limit"] == "10000"
            body = httpx2.Response(200, json={"lineItems": everything[offset : offset + 2]})
            return httpx2.Response(200, headers=JSON | {"X-Total-Count": "5"}, content=body.content)

        server = answers("GET", "/classes/3001/lineItems", page)
        book = replace(BOOK, sections={SectionId("3001"): section("3001")})
        assert len(server.sis.columns(book)) == 5
        assert len(server.sent("GET")) == 3

    def test_without_a_count_the_link_to_a_next_page_is_followed_by_offset(self):
        def page(request):
            first = request.url.params["offset"] == "0"
            link = '<https://elsewhere/x?offset=1>; rel="next"' if first else '<x>; rel="first"'
            body = httpx2.Response(200, json={"lineItems": [{"sourcedId": link, "title": "x"}]})
            return httpx2.Response(200, headers=JSON | {"Link": link}, content=body.content)

        server = answers("GET", "/classes/3001/lineItems", page)
        book = replace(BOOK, sections={SectionId("3001"): section("3001")})
        assert len(server.sis.columns(book)) == 2

    def test_a_gradebook_needs_only_what_the_standard_requires(self):
        enrollments = [
            enrolled("72", begin="2026-09-01"),
            enrolled("72", begin="2026-08-31", end="2026-08-31"),
            enrolled("73", status="tobedeleted"),
            enrolled("80", role="teacher", primary="true", end="2026-09-01"),
            enrolled("81", role="teacher", primary=True),
            enrolled("82", role="teacher", primary="false"),
        ]
        server = Canned(
            {
                "GET /classes/3001": {
                    "class": {"sourcedId": "3001", "terms": [{"sourcedId": "4101"}]}
                },
                "GET /enrollments": {"enrollments": enrollments},
                "GET /classes/3001/categories": {
                    "categories": [
                        {"sourcedId": "1", "title": "Quiz"},
                        {"sourcedId": "2", "title": "Test"},
                        {"sourcedId": "3", "title": "TEST "},
                        {"sourcedId": "4", "title": "Lab", "status": "tobedeleted"},
                    ]
                },
            }
        )
        book = server.sis.gradebook("k", [SectionId("3001")])
        found = book.sections[SectionId("3001")]
        assert set(found.enrolments) == {"72"}
        assert len(found.enrolments[STUDENT]) == 2
        assert found.enrolled(STUDENT, date(2030, 1, 1))
        assert found.main_teacher == "81"
        assert found.categories == {"quiz": "1"}
        assert [p.id for p in found.periods] == ["5101"]
        asked = [r for r in server.sent("GET") if r.url.path.endswith("/enrollments")]
        assert asked[0].url.params["filter"] == "class.sourcedId='3001'"

    def test_a_404_that_is_not_the_servers_own_word_makes_no_class_vanish(self):
        page = httpx2.Response(404, headers={"content-type": "text/html"}, content=b"<h1>404</h1>")
        server = answers("GET", "/classes/3001", page)
        with pytest.raises(NotUnderstoodError, match="no such service"):
            server.sis.gradebook("k", [SectionId("3001")])

    @pytest.mark.parametrize(
        "body",
        [
            {"lineItems": [{"title": "no id"}]},
            {"lineItems": [{"sourcedId": "1", "title": "x", "dueDate": "next week"}]},
            {"lineItems": [{"sourcedId": "1", "title": "x", "resultValueMax": "ten"}]},
            {"items": []},
            [],
            b'{"lineItems": [',
        ],
    )
    def test_a_page_of_another_shape_is_not_understood(self, body):
        server = answers("GET", "/classes/3001/lineItems", body)
        with pytest.raises(NotUnderstoodError, match="getLineItemsForClass"):
            server.sis.columns(BOOK)

    def test_a_read_that_is_refused_is_not_understood(self):
        server = answers("GET", "/classes/3001/lineItems", (400, status_info("no")))
        with pytest.raises(NotUnderstoodError, match="400"):
            server.sis.columns(BOOK)

    def test_a_result_without_a_score_shows_a_star(self):
        results = [
            {"sourcedId": "1", "student": {"sourcedId": "71"}, "score": None},
            {"sourcedId": "2", "student": {"sourcedId": "72"}, "score": 8.10},
            {"sourcedId": "3", "student": {"sourcedId": "73"}, "score": 5, "status": "tobedeleted"},
        ]
        path = "GET /classes/{}/lineItems/pb-a17-c3/results"
        server = Canned(
            {path.format("3001"): {"results": results}, path.format("3002"): {"results": []}}
        )
        assert points_of(server.sis.scores(BOOK, REF)) == {STUDENT: Decimal("8.1")}

    @pytest.mark.parametrize(
        ("members", "exempt", "annotated"),
        [
            ({"score": 5, "scoreStatus": "fully graded"}, False, False),
            ({"scoreStatus": "not submitted", "comment": ""}, False, False),
            ({"scoreStatus": ""}, False, False),
            ({"scoreStatus": "Not Submitted"}, False, False),
            ({"score": 5, "late": "false", "missing": None}, False, False),
            ({"scoreStatus": "exempt"}, True, True),
            ({"score": 5, "scoreStatus": "ext:Excused"}, True, True),
            ({"score": 5, "comment": "well done"}, False, True),
            ({"late": "true"}, False, True),
            ({"missing": True}, False, True),
            ({"inProgress": "true"}, False, True),
            ({"incomplete": "true"}, False, True),
            ({"scoreStatus": "submitted"}, False, True),
        ],
    )
    def test_what_a_teacher_put_into_a_cell_is_seen(self, members, exempt, annotated):
        result = {"sourcedId": "2", "student": {"sourcedId": "72"}, **members}
        path = "GET /classes/{}/lineItems/pb-a17-c3/results"
        server = Canned(
            {path.format("3001"): {"results": [result]}, path.format("3002"): {"results": []}}
        )
        cell = server.sis.scores(BOOK, REF)[STUDENT]
        assert (cell.exempt, cell.annotated) == (exempt, annotated)
        assert cell.held == ("score" in members or exempt)


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


class TestReceipts:
    def test_the_words_about_a_column_stand_apart_in_one_line(self):
        words = status_info("Due date 2026-12-24\n is outside " + "x" * 500)
        server = answers("PUT", "/lineItems/pb-a17-c3", (409, words))
        receipt = server.sis.create(BOOK, DRAFT)
        assert not receipt.accepted
        assert receipt.reason == "the SIS does not take this due date (409)"
        assert receipt.words.startswith("Due date 2026-12-24 is outside xxx")
        assert len(receipt.words) <= 200
        assert receipt.in_full == f'{receipt.reason}; the SIS says: "{receipt.words}"'

    @pytest.mark.parametrize(
        ("words", "reason"),
        [
            (
                "Category 3 is not active for class 12",
                "the SIS says that the category is not active",
            ),
            (
                "Quarter 1 is closed, says Jane Doe",
                "the SIS says that the grading period is closed",
            ),
            (
                "Locked by Jane Doe",
                "the SIS says that the assignment or its grading period is locked",
            ),
            ("The title is too long", "the SIS does not take this title"),
            ("No category Jane Doe", "the SIS does not take this category"),
            ("Ask Jane Doe", "the SIS says that it conflicts with what the gradebook holds"),
        ],
    )
    def test_the_words_choose_a_sentence_of_ours(self, words, reason):
        server = answers("PUT", "/lineItems/pb-a17-c3", (409, status_info(words)))
        receipt = server.sis.create(BOOK, DRAFT)
        assert receipt.reason.startswith(reason)
        assert receipt.reason.endswith("(409)")
        assert "Doe" not in receipt.reason

    def test_1_1_says_it_in_a_set(self):
        words = {"statusInfoSet": [status_info("Quarter 1 is closed.")]}
        server = answers("PUT", "/lineItems/pb-a17-c3", (409, words), oneroster="1.1")
        assert server.sis.create(BOOK, DRAFT).words == "Quarter 1 is closed."

    @pytest.mark.parametrize("body", [b"", b"[]", b'{"statusInfoSet":[]}', b'{"x":1}', b"{"])
    def test_a_refusal_without_words_has_a_reason_all_the_same(self, body):
        server = answers("PUT", "/lineItems/pb-a17-c3", (422, body))
        assert server.sis.create(BOOK, DRAFT).reason == "the SIS calls the data invalid (422)"

    @pytest.mark.parametrize(
        ("words", "reason"),
        [
            ("Jane Doe (72) is not enrolled", "the student is not enrolled in the section"),
            ("Quarter 1 is closed for Jane Doe", "the grading period is closed"),
            ("Assignment is locked for Jane Doe", "the assignment is locked"),
            ("72: not a number", "does not take this value as a score"),
            ("Jane Doe 72", "conflicts with what the gradebook holds"),
        ],
    )
    def test_the_words_about_a_score_are_never_quoted(self, words, reason):
        server = answers("PUT", f"/results/{RESULT}", (409, status_info(words)))
        [receipt] = server.sis.put_scores(BOOK, REF, [(STUDENT, Decimal(5))])
        assert reason in receipt.reason
        assert "Jane" not in receipt.reason
        assert "72" not in receipt.reason

    def test_a_404_about_a_score_is_gone_only_if_the_column_is(self):
        there = {
            f"PUT /results/{RESULT}": (404, status_info("no")),
            "GET /lineItems/pb-a17-c3": ITEM,
        }
        [receipt] = Canned(there).sis.put_scores(BOOK, REF, [(STUDENT, Decimal(5))])
        assert (receipt.accepted, receipt.gone) == (False, False)
        del there["GET /lineItems/pb-a17-c3"]
        [receipt] = Canned(there).sis.put_scores(BOOK, REF, [(STUDENT, Decimal(5))])
        assert (receipt.accepted, receipt.gone) == (False, True)

    def test_a_column_marked_as_deleted_is_gone(self):
        item = {"lineItem": ITEM["lineItem"] | {"status": "tobedeleted"}}
        server = answers("GET", "/lineItems/pb-a17-c3", item)
        assert server.sis.update(BOOK, REF, DRAFT).gone
        assert server.sent("PUT") == []

    def test_a_mark_under_another_id_is_cleared_under_that_id(self):
        results = {"results": [{"sourcedId": "998", "student": {"sourcedId": "72"}, "score": 5}]}
        server = Canned(
            {
                "GET /classes/3001/lineItems/pb-a17-c3/results": {"results": []},
                "GET /classes/3002/lineItems/pb-a17-c3/results": results,
                "DELETE /results/998": (204, b""),
            }
        )
        assert server.sis.clear_score(BOOK, REF, STUDENT).accepted
        paths = [request.url.path.rpartition("/")[2] for request in server.sent("DELETE")]
        assert paths == [RESULT, "998"]

    def test_a_refusal_of_everything_is_no_receipt(self):
        server = answers("PUT", "/lineItems/pb-a17-c3", (403, status_info("no writeback")))
        with pytest.raises(DeniedError, match="putLineItem"):
            server.sis.create(BOOK, DRAFT)

    def test_a_write_without_an_answer_is_in_doubt_after_every_try(self):
        def lost(_request):
            raise httpx2.ReadTimeout("late")

        server = answers("PUT", f"/results/{RESULT}", lost)
        with pytest.raises(UnknownOutcomeError, match="putResult"):
            server.sis.put_scores(BOOK, REF, [(STUDENT, Decimal(5))])
        assert len(server.sent("PUT")) == 5


def enrolled(user, *, role="student", begin=None, end=None, **more):
    return {
        "sourcedId": f"e{user}{begin}{role}",
        "user": {"sourcedId": user},
        "class": {"sourcedId": "3001"},
        "role": role,
        "beginDate": begin,
        "endDate": end,
        **more,
    }
