"""SIS ids are corrected in Otus: moved to another student, swapped, shared, lost, put right."""

from typing import TYPE_CHECKING

from tests.e2e.wild.otus import PEOPLE

if TYPE_CHECKING:
    from tests.e2e.wild.wild import Wild

HOME = {person: f"4000{person[4:]}" for person in PEOPLE}
"""Whose id is whose in every tiny world."""
STRANGE = "499999"
"""An id that the SIS does not know."""


def _set(wild: "Wild", person: str, number: str | None) -> None:
    wild.feed.put("student", person, {"id": person, "sisId": number})


def _number(wild: "Wild", person: str) -> str | None:
    found: str | None = wild.feed.get("student", person)["sisId"]
    return found


def swap(wild: "Wild") -> None:
    """Two students had each other's id."""
    one, other = wild.chance.sample(PEOPLE, 2)
    first, second = _number(wild, one), _number(wild, other)
    _set(wild, one, second)
    _set(wild, other, first)


def correct(wild: "Wild") -> None:
    """A student gets the id of another, who has none from now on, or still the same."""
    one, other = wild.chance.sample(PEOPLE, 2)
    _set(wild, one, _number(wild, other))
    if wild.chance.random() < 0.5:
        _set(wild, other, None)


def lose(wild: "Wild") -> None:
    """A student has no id for a while, or one that nobody knows."""
    _set(wild, wild.chance.choice(PEOPLE), wild.chance.choice([None, None, STRANGE]))


def put_right(wild: "Wild") -> None:
    """Everybody has their own, or one of them."""
    wrong = [person for person in PEOPLE if _number(wild, person) != HOME[person]]
    if wrong and wild.chance.random() < 0.3:
        wrong = [wild.chance.choice(wrong)]
    for person in wrong:
        _set(wild, person, HOME[person])
