"""The docs name what the code has: commands, options, exit codes, settings, rules, states."""

import re
from itertools import chain
from pathlib import Path

import pytest

from agent import config
from agent.rules import RULES_FOR
from agent.rules.codes import Code
from agent.rules.refusals import code_of
from agent.rules.scores import SCORE_RULES, ZERO_RULES
from agent.sources.oneroster_csv import gradebook
from agent.sources.oneroster_csv.roster import TEACHER_GROUP
from contracts import operations
from mock_sis.server import MOCKS
from mock_sis.world.enforcement import DEFAULTS
from tests.meta.project_files import ROOT, modules, project_files, text_of
from tests.meta.proofs import IDS
from tools import minimal_agent
from tools.oulad.write import ATTRIBUTION


def doc(name):
    return text_of(ROOT / "docs" / name)


# ---- rules -------------------------------------------------------------------------------------


def rows(text):
    """The cells of every table row, by the first cell."""
    found = {}
    for line in text.splitlines():
        if line.startswith("| "):
            cells = [cell.strip() for cell in line.strip("|").split(" | ")]
            found.setdefault(cells[0].strip(), []).append(cells)
    return found


RULES = {*chain.from_iterable(RULES_FOR.values()), *SCORE_RULES, *ZERO_RULES}


def test_every_rule_id_has_its_line():
    assert [name for name in IDS if name not in rows(doc("reference/rules.md"))] == []


def test_every_code_stands_with_its_rule_and_no_other_does():
    rules, _, _ = doc("reference/rules.md").partition("## States")
    assert [code for code in Code if f"`{code}`" not in rules] == []
    tables, _, _ = rules.partition("## C.")
    told = {cells[1] for lines in rows(tables).values() for cells in lines if "`" in cells[1]}
    assert told <= {f"`{code}`" for code in Code}


@pytest.mark.parametrize("rule", sorted(RULES, key=lambda rule: rule.__name__))
def test_a_rule_stands_in_the_line_of_the_id_its_docstring_names(rule):
    name = re.match(r"[AB]\d+", rule.__doc__).group()
    assert f"`{code_of(rule)}`" in {cells[1] for cells in rows(doc("reference/rules.md"))[name]}


def test_every_switch_of_the_mocks_is_named():
    told = doc("reference/rules.md").partition("## D.")[2].partition("## E.")[0]
    assert [rule for rule in DEFAULTS if not re.search(rf"\b{rule}\b", told)] == []


def test_tests_and_files_that_the_docs_name_exist():
    named = set(re.findall(r"\btest_[a-z0-9_]+\b(?!\.py)", doc("reference/rules.md")))
    tests = [f for f in project_files() if f.parts[0] == "tests" and f.suffix == ".py"]
    there = {name for f in tests for name in re.findall(r"def (test_\w+)", text_of(f))}
    assert named - there == set()
    paths = set(
        re.findall(
            r"`((?:agent|mock_sis|contracts|load|bench|deploy|tools|tests)/[\w/.]+)`", all_docs()
        )
    )
    assert {path for path in paths if not (ROOT / path).exists()} == set()


def all_docs():
    return "\n".join(text_of(f) for f in project_files() if f.suffix == ".md")


def test_a_merge_left_no_mark_of_a_conflict():
    mark = re.compile(r"^(<{7}|>{7}) ", re.MULTILINE)
    texts = [f for f in project_files() if f.suffix in {".md", ".toml", ".yaml", ".yml", ".sql"}]
    assert [str(f) for f in texts if mark.search(text_of(f))] == []


@pytest.mark.parametrize("slip", [r"^(\| .*)\n\1$", r"^.+\n#{1,4} .*"], ids=["row", "heading"])
def test_a_merge_left_no_row_twice_and_no_heading_without_an_empty_line(slip):
    prose = re.sub(r"^```.*?^```", "", all_docs(), flags=re.MULTILINE | re.DOTALL)
    assert re.findall(slip, prose, re.MULTILINE) == []


def test_links_between_the_docs_lead_somewhere():
    broken = [
        f"{file}: {target}"
        for file in project_files()
        if file.suffix == ".md"
        for target in re.findall(r"\]\(([^)#:]+)[^):]*\)", text_of(file))
        if not (ROOT / file.parent / target).exists()
    ]
    assert broken == []


def test_every_module_and_package_has_its_line():
    parts = {f.parts[1] for f in modules()}
    parts |= {
        f.parts[2] for f in modules() if f.parts[:2] in {("agent", "sync"), ("agent", "decide")}
    }
    names = {part.removesuffix(".py") for part in parts} - {"__init__", "__main__"}
    told = text_of(ROOT / "ARCHITECTURE.md")
    assert {name for name in names if not re.search(rf"`{name}/?`", told)} == set()


