"""What people do that the tests of several rules need: in Otus, and at the turn of a day."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from tests.e2e.support.district import ZONE, District, Run
from tests.e2e.support.recording_proxy import Exchange, between


def join(district: District, *teachers: str) -> None:
    """Into the teacher group."""
    for teacher in teachers:
        district.control("PUT", f"/group/{teacher}", otus=True)


def leave(district: District, *teachers: str) -> None:
    """Out of the teacher group."""
    for teacher in teachers:
        district.control("DELETE", f"/group/{teacher}", otus=True)


def due(district: District, day: date, class_: str = "c-1001", **changes: Any) -> dict[str, Any]:
    """An assessment's entry for a class, due on that day."""
    return district.assigned(class_, dueDate=day.isoformat(), **changes)


def score_everyone(district: District, assessment: str) -> None:
    """Of the first class, so that no 0 is due later."""
    for number in range(1, 8):
        district.score(assessment, f"s-300{number}", 10 + number)


def turn(district: District, day: date, hour: int, minute: int = 0) -> None:
    """The mock's clock to a minute of the district's day, where it stops."""
    moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)
    district.control("PUT", "/clock", {"now": moment.isoformat(), "frozen": True})


def at(district: District, day: date, hour: int, minute: int = 0) -> Run:
    """A sync at a minute of the district's day."""
    turn(district, day, hour, minute)
    return district.sync()


def while_deciding(district: District, act: Callable[[], None], day: date, part: str = "") -> Run:
    """A night in which somebody acts once the cells (or what *part* names) were read."""
    facts = district.facts
    part, looks, wanted = part or facts.marks_path, [], len(facts.books["200001"])
    district.evening(day)
    with between(district, "sis") as relay:

        def behind_the_first_look(exchange: Exchange) -> None:
            if exchange.method == "GET" and part in exchange.path:
                looks.append(exchange.path)
                if len(looks) == wanted:
                    act()

        relay.alter = behind_the_first_look
        run = district.sync()
    assert looks
    return run


def typing(
    district: District, student: str, score: float | None, **said: Any
) -> Callable[[], None]:
    """A teacher's hand in the cell, past the relay."""
    column, mock = district.column("a-1")["id"], district.sis

    def act() -> None:
        url = f"{mock}/_mock/columns/{column}/scores/{student}"
        district.http.put(url, json={"score": score, **said}).raise_for_status()

    return act
