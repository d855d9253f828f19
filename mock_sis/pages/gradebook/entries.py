"""What a teacher types into a cell: a number, nothing, or the code of a status."""

import re
from decimal import Decimal
from typing import NamedTuple

from mock_sis.gradebook.columns import Cell
from mock_sis.gradebook.entry import KEEP, Entry
from mock_sis.gradebook.statuses import Statuses
from mock_sis.pages.gradebook.dress import Dress

LONGEST = 20
NUMBER = re.compile("-?([0-9]{1,6}([.,][0-9]{0,6})?|[.,][0-9]{1,6})")


class NotAnEntryError(ValueError):
    """Neither a number nor a code; the message is fit for the page."""


def typed(dress: Dress, statuses: Statuses, student: str, text: str, cell: Cell | None) -> Entry:
    """The entry of a text as typed into the grid; a code typed again takes the status back."""
    given = text.strip()
    if given == dress.empty:
        return Entry(student, None)
    word = dress.codes.get(given.upper())
    if word is None:
        return Entry(student, number(dress, given))
    words = set(statuses.of(cell.extra, cell.status)) if cell else set()
    return Entry(student, KEEP, words ^ {word})


def number(dress: Dress, text: str) -> Decimal | None:
    """A score as typed, with a point or a comma; None where the cell is to be empty."""
    given = text.strip()
    if given in {"", dress.empty}:
        return None
    if not NUMBER.fullmatch(given):
        raise NotAnEntryError(_strange(dress, text))
    return Decimal(given.replace(",", "."))


class Fields(NamedTuple):
    """The fields of one student in a form."""

    score: str
    words: frozenset[str]
    comment: str


def filled(dress: Dress, student: str, was: Fields, now: Fields) -> Entry | None:
    """The entry of a form in which the fields were so and are so now; None: nothing differs.

    What the teacher left alone is not in it: Otus may have written it since the form was opened.
    """
    value, words, comment = KEEP, now.words, now.comment.strip()
    if now.score.strip() != was.score:
        code = dress.codes.get(now.score.strip().upper())
        if code is None or now.score.strip() == dress.empty:
            value = number(dress, now.score)
        else:
            words = words | {code}
    entry = Entry(
        student,
        value,
        KEEP if words == was.words else words,
        KEEP if comment == was.comment else comment,
    )
    return None if entry == Entry(student) else entry


def _strange(dress: Dress, text: str) -> str:
    codes = ", ".join(dress.codes)
    return f"“{text.strip()[:LONGEST]}” is no score. Type a number, or one of {codes}."