def test_the_maps_of_folders_name_only_what_is_there():
    maps = re.findall(r"(?ms)^##+ ([\w/]+/)$(.*?)(?=^##)", text_of(ROOT / "ARCHITECTURE.md"))
    tables = [
        (folder, head, re.findall(r"(?m)^\| (.*?) \|", rows))
        for folder, text in maps
        for head, rows in re.findall(
            r"(?m)^\| ((?:module|in|folder).*?) \|.*\n(?:\|.*\n)((?:\|.*\n)+)", text
        )
    ]
    assert len(tables) > 25
    missing = []
    for folder, head, cells in tables:
        inner = re.match(r"in `([\w/]+)`", head)
        homes = [ROOT / folder / (inner[1] if inner else ".")]
        if head in ("in both folders", "in a vendor's folder"):
            homes = [f for f in (ROOT / folder).iterdir() if f.is_dir()]
        for name in re.findall(r"`([\w/.-]+)`", " ".join(cells)):
            there = (home / f"{name.rstrip('/')}{end}" for home in homes for end in ("", ".py"))
            if not any(file.exists() for file in there):
                missing.append(f"{folder} {head}: {name}")
    assert missing == []


@pytest.mark.parametrize("name", ["flow.svg", "packages.svg"])
def test_a_drawing_fits_a_phone_and_names_what_is_there(name):
    drawing = text_of(ROOT / "docs/images" / name)
    assert int(re.search(r'viewBox="0 0 (\d+)', drawing)[1]) <= 375
    assert re.findall(r"https?://(?!www.w3.org/2000/svg)|@import|url\((?!#)|<image", drawing) == []
    named = " ".join(re.findall(r'class="m[^"]*">([^<]+)<', drawing)).split()
    assert named
    homes = (ROOT / "agent", ROOT)
    there = {
        n for n in named for h in homes if any(h.glob(n.rstrip("/"))) or (h / f"{n}.py").exists()
    }
    assert set(named) == there


def test_a_decision_stands_in_a_group_and_takes_five_lines_at_most():
    _, *groups = re.split(r"(?m)^## ", text_of(ROOT / "DECISIONS.md"))
    entries = [entry for group in groups for entry in re.split(r"(?m)^### ", group)[1:]]
    assert [group.splitlines()[0] for group in groups if not re.match(r".+\n\n### ", group)] == []
    found = {title: [*filter(None, lines)] for title, *lines in map(str.splitlines, entries)}
    assert len(found) == len(entries) > 100
    assert [title for title, lines in found.items() if not 0 < len(lines) <= 5] == []
    assert [line for lines in found.values() for line in lines if len(line) > 120] == []


def test_the_minimal_agent_and_what_adds_to_it_name_every_module_of_the_agent_once():
    section = minimal_agent.SECTION.search(text_of(ROOT / "ARCHITECTURE.md")).group()
    told = sorted(minimal_agent.files_in(section))
    assert told == [ROOT / f for f in modules() if f.parts[0] == "agent"]


# ---- what a user is told to run -----------------------------------------------------------------


def test_a_user_is_told_of_one_module_to_run_and_of_one_command_otherwise():
    pages = [file for file in project_files() if file.suffix == ".md" and file.parts[0] == "docs"]
    texts = map(text_of, [*pages, Path("README.md")])
    told = {name for text in texts for name in re.findall(r"python -m ([\w.]+)", text)}
    assert told - {"pip", "pytest", "venv"} == {"tools.oulad"}


# ---- settings ----------------------------------------------------------------------------------


def test_the_example_configuration_is_accepted():
    settings = config.load(ROOT / "docs/passback.toml")
    assert settings.policy.categories == {
        name: name for name in ("Quiz", "Test", "Homework", "Lab")
    }
    assert settings.sis.url.endswith(f":{8100 + MOCKS['skyward'].offset}")
    assert settings.source.url.endswith(f":{8100 + MOCKS['otus'].offset}")


def test_every_column_that_an_export_may_have_is_explained():
    files = ("classes.csv", "users.csv", "enrollments.csv", "roles.csv", TEACHER_GROUP)
    columns = (
        *(*gradebook.LINE_ITEM_KEYS, *gradebook.LINE_ITEM, *gradebook.LINE_ITEM_METADATA),
        *(*gradebook.RESULT_KEYS, *gradebook.RESULT, *gradebook.RESULT_METADATA),
    )
    told = set(re.findall(r"`([^`]+)`", doc("reference/csv.md")))
    assert {*files, *columns} - told == set()


def test_the_attribution_of_the_data_set_is_the_one_that_its_licence_asks_for():
    told = " ".join(line.removeprefix("> ") for line in doc("start/demo.md").splitlines())
    assert " ".join(ATTRIBUTION.split()) in told


# ---- operations --------------------------------------------------------------------------------


def test_every_operation_of_the_contracts_is_listed():
    assert doc("trust/operations.md") == operations.page(), "run: make docs"


def test_every_operation_says_how_sure_we_are_and_from_where():
    for name, contract in operations.contracts().items():
        for method, path, operation in operations.operations(contract):
            where = f"{name}: {method} {path}"
            assert operation["x-confidence"] in operations.CONFIDENCE, where
            assert operation["x-source"].strip(), where
