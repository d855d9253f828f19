"""What Qmlativ tells beside OneRoster, and what becomes of a Skyward that does not tell it."""

import json

import httpx2
import pytest

from agent.domain import SectionId
from agent.errors import DeniedError, NotUnderstoodError, UnavailableError
from tests.agent.sis.canned import Canned, status_info

ONEROSTER = {
    "GET /academicSessions": {
        "academicSessions": [
            {
                "sourcedId": "51",
                "title": "Q1",
                "type": "gradingPeriod",
                "startDate": "2026-08-31",
                "endDate": "2026-11-01",
                "parent": {"sourcedId": "41"},
            }
        ]
    },
    "GET /categories": {"categories": [{"sourcedId": "6001", "title": "Quiz"}]},
    "GET /enrollments": {"enrollments": []},
    "GET /classes": {"classes": [{"sourcedId": "3001"}]},
    "GET /classes/3001/lineItems": {"lineItems": []},
    "GET /classes/3001": {
        "class": {
            "sourcedId": "3001",
            "school": {"sourcedId": "1001"},
            "terms": [{"sourcedId": "41"}],
        }
    },
    "GET /schools/1001/classes/3001/enrollments": {"enrollments": []},
    "GET /classes/3001/categories": {
        "categories": [
            {"sourcedId": "6001", "title": "Quiz"},
            {"sourcedId": "6002", "title": "Unit tests"},
            {"sourcedId": "6003", "title": "TST"},
        ]
    },
}
SYSTEM = {"System": {"Districts": [{"EntityID": 7, "SchoolYearCurrent": {"SchoolYearID": 2027}}]}}


def objects(*records):
    return {"Objects": list(records), "Paging": {"Next": ""}}


def period(name=51, **more):
    return {"GradingPeriodID": name, "EndDate": "2026-11-01", "IsCompleted": False} | more


GENERIC = {
    "GET /Custom/GetSystemMetadata": SYSTEM,
    "GET /Generic/7/Gradebook/ClassGroupSection/1/10000": objects(),
    "GET /Generic/7/Grading/GradingPeriod/1/10000": objects(period()),
    "POST /Generic/7/Gradebook/SectionGradingPeriodData/1/10000": objects(),
    "GET /Generic/7/Gradebook/Category/1/10000": objects(),
}


def skyward():
    return Canned(ONEROSTER | GENERIC, kind="skyward")


def closed(server):
    server.sis.district_snapshot(None)
    book = server.sis.gradebook("k", [SectionId("3001")])
    return [p.id for p in book.sections[SectionId("3001")].periods if p.closed]


