"""What is made of the answers of OneRoster servers."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import httpx2
import pytest

from agent.domain import ColumnRef, SectionId, SisPersonId
from agent.errors import NotUnderstoodError
from tests.agent.builders import points_of
from tests.agent.sis.canned import BOOK, JSON, Canned, section, status_info

REF = ColumnRef("pb-a17-c3")
STUDENT = SisPersonId("72")


def answers(method, path, answer, **more):
    return Canned({f"{method} {path}": answer}, **more)


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
        assert cell.has_value == ("score" in members or exempt)


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
