"""Reporting terms and locks, which rosters changed, and what `check` tells an administrator."""

import json
from datetime import date

import httpx2
import pytest

from agent.sis.powerschool_calendar import ReportingTerms
from agent.sis.powerschool_rows import BinRow, LockRow, UnlockRow
from agent.sis.powerschool_wire import Day
from tests.agent.sis.canned_powerschool import METADATA, a_server, refused, rows

END = date(2026, 11, 1)


def a_bin(code="Q1", start="2026-08-31", end="2026-11-01", word="", **change):
    row = {"dcid": code, "schoolid": "3", "termid": "3600", "yearid": "36", "storecode": code}
    row |= {"date1": Day(start), "date2": Day(end), "aregradeslocked": word}
    return BinRow(**row | change)


def a_rule(days="", word="", **change):
    row = {"schoolsdcid": "12", "yearid": "36", "termbinlockoffset": days, "aregradeslocked": word}
    return LockRow(**row | change)


def closed(bins, locks=(), unlocks=(), today=END, section="40915"):
    terms = ReportingTerms(bins, locks, unlocks, schools={"12": "3"}, today=today)
    return {p.title: p.closed for p in terms.of(section, "3", "3600")}


class TestLocks:
    @pytest.mark.parametrize(
        ("word", "days", "school", "today", "locked"),
        [
            ("", "", "", date(2027, 3, 1), False),
            ("1", "", "", date(2026, 9, 1), True),
            ("0", "0", "1", date(2027, 3, 1), False),
            ("", "0", "", END, False),
            ("", "0", "", date(2026, 11, 2), True),
            ("", "14", "", date(2026, 11, 15), False),
            ("", "14", "", date(2026, 11, 16), True),
            ("", "-3", "", date(2026, 10, 30), True),
            ("", "0", "0", date(2027, 3, 1), False),
            ("", "14", "1", date(2026, 9, 1), True),
            (None, None, None, date(2027, 3, 1), False),
        ],
        ids=[
            "nothing said",
            "locked by word",
            "unlocked by word",
            "the last day",
            "the day after",
            "the last day of grace",
            "the day after the grace",
            "before its end",
            "the school never locks",
            "the school is locked",
            "null",
        ],
    )
    def test_a_lock_has_three_states(self, word, days, school, today, locked):
        found = closed([a_bin(word=word)], [a_rule(days, school)], today=today)
        assert found == {"Q1": locked}

    def test_the_rule_of_another_school_or_year_does_not_hold(self):
        day = date(2027, 3, 1)
        for rule in (a_rule("0", schoolsdcid="13"), a_rule("0", yearid="35")):
            assert closed([a_bin()], [rule], today=day) == {"Q1": False}

    def test_only_the_terms_of_the_sections_own_term_and_school_apply(self):
        others = [a_bin("S1", termid="3601"), a_bin("Q9", schoolid="4")]
        assert closed([a_bin(), *others]) == {"Q1": False}

    def test_shorter_terms_come_first(self):
        bins = [
            a_bin("Y1", end="2027-05-09"),
            a_bin("Q2", "2026-11-02", "2027-01-03"),
            a_bin("S1", end="2027-01-03"),
            a_bin("Q1"),
        ]
        assert list(closed(bins)) == ["Q1", "Q2", "S1", "Y1"]

    def test_an_unlocked_section_may_write_in_the_term_and_in_what_holds_it(self):
        bins = [
            a_bin(word="1"),
            a_bin("Q2", "2026-11-02", "2027-01-03", word="1"),
            a_bin("S1", end="2027-01-03", word="1"),
        ]
        unlock = [UnlockRow("40915", "Q1")]
        assert closed(bins, unlocks=unlock) == {"Q1": False, "Q2": True, "S1": False}
        assert closed(bins, unlocks=unlock, section="40916") == dict.fromkeys(
            ["Q1", "Q2", "S1"], True
        )

    def test_a_term_without_dates_is_none(self):
        assert closed([a_bin(end="")]) == {}

    def test_the_facts_change_with_locks_and_unlocks_and_with_the_day_that_locks(self):
        def facts(word="", unlocks=(), today=END):
            made = ReportingTerms(
                [a_bin(word=word)], [a_rule("0")], unlocks, schools={"12": "3"}, today=today
            )
            return str(made.facts())

        assert facts() == facts("0") == facts(today=date(2026, 9, 1))
        seen = {
            facts(),
            facts("1"),
            facts(unlocks=[UnlockRow("40915", "Q1")]),
        }
        assert len(seen) == 3
        assert facts(today=date(2026, 11, 2)) == facts("1")


