"""The commands in the reference: how each is typed, and its options with values and defaults.

Between the comments `<!-- options of passback NAME -->` and `<!-- end of options -->` of a page
below docs/reference/commands everything comes from click, but for the last column: a meaning that a
person wrote there stays. A new option gets the words of `--help`.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import click

from agent.cli import passback

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs/reference/commands"
INDEX = ROOT / "docs/reference/cli.md"
PART = re.compile(
    r"^<!-- options of (passback[a-z ]*) -->$.*?^<!-- end of options -->$",
    re.MULTILINE | re.DOTALL,
)
LIST = re.compile(
    r"(?<=^<!-- all commands -->\n).*?(?=^<!-- end of commands -->$)", re.MULTILINE | re.DOTALL
)
ROW = re.compile(r"^\| `((?:-|[A-Z])[^`]*)`.* \| (.*) \|$", re.MULTILINE)
BAR = "\\|"  # a bar within a cell
ANCHOR = '<a id="{}"></a>'
HEADING = re.compile(r"^## (passback [a-z ]+)$", re.MULTILINE)


def every_command() -> Iterator[tuple[str, click.Command]]:
    """Name and command of each, as in ("passback ledger check", ...), groups first."""

    def below(group: click.Group, name: str) -> Iterator[tuple[str, click.Command]]:
        context = click.Context(group)
        for part in group.list_commands(context):
            found = group.get_command(context, part)
            if found is None or found.hidden:
                continue
            yield f"{name} {part}", found
            if isinstance(found, click.Group):
                yield from below(found, f"{name} {part}")

    return below(passback, "passback")


def filled(page: str) -> str:
    """The text of *page* with each of its parts as the code has it now."""
    known = dict(every_command())

    def part(found: re.Match[str]) -> str:
        name = found[1]
        return "\n".join(
            [
                f"<!-- options of {name} -->",
                "",
                *_usage(name, known[name]),
                *_table(known[name], _meanings(found[0])),
                "<!-- end of options -->",
            ]
        )

    return PART.sub(part, page)


def listed(page: str) -> str:
    """The text of the index with a row for each command, and where it is described."""
    where = {
        name: f"commands/{file.name}#{_id(name)}"
        for file in sorted(PAGES.glob("*.md"))
        for name in HEADING.findall(_read(file))
    }
    rows = "\n".join(
        f"| {ANCHOR.format(_id(name))}[`{name}`]({where[name]}) | {_short(command)} |"
        for name, command in every_command()
    )
    return LIST.sub(f"\n| command | what it does |\n|---|---|\n{rows}\n\n", page)


def _id(name: str) -> str:
    return name.replace(" ", "-")


def _short(command: click.Command) -> str:
    return command.get_short_help_str(limit=200)


def _usage(name: str, command: click.Command) -> list[str]:
    context = click.Context(command, info_name=name)
    return ["```text", " ".join([name, *command.collect_usage_pieces(context)]), "```", ""]


def _meanings(part: str) -> dict[str, str]:
    """What a person wrote about each option or argument, by its name."""
    return {told.split()[0]: meaning.rpartition(" | ")[2] for told, meaning in ROW.findall(part)}


def _table(command: click.Command, meanings: dict[str, str]) -> list[str]:
    context = click.Context(command)
    rows = [_row(each, context, meanings) for each in command.params if each.name != "help"]
    if not rows:
        return []
    columns = ["option", "values", "meaning"]
    if not any(row[1] for row in rows):
        columns.remove("values")
        rows = [[row[0], row[2]] for row in rows]
    told = [f"| {' | '.join(cells)} |" for cells in (columns, *rows)]
    return [told[0], "|---" * len(columns) + "|", *told[1:], ""]


def _row(each: click.Parameter, context: click.Context, meanings: dict[str, str]) -> list[str]:
    if isinstance(each, click.Argument):
        chosen = isinstance(each.type, click.Choice)
        written = each.human_readable_name.upper() if chosen else each.make_metavar(context)
        name = told = written.strip("[].")
    else:
        name = next(opt for opt in each.opts if opt.startswith("--"))
        told = f"{name} {_metavar(each)}".strip()
    helped = getattr(each, "help", None) or ""
    meaning = meanings.get(name) or (helped[:1].lower() + helped[1:]).rstrip(".")
    return [f"`{told.replace('|', BAR)}`", _values(each), meaning]


def _metavar(option: click.Parameter) -> str:
    if getattr(option, "is_flag", False):
        return ""
    if option.metavar:
        return option.metavar
    kind = option.type
    if isinstance(kind, click.IntRange | click.types.IntParamType):
        return "N"
    if isinstance(kind, click.Path):
        return "FILE" if kind.file_okay else "FOLDER"
    if isinstance(kind, click.DateTime):
        return "DAY"
    return (option.name or "").rpartition("_")[2].upper()


def _values(each: click.Parameter) -> str:
    """What it takes, and what it is without being given."""
    told = []
    kind = each.type
    if isinstance(kind, click.Choice):
        told.append(", ".join(f"`{choice}`" for choice in kind.choices))
    if isinstance(kind, click.IntRange | click.FloatRange):
        told.append(f"{kind.min} or more" if kind.max is None else f"{kind.min} to {kind.max}")
    if each.required and not isinstance(each, click.Argument):
        told.append("needed")
    default = each.to_info_dict().get("default")
    if isinstance(default, str | int | float) and not isinstance(default, bool) and default != "":
        told.append(f"default `{default}`")
    if each.multiple:
        told.append("may be given again")
    if isinstance(each.envvar, str):
        told.append(f"or `{each.envvar}` in the environment")
    return "; ".join(told)


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def main() -> None:
    """Write every part anew."""
    for file in PAGES.glob("*.md"):
        file.write_text(filled(_read(file)), encoding="utf-8")
    INDEX.write_text(listed(_read(INDEX)), encoding="utf-8")
