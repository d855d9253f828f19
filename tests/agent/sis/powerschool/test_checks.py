"""What `check` says to an administrator of PowerSchool."""

import httpx2
import pytest

from tests.agent.sis.powerschool.canned import METADATA, a_server, refused, rows


class TestCheck:
    def probes(self, answers=(), **more):
        defaults = {
            "GET /ws/v1/school/12/section": {
                "sections": {"section": {"id": 40915, "school_id": 12}}
            },
            "GET /ws/schema/table/assignmentscore": rows("assignmentscore"),
            "GET /ws/schema/table/assignmentscorecomment": rows("assignmentscorecomment"),
        }
        found = list(a_server(defaults | dict(answers), **more).sis.check())
        return {probe.name: probe for probe in found}

    def test_every_probe_of_a_working_server_is_good(self):
        assert [p for p in self.probes().values() if not p.ok] == []

    def test_refused_credentials_end_it_with_where_to_look(self):
        refused_ = (401, {"error": "invalid_client"})
        found = self.probes({"POST /oauth/access_token": refused_})
        assert list(found) == ["sign in"]
        assert "Plugin Management" in found["sign in"].fix
        assert not found["sign in"].ok

    @pytest.mark.parametrize(
        ("table", "field", "name"),
        [
            ("assignmentscore", "assignmentscore.scorepoints", "scores can be read back"),
            (
                "assignmentscorecomment",
                "assignmentscorecomment.commentvalue",
                "scores can be read back",
            ),
            ("termbins", "termbins.aregradeslocked", "reporting terms"),
            ("cc", "cc.whenmodified", "roster changes"),
            ("sections", "sections.termid", "roster and categories"),
        ],
    )
    def test_a_missing_grant_is_named_with_the_next_step(self, table, field, name):
        no = refused(403, "No access to field", {"field": field, "params": {}})
        found = self.probes({f"GET /ws/schema/table/{table}": no})
        assert not found[name].ok
        assert field in found[name].detail
        assert "plugin.xml" in found[name].fix

    def test_a_server_without_the_tables_of_locks_is_told_and_the_snapshot_goes_on(self):
        none = refused(404, "There is no table")
        names = ("gradeschoolconfig", "sectionunlock")
        answers = {f"GET /ws/schema/table/{name}": none for name in names}
        assert a_server(answers).sis.district_snapshot(None).fingerprint
        assert not self.probes(answers)["reporting terms"].ok
        unlocks = {"GET /ws/schema/table/sectionunlock": none}
        assert self.probes(unlocks)["reporting terms"].ok

    def test_small_pages_are_told_with_what_would_help(self):
        name = "schema_table_query_max_page_size"
        small = {"metadata": {**METADATA["metadata"], name: 100}}
        detail = self.probes({"GET /ws/v1/metadata": small})["page sizes"].detail
        assert "schema_table_query 100" in detail
        assert "1000 in the plugin's Data Configuration" in detail

    @pytest.mark.parametrize(
        ("zone", "ok"),
        [("America/Chicago", True), ("America/Menominee", True), ("America/New_York", False),
         ("America/Regina", False), ("Middle Earth/Shire", True), ("", True)],
    )  # fmt: skip
    def test_another_zone_than_the_districts_fails_and_one_with_the_same_hours_does_not(
        self, zone, ok
    ):
        told = {"metadata": {**METADATA["metadata"], "district_timezone": zone}}
        probe = self.probes({"GET /ws/v1/metadata": told})["time zone"]
        assert probe.ok == ok
        assert zone in probe.detail or not zone or ok

    def test_pauses_that_were_asked_for_are_told(self):
        slow = iter([httpx2.Response(429, headers={"Retry-After": "2"}, json={})])
        fine = httpx2.Response(200, json=METADATA)
        answer = {"GET /ws/v1/metadata": lambda _request: next(slow, fine)}
        detail = self.probes(answer, sleep=lambda _seconds: None)["pace"].detail
        assert "1 pauses, 2 s" in detail
        assert "Global API and SIF" in detail

    def test_a_teacher_without_an_active_copy_is_told(self):
        detail = self.probes({"GET /ws/xte/teacher_category": []})["roster and categories"].detail
        assert "no active copy" in detail

    def test_a_district_without_a_category_fails(self):
        none = {"GET /ws/schema/table/districtteachercategory": rows("districtteachercategory")}
        probe = self.probes(none)["reporting terms"]
        assert (probe.ok, "no category" in probe.detail) == (False, True)

    def test_a_district_without_a_section_is_told(self):
        none = {"GET /ws/v1/school/12/section": {"sections": ""}}
        found = self.probes(none)
        assert "no section" in found["sections"].detail
        assert "gradebook" not in found

    def test_nothing_is_written(self):
        server = a_server()
        list(server.sis.check())
        assert {r.method for r in server.requests[1:]} == {"GET"}
