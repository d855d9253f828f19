"""Small parts of what calls carry: random members, decimals, identifiers, dates, switches."""

import math
import random
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

import orjson

from mock_sis.gradebook.columns import decimal_text
from mock_sis.http.types import Problem

LARGEST = 30
CHANCE = random.Random()  # noqa: S311 - nothing hangs on it here


def breach() -> dict[str, str]:
    """The member of random length that the vendor adds against a compression attack."""
    length = 4 + CHANCE.getrandbits(4)
    return {"$breach_mitigation": f"{CHANCE.getrandbits(4 * length):0{length}x}"}


@lru_cache(10_000)
def real(*factors: str) -> orjson.Fragment:
    """A decimal, or the product of several, as the vendor prints it: 20 is 20.0."""
    text = decimal_text(math.prod(map(Decimal, factors), start=Decimal(1)))
    return orjson.Fragment(text if "." in text else f"{text}.0")


def decimal(value: Any, name: str) -> Decimal:
    """A number, also one in a string; Problem(409) when it is none."""
    text = "" if isinstance(value, bool) else str(value).strip()
    try:
        found = Decimal(text)
    except ArithmeticError:
        raise invalid(f"{name} is not a number", name) from None
    if not found.is_finite() or abs(found.adjusted()) > LARGEST:
        raise invalid(f"{name} is not a number", name)
    return found


def day(value: Any, name: str) -> date:
    """A date, YYYY-MM-DD; Problem(409) when it is none."""
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise invalid(f"{name} is not a date", name) from None


def number(value: Any) -> int | None:
    """An id that came as a number or as digits; None when it is neither."""
    text = "" if isinstance(value, bool) else str(value)
    text = text.removesuffix(".0")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def identifier(part: Mapping[str, Any], *names: str) -> int | None:
    """The first of the members *names* that holds an id."""
    return next((found for name in names if (found := number(part.get(name))) is not None), None)


def numbers(value: Any) -> list[int]:
    """The ids in a list; what is none is left out."""
    listed: Sequence[Any] = value if isinstance(value, list) else []
    return [found for part in listed if (found := number(part)) is not None]


def words(value: Any) -> list[str]:
    """A list as texts."""
    return [str(part) for part in value] if isinstance(value, list) else []


def yes(text: str) -> bool:
    """A switch in a query string."""
    return text.strip().lower() in {"true", "1", "yes"}


class Invalid(Problem):
    """A refusal that names the fields at fault: status 409 and `errors`."""

    def __init__(
        self,
        detail: str,
        errors: list[dict[str, Any]],
        *,
        status: int = 409,
        rule: str | None = None,
    ) -> None:
        super().__init__(status, detail, rule=rule)
        self.errors = errors


def invalid(detail: str, field: str, **params: Any) -> Invalid:
    """A refusal of one field."""
    return Invalid(detail, [{"field": field, "params": params}])
