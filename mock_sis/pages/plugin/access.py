"""What a plugin may do with PowerSchool's tables and fields, and changes of it."""

from collections.abc import Mapping
from typing import Any

from mock_sis.credentials import CLIENT_ID
from mock_sis.gradebook.columns import Unknown
from mock_sis.powerschool.plugin import ASSIGNMENT_FIELDS, SCORE_FIELDS, SERVER
from mock_sis.powerschool.tables import district, gradebook
from mock_sis.powerschool.tables.schema import HIDDEN
from mock_sis.world.world import World

LEVELS = {"full": "Full", "view": "View Only", "none": "No"}
TABLES = {**district.TABLES, **gradebook.TABLES}
WRITTEN = {**ASSIGNMENT_FIELDS, "assignmentscore": SCORE_FIELDS}
"""What a program fills that makes assignments and scores."""
MEANING = {
    "full": "{} may read and write {} now.",
    "view": "{} may only read {} now. PowerSchool refuses what it writes there.",
    "none": "{} may not use {} now. PowerSchool refuses what it asks for there.",
}


def plugins(world: World) -> list[str]:
    """The plugins that the district has installed, by client id; Passback's first."""
    return [CLIENT_ID, *world.setting(SERVER, {}).get("plugins", {})]


def tables(world: World, plugin: str) -> list[dict[str, Any]]:
    """Each table with its access and its fields: name, own access ("" as the table), written."""
    grants = _settings(world, plugin).get("grants", {})
    return [
        {
            "name": name,
            "access": grants.get(name, "full"),
            "fields": [
                (field, grants.get(f"{name}.{field}", ""), field in WRITTEN.get(name, ()))
                for field in fields
            ],
            "narrowed": sum(f"{name}.{field}" in grants for field in fields),
            "written": name in WRITTEN,
        }
        for name, fields in all_fields().items()
    ]


def all_fields() -> dict[str, list[str]]:
    """Field names by table, those that Passback writes first."""
    names = sorted((TABLES.keys() | WRITTEN.keys()) - HIDDEN, key=lambda n: (n not in WRITTEN, n))
    return {
        name: list(
            dict.fromkeys(
                [*WRITTEN.get(name, ()), *(TABLES[name].fields if name in TABLES else ())]
            )
        )
        for name in names
    }


def change(world: World, plugin: str, table: str, wanted: Mapping[str, str]) -> str:
    """Grant what *wanted* says: level of the table under "", of fields under their names.

    Answers what that means. Unknown: there is no such plugin or table.
    """
    fields = all_fields().get(table)
    if fields is None:
        raise Unknown("table", table)
    own = _settings(world, plugin)
    level = wanted.get("", "full")
    named = {f"{table}.{field}": wanted[field] for field in fields if wanted.get(field) in LEVELS}
    others = {
        name: given
        for name, given in own.get("grants", {}).items()
        if name.partition(".")[0] != table
    }
    _keep(world, plugin, {**own, "grants": {**others, table: level, **named}})
    text = MEANING[level].format(plugin, table)
    return f"{text} {len(named)} of its fields have an access of their own." if named else text


def _settings(world: World, plugin: str) -> dict[str, Any]:
    settings: dict[str, Any] = world.setting(SERVER, {})
    if plugin == CLIENT_ID:
        return settings
    try:
        return dict(settings.get("plugins", {})[plugin])
    except KeyError:
        raise Unknown("plugin", plugin) from None


def _keep(world: World, plugin: str, own: dict[str, Any]) -> None:
    settings = world.setting(SERVER, {})
    if plugin != CLIENT_ID:
        own = {**settings, "plugins": {**settings["plugins"], plugin: own}}
    world.configure(**{SERVER: own})
