"""How the members of a type lie in columns of their names: as they are, as flags, or as JSON."""

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import inspect

Form = Literal["plain", "flag", "json"]

_PLAIN = (
    *(inspect.StrType, inspect.IntType, inspect.FloatType, inspect.DecimalType),
    *(inspect.DateType, inspect.DateTimeType, inspect.EnumType, inspect.LiteralType),
)


def object_of(kind: type, how: Mapping[Form, str]) -> str:
    """SQL of the names and values of a JSON object for a Struct, a dataclass or a TypedDict.

    *how* a database writes a column of each form; {} is its name.
    """
    found: Any = inspect.type_info(kind)
    return ", ".join(
        f"'{member.encode_name}', {how[_form(member.type)].format(member.encode_name)}"
        for member in found.fields
    )


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
