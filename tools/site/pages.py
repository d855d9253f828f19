"""The pages of the site, from docs/ and from the rest of the repository.

A link to a file that the site does not show reads as its own text.
"""

import posixpath
import re
import shutil
from collections.abc import Collection
from pathlib import Path

from tools.site.contracts.pages import write_contract_pages

ROOT = Path(__file__).resolve().parents[2]

ELSEWHERE = {
    "ARCHITECTURE.md": "inside/architecture.md",
    "DECISIONS.md": "inside/decisions.md",
    "CONTRIBUTING.md": "inside/contributing.md",
    "CHANGELOG.md": "inside/changelog.md",
    "contracts/README.md": "inside/contracts.md",
    "contracts/otus.yaml": "reference/contracts/otus.md",
    "contracts/control.yaml": "reference/contracts/control.md",
    "contracts/powerschool.yaml": "reference/contracts/index.md",
    "contracts/skyward.yaml": "reference/contracts/index.md",
}
"""Files outside docs/, and where the site shows them: pages as they are, contracts as pages."""

LINK = re.compile(
    r"(?P<text>!?\[(?:[^\[\]]|\[[^\]]*\])*\])\((?P<path>[^)\s#:]+)(?P<anchor>#[^)\s]*)?\)"
)
CODE = re.compile(r"(^```.*?^```|`[^`\n]+`(?!\]))", re.MULTILINE | re.DOTALL)


def put_together(root: Path, folder: Path) -> None:
    """Write all pages, and what lies beside them, to *folder*."""
    shutil.copytree(root / "docs", folder)
    files = [f.relative_to(folder).as_posix() for f in folder.rglob("*") if f.is_file()]
    origins = {shown: f"docs/{shown}" for shown in files} | {
        shown: path for path, shown in ELSEWHERE.items() if path.endswith(".md")
    }
    if (root / "contracts/sources.toml").is_file():
        write_contract_pages(folder)
    for shown, path in origins.items():
        if shown.endswith(".md"):
            text = relinked((root / path).read_text(encoding="utf-8"), path, shown, origins)
            (folder / shown).parent.mkdir(exist_ok=True)
            (folder / shown).write_text(text, encoding="utf-8")


def relinked(text: str, path: str, shown: str, known: Collection[str]) -> str:
    """A page of the repository as the site has it: its links lead to pages of the site."""

    def target(link: re.Match[str]) -> str:
        to = posixpath.normpath(posixpath.join(posixpath.dirname(path), link["path"]))
        there = ELSEWHERE.get(to, to.removeprefix("docs/"))
        if there == to and there not in known:
            return link["text"].removeprefix("!")[1:-1]
        relative = posixpath.relpath(there, posixpath.dirname(shown) or ".")
        return f"{link['text']}({relative}{link['anchor'] or ''})"

    parts = CODE.split(text)
    return "".join(part if odd % 2 else LINK.sub(target, part) for odd, part in enumerate(parts))
