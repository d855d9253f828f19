"""Reading single values of a source record; what cannot be read says which field and why.

Reasons never quote a value: it may be a student's.
"""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

_FROM_A_QUOTE = re.compile("[\"'].*", re.DOTALL)
_DIGITS = 9


class UnusableError(ValueError):
    """A record cannot be used; the text is the reason, fit for `Broken`."""


def reason_of(error: Exception) -> str:
    """Why a record cannot be used, without the value that was found.

    A value may hold any quote, and the words with which the place begins: the place is what follows
    the last of these, and of the rest nothing counts from its first quote on.
    """
    if isinstance(error, UnicodeDecodeError):
        return "text that is not UTF-8"
    told, at, where = str(error).rpartition(" - at `$")
    what = _FROM_A_QUOTE.sub("...", told if at else where)
    return f"{where.rstrip('`').lstrip('.')}: {what}" if at and where != "`" else what


def exact(field: str, text: str) -> Decimal:
    """A number of a text, with every digit."""
    try:
        return in_range(field, Decimal(text))
    except InvalidOperation:
        raise UnusableError(f"{field}: not a number") from None


def in_range(field: str, number: Decimal) -> Decimal:
    """*number*, unless no gradebook could mean it (not finite, or far too long)."""
    if not number.is_finite():
        raise UnusableError(f"{field}: not a number")
    exponent = int(number.as_tuple().exponent)
    if number.adjusted() > _DIGITS or not -_DIGITS <= exponent <= _DIGITS:
        raise UnusableError(f"{field}: out of range")
    return number


def date_or_instant(field: str, text: str) -> date | datetime:
    """A bare date, or a date-time that says its zone."""
    try:
        if len(text) == len("2026-08-20"):
            return date.fromisoformat(text)
        at = datetime.fromisoformat(text)
    except ValueError:
        raise UnusableError(f"{field}: neither a date nor a date-time") from None
    if at.tzinfo is None:
        raise UnusableError(f"{field}: a date-time without a zone")
    return at
