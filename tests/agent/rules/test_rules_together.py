"""What a SIS refuses as a whole: its list of codes, their lines in the docs, every reason told."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain import ClassTeacher, Teacher
from agent.policy import LongTitle
from agent.rules import RULES_FOR
from agent.rules.refusals import Refusal, refusals
from tests.agent.builders import (
    EFFECTIVE,
    a_candidate,
    a_class,
    a_night,
    a_policy,
    a_section,
    an_assessment,
    local,
    quarters,
)

EVERYWHERE = (
    "standards_based_scale",
    "total_points_not_whole",
    "not_in_final_grade",
    "type_not_mapped",
    "class_not_linked",
    "category_not_active",
    "before_effective_date",
    "not_assigned_yet",
    "assigner_not_in_sis",
    "no_due_date",
    "grading_period_closed",
    "title_missing",
    "title_too_long",
)
ONEROSTER = (*EVERYWHERE, "assigner_not_in_group", "due_outside_current_period")
CODES = {
    "skyward": ONEROSTER,
    "oneroster": ONEROSTER,
    "powerschool": (
        *EVERYWHERE,
        "class_teachers_not_in_group",
        "due_outside_term",
        "duplicate_of",
    ),
}


def test_the_codes_of_each_sis_are_these():
    assert {k: tuple(r.__name__ for r in rules) for k, rules in RULES_FOR.items()} == CODES


def documented():
    """Code -> the text of its line in the documents' table of rules."""
    page = Path(__file__).parents[3] / "docs/reference/rules.md"
    lines = re.findall(r"^\| A\d+ \| `(\w+)` \| (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return dict(lines)


@pytest.mark.parametrize("code", sorted({c for codes in CODES.values() for c in codes}))
def test_the_line_of_a_code_says_for_which_sis_it_is(code):
    prefix = {
        frozenset(CODES.keys() - {"powerschool"}): "SK: ",
        frozenset({"powerschool"}): "PS: ",
        frozenset(CODES): "",
    }[frozenset(sis for sis, codes in CODES.items() if code in codes)]
    told = re.match(r"((?:SK|PS): )?", documented()[code]).group()
    assert told == prefix


CO_TEACHER = ClassTeacher(teacher="t-3", main=False)


def with_assessment(candidate, **change):
    return replace(candidate, assessment=replace(candidate.assessment, **change))


FAULTS = {
    "total_points_not_whole": lambda c: with_assessment(c, total_points=Decimal("10.5")),
    "not_in_final_grade": lambda c: with_assessment(c, in_final_grade=False),
    "type_not_mapped": lambda c: with_assessment(c, type="Homework"),
    "before_effective_date": lambda c: with_assessment(
        c, assigned_on=EFFECTIVE - timedelta(days=1)
    ),
    "assigner_not_in_sis": lambda c: replace(c, teachers={}),
    "grading_period_closed": lambda c: replace(c, section=a_section(periods=quarters("q1"))),
    "title_too_long": lambda c: replace(
        with_assessment(c, title="x" * 50), policy=a_policy(long_title=LongTitle.REFUSE)
    ),
    "assigner_not_in_group": lambda c: replace(
        with_assessment(c, assigned_by="t-2"), teachers={"t-2": Teacher(id="t-2", sis_id="7002")}
    ),
    "due_outside_current_period": lambda c: replace(c, tonight=a_night(local(2026, 11, 2, 22))),
    "class_teachers_not_in_group": lambda c: replace(c, class_=a_class(teachers=(CO_TEACHER,))),
    "duplicate_of": lambda c: replace(c, duplicate_of="a-0"),
}
"""Ways to spoil a candidate, each against one rule and no other."""


@pytest.mark.parametrize("sis", sorted(CODES))
@given(faults=st.sets(st.sampled_from(sorted(FAULTS))))
def test_every_reason_is_told_and_not_only_the_first(sis, faults):
    candidate = a_candidate()
    for code in sorted(faults):
        candidate = FAULTS[code](candidate)
    told = [r.code for r in refusals(candidate, RULES_FOR[sis])]
    assert told == [code for code in CODES[sis] if code in faults]


def test_a_refusal_carries_its_rules_name_and_the_sentence():
    candidate = a_candidate(assessment=an_assessment(total_points=Decimal("10.5")))
    assert refusals(candidate, RULES_FOR["skyward"]) == (
        Refusal("total_points_not_whole", "total points 10.5 is not whole"),
    )
