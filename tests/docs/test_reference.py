"""Each code, setting, command and exit code is on exactly one page of the reference, as it is."""

import json
import re
from datetime import time
from enum import Enum

import msgspec
import pytest
from click.testing import CliRunner

from agent import policy, settings
from agent.cli import passback
from agent.fleet import settings as fleet
from agent.records import State
from agent.rules.codes import Code
from tests.meta.project_files import project_files, text_of
from tools.reference import codes, commands, exit_codes

REFERENCE = {
    f.as_posix(): text_of(f)
    for f in project_files()
    if f.parts[:2] == ("docs", "reference") and f.suffix == ".md"
}
COMMANDS = dict(commands.every_command())


def pages_with(pattern: str) -> list[str]:
    """Each page of the reference with a match, once for every match."""
    found = {page: re.findall(pattern, text, re.MULTILINE) for page, text in REFERENCE.items()}
    return [page for page, matches in found.items() for _ in matches]


# ---- commands ----------------------------------------------------------------------------------


def test_every_registered_command_can_be_loaded():
    missing = [name for name, each in COMMANDS.items() if each.short_help == "(not installed)"]
    assert missing == []


def test_the_list_of_commands_is_told_in_whole_sentences_of_a_line_each():
    listed = CliRunner().invoke(passback, ["--help"], terminal_width=80).output
    groups = listed.partition("Run it every night:\n")[2].splitlines()
    lines = [line for line in groups if line.startswith(" ")]
    assert len(lines) >= 20
    assert [line for line in lines if not re.fullmatch(r"  [a-z]+ +[A-Z].*\.", line)] == []
    assert [line for line in lines if "..." in line] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_one_section_with_its_options(name):
    (page,) = pages_with(rf"^## {name}$")
    section = re.split(r"^## ", REFERENCE[page].partition(f"## {name}\n")[2], flags=re.MULTILINE)[0]
    (part,) = commands.PART.finditer(section)
    assert part[1] == name
    told = [*commands.ROW.findall(part[0])]
    assert [option for option, meaning in told if not meaning.strip(" |")] == []


@pytest.mark.parametrize("page", [p for p in REFERENCE if p.startswith("docs/reference/commands/")])
def test_the_options_of_a_page_are_those_of_the_code(page):
    assert commands.filled(REFERENCE[page]) == REFERENCE[page], "run: make docs"


def test_a_heading_of_a_command_that_is_not_there_is_an_error():
    text = "".join(REFERENCE.values())
    assert set(commands.HEADING.findall(text)) == set(COMMANDS)
    with pytest.raises(KeyError):
        commands.filled("<!-- options of passback lost -->\n<!-- end of options -->")


def test_a_meaning_that_a_person_wrote_stays_and_all_else_is_written():
    page = "<!-- options of passback ledger doubt -->\n| `--config OLD` | of ours |\n"
    told = commands.filled(page + "| `--lost` | x |\n<!-- end of options -->")
    assert "passback ledger doubt [OPTIONS]\n" in told
    assert "| `--config FILE` | needed | of ours |" in told
    assert "--lost" not in told


def test_the_list_of_commands_leads_to_each():
    page = REFERENCE["docs/reference/cli.md"]
    assert commands.listed(page) == page, "run: make docs"


# ---- codes and exit codes ----------------------------------------------------------------------


def test_the_pages_of_codes_are_what_the_code_says():
    assert REFERENCE["docs/reference/codes.md"] == codes.page(), "run: make docs"
    assert REFERENCE["docs/reference/exit-codes.md"] == exit_codes.page(), "run: make docs"


@pytest.mark.parametrize("code", [*Code, *State])
def test_a_code_and_a_state_have_one_line_with_what_to_do(code):
    title = "## States" if isinstance(code, State) else "## Codes that "
    parts = re.split(r"^(?=## )", REFERENCE["docs/reference/codes.md"], flags=re.MULTILINE)
    (row,) = [
        line
        for part in parts
        if part.startswith(title)
        for line in part.splitlines()
        if line.startswith(f"| `{code.value}` |")
    ]
    assert all(row.strip("| ").split(" | ")), row
    elsewhere = set(pages_with(rf"^\| `{code.value}` \|"))
    assert elsewhere == {"docs/reference/codes.md"}


