"""Old names and words do not come back; what is still there is listed in old_words.toml."""

import ast
import re
import tomllib
from collections import Counter

import pytest

from tests.meta.project_files import ROOT, project_files, text_of

OLD = tomllib.loads((ROOT / "tests/meta/old_words.toml").read_text(encoding="utf-8"))
NAMED = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
TEXTS = re.compile(rf"\b({'|'.join(OLD['texts'])})s?\b", re.IGNORECASE)


def of_packages(*packages):
    """Their modules, parsed."""
    found = (f for f in project_files() if f.parts[0] in packages and f.suffix == ".py")
    return [(file, list(ast.walk(ast.parse(text_of(file))))) for file in found]


def is_old(name, file):
    if file.as_posix().startswith(tuple(OLD["allowed"].get(name, ()))):
        return False
    parts = {part.casefold() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}
    return name in OLD["names"] or any({word, f"{word}s"} & parts for word in OLD["words"])


def words_in(text):
    return {word.casefold() for word in TEXTS.findall(text)}


def names_in(file, nodes):
    """The names of a module, or of its package, and of its classes and functions."""
    yield file.parent.name if file.stem == "__init__" else file.stem
    yield from (node.name for node in nodes if isinstance(node, NAMED))


def test_no_module_class_or_function_has_an_old_name():
    names = (
        (name, file)
        for file, nodes in of_packages("agent", "mock_sis")
        for name in names_in(file, nodes)
    )
    assert Counter(name for name, file in names if is_old(name, file)) == OLD["still"]["names"]


@pytest.mark.parametrize(
    ("old", "packages"), [("load", ("load", "bench")), ("contracts", ("contracts",))]
)
def test_nothing_of_the_load_tests_and_of_the_harness_has_an_old_name(old, packages):
    found = of_packages(*packages)
    names = {name for file, nodes in found for name in names_in(file, nodes)}
    assert names & set(OLD[old]) == set()


def test_no_message_and_no_docstring_has_an_old_word():
    texts = (
        n.value for _, nodes in of_packages("agent") for n in nodes if isinstance(n, ast.Constant)
    )
    found = {word for text in texts if isinstance(text, str) for word in words_in(text)}
    assert found == set(OLD["still"]["in_agent"])


def test_no_page_has_an_old_word():
    pages = [file for file in project_files() if file.suffix == ".md"]
    found = {f"{file.as_posix()}: {word}" for file in pages for word in words_in(text_of(file))}
    assert found == set(OLD["still"]["in_pages"])
