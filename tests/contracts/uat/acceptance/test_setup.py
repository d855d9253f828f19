"""The set-up of a district as its export shows it, without any scenario."""

from datetime import date
from pathlib import Path

import pytest

from contracts.uat.acceptance.result import Result
from contracts.uat.acceptance.run import examine
from contracts.uat.acceptance.terms import Terms
from mock_sis.districts.oneroster_csv.row import ImportFault
from tests.contracts.uat.roster import configured, exported, rewritten
from tests.data_sets import data_set
from tools.oulad.read import read
from tools.oulad.write import write

pytestmark = pytest.mark.slow


def nothing(terms: Terms) -> list:
    del terms
    return []


def looked_at(config: Path, export: Path, *, named: bool = False) -> Result:
    return examine(config, export, named=named, catalogue=nothing)


def findings(result: Result) -> dict[str, list[str]]:
    return {one.title: list(one.listed) for one in result.setup.findings}


def test_missing_categories_and_teachers_outside_the_group_are_findings(tmp_path: Path):
    found = looked_at(configured(tmp_path), exported(tmp_path))

    assert found.verdict == "not played"
    assert findings(found) == {
        "A category is missing in 5 classes": [
            f"{title}: Project"
            for title in (
                "Homeroom",
                "Math 7 period 1",
                "Math 7 period 2",
                "Science 7",
                "Science 8",
            )
        ],
        "Teachers outside the passback group teach 1 class": ["Science 7: teacher 4 (SIS id 903)"],
        "1 class without a teacher": ["Homeroom"],
        "1 class without students": ["Homeroom"],
    }
    assert found.setup.covered() == {"Quiz": 5, "Test": 5, "Project": 0}
    assert [(p.title, p.state, p.current) for p in found.setup.periods] == [
        ("Q1", "closed", False),
        ("Q2", "open", True),
        ("Q3", "upcoming", False),
    ]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("skyward", "What these teachers assign stays in Otus until they are in the group."),
        (
            "powerschool",
            "These classes pass nothing back until all of their teachers are in the group.",
        ),
    ],
)
def test_whom_the_group_blocks_depends_on_the_sis(tmp_path: Path, kind: str, words: str):
    found = looked_at(configured(tmp_path, kind), exported(tmp_path))

    assert words in [one.words for one in found.setup.findings]


def test_tonight_is_told_by_reason_and_counted_on_all_sides(tmp_path: Path):
    found = looked_at(configured(tmp_path), exported(tmp_path))

    outlook = found.outlook
    assert outlook.night == date(2026, 10, 22)
    assert (outlook.assignments, outlook.scores, outlook.zeros) == (1, 4, 3)
    told = {one.code: (one.assignments, one.scores, list(one.examples)) for one in outlook.reasons}
    assert told["standards_based_scale"] == (1, 6, ["Map (Science 8)"])
    assert told["total_points_not_whole"] == (1, 6, ["Essay (Science 8)"])
    assert told["type_not_mapped"] == (1, 6, ["Journal (Science 8)"])
    assert told["not_fully_graded"] == (0, 1, ["Ratios (Math 7 period 1)"])
    assert told["grading_period_closed"][0] == 1
    assert [check.ok for check in outlook.checks] == [True, True, True]
    assert (
        outlook.checks[2].found == "the plan 4, the night's report 4, the ledger 4, the gradebook 4"
    )


def test_every_score_of_the_export_is_accounted_for_night_by_night(tmp_path: Path):
    found = looked_at(configured(tmp_path), exported(tmp_path))

    history = found.history
    assert history is not None
    assert (history.results, history.delivered) == (5, 3)
    assert [(one.code, one.scores) for one in history.reasons] == [
        ("not_fully_graded", 1),
        ("total_points_not_whole", 1),
    ]
    assert [check for check in history.checks if not check.ok] == []


def test_a_roster_alone_is_looked_at_on_the_effective_date(tmp_path: Path):
    found = looked_at(configured(tmp_path), exported(tmp_path, work=False))

    assert found.tonight == date(2026, 9, 1)
    assert (found.outlook.assignments, found.outlook.scores, found.outlook.reasons) == (0, 0, [])
    assert found.history is None


def test_an_effective_date_between_periods_waits_for_the_next(tmp_path: Path):
    export = exported(tmp_path, work=False)
    rewritten(export, "academicSessions", "2026-10-16,2026-12-18", "2026-11-02,2026-12-18")
    config = configured(tmp_path)
    config.write_text(config.read_text().replace("2026-09-01", "2026-10-20"))

    assert looked_at(config, export).tonight == date(2026, 11, 2)


def test_where_the_export_has_no_categories_they_are_the_policys(tmp_path: Path):
    found = looked_at(configured(tmp_path), exported(tmp_path, work=False, without=["categories"]))

    assert "The export has no categories" in findings(found)
    assert found.setup.covered() == {"Quiz": 5, "Test": 5, "Project": 5}


def test_the_brake_of_the_district_is_a_finding_about_tonight(tmp_path: Path):
    config = configured(tmp_path)
    config.write_text(config.read_text() + "[brake]\nzero_share = 0.01\nat_least = 1\n")

    found = looked_at(config, exported(tmp_path))

    assert found.outlook.brake.startswith("the brake would stop this")
    assert all(check.ok for check in found.outlook.checks)


def test_an_export_that_cannot_be_used_is_an_import_fault(tmp_path: Path):
    with pytest.raises(ImportFault, match=r"users\.csv"):
        looked_at(configured(tmp_path), exported(tmp_path, without=["users"]))


@pytest.mark.share(2)
@pytest.mark.timeout(600)
def test_a_full_year_of_a_real_course_is_accounted_for(tmp_path: Path):
    export = tmp_path / "export"
    write(read(data_set("oulad"), ["AAA-2013J"]), export)
    config = configured(tmp_path)
    text = config.read_text().replace("2026-09-01", "2013-10-01")
    start = text.index("[policy.categories]")
    config.write_text(text[:start] + '[policy.categories]\nTMA = "TMA"\nExam = "Exam"\n')

    found = looked_at(config, export)

    history = found.history
    assert history is not None
    assert (history.nights, history.results, history.delivered) == (150, 1633, 1519)
    assert sum(history.weeks.values()) == 2073  # scores changed, and 0s that gave way to one
    assert sum(one.scores for one in history.reasons) == 1633 - 1519
    assert [check for check in found.numbers if not check.ok] == []
    assert (found.outlook.assignments, found.outlook.scores, found.outlook.zeros) == (26, 323, 27)
