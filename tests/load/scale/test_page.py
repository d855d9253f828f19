"""docs/run/fleet/scale.md has what is multiplied and what is simulated."""

import re

import pytest
from click.testing import CliRunner

from load.scale import country, page
from load.scale.__main__ import scale
from load.scale.constants import read
from tests.meta.project_files import ROOT

PAGE = (ROOT / "docs/run/fleet/scale.md").read_text(encoding="utf-8")
AGAIN = "run: make docs"


def test_the_tables_are_what_the_constants_give():
    assert page.filled(PAGE, page.multiplied_blocks(read())) == PAGE, AGAIN


@pytest.mark.slow
def test_the_simulated_nights_are_what_the_seed_gives():
    blocks = page.simulated_blocks(read(), country.district_sizes())
    assert page.filled(PAGE, blocks) == PAGE, AGAIN


def test_every_block_of_the_page_is_written_by_the_code():
    found = {name for _, name, _ in page.BLOCK.findall(PAGE)}
    blocks = page.multiplied_blocks(read()) | page.simulated_blocks(read(), [1_000] * 20)
    assert found == set(blocks)


def test_the_commands_of_the_page_can_be_given():
    shown = PAGE.partition("test_the_commands_of_the_page_can_be_given -->")[2].partition("```\n")
    lines = re.findall(r'^make scale SCALE_ARGS="(.+)"', shown[0], re.MULTILINE)
    assert len(lines) == 3
    for words in map(str.split, lines):
        small = ["--share", "0.01"] if words[0] == "night" else []
        run = CliRunner().invoke(scale, [*words, *small], catch_exceptions=False)
        assert (run.exit_code, bool(run.output)) == (0, True), words


def test_other_words_of_the_page_stay():
    text = "before\n<!-- begin night -->\nold\n<!-- end -->\nafter\n"
    assert page.filled(text, {}) == text
    assert page.filled(text, {"night": ["a", "b"]}) == text.replace("old", "a\nb")


def test_a_night_is_simulated_by_a_command_and_comes_out_the_same():
    words = [
        "night",
        "--share",
        "0.01",
        "--workers",
        "1",
        "--slow-hosts",
        "1",
        "--lost-every",
        "60",
    ]
    first, second = (CliRunner().invoke(scale, words, catch_exceptions=False) for _ in range(2))
    assert (first.exit_code, first.output) == (0, second.output)
    assert re.search(r"due to done, median +\d+\.\d min", first.output)
