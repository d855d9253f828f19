"""Facts about the district: which reporting terms apply to a section, and which are locked."""

from datetime import date

import pytest

from agent.sis.powerschool.district import ReportingTerms
from agent.sis.powerschool.rows import BinRow, Day, LockRow, UnlockRow
from tests.agent.sis.powerschool.canned import a_server, rows

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


def test_the_fingerprint_holds_the_names_of_the_districts_categories():
    name = "districtteachercategory"
    other = rows(name, {f"{name}id": "2", "name": "Exams"})
    servers = a_server(), a_server(), a_server({f"GET /ws/schema/table/{name}": other})
    one, same, renamed = (each.sis.district_snapshot(None).fingerprint for each in servers)
    assert one == same
    assert one != renamed
