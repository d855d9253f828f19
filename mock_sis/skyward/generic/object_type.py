"""What an object of the Generic API consists of: typed fields over a query."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ObjectType:
    """One object of the Generic API.

    Attributes:
        fields: name -> type; the first is the primary key, which a dotted path follows.
        sql: a SELECT with named parameters.
        writable: fields that a caller may set.
        required: fields that a caller has to set to make one.
    """

    module: str
    name: str
    fields: Mapping[str, str]
    sql: str
    writable: frozenset[str] = field(default=frozenset())
    required: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The first field."""
        return next(iter(self.fields))


def typed(text: str) -> Iterator[tuple[str, str]]:
    """`Name` or `Name:Type`; without a type, the name's end or beginning tells it."""
    for word in text.split():
        name, _, kind = word.partition(":")
        yield name, kind or _type(name)


def object_type(
    path: str, fields: str, sql: str, *, required: str = "", writable: str = ""
) -> tuple[str, ObjectType]:
    """An object by its path in lower case; what is *required* is *writable* too."""
    module, name = path.split("/")
    needed = tuple(required.split())
    made = ObjectType(
        module, name, dict(typed(fields)), sql, frozenset((*needed, *writable.split())), needed
    )
    return path.lower(), made


def _type(name: str) -> str:
    if name.endswith("ID") or name.startswith(("StaffID", "SchoolYearID")):
        return "BigInt"
    if name.endswith("Date"):
        return "Date"
    return "Bool" if name.startswith(("Is", "Has", "No", "Allow", "Use", "Within")) else "Text"
