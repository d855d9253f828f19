"""The table of the guides' sentences: none is left out, none is quoted, each leads somewhere."""

import os
import re
from collections import Counter
from pathlib import Path

import pytest

from contracts.uat.acceptance.catalogue import EVERY
from contracts.uat.acceptance.page import lines, showing
from contracts.uat.acceptance.sentences import guides, sections, sentences
from tests.meta.project_files import ROOT, text_of

FILES = {"PS": "powerschool-passback-setup.txt", "SK": "skyward-passback-teacher-guide.txt"}
MARKS = "•❗️💡 \t"
SENTENCE = re.compile(r"(?<=[.!?])[”\"')]*\s+(?=[A-Z“\"❗💡])")
LONGEST_QUOTE = 6


def guide(name: str) -> list[list[str]]:
    """The sentences of a guide, section by section; a line without an end is a heading."""
    shared = Path(__file__).parents[5] / "shared" / "seeds"
    path = Path(os.environ.get("PASSBACK_SEEDS", shared)) / FILES[name]
    if not path.is_file():
        pytest.skip("the guides are not here: set PASSBACK_SEEDS to the folder that has them")
    found: list[list[str]] = [[]]
    for line in path.read_text(encoding="utf-8").splitlines():
        text = line.strip().lstrip(MARKS).strip()
        if text and not text.endswith((".", "!", "?", ":")):
            found.append([])
        elif text:
            found[-1] += SENTENCE.split(text)
    return [section for section in found if section]


@pytest.mark.parametrize("name", FILES)
def test_every_sentence_of_every_section_is_there(name: str):
    counted = Counter(one.section for one in sentences() if one.id.startswith(name))

    expected = {f"{name}{n}": len(section) for n, section in enumerate(guide(name))}
    assert counted == expected
    assert [s for s in sections() if s.startswith(name)] == list(expected)


@pytest.mark.parametrize("name", FILES)
def test_no_sentence_is_quoted(name: str):
    theirs = " ".join(words(" ".join(part for section in guide(name) for part in section)))

    for one in sentences():
        ours = words(one.said)
        runs = [ours[n : n + LONGEST_QUOTE] for n in range(len(ours) - LONGEST_QUOTE + 1)]
        assert [run for run in runs if f" {' '.join(run)} " in f" {theirs} "] == [], one.id


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.casefold())


def test_each_is_numbered_in_order_and_shown_or_explained():
    ids = [one.id for one in sentences()]
    counted: Counter[str] = Counter()
    for one in sentences():
        counted[one.section] += 1
        assert one.id == f"{one.section}.{counted[one.section]}"
        assert bool(showing(one.id)) != bool(one.why), one.id
    assert len(ids) == len(set(ids)) > 80


def test_scenarios_name_sentences_that_there_are():
    named = {sentence for scenario in EVERY for sentence in scenario.sentences}

    assert named - {one.id for one in sentences()} == set()


def test_the_page_has_every_sentence_and_every_scenario():
    page = "\n".join(lines())

    assert all(f"| {one.id} | {one.said} |" in page for one in sentences())
    assert all(f"| {scenario.id} | {scenario.title} |" in page for scenario in EVERY)
    assert all(title in page for title in guides().values())


def test_the_page_in_the_docs_is_the_one_that_is_written():
    assert text_of(ROOT / "docs/trust/guides.md") == "\n".join(lines()) + "\n", "run: make docs"
