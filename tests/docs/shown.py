"""The commands that the documentation shows, and what its comments say about running them.

A block of commands is fenced as `sh` (each line is typed) or `console` (lines after `$ ` are typed,
the rest is shown). Directly before it stands one of these comments, which a reader does not see:

    <!-- run: here -->                        the block is typed, in the order of its page
    <!-- run: here, until stopped -->         the same; it goes on beside those that follow
    <!-- run: tests/x/test_y.py::test_z -->   that test types it
    <!-- not run: why -->                     nothing types it
"""

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.meta.project_files import project_files, text_of

SHELLS = {"sh", "console"}
LANGUAGES = {*SHELLS, "text", "python", "toml", "json", "yaml", "sql", "diff", "csv", "html", "ini"}
BLOCK = re.compile(
    r"(?:^ *<!-- *(?P<says>(?:not )?run:[^>]*?) *-->\n)?"
    r"^(?P<indent> *)```(?P<language>[^\n]*)\n(?P<text>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
INDENTED = re.compile(r"(?:\A|\n)(?![ ]*(?:[-*+]|\d+\.)[ ])[^\n]*\n\n((?: {4,}\S[^\n]*\n)+)")
"""A block without a fence; not what goes on with a list."""
PROGRAMS = r"(?:\.venv/bin/)?(?:passback|pytest|pip|python|docker|make|curl|git|locust)\b"


@dataclass(frozen=True)
class Block:
    """A fenced block of a page.

    Attributes:
        line: of its first fence in the page, from 1.
        says: the comment about running it; "" for none.
    """

    page: str
    line: int
    language: str
    text: str
    says: str

    @property
    def commands(self) -> list[str]:
        """What is typed, a command each, without remarks."""
        lines = self.text.replace("\\\n", " ").splitlines()
        if self.language == "console":
            lines = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
        told = [re.sub(r"(?:^|\s+)#(?:\s.*|$)", "", line).strip() for line in lines]
        return [" ".join(line.split()) for line in told if line]

    @property
    def here(self) -> bool:
        """Whether the runner of pages types it."""
        return self.says.startswith("run: here")

    @property
    def test(self) -> str:
        """The file and the name of the test that types it; "" where none is named."""
        named = self.says.partition("run: ")[2] if self.says.startswith("run: ") else ""
        return named if "::" in named else ""


def pages() -> list[str]:
    """Every page that holds commands for users."""
    found = [f.as_posix() for f in project_files() if f.suffix == ".md" and f.parts[0] == "docs"]
    return ["README.md", *found]


def blocks(page: str, text: str | None = None) -> Iterator[Block]:
    """Every fenced block of *page*, in its order."""
    text = text_of(Path(page)) if text is None else text
    for found in BLOCK.finditer(text):
        yield Block(
            page,
            text.count("\n", 0, found.start("indent")) + 1,
            found["language"].strip(),
            textwrap.dedent(found["text"]),
            " ".join((found["says"] or "").split()),
        )


def unfenced(page: str, text: str | None = None) -> list[str]:
    """Lines with a command that stand in a block without a fence."""
    text = text_of(Path(page)) if text is None else text
    outside = re.sub(r"^( *)```.*?^\1```$", "", text, flags=re.MULTILINE | re.DOTALL)
    found = "".join(INDENTED.findall(outside))
    return re.findall(rf"^ +((?:\w+=\S+ +)*{PROGRAMS}.*)$", found, re.MULTILINE)
