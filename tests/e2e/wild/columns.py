"""What a night may do to columns (E2, E3, A6, A11), and which it must leave alone (C3)."""

from collections import Counter
from typing import TYPE_CHECKING

from tests.e2e.wild.look import Look, Record
from tests.e2e.wild.rules import FIELDS, mapped, may, may_be_made, served, source_of

if TYPE_CHECKING:
    from tests.e2e.wild.witness import Witness


def judge(witness: "Witness", before: Look, after: Look) -> None:
    """Every column that is new or changed has a right to be."""
    old = {column["id"]: column for column, _, _ in before.columns()}
    new = [each for each in after.columns() if each[0]["id"] not in old]
    for (id_, book), number in Counter((a, b) for _, b, a in new).items():
        assert number == 1, f"E2: {id_} in {book} made {number} times in one night"
    for column, book, id_ in new:
        twins = [
            c["external_id"]
            for c, b, a in before.columns()
            if (a, b) == (id_, book) and _goes_on(witness, c, column, after, (id_, book))
        ]
        assert not twins, f"E2: {id_} in {book} a second time, beside {twins}"
        _made(witness, column, book, id_, after)
        witness.claimed.add(column["id"])
    writable = {column["id"] for column, _, _ in witness.ours_alone(after)}
    for column, book, id_ in after.columns():
        if column["id"] in old:
            _changed(witness, old[column["id"]], column, after, (id_, book), writable)


def _goes_on(
    witness: "Witness", old: Record, new: Record, look: Look, place: tuple[str, str]
) -> bool:
    """Whether a column that stands is the one for what a new one was made for."""
    if old["external_id"] == new["external_id"]:
        return True
    # Whose a column was whose class is linked to another section by now, a lost ledger knew alone.
    owner = old["external_id"].rpartition(".")[2]
    if old["id"] not in witness.claimed and look.section(owner) not in look.together(place[1]):
        return False
    # Once its own was deleted a class may be served anew, where nobody remembers that (C7); what
    # was taken off all its classes stays as it is (C4).
    classes = witness.served.get(old["id"], set()) & served(look, *place)
    return bool(classes) and place[0] not in witness.deleted


def _made(witness: "Witness", column: Record, book: str, id_: str, look: Look) -> None:
    where = f"{id_} in {book}"
    assert may(witness.district, look, id_, book, column["due"]), f"{where} ought not to be made"
    assert may_be_made(witness.district, look, id_, book), f"A6: {where} is not assigned yet"
    if witness.district.facts.in_current_period:
        assert look.period(book, column["due"]) == "open", f"A11: {where}"


def _changed(
    witness: "Witness",
    was: Record,
    now: Record,
    look: Look,
    place: tuple[str, str],
    writable: set[str],
) -> None:
    id_, book = place
    for name in FIELDS:
        if was[name] == now[name]:
            continue
        where = f"{name} of {id_} in {book}"
        assert now["id"] in writable, f"C3: two carry the tag, and {where} changed"
        assert may(witness.district, look, id_, book, was["due"]), f"{where} changed"
        values = mapped(witness.district, look, id_, name)
        assert now[name] in values, f"{where} is {now[name]}, not {values}"
        edit = witness.edits.pop((now["id"], name), None)
        theirs = edit is not None and edit.stood == source_of(look, id_, name)
        assert not theirs or witness.whole(), f"E3: {where} was the teacher's"
