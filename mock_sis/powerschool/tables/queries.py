"""`/ws/schema/query`: named queries that known programs use. An empty result has no `record`."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mock_sis.http.types import Answer, Problem
from mock_sis.powerschool.plugin import Plugin
from mock_sis.powerschool.tables.fiql import Condition
from mock_sis.powerschool.tables.reader import RESOURCE, text
from mock_sis.powerschool.tables.rows import TABLES, rows
from mock_sis.world.world import World

Record = dict[str, Any]
Query = Callable[[World, Mapping[str, Any]], list[Record]]


def run(
    world: World,
    plugin: Plugin,
    name: str,
    body: Mapping[str, Any],
    *,
    page: int,
    pagesize: int | None,
    counting: bool,
) -> Answer:
    """A page of records; a page size of 0 is everything."""
    found = _query(name)(world, body)
    size = plugin.most(RESOURCE) if pagesize is None else min(pagesize, plugin.most(RESOURCE))
    first = (page - 1) * size if size else 0
    record = found[first : first + size] if size else found
    return Answer(
        {
            "name": name,
            **({"record": record} if record else {}),
            **({"count": len(found)} if counting else {}),
            "@extensions": "",
        }
    )


def api() -> Answer:
    """Which queries there are, as the server describes them to its own pages."""
    paths = {
        f"/ws/schema/query/{name}": {"post": {"tags": [name.split(".")[2]], "summary": name}}
        for name in sorted(QUERIES)
    }
    return Answer({"paths": paths, "definitions": {}})


def counted(world: World, name: str, body: Mapping[str, Any]) -> Answer:
    """How many records there are in all."""
    return Answer({"count": len(_query(name)(world, body))})


def _query(name: str) -> Query:
    found = QUERIES.get(name.lower())
    if found is None:
        raise Problem(404, f"There is no query {name}")
    return found


def _coteachers(world: World, body: Mapping[str, Any]) -> list[Record]:
    """Sections in which these people teach without leading."""
    wanted = _listed(body, "users_dcids")
    found = world.db.read(
        "SELECT person, section FROM enrolment WHERE role = 'teacher' AND main = 0 AND active = 1"
        f" AND coalesce(end, '9') >= ? AND person IN ({', '.join('?' * len(wanted))})"
        " ORDER BY person, section",
        world.today().isoformat(),
        *wanted,
    )
    return [
        {
            "id": position,
            "name": "users",
            "tables": {
                "users": {"dcid": row["person"]},
                "sections": {"dcid": row["section"]},
                "roledef": {"name": "Co-teacher", "access_level": "EDIT"},
            },
        }
        for position, row in enumerate(found, start=1)
    ]


def _gradebook_type(world: World, body: Mapping[str, Any]) -> list[Record]:
    return [
        {"dcid": dcid, "gradebooktype": "PTP"}
        for dcid in _listed(body, "section_ids")
        if world.db.one("SELECT 1 FROM section WHERE id = ? AND active = 1", dcid)
    ]


def _grade_scales(world: World, body: Mapping[str, Any]) -> list[Record]:
    known = _gradebook_type(world, body)
    return [{"dcid": record["dcid"], "gradescaleitemdcid": "21001"} for record in known]


def _student_ids(world: World, body: Mapping[str, Any]) -> list[Record]:
    """Both numbers of students who are named by either."""
    table, found = TABLES["students"], []
    for argument, field in (("students_dcid", "dcid"), ("students_id", "id")):
        for value in _listed(body, argument, needed=False):
            sql = table.fields[field].sql
            bound: Any = int(value) if field == "id" and value.isdecimal() else value
            where = [Condition(f"{sql} = :wanted", {"wanted": bound}, field)]
            found += rows(world, table, ["id", "dcid"], where)
    return [{"id": text(row["id"]), "dcid": text(row["dcid"])} for row in found]


def _nothing(_world: World, _body: Mapping[str, Any]) -> list[Record]:
    return []


def _listed(body: Mapping[str, Any], name: str, *, needed: bool = True) -> list[str]:
    value = body.get(name)
    if value is None and needed:
        raise Problem(400, f"The query needs the argument {name}")
    given: Iterable[Any] = value if isinstance(value, list) else [] if value is None else [value]
    return [part.strip() for several in given for part in str(several).split(",")]


QUERIES: Mapping[str, Query] = {
    "com.powerschool.core.users.coteacher_access_roles": _coteachers,
    "com.powerschool.core.sections.gradebooktype": _gradebook_type,
    "com.powerschool.core.sections.gradescales": _grade_scales,
    "com.pearson.core.student.student_dcid_id_map": _student_ids,
    "com.pearson.core.guardian.student_guardian_detail": _nothing,
}
