"""Every sentence of the two guides in our own words, and why a program cannot show some."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("sentences.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence; `why` a program cannot show it, or empty where scenarios do."""

    id: str
    said: str
    why: str = ""

    @property
    def section(self) -> str:
        """Such as "SK6"."""
        return self.id.partition(".")[0]


@cache
def _file() -> Mapping[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def guides() -> Mapping[str, str]:
    """The two letters of a guide -> its title."""
    found: Mapping[str, str] = _file()["guides"]
    return found


def sections() -> Mapping[str, str]:
    """Such as "SK6" -> what the section is about."""
    found: Mapping[str, str] = _file()["sections"]
    return found


def other_rules() -> Mapping[str, str]:
    """Rules that have no scenario of their own -> where they show, or why they cannot."""
    found: Mapping[str, str] = _file()["other_rules"]
    return found


def sentences() -> list[Sentence]:
    """All of them, in the order of the guides."""
    return [Sentence(**one) for one in _file()["sentence"]]