class TestTold:
    def test_sections_of_one_group_share_a_gradebook_and_a_group_of_one_links_nothing(self):
        pairs = [(9, 3002), (9, 3001), (10, 3003), (11, 3001), (11, 3004)]
        records = [{"ClassGroupID": group, "SectionID": section} for group, section in pairs]
        server = skyward()
        server.answers["GET /Generic/7/Gradebook/ClassGroupSection/1/10000"] = objects(*records)
        links = server.sis.district_snapshot(None).links
        assert links == {"3001": "group-9", "3002": "group-9", "3004": "group-11"}

    @pytest.mark.parametrize(
        ("record", "expected"),
        [
            (period(), []),
            (period(IsCompleted=True), ["51"]),
            (period(IsCompleted="1"), ["51"]),
            (period(IsActiveOrExtended=True, EndDate="2026-09-01"), []),
            (period(IsActiveOrExtended=False), []),
            (period(IsActiveOrExtended=False, EndDate="2026-09-30"), ["51"]),
            (
                period(
                    IsActiveOrExtended=False,
                    EndDate="2026-09-30",
                    CalculatedEndDateWithExtension="2026-10-05T00:00:00",
                ),
                [],
            ),
        ],
    )
    def test_a_period_is_closed_when_it_is_completed_or_past_its_extension(self, record, expected):
        server = skyward()
        server.answers["GET /Generic/7/Grading/GradingPeriod/1/10000"] = objects(record)
        assert closed(server) == expected

    def test_a_period_may_be_closed_for_one_section(self):
        path = "POST /Generic/7/Gradebook/SectionGradingPeriodData/1/10000"
        for section, expected in ((3001, ["51"]), (3002, [])):
            record = {"SectionID": section, "GradingPeriodID": 51, "IsCompleted": True}
            server = skyward()
            server.answers[path] = objects(record)
            assert closed(server) == expected

    def test_where_the_server_cannot_search_everything_is_read(self):
        records = [
            {"SectionID": 3001, "GradingPeriodID": 51, "IsCompleted": flag} for flag in (0, True)
        ]
        server = skyward()
        path = "/Generic/7/Gradebook/SectionGradingPeriodData/1/10000"
        server.answers[f"POST {path}"] = (400, {"errors": [{"Message": "no"}]})
        server.answers[f"GET {path}"] = objects(*records)
        assert closed(server) == ["51"]

    def test_a_code_is_a_label_before_any_title_is(self):
        server = skyward()
        server.answers["GET /Generic/7/Gradebook/Category/1/10000"] = objects(
            {"CategoryID": 6002, "Code": "TST"}, {"CategoryID": 6001, "Code": None}
        )
        server.sis.district_snapshot(None)
        labels = server.sis.gradebook("k", [SectionId("3001")]).sections[SectionId("3001")]
        assert labels.categories == {"quiz": "6001", "unit tests": "6002", "tst": "6002"}

    def test_each_of_these_changes_the_fingerprint(self):
        seen = {skyward().sis.district_snapshot(None).fingerprint}
        for path, record in (
            ("GET /Generic/7/Grading/GradingPeriod/1/10000", period(IsCompleted=True)),
            (
                "POST /Generic/7/Gradebook/SectionGradingPeriodData/1/10000",
                {"SectionID": 3001, "GradingPeriodID": 51},
            ),
            (
                "GET /Generic/7/Gradebook/Category/1/10000",
                {"CategoryID": 6001, "Code": "QUIZ"},
            ),
        ):
            server = skyward()
            server.answers[path] = objects(record)
            seen.add(server.sis.district_snapshot(None).fingerprint)
        assert len(seen) == 4

    def test_pages_are_read_until_there_is_no_next_one(self):
        first = objects(period(51, IsCompleted=True))
        first["Paging"]["Next"] = "/Generic/7/Grading/GradingPeriod/2/10000"
        server = skyward()
        server.answers["GET /Generic/7/Grading/GradingPeriod/1/10000"] = first
        server.answers["GET /Generic/7/Grading/GradingPeriod/2/10000"] = objects(period(52))
        assert closed(server) == ["51"]
        asked = [r.url for r in server.sent("GET") if "GradingPeriod" in r.url.path]
        assert asked[0].params.get_list("searchFields")[0] == "GradingPeriodID"
        assert asked[0].params["SchoolYearID"] == "2027"
        assert len(asked) == 2

    def test_only_the_completed_are_searched_for(self):
        server = skyward()
        server.sis.district_snapshot(None)
        [search] = [r for r in server.sent("POST") if "Generic" in r.url.path]
        condition = json.loads(search.content)["SearchCondition"]["LongSearchCondition"]
        assert condition == {"FieldName": "IsCompleted", "ConditionType": "Equal", "Value": 1}

    def test_a_stale_token_says_403_here_and_is_renewed(self):
        server = skyward()
        replies = [httpx2.Response(403, json={}), httpx2.Response(200, json=SYSTEM)]
        server.answers["GET /Custom/GetSystemMetadata"] = lambda _request: replies.pop(0)
        assert server.sis.district_snapshot(None).changed is None
        assert [r.url.path for r in server.sent("POST")].count("/oauth/token") == 2

    @pytest.mark.parametrize(
        ("path", "answer"),
        [
            ("GET /Custom/GetSystemMetadata", {"System": {"Districts": []}}),
            ("GET /Custom/GetSystemMetadata", {"Sys": 1}),
            ("GET /Generic/7/Grading/GradingPeriod/1/10000", {"Objects": [{}]}),
            ("GET /Generic/7/Grading/GradingPeriod/1/10000", {"rows": []}),
            ("GET /Generic/7/Gradebook/Category/1/10000", (409, {})),
        ],
    )
    def test_an_answer_of_another_shape_is_not_understood(self, path, answer):
        server = skyward()
        server.answers[path] = answer
        with pytest.raises(NotUnderstoodError):
            server.sis.district_snapshot(None)


