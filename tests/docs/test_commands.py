"""Every command that the documentation shows is typed by a test, or says why it is not."""

import re
from pathlib import Path

import click
import pytest

from agent.cli import passback
from tests.docs.shown import LANGUAGES, SHELLS, Block, blocks, pages, unfenced
from tests.docs.typed import Shell
from tests.meta.project_files import ROOT, project_files, text_of

NOT_YET = ("docs/uat/",)
"""Pages whose blocks do not say yet what runs them; whoever marks one takes it from here."""
HELD = [page for page in pages() if not page.startswith(NOT_YET)]


def faults(block: Block) -> list[str]:
    """What is wrong with a block: it has no language, or nothing says what runs its commands."""
    if block.language not in LANGUAGES:
        return ["say its language after the fence: sh for commands, text for what they print"]
    if block.language not in SHELLS:
        return ["nothing of it is typed"] if block.says else []
    if block.says.startswith("not run: "):
        return [] if len(block.says.split()) > 4 else ["say in a few words why it is not run"]
    if block.says in {"run: here", "run: here, until stopped"}:
        return []
    return faults_of_test(block) if block.test else ["say what runs it, or why nothing does"]


def faults_of_test(block: Block) -> list[str]:
    """Whether its test is there, and takes the commands from the page or has them."""
    file, _, name = block.test.partition("::")
    if not (ROOT / file).is_file():
        return [f"there is no {file}"]
    text = text_of(Path(file))
    if not re.search(rf"^(?:async )?def {re.escape(name)}\(", text, re.MULTILINE):
        return [f"there is no {name}"]
    if f'"{block.page}"' in text:
        return []
    has = set(re.findall(r"[\w./=-]+", text))
    lost = [word for each in block.commands for word in spoken(each) if word not in has]
    return [f"{file} neither reads {block.page} nor has {word}" for word in lost]


def spoken(command: str) -> list[str]:
    """The words of a command that a test of it must have too: subcommands and options."""
    words = command.split()
    named = [word for word in words[1:] if re.fullmatch(r"[a-z][a-z-]*", word)]
    return [*named[:2], *(word.partition("=")[0] for word in words if word.startswith("--"))]


@pytest.mark.parametrize("page", HELD)
def test_every_command_is_typed_by_a_test_or_says_why_not(page):
    found = [f"{page}:{b.line}: {fault}" for b in blocks(page) for fault in faults(b)]
    found += [f"{page}: put a fence around: {line}" for line in unfenced(page)]
    assert found == []


def test_the_pages_that_are_not_held_yet_are_there():
    assert [p for p in NOT_YET if not any(page.startswith(p) for page in pages())] == []


HERE = [page for page in pages() if any(block.here for block in blocks(page))]


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("page", HERE)
def test_the_commands_of_a_page_work_in_their_order(page, tmp_path):
    Shell(tmp_path).types([block for block in blocks(page) if block.here])


NAMED = re.compile(r"(?:`|^ *(?:\$ )?(?:\.venv/bin/)?)passback( [a-z][^`#|\n[]*)", re.MULTILINE)
MARKDOWN = [f.as_posix() for f in project_files() if f.suffix == ".md"]


@pytest.mark.parametrize("page", MARKDOWN)
def test_a_command_exists_with_its_options(page):
    told = NAMED.findall(text_of(Path(page)))
    assert [command for command in told if unknown(command.split())] == []


def unknown(words: list[str]) -> list[str]:
    """What of the words after `passback` is no subcommand and no option."""
    command: click.Command = passback
    context = click.Context(passback)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(context, words[0])
        if found is None:
            return [words[0]]
        command, words = found, words[1:]
    if command.context_settings.get("ignore_unknown_options"):
        return []
    options = {o for p in command.params for o in (*p.opts, *p.secondary_opts)} | {"--help"}
    return [w for w in words if w[1:] and w.startswith("-") and w.partition("=")[0] not in options]


def test_a_command_that_is_not_there_is_found():
    lines = (
        "`passback lost x`\n```\npassback plan --lost\n.venv/bin/passback plan -c F # --lost\n```\n"
    )
    assert [unknown(told.split()) for told in NAMED.findall(lines)] == [["lost"], ["--lost"], []]


@pytest.mark.parametrize(
    ("before", "fence", "fault"),
    [
        ("", "sh", "say what runs it"),
        ("<!-- not run: no -->\n", "sh", "in a few words"),
        ("<!-- run: there -->\n", "sh", "say what runs it"),
        ("<!-- run: tests/nothing.py::test_x -->\n", "sh", "there is no tests/nothing.py"),
        ("<!-- run: tests/docs/test_commands.py::test_x -->\n", "sh", "there is no test_x"),
        ("<!-- run: here -->\n", "", "say its language"),
        ("<!-- run: here -->\n", "text", "nothing of it is typed"),
        (
            "<!-- run: tests/tools/test_site.py::test_every_page_stands_in_the_navigation -->\n",
            "sh",
            "neither reads",
        ),
    ],
)
def test_a_block_that_nobody_runs_is_found(before, fence, fault):
    text = f"# A page\n\n{before}```{fence}\npassback lost-command --lost\n```\n"
    (block,) = blocks("docs/page.md", text)
    assert block.commands == ["passback lost-command --lost"]
    assert [f for f in faults(block) if fault in f] != []


def test_a_command_without_a_fence_is_found():
    assert unfenced("x", "# A page\n\nType\n\n    passback plan -c F\n\nthen.\n") == [
        "passback plan -c F"
    ]


def test_what_a_prompt_shows_is_no_command():
    (block,) = blocks("x", "```console\n$ passback plan \\\n  -c F   # see\n4 to send\n```\n")
    assert block.commands == ["passback plan -c F"]


def test_a_block_that_fails_is_seen(tmp_path):
    (block,) = blocks("x", "<!-- run: here -->\n```sh\ntrue\nfalse\ntrue\n```\n")
    with pytest.raises(AssertionError, match="x:2"):
        Shell(tmp_path).types([block])
