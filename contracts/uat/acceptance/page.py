"""Prints what the guides say and what shows it, as Markdown (`make docs`)."""

from collections.abc import Iterator

from contracts.uat.acceptance.catalogue import EVERY
from contracts.uat.acceptance.sentences import guides, other_rules, sections, sentences

START = """\
# What the guides say, and what shows it

Written by `make docs` from `contracts/uat/acceptance/sentences.toml`. Each sentence of the two
guides stands here in our own words, with the acceptance scenarios that show it
(`passback uat --out`), or why a program cannot.
"""


def showing(sentence: str) -> list[str]:
    """The ids of the scenarios that show a sentence."""
    return list(dict.fromkeys(one.id for one in EVERY if sentence in one.sentences))


def lines() -> Iterator[str]:
    """The page."""
    yield START
    told = sentences()
    for guide, title in guides().items():
        yield f"## {title}\n"
        yield "| sentence | what it says | shown by |\n|---|---|---|"
        for name, heading in sections().items():
            if name.startswith(guide):
                yield f"| **{name}** | **{heading}** | |"
                for one in (one for one in told if one.section == name):
                    yield f"| {one.id} | {one.said} | {', '.join(showing(one.id)) or one.why} |"
        yield ""
    yield "## Rules without a scenario of their own\n\n| rule | where it shows |\n|---|---|"
    yield from (f"| {rule} | {words} |" for rule, words in other_rules().items())
    yield ""
    yield "## The scenarios\n\n| scenario | title |\n|---|---|"
    for scenario in EVERY:
        yield f"| {scenario.id} | {scenario.title} |"


if __name__ == "__main__":
    print("\n".join(lines()))
