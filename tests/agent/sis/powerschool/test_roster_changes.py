"""Which rosters changed since last night, from the dates of enrolment rows."""

import json

import httpx2

from tests.agent.sis.powerschool.canned import a_server, refused, rows


class TestRosterChanges:
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
        cursor = self.server(*before, **more).sis.district_snapshot(None).cursor
        return self.server(*after, total=total, **more).sis.district_snapshot(cursor).changed

    def test_the_first_one_knows_of_no_change(self):
        assert self.server(self.seat(1)).sis.district_snapshot(None).changed is None

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
        cursor = self.server(*before, sections=names).sis.district_snapshot(None).cursor
        server = self.server(*after, sections=names)
        assert server.sis.district_snapshot(cursor).changed == {f"4{name}" for name in names}
        assert len([r for r in server.requests if r.url.path.endswith("/sections")]) == 1

    def test_a_cursor_that_cannot_be_read_counts_as_none(self):
        assert (
            self.server(self.seat(1))
            .sis.district_snapshot("2026-08-31T05:00:00.000Z 27 27")
            .changed
            is None
        )

    def test_without_the_grant_nobody_knows_which_rosters_changed(self):
        no = refused(403, "No access to field", {"field": "cc.whenmodified", "params": {}})
        for answer in (no, refused(404, "There is no table cc")):
            snapshot = a_server({"GET /ws/schema/table/cc": answer}).sis.district_snapshot(
                '{"start":"x"}'
            )
            assert (snapshot.changed, snapshot.cursor, snapshot.links) == (None, "", {})


def test_a_cursor_is_plain_text_for_the_ledger():
    cursor = a_server().sis.district_snapshot(None).cursor
    assert json.loads(cursor) == {"start": "2026-09-30", "days": {}, "total": 0}
