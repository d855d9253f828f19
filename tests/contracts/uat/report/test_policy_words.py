"""A policy in words: each choice is told, and each value of it in other words."""

from pathlib import Path

import msgspec

from agent.policy import LongTitle, MissingAfterDue, Overwrite, Policy
from contracts.uat.acceptance.terms import Terms
from contracts.uat.report.policy_words import WORDS, policy_in_words
from tests.contracts.uat.roster import configured

OTHER = """missing_after_due = "withhold"
zero_excused = true
send_excluded = true
overwrite = "whole-record"
long_title = "refuse"
recreate_deleted = true
night_belongs_until = "05:00"
"""


def told(folder: Path, policy: str) -> dict[str, tuple[str, str]]:
    terms = Terms.of(configured(folder, policy=policy))
    return {name: (value, words) for name, value, words in policy_in_words(terms)}


def test_every_choice_is_told(tmp_path: Path):
    fields = {field.name for field in msgspec.structs.fields(Policy)} - {"categories"}

    assert told(tmp_path, "").keys() == fields


def test_another_choice_is_told_in_other_words(tmp_path: Path):
    plain, other = told(tmp_path, ""), told(tmp_path, OTHER)

    assert {name for name in plain if plain[name] == other[name]} == {"effective_date"}
    assert other["night_belongs_until"][0] == "05:00"


def test_every_value_has_words():
    for name, kind in (
        ("missing_after_due", MissingAfterDue),
        ("overwrite", Overwrite),
        ("long_title", LongTitle),
    ):
        assert WORDS[name].keys() == {each.value for each in kind}
