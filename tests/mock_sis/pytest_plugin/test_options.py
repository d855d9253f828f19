"""What a run and a test may choose, and what is said of a choice that makes no sense."""

from datetime import date, datetime
from pathlib import Path

import pytest

from mock_sis.pytest_plugin.options import BadChoice, Options, from_ini, with_mark, with_marks
from tests.mock_sis.pytest_plugin.test_strict import CALM

HERE = Path("/there")


def test_nothing_chosen_is_a_tiny_district_on_a_fixed_day_with_everything_held_against_the_test():
    assert Options() == Options(
        size="tiny", seed=1, start=date(2026, 10, 14), source=None, strict=True, readonly=False
    )


def test_settings_are_text_and_read_as_what_they_mean():
    settings = {
        "passback_size": "small",
        "passback_seed": "7",
        "passback_start": "2026-10-14T22:00",
        "passback_source": "exports/lakeview",
        "passback_strict": "off",
    }
    assert from_ini(settings, HERE) == Options(
        size="small",
        seed=7,
        start=datetime(2026, 10, 14, 22),  # noqa: DTZ001 - the district's, as it was written
        source=HERE / "exports/lakeview",
        strict=False,
    )


@pytest.mark.parametrize("start", [None, "today"])
def test_a_district_may_live_by_the_machines_clock(start):
    assert with_mark(Options(), {"start": start}, HERE).start is None


def test_the_nearest_marker_wins_one_choice_at_a_time():
    near, far = pytest.mark.passback(seed=2).mark, pytest.mark.passback(seed=3, size="small").mark
    assert with_marks(Options(), [near, far], HERE) == Options(seed=2, size="small")


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({"sise": "small"}, "passback has no sise; it has readonly, seed, size, source, start,"),
        ({"seed": "one"}, "seed is a whole number, not 'one'"),
        ({"seed": None}, "seed is a whole number, not None"),
        ({"strict": "maybe"}, "strict is true or false, not 'maybe'"),
        ({"start": "soon"}, "start is a day .2026-10-14., an instant .* or today, not 'soon'"),
        ({"start": 20261014}, "not 20261014"),
    ],
)
def test_what_makes_no_sense_is_told_in_a_sentence(chosen, told):
    with pytest.raises(BadChoice, match=told):
        with_mark(Options(), chosen, HERE)


def test_a_marker_takes_names_only():
    with pytest.raises(BadChoice, match="takes names only"):
        with_marks(Options(), [pytest.mark.passback("small").mark], HERE)


@pytest.fixture
def run(pytester: pytest.Pytester, otus_mock, powerschool_mock, skyward_mock):
    """Runs a test file with a configuration, in this process."""

    def run_it(source: str, ini: str = "", *args: str) -> pytest.RunResult:
        pytester.makeini(f"[pytest]\naddopts = --strict-markers --strict-config\n{ini}")
        pytester.makepyfile("import pytest\n" + source)
        return pytester.runpytest_inprocess(*CALM, *args)

    return run_it


def test_the_nearest_choice_counts_of_settings_command_line_and_markers(run):
    result = run(
        """
def district(mock):
    here = mock.control("GET", "health")["world"]
    return next(w for w in mock.control("GET", "worlds") if w["name"] == here)

def test_the_runs_own(skyward_mock):
    assert (district(skyward_mock)["seed"], skyward_mock.clock.today().month) == (5, 11)

@pytest.mark.passback(seed=6)
class TestMarked:
    def test_of_the_class(self, skyward_mock):
        assert (district(skyward_mock)["seed"], skyward_mock.clock.today().month) == (6, 11)

    @pytest.mark.passback(seed=7, start="2026-12-01")
    def test_its_own(self, skyward_mock):
        assert (district(skyward_mock)["seed"], skyward_mock.clock.today().month) == (7, 12)
""",
        "passback_start = 2026-11-11\npassback_seed = 4",
        "-o",
        "passback_seed=5",
    )
    result.assert_outcomes(passed=3)


@pytest.mark.parametrize(
    ("mark", "told"),
    [
        ('size="huge"', "passback: no world of size 'huge': tiny, small, large, very-large"),
        ('sise="small"', "passback: passback has no sise; it has "),
        ('source="nowhere.zip"', "passback: "),
    ],
)
def test_a_bad_marker_is_one_line_and_no_traceback(run, mark, told):
    result = run(f"@pytest.mark.passback({mark})\ndef test_it(otus_mock): pass")
    result.assert_outcomes(errors=1)
    lines = [line for line in result.outlines if line.startswith("passback: ")]
    assert len(lines) == 1
    assert lines[0].startswith(told)
    assert "Traceback" not in str(result.outlines)
    assert "another exception" not in str(result.outlines)


def test_a_districts_own_export_is_served(run, pytester: pytest.Pytester):
    files = {
        "manifest.csv": "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1",
        "orgs.csv": "sourcedId,name,type\nd,District,district\ns,School,school",
        "academicSessions.csv": "sourcedId,title,type,startDate,endDate,parentSourcedId,schoolYear"
        "\ny,Year,schoolYear,2026-08-01,2027-06-30,,2027"
        "\nq,Q1,gradingPeriod,2026-08-01,2027-06-30,y,2027",
        "courses.csv": "sourcedId,title,orgSourcedId\nc,Art,s",
        "classes.csv": "sourcedId,title,courseSourcedId,classType,schoolSourcedId,termSourcedIds"
        "\nk,Art 1,c,scheduled,s,q",
        "users.csv": "sourcedId,enabledUser,orgSourcedIds,role,username,givenName,familyName"
        "\nt,true,s,teacher,t,Tea,Cher\np,true,s,student,p,Pu,Pil",
        "enrollments.csv": "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role,primary"
        "\ne,k,s,t,teacher,true\nf,k,s,p,student,",
    }
    folder = pytester.mkdir("export")
    for name, text in files.items():
        (folder / name).write_text(text + "\n")
    result = run(
        """
def test_the_roster(skyward_mock):
    assert [section.title for section in skyward_mock.sections()] == ["Art 1"]
""",
        "passback_source = export",
    )
    result.assert_outcomes(passed=1)


def test_marker_and_settings_are_told_by_pytests_help(run):
    told = "\n".join(run("", "", "--help").outlines)
    assert "passback_start (string):" in told
    told = "\n".join(run("", "", "--markers").outlines)
    assert "@pytest.mark.passback(size=..., seed=..., start=..., source=..., strict=" in told
