"""What is in the report, from a night's timeline."""

from pathlib import Path

import pytest

from load.report.facts import over_time
from load.report.files import duration
from load.results.timeline import Second, Timeline


class Night:
    """A result, as far as a timeline goes."""

    def __init__(self, seconds):
        self.timeline = Timeline(night={"runs": []})
        for at in seconds:
            one = self.timeline.seconds[at] = Second(requests=4, writes=2)
            one.times.update({50: 3, 90: 1})


@pytest.mark.parametrize(("last", "width", "rows"), [(9, 1, 10), (479, 2, 240), (9_999, 60, 167)])
def test_a_long_night_has_wider_rows(last, width, rows):
    told = over_time(Night(range(last + 1)))
    assert len(told) == rows
    assert told[1]["second"] == width
    assert (told[0]["requests"], told[0]["writes"], told[0]["p50_ms"]) == (4, 2, 50)


def test_a_second_without_a_call_has_no_times():
    told = over_time(Night([0, 2]))
    assert [row["p95_ms"] for row in told] == [90, None, 90]
    assert [row["requests"] for row in told] == [4, 0, 4]


@pytest.mark.parametrize(
    ("seconds", "words"), [(5, "5 s"), (89, "89 s"), (600, "10 min"), (7_200, "2.0 h")]
)
def test_a_duration_is_said_as_a_person_would(seconds, words):
    assert duration(seconds) == words


def test_the_page_is_part_of_the_package():
    import load.report

    assert (Path(load.report.__file__).parent / "page.html").is_file()
