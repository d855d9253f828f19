"""`passback verify`: hold what the SIS shows against what it last accepted; writes nothing."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import click

from agent.commands.build import as_json, build_sis, moment, print_json, with_ledger
from agent.commands.events import Events
from agent.explain.comparison import Compared, Comparison, Difference, compare, sample
from agent.http.waiting import NOT_AT_ALL
from agent.ledger import Ledger
from agent.report import LISTED
from agent.settings import Settings

SAMPLE = 20
WORDS = {
    Compared.CHANGED: "changed in the SIS since",
    Compared.EMPTIED: "empty now, though the SIS accepted a score",
    Compared.GONE: "gone with its column",
    Compared.NOT_READ: "could not be read",
}


@click.command()
@with_ledger
@click.option(
    "--sample",
    "number",
    type=click.IntRange(min=1),
    default=SAMPLE,
    show_default=True,
    help="How many columns to read.",
)
@click.option("--all", "all_", is_flag=True, help="Read every column.")
@click.option(
    "--section", "sections", multiple=True, help="Only this SIS section; may be given again."
)
@click.option("--seed", default=0, show_default=True, help="Draw other columns.")
@as_json
def verify(
    settings: Settings,
    ledger: Ledger,
    number: int,
    all_: bool,
    sections: tuple[str, ...],
    seed: int,
    json_: bool,
) -> None:
    """Read columns from the SIS and hold them against what it last accepted. Writes nothing."""
    drawn, of = sample(ledger, sections=sections, number=None if all_ else number, seed=seed)
    with closing(build_sis(settings, Events(), moment(None, settings), NOT_AT_ALL)) as sis:
        found = compare(sis, ledger, drawn, of)
    if json_:
        print_json(_document(settings.district, found))
    else:
        click.echo("\n".join(_lines(settings.district, found)))
    sys.exit(3 if found.missing else 0)


def _document(district: str, found: Comparison) -> dict[str, Any]:
    return {
        "district": district,
        "columns_known": found.of,
        "columns": _counts(found.columns),
        "scores": _counts(found.scores),
        "differences": [
            {
                "kind": "assignment" if each.student is None else "score",
                "assignment": each.assessment,
                "title": each.title,
                "gradebook": each.gradebook,
                "student": each.student,
                "found": each.found.value,
                "ours": each.ours,
                "theirs": each.theirs,
            }
            for each in found.differences
        ],
    }


def _counts(counts: Counter[Compared]) -> dict[str, int]:
    return {each.value: counts[each] for each in Compared}


def _lines(district: str, found: Comparison) -> Iterator[str]:
    read = found.columns.total() - found.columns[Compared.NOT_READ]
    yield f"{district}: {read} of {found.of} columns that the SIS has from us were read"
    if not found.of:
        yield "  no column from us there; `passback status` says what was sent"
        return
    yield f"  columns  {_told(found.columns)}"
    yield f"  scores   {_told(found.scores)}"
    for kind, words in WORDS.items():
        some = [each for each in found.differences if each.found is kind]
        if some:
            yield f"  {words}:"
            yield from (f"    {_line(each)}" for each in some[:LISTED])
        if len(some) > LISTED:
            yield f"    and {len(some) - LISTED} more; --json lists all"
    if found.missing:
        yield "  Something that was sent is not there: a teacher took it out, or it was lost."
        yield "  `passback explain ASSIGNMENT STUDENT --live` shows each."


def _told(counts: Counter[Compared]) -> str:
    told = [f"{each.value.replace('_', ' ')} {counts[each]}" for each in Compared if counts[each]]
    return " · ".join(told) or "none"


def _line(each: Difference) -> str:
    of = f" of {each.student}" if each.student is not None else ""
    values = f": {each.ours} -> {each.theirs}" if each.theirs else f", {each.ours}"
    return f'{each.assessment} "{each.title}"{of} in {each.gradebook}{values}'