class TestSurvey:
    def seat(self, number, section="700", day="2026-10-01", left=""):
        return {
            "dcid": str(number),
            "sectionid": section,
            "dateenrolled": "2026-08-31",
            "dateleft": left,
            "whenmodified": day,
        }

    def server(self, *seats, total=None, sections=("700",)):
        known = {s: {"dcid": f"4{s}", "id": s, "termid": "3600", "schoolid": "3"} for s in sections}

        def changed(request):
            start = request.url.params["q"].removeprefix("whenmodified=ge=")
            found = [seat for seat in seats if seat["whenmodified"] >= start]
            return httpx2.Response(200, json=rows("cc", *found))

        def by_id(request):
            q = request.url.params["q"]
            found = [known[q.removeprefix("id==")]] if q.startswith("id==") else known.values()
            return httpx2.Response(200, json=rows("sections", *found))

        return a_server(
            {
                "GET /ws/schema/table/cc": changed,
                "GET /ws/schema/table/cc/count": {"count": total or len(seats)},
                "GET /ws/schema/table/sections": by_id,
            }
        )

    def changed(self, before, after, total=None, **more):
        mark = self.server(*before, **more).sis.survey(None).mark
        return self.server(*after, total=total, **more).sis.survey(mark).changed

    def test_the_first_one_knows_of_no_change(self):
        assert self.server(self.seat(1)).sis.survey(None).changed is None

    def test_the_same_rows_name_no_section_on_the_day_itself_and_later(self):
        seats = [self.seat(1), self.seat(2, day="2026-09-30"), self.seat(3, day="2026-08-01")]
        assert self.changed(seats, seats) == frozenset()

    def test_rows_of_a_later_day_name_their_sections_by_dcid(self):
        before = [self.seat(1), self.seat(2)]
        after = [*before, self.seat(3, "701", "2026-10-02")]
        assert self.changed(before, after, sections=("700", "701")) == {"4701"}

    def test_a_dropped_row_names_its_section_although_its_number_is_negative_now(self):
        before = [self.seat(1, day="2026-08-31")]
        after = [self.seat(1, "-700", "2026-10-02", left="2026-10-02")]
        assert self.changed(before, after) == {"4700"}

    def test_a_day_whose_rows_look_different_names_all_of_its_sections(self):
        before = [self.seat(1), self.seat(2, "701")]
        after = [self.seat(1, left="2026-10-02"), self.seat(2, "701")]
        assert self.changed(before, after, sections=("700", "701")) == {"4700", "4701"}

    def test_vanished_rows_name_nobody_so_everyone_is_looked_at(self):
        before = [self.seat(1), self.seat(2)]
        assert self.changed(before, before[:1]) is None

    def test_many_sections_are_looked_up_in_one_table_read(self):
        names = [str(n) for n in range(700, 720)]
        after = [self.seat(n, name, "2026-10-02") for n, name in enumerate(names)]
        before = [self.seat(n, name, "2026-08-31") for n, name in enumerate(names)]
        mark = self.server(*before, sections=names).sis.survey(None).mark
        server = self.server(*after, sections=names)
        assert server.sis.survey(mark).changed == {f"4{name}" for name in names}
        assert len([r for r in server.requests if r.url.path.endswith("/sections")]) == 1

    def test_a_mark_that_cannot_be_read_counts_as_none(self):
        assert (
            self.server(self.seat(1)).sis.survey("2026-08-31T05:00:00.000Z 27 27").changed is None
        )

    def test_without_the_grant_nobody_knows_which_rosters_changed(self):
        no = refused(403, "No access to field", {"field": "cc.whenmodified", "params": {}})
        for answer in (no, refused(404, "There is no table cc")):
            survey = a_server({"GET /ws/schema/table/cc": answer}).sis.survey('{"start":"x"}')
            assert (survey.changed, survey.mark, survey.links) == (None, "", {})

    def test_the_fingerprint_holds_the_names_of_the_districts_categories(self):
        name = "districtteachercategory"
        other = rows(name, {f"{name}id": "2", "name": "Exams"})
        renamed = a_server({f"GET /ws/schema/table/{name}": other}).sis.survey(None)
        assert renamed.fingerprint != a_server().sis.survey(None).fingerprint
        assert a_server().sis.survey(None).fingerprint == a_server().sis.survey(None).fingerprint


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
        assert "Plugin Management" in found["sign in"].detail
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
        assert "plugin.xml" in found[name].detail

    def test_a_server_without_the_tables_of_locks_is_told_and_the_survey_goes_on(self):
        none = refused(404, "There is no table")
        names = ("gradeschoolconfig", "sectionunlock")
        answers = {f"GET /ws/schema/table/{name}": none for name in names}
        assert a_server(answers).sis.survey(None).fingerprint
        assert not self.probes(answers)["reporting terms"].ok
        unlocks = {"GET /ws/schema/table/sectionunlock": none}
        assert self.probes(unlocks)["reporting terms"].ok

    def test_small_pages_are_told_with_what_would_help(self):
        name = "schema_table_query_max_page_size"
        small = {"metadata": {**METADATA["metadata"], name: 100}}
        detail = self.probes({"GET /ws/v1/metadata": small})["page sizes"].detail
        assert "schema_table_query 100" in detail
        assert "1000 in the plugin's Data Configuration" in detail

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

    def test_a_mark_is_plain_text_for_the_ledger(self):
        mark = a_server().sis.survey(None).mark
        assert json.loads(mark) == {"start": "2026-09-30", "days": {}, "total": 0}
