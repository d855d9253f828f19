"""`/ws/v1`: the roster as wrapped resources, in the JSON that was once XML.

A list of one is an object and an empty one leaves its member out, unless the world's setting
`singleton_as_object` is off.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from mock_sis.http.types import Answer, Problem
from mock_sis.powerschool.plugin import RESOURCES, Plugin
from mock_sis.powerschool.resources.definitions import Resource
from mock_sis.powerschool.tables.fiql import Condition, conditions, equal
from mock_sis.powerschool.tables.rows import count, rows
from mock_sis.world.clock import text
from mock_sis.world.world import World

VERSION = "24.11.1.0"


class Core:
    """Reads the roster of one world for one plugin."""

    def __init__(self, world: World, plugin: Plugin, *, singleton: bool) -> None:
        self._world = world
        self._plugin = plugin
        self._singleton = singleton

    # ---- reading --------------------------------------------------------------------------------

    def one(self, resource: Resource, id_: str, expansions: str | None) -> Answer:
        """One resource by its DCID; 404 when it is not there."""
        where = [_is(resource, resource.table.key, id_)]
        found = rows(self._world, resource.table, list(resource.table.fields), where, limit=1)
        if not found:
            raise Problem(404, f"Resource {resource.name} {id_} was not found")
        shape = resource.shape(found[0], _chosen(expansions))
        told = {"@expansions": resource.expansions} if resource.expansions else {}
        return Answer({resource.name: {**told, "@extensions": "", **shape}})

    def listed(
        self,
        resource: Resource,
        within: Mapping[str, str],
        *,
        q: str | None,
        page: int,
        pagesize: int | None,
        expansions: str | None,
    ) -> Answer:
        """A page of what lies *within* (field -> id); larger pages than granted are cut."""
        most = self._plugin.most(resource.maximum)
        size = min(pagesize or most, most)
        found = rows(
            self._world,
            resource.table,
            list(resource.table.fields),
            self._where(resource, within, q),
            order=resource.order,
            limit=size,
            offset=(page - 1) * size,
        )
        wanted = _chosen(expansions)
        shapes = [resource.shape(row, wanted) for row in found]
        return Answer({resource.plural: self._wrapped(resource, shapes)})

    def counted(self, resource: Resource, within: Mapping[str, str], q: str | None) -> Answer:
        """How many there are in all."""
        found = count(self._world, resource.table, self._where(resource, within, q))
        return Answer({"resource": {"count": found}})

    def must_be(self, resource: Resource, id_: str) -> None:
        """Problem(404) when what a path names is not there."""
        if not count(self._world, resource.table, [_is(resource, resource.table.key, id_)]):
            raise Problem(404, f"Resource {resource.name} {id_} was not found")

    # ---- inside ---------------------------------------------------------------------------------

    def _where(
        self, resource: Resource, within: Mapping[str, str], q: str | None
    ) -> list[Condition]:
        held = [_is(resource, field, id_) for field, id_ in within.items()]
        return [*held, *conditions(q, resource.searchable)]

    def _wrapped(self, resource: Resource, shapes: Sequence[Mapping[str, Any]]) -> Any:
        told = {"@expansions": resource.expansions, "@extensions": ""}
        if not shapes and self._singleton:
            return told
        inner = shapes[0] if len(shapes) == 1 and self._singleton else shapes
        return {**told, resource.name: inner}


def metadata(world: World, plugin: Plugin | None, maxima: Mapping[str, int]) -> Answer:
    """What the server tells anyone; with a token also the plugin's number and page sizes."""
    sizes = {f"{name}_max_page_size": maxima[name] for name in RESOURCES}
    told = {
        "@expansions": "",
        **sizes,
        "powerschool_version": VERSION,
        "district_timezone": str(world.zone),
        "state": "IL",
        "sso_enabled_admin": False,
        "sso_enabled_teacher": False,
        "sso_enabled_student": False,
        **({"plugin_id": plugin.number} if plugin else {}),
    }
    return Answer({"metadata": told})


def district(world: World) -> Answer:
    """The district itself."""
    row = world.db.one("SELECT * FROM org WHERE kind = 'district' ORDER BY rowid LIMIT 1")
    told = {
        "@expansions": "districts_of_residence, entry_codes, exit_codes",
        "uuid": f"00000000-0000-4000-8000-{str(row['dcid'] or 0)[-12:].zfill(12)}" if row else "",
        "name": row["name"] if row else "",
        "district_number": str(row["number"]) if row else "",
        "addresses": "",
        "phones": "",
    }
    return Answer({"district": told})


def server_time(world: World) -> Answer:
    """The clock, for anyone."""
    return Answer({"time": {"time": text(world.now()), "timezone": str(world.zone)}})


def _is(resource: Resource, field: str, id_: str) -> Condition:
    sql, value = equal(resource.table.fields[field], id_, f"is_{field}")
    return Condition(sql, {f"is_{field}": value}, field)


def _chosen(expansions: str | None) -> set[str]:
    return {part.strip() for part in (expansions or "").split(",")}
