"""`passback check`: a set-up with which nothing would pass is told before the first night."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.e2e.support.csv_export import Export
from tests.e2e.support.district import START, District, Run
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.verdicts import reason, sis_writes

TITLES = {"Quiz": "Quiz", "Test": "Test"}
EXAMPLE = Path(__file__).parents[2] / "docs/passback.toml"


@pytest.fixture
def set_up(district: District) -> District:
    """A district whose set-up is right: two types, mapped by title."""
    district.control("PUT", "/group/t-2003", otus=True)
    return replace(district, categories=dict(TITLES))


def checked(district: District) -> Run:
    """`passback check`, which writes nothing to the SIS and makes no ledger."""
    at = district.now().isoformat()
    run = district.command("check", "-c", str(district.config), "--at", at)
    assert sis_writes(district) == []
    assert not (district.folder / district.ledger).exists()
    return run


def lines(run: Run, sign: str) -> list[str]:
    """The findings of one kind, without it."""
    found = [line for line in run.out.splitlines() if line.startswith(sign)]
    return [line.removeprefix(sign).strip() for line in found]


def only(district: District, *teachers: str) -> None:
    """Nobody but these is in the passback teacher group."""
    for member in district.feed("groupMember"):
        if member["teacherId"] not in teachers:
            district.control("DELETE", f"/group/{member['teacherId']}", otus=True)


@BOTH
def test_a_right_set_up_has_no_finding(set_up: District):
    set_up.assess("a-1")
    set_up.assess("a-2", type="test")

    run = checked(set_up)

    assert (run.code, lines(run, "FAIL"), lines(run, "warn")) == (0, [], [])
    assert any(
        re.search(r'mapped categories: active in .*200001.*"Quiz", "Test"', line)
        for line in lines(run, "ok")
    )


# ---- the mapping ---------------------------------------------------------------------------------


@BOTH
def test_a_mapping_to_a_category_that_the_sis_does_not_have_fails(set_up: District):
    set_up.categories["Journal"] = "JOURNALS"

    run = checked(set_up)

    assert run.code == 6
    [told] = lines(run, "FAIL")
    assert told.startswith('sis: mapping of "Journal": no such category "JOURNALS"; there are: ')
    assert all(title in told for title in ("Quiz", "Test", "Homework"))


@BOTH
def test_a_category_is_found_by_its_title_in_any_case(set_up: District):
    set_up.categories |= {"Journal": "hOmEwOrK"}
    assert checked(set_up).code == 0


def test_a_category_is_found_by_its_code_and_the_codes_are_told(set_up: District):
    set_up.categories |= {"Journal": "HW", "Poster": "POST"}

    [told] = lines(checked(set_up), "FAIL")

    assert 'no such category "POST"' in told
    assert "Homework (code HW)" in told


@BOTH
def test_a_district_in_which_no_mapped_category_is_active_fails(set_up: District):
    for category in set_up.facts.categories.values():
        set_up.control("POST", f"/categories/{category}/deactivate", {})

    run = checked(set_up)

    assert run.code == 6
    assert all("not active" in told or "none is active" in told for told in lines(run, "FAIL"))
    assert '"Quiz"' in run.out


@BOTH
def test_a_category_that_the_teachers_switched_off_is_a_warning(set_up: District):
    quiz = set_up.facts.categories["Quiz"]
    for teacher in ("300001", "300002", "300003"):
        set_up.control("POST", f"/categories/{quiz}/deactivate", {"teacher": teacher})

    run = checked(set_up)

    assert run.code == 0
    [told] = lines(run, "warn")
    assert "not active in section 200001" in told
    assert '"Quiz"' in told
    assert '"Test"' not in told


@BOTH
def test_without_any_mapping_nothing_passes(set_up: District):
    set_up.categories.clear()

    run = checked(set_up)

    assert run.code == 6
    assert lines(run, "FAIL") == ["sis: mapping: [policy.categories] is empty: nothing passes"]


@BOTH
def test_at_night_too_the_reason_tells_no_such_category_from_one_that_is_not_active(
    set_up: District,
):
    set_up.categories["Journal"] = "JOURNALS"
    set_up.control("POST", f"/categories/{set_up.facts.categories['Quiz']}/deactivate", {})
    set_up.assess("a-1")
    set_up.assess("a-2", type="Journal")

    run = set_up.night(START)

    assert reason(run, "a-1") == 'the category "Quiz" is not active in section 200001'
    assert reason(run, "a-2") == 'the SIS has no category "JOURNALS"'


# ---- the source ----------------------------------------------------------------------------------


@BOTH
def test_a_group_of_nobody_fails_and_who_is_missing_is_told_by_class(set_up: District):
    only(set_up)

    run = checked(set_up)

    assert run.code == 6
    [told] = lines(run, "FAIL")
    assert told == (
        "source: teacher group: nothing passes: teachers in it: 0,"
        " classes with all of their teachers in it: 0 of 3;"
        " missing: Math 7, period 1 (c-1001): t-2001; Math 7, period 2 (c-1002): t-2001;"
        " Science 7, period 3 (c-1003): t-2002, t-2003"
    )


@BOTH
def test_a_group_of_one_without_a_complete_class_is_told(set_up: District):
    only(set_up, "t-2002")  # who teaches the third class beside t-2003

    run = checked(set_up)

    [told] = lines(run, "FAIL" if set_up.facts.all_who_teach else "warn")
    assert "teacher group" in told
    assert "teachers in it: 1, classes with all of their teachers in it: 0 of 3" in told
    assert "t-2003" in told
    assert run.code == (6 if set_up.facts.all_who_teach else 0)


@BOTH
def test_types_without_a_mapping_are_listed(set_up: District):
    set_up.assess("a-1")
    set_up.assess("a-2", type="Journal")
    set_up.assess("a-3", type="Journal")
    set_up.assess("a-4", type="Poster")

    run = checked(set_up)

    assert run.code == 0
    [told] = lines(run, "warn")
    assert told.endswith('"Journal" (2), "Poster" (1)')


@BOTH
def test_due_times_that_are_all_midnight_utc_are_a_warning(set_up: District):
    for day in (16, 17):
        due = f"2026-10-{day}T00:00:00Z"
        set_up.assess(f"a-{day}", classes=[set_up.assigned("c-1001", dueDate=due)])

    run = checked(set_up)
    assert run.code == 0
    [told] = lines(run, "warn")
    assert "due times: all 2 are 00:00Z" in told
    assert "2026-10-15 19:00" in told

    due = "2026-10-16T04:59:00Z"
    set_up.assess("a-3", classes=[set_up.assigned("c-1001", dueDate=due)])
    assert lines(checked(set_up), "warn") == []


@pytest.mark.parametrize(
    ("said", "due", "warnings"),
    [("", "2026-10-16", 1), ("date", "2026-10-16", 0), ("instant", "2026-10-15", 0)],
)
def test_an_export_says_whether_midnight_utc_is_a_date(
    set_up: District, said: str, due: str, warnings: int
):
    export = Export.of(set_up)
    export.item("i-1", dueDate="2026-10-16T00:00:00Z")
    export.save()
    if said:
        export.path = f'export"\nmidnight_utc = "{said}'

    run = export.command("check")
    assert (run.code, len([w for w in lines(run, "warn") if "due times" in w])) == (0, warnings)
    assert ("midnight_utc" in run.out) == bool(warnings)

    set_up.evening(date(2026, 10, 14))
    assert export.sync().code == 0
    assert set_up.column("i-1")["due"] == due


# ---- as shipped ----------------------------------------------------------------------------------


@BOTH
def test_the_shipped_example_works_against_the_mocks(set_up: District):
    """As it stands it is of a Skyward; for PowerSchool only the kind and the address change."""
    text = EXAMPLE.read_text()
    text = text.replace('"http://127.0.0.1:8101"', f'"{set_up.otus}"')
    text = text.replace('"http://127.0.0.1:8103"', f'"{set_up.sis}"')
    text = text.replace('kind = "skyward"', f'kind = "{set_up.kind}"')
    file = set_up.folder / "shipped.toml"
    file.write_text(text)
    for type_ in ("Quiz", "Test", "Homework", "Lab"):
        set_up.assess(f"a-{type_}", type=type_)

    lab = set_up.facts.categories["Quiz"][:-1] + "5"
    set_up.control("POST", f"/categories/{lab}/activate", {"teacher": "300002"})

    at = set_up.now().isoformat()
    run = set_up.command("check", "-c", str(file), "--at", at)
    assert (run.code, lines(run, "FAIL"), lines(run, "warn")) == (0, [], [])

    when = set_up.now().isoformat()
    run = set_up.command("sync", "-c", str(file), "--json", "--at", when)
    assert run.code == 0
    assert {
        s for r in run.report["records"] if r["kind"] == "assignment" for s in [r["state"]]
    } == {"created"}


# ---- the way there -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://127.0.0.1:1", "connection refused"),
        ("http://no-such-host.invalid", "unknown host"),
    ],
)
def test_a_host_that_nobody_knows_and_one_that_refuses_are_told_apart(
    set_up: District, url: str, told: str
):
    for misled in (replace(set_up, sis=url), replace(set_up, otus=url)):
        run = misled.command("check", "-c", str(misled.config))
        assert run.code == 6
        assert told in run.out