GONE = {
    "404": (404, {}),
    "an html 404": httpx2.Response(404, headers={"content-type": "text/html"}, content=b"<p>"),
    "403": (403, {}),
}


class TestNotTold:
    @pytest.mark.parametrize("answer", GONE.values(), ids=GONE)
    def test_without_the_generic_api_nothing_is_linked_and_nothing_known_to_be_closed(self, answer):
        server = skyward()
        server.answers["GET /Custom/GetSystemMetadata"] = answer
        assert server.sis.district_snapshot(None).links == {}
        assert closed(server) == []

    def test_check_says_what_is_missing_and_that_it_is_no_failure(self):
        server = skyward()
        server.answers["GET /Custom/GetSystemMetadata"] = (404, {})
        last = list(server.sis.check())[-1]
        assert last.ok
        assert "which gradebooks are linked" in last.detail
        assert "SMS 2.0" in last.detail
        assert "Integration Access" in last.detail

    def test_a_server_in_trouble_is_not_taken_for_one_without_it(self):
        server = skyward()
        server.answers["GET /Custom/GetSystemMetadata"] = (503, {})
        with pytest.raises(UnavailableError):
            server.sis.district_snapshot(None)


class TestCheck:
    def test_a_working_server(self):
        probes = list(skyward().sis.check())
        assert all(probe.ok for probe in probes)
        assert [probe.name for probe in probes] == [
            "sign in and classes",
            "grading periods",
            "categories",
            "gradebook",
            "scores can be read back",
            "linked gradebooks and closed periods",
        ]
        assert "Q1" in probes[1].detail

    def test_refused_credentials_end_it_with_the_next_step(self):
        server = skyward()
        server.answers["POST /oauth/token"] = (401, {"error": "invalid_client"})
        [probe] = server.sis.check()
        assert not probe.ok
        assert "client_id and client_secret" in probe.fix
        assert "passback-secret" not in probe.detail + probe.fix

    def test_a_gradebook_that_is_not_licensed_names_the_licence(self):
        server = skyward()
        server.answers["GET /classes/3001/lineItems"] = (403, status_info("no"))
        [probe] = [probe for probe in server.sis.check() if not probe.ok]
        assert probe.name == "gradebook"
        assert "licence" in probe.fix

    def test_a_wrong_url_says_so(self):
        html = httpx2.Response(404, headers={"content-type": "text/html"}, content=b"<p>")
        server = skyward()
        server.answers = {"POST /oauth/token": html, "POST /token": html}
        [probe] = server.sis.check()
        assert "no token endpoint" in probe.detail

    def test_categories_that_are_all_off_are_told(self):
        server = skyward()
        server.answers["GET /categories"] = {"categories": []}
        [probe] = [probe for probe in server.sis.check() if not probe.ok]
        assert probe.detail == "none is active: nothing can be mapped"

    def test_a_day_in_no_period_is_told(self):
        server = skyward()
        server.answers["GET /academicSessions"] = {"academicSessions": []}
        [probe] = [probe for probe in server.sis.check() if probe.warns]
        assert probe.detail == "none of 0 holds 2026-10-01: nothing new passes on such a night"


def test_a_server_that_cannot_sort_or_filter_does_not_tell_which_rosters_changed():
    server = skyward()
    server.answers["GET /enrollments"] = (400, status_info("no such sort"))
    snapshot = server.sis.district_snapshot("2026-10-01T05:00:00.000Z 1 27")
    assert (snapshot.changed, snapshot.cursor) == (None, "")


def test_a_read_that_is_not_allowed_is_denied():
    server = skyward()
    server.answers["GET /classes/3001"] = (403, status_info("no"))
    with pytest.raises(DeniedError):
        server.sis.gradebook("k", [SectionId("3001")])
