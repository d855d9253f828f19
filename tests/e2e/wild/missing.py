"""What a good night must have brought (E1, E3), cleared, or told (E6)."""

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from tests.e2e.support.district import Run
from tests.e2e.support.earned_zeros import Facts, Zero, wrong
from tests.e2e.wild.look import Look, Place, Record
from tests.e2e.wild.memory import Edit
from tests.e2e.wild.rules import graded, may, must_be_made, passes, reached, scored

if TYPE_CHECKING:
    from tests.e2e.wild.witness import Witness


class Given(NamedTuple):
    """An assessment given to a class, in a gradebook."""

    id: str
    entry: Record
    book: str


def judge(witness: "Witness", look: Look, run: Run) -> None:
    """Every assessment and every score that rules want is there; what cannot be is told."""
    here = defaultdict(list)
    for column, book, id_ in witness.ours_alone(look):
        here[book, id_].append(column)
    _doubles(witness, look, run)
    for id_, assessment in look.assessments.items():
        for entry in assessment["classes"]:
            section = look.section(entry["classId"])
            book = next((b for b in look.books if section in look.together(b)), None)
            if book is None or witness.categories_off:
                continue
            # What moved classes left behind, and who sits beside them, is another matter.
            moved = {e["classId"] for e in assessment["classes"]} & witness.moved
            if id_ in witness.deleted or section in {look.section(c) for c in moved}:
                continue
            _given(witness, look, run, Given(id_, entry, book), here[book, id_])


def _given(witness: "Witness", look: Look, run: Run, one: Given, columns: list[Record]) -> None:
    district = witness.district
    standing = [c for c, b, a in look.columns() if (a, b) == (one.id, one.book)]
    if not standing:
        made = must_be_made(district, look, one.id, one.book, one.entry)
        assert not made, f"E1: {one.id} is not in {one.book}: {_told(run, one.id)}"
    open_ = all(look.period(one.book, c["due"]) != "closed" for c in columns)
    if not columns or not open_ or not passes(district, look, look.assessments[one.id], one.entry):
        return
    students = {s for c in columns for s in look.cells(c["id"])}
    for student in sorted(students):
        places = [(c["id"], student) for c in columns]
        _cell(witness, look, run, one, places)


def _cell(witness: "Witness", look: Look, run: Run, one: Given, places: list[Place]) -> None:
    student = places[0][1]
    holders = look.holders(student)
    here = [
        p
        for p in holders
        if reached(look, one.entry, student, p) and scored(witness.district, look.score(one.id, p))
    ]
    if any(look.exempt(place) for place in places):
        return
    if len(holders) > 1 and len(here) > 1:
        for person in here:
            codes = {code for r in _told(run, one.id, person) for code in r["codes"]}
            assert "sis_id_shared" in codes, f"E6: {one.id} of {person}, whose SIS id is shared"
        return
    if len(here) == 1 and all(
        look.score(one.id, p)[0] != "graded" for p in holders if p not in here
    ):
        _score(witness, look, run, one, (here[0], places))
    elif look.sits(student, {look.section(one.entry["classId"])}):
        for place in places:
            _left_over(witness, look, run, one, place)


def _score(
    witness: "Witness", look: Look, run: Run, one: Given, of: tuple[str, list[Place]]
) -> None:
    person, places = of
    points = f"{look.score(one.id, person)[1]:g}"
    mine = [place for place in places if _stands(witness, look, place, person)]
    there = {place: look.cell(place) for place in mine or places}
    where = f"{one.id} of {places[0][1]} in {one.book}: Otus has {points}, there is {there}"
    where += f"; {_told(run, one.id, person)}"
    if len(there) > 1:
        fine = any(shown == points or p in witness.edits for p, shown in there.items())
        assert fine, f"E1: {where}"
        return
    [(place, shown)] = there.items()
    edit = witness.edits.get(place)
    if edit is None:
        assert shown == points, f"E1: {where}"
    elif edit.person == person and edit.stood == look.score(one.id, person):
        assert shown == edit.shown, f"E3: {where}, the teacher's was {edit.shown}"
    elif _new_in_otus(witness, one.id, person, place, edit):
        assert shown == points, f"E1: {where}, new in Otus since the teacher's edit"


def _stands(witness: "Witness", look: Look, place: Place, person: str) -> bool:
    """Whether a score of ours for the student stands there."""
    mine = witness.ours.get(place)
    return mine is not None and not mine.zero and mine.person == person


def _new_in_otus(witness: "Witness", id_: str, person: str, place: Place, edit: Edit) -> bool:
    """C5: the score changed after the edit, or is the first one after a night without."""
    since = witness.changed[id_, person][1]
    if edit.stood is not None:
        # Of a student to whom the SIS id moved Otus may have had its score at the first look.
        return edit.person == person and edit.night < since
    seen = witness.without.get((*place, person))
    return seen is not None and seen < since


def _left_over(witness: "Witness", look: Look, run: Run, one: Given, place: Place) -> None:
    """What we wrote for a student whose SIS id is another by now goes, or a person is told."""
    mine, holders = witness.ours.get(place), look.holders(place[1])
    if mine is None or mine.shown != look.cell(place) or mine.person in holders:
        return
    number = look.numbers.get(mine.person or "")
    if number is None or not look.in_sis(number):
        return  # who has no SIS id tonight, or one that nobody knows, has no other one
    if mine.zero and _zero_may_stay(witness, look, one, place, holders):
        return
    told = [r["state"] for p in (*holders, mine.person) for r in _told(run, one.id, p)]
    # A score that Otus has no more is held for that, whoever has the SIS id (C6).
    gone = not mine.zero and not graded(look.score(one.id, mine.person or ""))
    may_hold = not witness.district.facts.takes_back or place in witness.noted or gone
    held = may_hold and "held" in told
    assert held, f"E1: {one.id} of {place[1]} in {one.book}: {mine} stays, told {told}"


def _zero_may_stay(
    witness: "Witness", look: Look, one: Given, place: Place, holders: list[str]
) -> bool:
    """Whether another student's 0 is as well that of who has the SIS id now."""
    if "withhold" in witness.district.policy or len(holders) > 1:
        return True
    names = {c["id"]: c["external_id"] for c, _, _ in look.columns()}
    zero = Zero(names[place[0]], place[1], one.book, look.together(one.book))
    return not wrong(Facts.of(witness.district), zero)


def _doubles(witness: "Witness", look: Look, run: Run) -> None:
    """C3: that two columns carry one tag is told, with both named."""
    alike = defaultdict(list)
    for column, book, id_ in look.columns():
        alike[column["external_id"], book, id_].append(column)
    for (name, book, id_), same in alike.items():
        served = name.rpartition(".")[2] not in witness.moved
        if len(same) < 2 or id_ not in witness.looked_for or not served:
            continue
        if all(may(witness.district, look, id_, book, c["due"]) for c in same):
            told = [r for r in _told(run, id_) if r["section"] in look.together(book)]
            words = [(r["state"], *r["codes"]) for r in told]
            held = any(state == "held" and "doubled_in_sis" in codes for state, *codes in words)
            # What does not pass tonight, as for its category, says that and no more.
            refused = {state for state, *_ in words} == {"refused"}
            assert held or refused, f"C3: two of {name} in {book}, told {words}"


def _told(run: Run, id_: str, person: str | None = None) -> list[Record]:
    """What the report says of it."""
    records = run.report["records"]
    return [r for r in records if (r["assignment"], r.get("student")) == (id_, person)]
