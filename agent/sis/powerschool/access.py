"""What a PowerSchool plugin must be granted, field by field: exactly what the agent uses.

`deploy/powerschool/plugin.xml` asks for this and no more; a test holds the two together. Reads need
the fields of the rows that are read, and those that a query names. A write needs full access to
every field of its table, those that the server fills by itself among them.
"""

from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

from agent.domain import Who
from agent.errors import UnavailableError
from agent.http.responses import Operation
from agent.probe import Probe, bad, good
from agent.sis.powerschool.rows import (
    BinRow,
    CommentRow,
    DistrictCategoryRow,
    EnrollmentChange,
    LockRow,
    ScoreRow,
    SectionIds,
    UnlockRow,
)
from agent.sis.powerschool.server import Server
from agent.sis.reading import path_of

Access = Literal["ViewOnly", "FullAccess"]

GET_TABLE_METADATA = Operation("getTableMetadata")
FILE = "deploy/powerschool/plugin.xml"


def _all(names: str, access: Access) -> dict[str, Access]:
    return dict.fromkeys(names.split(), access)


def _read(*kinds: type[msgspec.Struct], also: str = "") -> dict[str, Access]:
    fields = [name for kind in kinds for name in kind.__struct_fields__]
    return _all(" ".join([*fields, also]), "ViewOnly")


NEEDED: Mapping[str, Mapping[str, Access]] = {
    "assignment": _all(
        "assignmentid yearid createdbyplugin hasstandards standardscoringmethod"
        " standardcalcdirection whencreated whenmodified",
        "FullAccess",
    ),
    "assignmentsection": _all(
        "assignmentsectionid assignmentid sectionsdcid yearid name description duedate scoretype"
        " scoreentrypoints weight totalpointvalue extracreditpoints iscountedinfinalgrade"
        " isscorespublish isscoringneeded maxretakeallowed publishoption publisheddate whencreated"
        " whenmodified",
        "FullAccess",
    ),
    "assignmentcategoryassoc": _all(
        "assignmentcategoryassocid assignmentsectionid teachercategoryid isprimary yearid"
        " whenmodified",
        "FullAccess",
    ),
    "assignmentscore": _all(
        " ".join(ScoreRow.__struct_fields__)
        + " assignmentsectionid yearid actualscorekind scorepercent scoreentrydate hasretake"
        " authoredbyuc whenmodified",
        "FullAccess",
    ),
    "assignmentscorecomment": _read(CommentRow),
    "teachercategory": _all(
        "teachercategoryid usersdcid name isactive districtteachercategoryid", "ViewOnly"
    ),
    "districtteachercategory": _read(DistrictCategoryRow),
    "sections": _read(SectionIds),
    "cc": _read(EnrollmentChange),
    "termbins": _read(BinRow),
    "gradeschoolconfig": _read(LockRow),
    "sectionunlock": _read(UnlockRow),
}
"""Table -> field -> access."""


class _Column(msgspec.Struct):
    name: str
    access: str = ""


class _Table(msgspec.Struct):
    columns: list[_Column] = []


_TABLE = msgspec.json.Decoder(_Table)
_LEVELS = {"NoAccess": 0, "ViewOnly": 1, "FullAccess": 2}


def access_probes(server: Server) -> Iterator[Probe]:
    """What is missing, table by table; one word where all is granted, or nothing can be told."""
    told, lacking = 0, False
    for table, fields in NEEDED.items():
        try:
            granted = _granted(server, table)
        except UnavailableError:
            continue
        told += bool(granted)
        for access in ("FullAccess", "ViewOnly"):
            missing = [
                name
                for name, wanted in fields.items()
                if wanted == access and _LEVELS.get(granted.get(name, access), 2) < _LEVELS[access]
            ]
            if missing:
                lacking = True
                yield _lack(table, access, missing)
    if not told:
        yield good("access", "the server does not tell field by field; the reads are tried instead")
    elif not lacking:
        yield good("access", f"every field that is used is granted ({told} tables)")


def _lack(table: str, access: str, missing: list[str]) -> Probe:
    return bad(
        f"access to {table}",
        f"the plugin has no {access} to {', '.join(f'{table}.{name}' for name in missing)}",
        Who.SIS,
        f"install {FILE} again (System > Plugin Management), which asks for these fields, and"
        " enable it",
        where=table,
    )


def _granted(server: Server, table: str) -> dict[str, str]:
    """Field -> access, as far as the server tells; nothing of a table that it does not have."""
    path = path_of("/ws/schema/table/{}/metadata", table) + "?expansions=access"
    reply = server.http.call(GET_TABLE_METADATA, path)
    if not reply.ok:
        return {}
    return {column.name.lower(): column.access for column in reply.read(_TABLE).columns}
