"""What a night may do to cells: by what Otus has for who holds the SIS id tonight (E2, E3, B4, B6).

A SIS id may have moved to another student in Otus, be shared by two, or belong to none.
"""

from typing import TYPE_CHECKING

from tests.e2e.wild.look import EMPTY, Look, Place, Record
from tests.e2e.wild.memory import Edit, Ours
from tests.e2e.wild.rules import given, graded, may, scored

if TYPE_CHECKING:
    from tests.e2e.wild.witness import Witness


def judge(witness: "Witness", before: Look, after: Look) -> None:
    """Every cell that changed had a right to."""
    writable = {column["id"] for column, _, _ in witness.ours_alone(after)}
    for column, book, id_ in after.columns():
        for student, shown in after.cells(column["id"]).items():
            was = before.cell((column["id"], student))
            if was == shown:
                continue
            where = f"{id_} of {student} in {book}: {was} -> {shown}"
            assert column["id"] in writable, f"C3: two carry the tag, {where}"
            assert may(witness.district, after, id_, book, column["due"]), f"not to change: {where}"
            assert after.sits(student, after.together(book)), f"B6: {where}"
            assert not before.exempt((column["id"], student)), f"C5: exempt, {where}"
            _changed(witness, before, after, (column, book, id_), student, where)


def _changed(
    witness: "Witness",
    before: Look,
    after: Look,
    of: tuple[Record, str, str],
    student: str,
    where: str,
) -> None:
    column, book, id_ = of
    place, shown = (column["id"], student), after.cell((column["id"], student))
    person = _whose(witness, after, (id_, book), student, where)
    edit = witness.edits.get(place)
    if edit is not None:
        _over_the_teachers(witness, after, edit, (place[0], id_), person, where)
        del witness.edits[place]
    if shown == EMPTY:
        _emptied(witness, after, (id_, book), place, person, where)
        return
    source = after.score(id_, person) if person else None
    if source is None or not scored(witness.district, source):
        _zero(witness, before, after, of, (place, person), where)
    else:
        assert shown == f"{source[1]:g}", f"Otus has {source[1]:g}: {where}"
        _once(witness, after, of, place, where)
    by_b4 = source is None or not scored(witness.district, source)
    witness.ours[place] = witness.written[place] = Ours(shown, person, zero=by_b4)
    witness.faded.pop(place, None)


def _whose(
    witness: "Witness", look: Look, of: tuple[str, str], student: str, where: str
) -> str | None:
    """For whom in Otus the cell is; of two who share a SIS id the one who has a score."""
    id_, book = of
    holders = look.holders(student)
    if len(holders) < 2:
        return holders[0] if holders else None
    with_score = [p for p in holders if graded(look.score(id_, p))]
    sure = [
        p
        for p in with_score
        if scored(witness.district, look.score(id_, p)) and given(look, id_, book, student, p)
    ]
    assert len(sure) < 2, f"two share the SIS id and have a score: {where}"
    return (sure or with_score or [None])[0]


def _over_the_teachers(
    witness: "Witness",
    look: Look,
    edit: Edit,
    of: tuple[str, str],
    person: str | None,
    where: str,
) -> None:
    """E3, C5: only a change in Otus goes over what a teacher typed; a moved SIS id is none."""
    column, id_ = of
    if edit.shown == EMPTY and (edit.stood is None or edit.person != person):
        return
    assert person is not None, f"E3: the teacher's score, of nobody in Otus, {where}"
    source = look.score(id_, person)
    first = (column, person) in witness.perhaps and scored(witness.district, source)
    if edit.stood is None:
        assert first, f"E3: typed before ours, {where}"
    elif edit.person == person:
        assert edit.stood != source, f"E3: the teacher's score, {where}"
    else:
        was = witness.changed.get((id_, person))
        newer = was is None or was[0] != source or was[1] >= edit.night
        waits = witness.acted_for.get((column, person), source) != source
        assert newer or waits or first, f"E3: the teacher's score, of another student, {where}"


def _emptied(
    witness: "Witness",
    look: Look,
    of: tuple[str, str],
    place: Place,
    person: str | None,
    where: str,
) -> None:
    id_, book = of
    mine = witness.ours.pop(place, None) or witness.faded.get(place)
    witness.faded.pop(place, None)
    assert mine is not None, f"emptied, but not ours: {where}"
    if person is None or not given(look, id_, book, place[1], person):
        return
    source = look.score(id_, person)
    if scored(witness.district, source):
        # Where Otus has a score that may not pass, only a 0 by B4 goes.
        assert mine.shown == "0", f"Otus has {source[1]:g}: {where}"


def _zero(
    witness: "Witness",
    before: Look,
    after: Look,
    of: tuple[Record, str, str],
    who: tuple[Place, str | None],
    where: str,
) -> None:
    """B4 as far as memory tells; whether the 0 was earned is for `zeros` to say."""
    (column, book, id_), (place, person) = of, who
    assert after.cell(place) == "0", f"Otus has no score: {where}"
    assert person is not None, f"B4: a 0, but whose: {where}"
    assert len(after.holders(place[1])) == 1, f"B4: two share the SIS id, but 0: {where}"
    assert column["due"] < after.today.isoformat(), f"B4: due {column['due']} there, but 0: {where}"
    assert (id_, person) not in witness.had_score, f"B4: the student had a score, but 0: {where}"
    assert place not in witness.had_score, f"B4: a score was there, but 0: {where}"
    for other, b, a in witness.ours_alone(before):
        if (a, b) == (id_, book) and other["id"] != column["id"]:
            there = before.cell((other["id"], place[1]))
            assert there == EMPTY, f"B4: {there} in another column, but 0: {where}"


def _once(
    witness: "Witness", look: Look, of: tuple[Record, str, str], place: Place, where: str
) -> None:
    """E2: a score stands in one column of an assessment, whatever sections merged."""
    column, book, id_ = of
    mine = witness.ours.get(place)
    if mine is not None and not mine.zero:
        return
    for other, b, a in look.columns():
        beside = other["id"], place[1]
        theirs = witness.ours.get(beside)
        if (a, b) == (id_, book) and other["id"] != column["id"] and theirs is not None:
            doubled = not theirs.zero and theirs.shown == look.cell(beside)
            assert not doubled, f"E2: a score of it stands in another column: {where}"
