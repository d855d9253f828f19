"""Changed rosters are never missed, whatever the server counts and however fine its clock is."""

import json
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.sis.oneroster.roster_changes import Cursor, roster_changes
from agent.sis.oneroster.rows import EnrollmentRow, Ref


@dataclass
class Enrolments:
    """A district: section -> moments of its enrolments. `shows` digits of a moment are served."""

    rows: list[tuple[str, str]] = field(default_factory=list)
    counts: bool = True
    shows: int = 10
    read: int = 0

    def _row(self, section, moment):
        return EnrollmentRow(
            sourced_id="e",
            modified=moment[: self.shows],
            user=Ref("u"),
            class_=Ref(section),
            role="student",
        )

    def newest(self):
        if not self.rows:
            return None
        section, moment = max(self.rows, key=lambda row: row[1])
        return self._row(section, moment)

    def since(self, moment):
        found = [self._row(*row) for row in self.rows if row[1] > moment]
        self.read += len(found)
        return iter(found)

    def count(self, moment=None):
        if not self.counts:
            return None
        return len([row for row in self.rows if moment is None or row[1] == moment])


def test_the_first_time_nothing_is_known():
    changed, cursor = roster_changes(Enrolments([("a", "1"), ("b", "3")]), None)
    assert changed is None
    assert json.loads(cursor) == {"newest": "3", "same": 1, "total": 2}


def test_an_empty_district_stays_unknown():
    assert roster_changes(Enrolments(), None) == (None, "")
    assert roster_changes(Enrolments(), "") == (None, "")


@pytest.mark.parametrize(
    "text", ["nonsense", "1 1 1", '{"newest": "1"}', '{"newest": "", "same": null, "total": 1}']
)
def test_a_cursor_that_cannot_be_read_is_none(text):
    assert roster_changes(Enrolments([("a", "1")]), text)[0] is None


def test_newer_enrolments_name_their_sections():
    district = Enrolments([("a", "1"), ("b", "1")])
    _, cursor = roster_changes(district, None)
    district.rows += [("b", "2"), ("c", "3")]
    changed, cursor = roster_changes(district, cursor)
    assert changed == {"b", "c"}
    assert roster_changes(district, cursor)[0] == frozenset()


def test_a_quiet_district_is_counted_and_not_read():
    district = Enrolments([("a", "1")] * 1000)
    _, cursor = roster_changes(district, None)
    district.read = 0
    assert roster_changes(district, cursor) == (frozenset(), cursor)
    assert district.read == 0


def test_one_more_at_the_very_moment_of_the_cursor_makes_all_unknown():
    district = Enrolments([("a", "1")])
    _, cursor = roster_changes(district, None)
    district.rows.append(("b", "1"))
    assert roster_changes(district, cursor)[0] is None


def test_an_enrolment_that_vanished_makes_all_unknown():
    district = Enrolments([("a", "1"), ("b", "2")])
    _, cursor = roster_changes(district, None)
    del district.rows[0]
    assert roster_changes(district, cursor)[0] is None


def test_a_server_that_does_not_count_is_read_by_moments_alone():
    district = Enrolments([("a", "1")], counts=False)
    _, cursor = roster_changes(district, None)
    assert json.loads(cursor) == {"newest": "1", "same": None, "total": None}
    district.rows.append(("b", "2"))
    assert roster_changes(district, cursor)[0] == {"b"}


def test_a_cursor_reads_back():
    for cursor in (Cursor("2026-10-01T05:00:00.000Z", 3, 27), Cursor("x", None, None)):
        assert Cursor.read(cursor.text()) == cursor


moments = st.integers(10, 40)
sections = st.sampled_from("abcd")


@given(
    start=st.lists(st.tuples(sections, moments), min_size=1),
    nights=st.lists(st.lists(sections, max_size=3), max_size=4),
    fine=st.booleans(),
)
def test_no_change_is_ever_missed(start, nights, fine):
    """Every change is stamped no earlier than the one before, as a server's clock does."""
    district = Enrolments([(s, str(m)) for s, m in start], shows=1 if fine else 10)
    _, cursor = roster_changes(district, None)
    now = max(m for _, m in start)
    for changes in nights:
        for section in changes:
            now += now % 3 != 0
            district.rows.append((section, str(now)))
            now += 1 - len(changes) % 2
        changed, cursor = roster_changes(district, cursor)
        assert changed is None or changed >= set(changes)
