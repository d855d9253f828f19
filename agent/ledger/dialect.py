"""What a database writes in another way than the SQL of the ledger (`agent.ledger.store`)."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

from msgspec import inspect

Form = Literal["plain", "flag", "json"]
"""How a member of a type lies in the column of its name."""

_PLAIN = (
    *(inspect.StrType, inspect.IntType, inspect.FloatType, inspect.DecimalType),
    *(inspect.DateType, inspect.DateTimeType, inspect.EnumType, inspect.LiteralType),
)


class Dialect:
    """How one database writes it.

    Args:
        instead: patterns, and what it has in their place; in this order.
        members: how a column of each form becomes a part of JSON; {} is its name.
        rows: SQL of a JSON list with an object of {members} for each row of a {select}.

    Attributes:
        translated: a statement of ours -> as the database takes it.
        json_list: a Struct, a dataclass or a TypedDict, and a query with a column for each of its
            members -> SQL of a JSON list of them.
    """

    def __init__(
        self, instead: Sequence[tuple[str, str]], members: Mapping[Form, str], rows: str
    ) -> None:
        self._instead, self._members, self._rows = instead, members, rows
        self.translated: Callable[[str], str] = lru_cache(maxsize=1024)(self._translate)
        self.json_list: Callable[[type, str], str] = lru_cache(maxsize=256)(self._list)

    def _translate(self, sql: str) -> str:
        for ours, its in self._instead:
            sql = re.sub(ours, its, sql)
        return sql

    def _list(self, kind: type, select: str) -> str:
        found: Any = inspect.type_info(kind)
        members = ", ".join(
            f"'{each.encode_name}', {self._members[_form(each.type)].format(each.encode_name)}"
            for each in found.fields
        )
        return self._rows.format(members=members, select=select)


def _form(type_: inspect.Type) -> Form:
    match type_:
        case inspect.UnionType(types=types):
            kinds = {_form(each) for each in types if not isinstance(each, inspect.NoneType)}
            assert len(kinds) == 1, "a column has one form"
            return kinds.pop()
        case inspect.BoolType():
            return "flag"
        case _:
            return "plain" if isinstance(type_, _PLAIN) else "json"