@pytest.mark.parametrize("code", [0, 2, 3, *{e.exit_code for e in exit_codes.every_error()} - {2}])
def test_an_exit_code_has_one_line(code):
    table, _, _ = REFERENCE["docs/reference/exit-codes.md"].partition("\n## ")
    assert len(re.findall(rf"^\| {code} \| \*\*\w", table, re.MULTILINE)) == 1
    assert set(pages_with(rf"^\| {code} \|")) == {"docs/reference/exit-codes.md"}


# ---- settings ----------------------------------------------------------------------------------

CONFIGURATION = REFERENCE["docs/reference/configuration.md"]
TABLES = {
    settings.Settings: "\n## Top",
    settings.SourceSettings: "\n## `[source]`",
    settings.SisSettings: "\n## `[sis]`",
    settings.LedgerSettings: "\n## `[ledger]`",
    settings.ServeSettings: "\n## `[serve]`",
    settings.PersonSettings: "\n[[serve.people]]",
    settings.LogSettings: "\n## `[log]`",
    settings.NotifySettings: "\n## `[notify]`",
    settings.SmtpSettings: "\n`[notify.smtp]`",
    settings.MailSettings: "\n`[[notify.mail]]`",
    settings.WebhookSettings: "\n`[[notify.webhook]]`",
    settings.PingSettings: "\n`[notify.ping]`",
    policy.Policy: "\n## `[policy]`",
    policy.BrakeLimits: "\n## `[brake]`",
    fleet.FleetSettings: "\n## fleet.toml",
    fleet.DatabaseSettings: "\n`[database]`",
    fleet.WorkerSettings: "\n`[worker]`",
    fleet.PagesSettings: "\n### `[pages]`",
    fleet.StaffSettings: "\n`[[pages.people]]`",
}
WITHIN = {settings.Secret, settings.ServerSettings, settings.Blackout}
"""Structs whose keys stand in a sentence, or in the tables of those that are made of them."""


def table(struct: type) -> list[tuple[list[str], str]]:
    """Keys and default of each row of the first table after the place of *struct*."""
    after = CONFIGURATION[CONFIGURATION.index(TABLES[struct]) :]
    first = re.search(r"^\| key \| default.*\n\|-.*\n((?:\|.*\n)+)", after, re.MULTILINE)
    assert first
    rows = [line.strip("|").split(" | ") for line in first[1].splitlines()]
    return [(re.findall(r"`([^`]+)`", row[0]), row[1].strip()) for row in rows]


def structs(*modules):
    found = {each for module in modules for each in vars(module).values() if isinstance(each, type)}
    ours = {module.__name__ for module in modules}
    return {s for s in found if issubclass(s, msgspec.Struct) and s.__module__ in ours}


def test_every_part_of_a_configuration_has_its_table():
    assert structs(settings, policy, fleet) == {*TABLES, *WITHIN}


@pytest.mark.parametrize("struct", TABLES, ids=lambda struct: struct.__name__)
def test_a_setting_has_one_row_with_its_default(struct):
    told = table(struct)
    keys = [key.strip("[]") for names, _ in told for key in names]
    fields = {field.encode_name: field for field in msgspec.structs.fields(struct)}
    assert sorted(set(keys)) == sorted(fields)
    assert len([k for k in keys if not k.startswith("[")]) >= len(fields)
    for names, stated in told:
        defaults = [fields[name.strip("[]")].default for name in names]
        if all(isinstance(value, bool | int | float | str | time) for value in defaults):
            assert stated == " ".join(f"`{written(value)}`" for value in defaults), names


def written(value: object) -> str:
    """A default as a configuration has it."""
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return json.dumps(value).strip('"')
