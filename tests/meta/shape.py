"""Measure the shape of a package: `python -m tests.meta.shape [-p PACKAGE] [ROOT] [ROOT]`.

Prints a table for one checkout, or for two side by side (before and after), and below it the
longest chain of imports in each.

- Lines of code are those with a token on them that is no comment and no docstring (PEP 257); a line
  counts once more for each `;`.
- A chain is counted in modules. Every import counts, also inside functions and under
  TYPE_CHECKING. A circle of imports is reported, and counts in a chain as one module.
- Comments that only draw a line or address a linter are not counted.
"""

import ast
import io
import re
import sys
import tokenize
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import invalidate_caches
from importlib.util import find_spec
from pathlib import Path

import grimp

from tests.meta.project_files import ROOT

SHORT = 60
ENGINE = ("decide", "sync"), ("night", "plan", "ledger")
"""The agent's folders that decide and write; those of the tree before, where these are missing."""
NO_CODE = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT),
    tokenize.ENDMARKER,
}
NO_REMARK = re.compile(r"#\s*(-{2,}|noqa|type:|pragma:|fmt:)")


@dataclass(frozen=True)
class Module:
    """One file of the package."""

    path: Path
    text: str

    @cached_property
    def tokens(self) -> list[tokenize.TokenInfo]:
        """What Python reads of it."""
        return list(tokenize.generate_tokens(io.StringIO(self.text).readline))

    @property
    def code_lines(self) -> int:
        """Lines of code, one statement a line."""
        code = [token for token in self.tokens if token.type not in NO_CODE]
        lines = {n for token in code for n in range(token.start[0], token.end[0] + 1)}
        more = sum(token.type == tokenize.OP and token.string == ";" for token in code)
        return len(lines - set(docstring_lines(ast.parse(self.text)))) + more

    @property
    def comments(self) -> int:
        """Lines that hold a comment for a reader."""
        found = (token for token in self.tokens if token.type == tokenize.COMMENT)
        return sum(not NO_REMARK.match(token.string) for token in found)

    @property
    def lines(self) -> int:
        """All lines."""
        return len(self.text.splitlines())


def docstring_lines(tree: ast.Module) -> Iterator[int]:
    """The lines of the docstrings of a module, its classes and its functions."""
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(tree):
        if isinstance(node, owners) and ast.get_docstring(node, clean=False) is not None:
            yield from range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1)


@dataclass(frozen=True)
class Shape:
    """What was measured of one checkout.

    Attributes:
        short: modules of few lines, and how many of these are no `__init__`.
        folders: folder -> the Python files in it, `__init__` among them.
        circles: modules that import each other, in whatever number of steps.
        chain: modules, the first imported by the second, and so on.
        top: Python files at the top.
        comments: per 100 lines of code; of the agent, in its engine.
    """

    modules: int
    code_lines: int
    short: tuple[int, int]
    folders: dict[str, int]
    circles: list[list[str]]
    chain: list[str]
    top: int
    comments: float

    def rows(self) -> dict[str, str]:
        """The rows of the table."""
        fullest = max(self.folders, key=lambda folder: self.folders[folder])
        circles = "; ".join(", ".join(circle) for circle in self.circles)
        return {
            "modules": f"{self.modules}",
            "lines of code": f"{self.code_lines:,}",
            "longest chain of imports, in modules": f"{len(self.chain)}",
            "circles of imports": circles or "none",
            "files at the top": f"{self.top}",
            "files in the fullest folder": f"{self.folders[fullest]} ({fullest}/)",
            f"modules under {SHORT} lines": f"{self.short[0]} ({self.short[1]} but `__init__`)",
            "comments per 100 lines of code where it decides and writes": f"{self.comments:.1f}",
        }


def measure(root: Path, package: str = "agent") -> Shape:
    """The shape of *package* in the checkout at *root*."""
    paths = sorted((root / package).rglob("*.py"))
    found = [Module(p.relative_to(root), p.read_text(encoding="utf-8")) for p in paths]
    new, old = ENGINE
    names = new if (root / package / new[0]).is_dir() else old
    engine = [m for m in found if package != "agent" or m.path.parts[1] in names]
    short = [m for m in found if m.lines < SHORT]
    imports = imports_of(root, package)
    circles = [sorted(circle) for circle in components(imports) if len(circle) > 1]
    return Shape(
        modules=len(found),
        code_lines=sum(m.code_lines for m in found),
        short=(len(short), sum(m.path.stem != "__init__" for m in short)),
        folders=dict(Counter(m.path.parent.as_posix() for m in found)),
        circles=sorted(circles),
        chain=longest_chain(imports),
        top=sum(m.path.parent.as_posix() == package for m in found),
        comments=100 * sum(m.comments for m in engine) / sum(m.code_lines for m in engine),
    )


def imports_of(root: Path, package: str = "agent") -> dict[str, set[str]]:
    """Module -> what it imports of the package."""
    sys.path.insert(0, str(root))
    try:
        invalidate_caches()
        spec = find_spec(package)
        if spec is None or not Path(spec.origin or "").is_relative_to(root):
            raise SystemExit(f"{package} is not that of {root}, but of {spec and spec.origin}")
        graph = grimp.build_graph(package, cache_dir=None)
    finally:
        sys.path.remove(str(root))
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def components(imports: dict[str, set[str]]) -> set[frozenset[str]]:
    """The modules, together with those that they import and that import them."""
    reached = {module: reach(imports, module) for module in imports}
    return {
        frozenset({module, *(m for m in reached[module] if module in reached[m])})
        for module in imports
    }


def reach(imports: dict[str, set[str]], module: str) -> set[str]:
    """Whatever *module* imports, through others too."""
    found: set[str] = set()
    ahead = list(imports[module])
    while ahead:
        if (each := ahead.pop()) not in found:
            found.add(each)
            ahead += imports[each]
    return found


def longest_chain(imports: dict[str, set[str]]) -> list[str]:
    """The longest chain; of a circle it names one module."""
    home = {module: circle for circle in components(imports) for module in circle}
    known: dict[frozenset[str], list[str]] = {}

    def ending_in(circle: frozenset[str]) -> list[str]:
        if circle not in known:
            below = {home[m] for module in circle for m in imports[module]} - {circle}
            chains = (ending_in(each) for each in sorted(below, key=sorted))
            known[circle] = [*max(chains, key=len, default=[]), min(circle)]
        return known[circle]

    return max((ending_in(circle) for circle in set(home.values())), key=lambda c: (len(c), c))


def table(titles: Sequence[str], shapes: Sequence[Shape]) -> str:
    """A Markdown table, a column for each shape."""
    rows = [shape.rows() for shape in shapes]
    lines = [["", *titles], ["---"] * (len(titles) + 1)]
    lines += [[name, *(row[name] for row in rows)] for name in rows[0]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main(arguments: Sequence[str]) -> None:
    """Print the table, then the chains."""
    given = ArgumentParser(description=__doc__)
    given.add_argument("-p", "--package", default="agent")
    given.add_argument("roots", nargs="*", type=Path)
    asked = given.parse_args(arguments)
    roots = [root.resolve() for root in asked.roots] or [ROOT]
    titles = ["before", "after"] if len(roots) == 2 else [root.name for root in roots]
    shapes = [measure(root, asked.package) for root in roots]
    chains = [
        f"Longest chain, {t}: {' ← '.join(s.chain)}" for t, s in zip(titles, shapes, strict=True)
    ]
    sys.stdout.write("\n\n".join((table(titles, shapes), *chains)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
