"""What teachers do in the gradebook, and a program past the agent."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.e2e.powerschool.bypass import COPIES, QUIZ_COPY, Xte
from tests.e2e.wild.look import EMPTY, Record
from tests.e2e.wild.memory import Note
from tests.e2e.wild.otus import small_edits

if TYPE_CHECKING:
    from tests.e2e.wild.wild import Wild


def _some(wild: "Wild") -> tuple[Record, str, str] | None:
    columns = wild.columns()
    return wild.chance.choice(columns) if columns else None


def type_in(wild: "Wild") -> None:
    """Type a score somewhere, or clear one."""
    found = _some(wild)
    cells = wild.look().cells(found[0]["id"]) if found else {}
    if found and cells:
        student = wild.chance.choice(sorted(cells))
        value = wild.chance.choice([0, 1, 5, 8.5, 20, 31, None])
        _type(wild, found[0], student, value, cells[student])


def type_early(wild: "Wild") -> None:
    """Type a score, often a 0, where nobody scored anything yet."""
    look = wild.look()
    free = [
        (column, student)
        for column, _, id_ in wild.columns()
        for student, shown in sorted(look.cells(column["id"]).items())
        if shown == EMPTY and all(look.score(id_, p)[1] is None for p in look.holders(student))
    ]
    if free:
        column, student = wild.chance.choice(free)
        _type(wild, column, student, wild.chance.choice([0, 0, 5]), EMPTY)


def _type(wild: "Wild", column: Record, student: str, value: float | None, before: str) -> None:
    path = f"/columns/{column['id']}/scores/{student}"
    if wild.district.try_control("PUT", path, {"score": value}) < 400:
        if value == 0:
            wild.district.typed_zeros[column["external_id"], student] = True
        shown = EMPTY if value is None else f"{value:g}"
        wild.witness.typed(column["id"], student, shown, before)


def change(wild: "Wild") -> None:
    """Change a column's title, category or due date."""
    found = _some(wild)
    if found is not None:
        changes: list[dict[str, Any]] = [
            {"title": f"Mine {wild.chance.randint(1, 9)}"},
            {"category": wild.district.facts.homework},
            _due(wild),
        ]
        _change(wild, found[0], wild.chance.choice(changes))


def _due(wild: "Wild") -> dict[str, Any]:
    return {"due": (wild.today + timedelta(days=wild.chance.choice([-3, 0, 2, 9, 30]))).isoformat()}


def _change(wild: "Wild", column: Record, changes: dict[str, Any]) -> bool:
    done = wild.district.try_control("PATCH", f"/columns/{column['id']}", changes) < 400
    if done:
        wild.witness.changed_by_hand(column, changes)
    return done


def change_both(wild: "Wild") -> None:
    """Move a due date in the gradebook while Otus changes something else of the assessment.

    Mostly of one that is past due in Otus these days.
    """
    look, day = wild.look(), (wild.today - timedelta(days=1)).isoformat()
    columns = [each for each in wild.columns() if each[2] in look.assessments]
    late = [
        each
        for each in columns
        if any(e["dueDate"] <= day for e in look.assessments[each[2]]["classes"])
    ]
    if columns:
        column, _, id_ = wild.chance.choice(late or columns)
        if _change(wild, column, _due(wild)):
            wild.district.edit(id_, **wild.chance.choice(small_edits(wild, id_)))


def delete(wild: "Wild") -> None:
    """Delete a column."""
    found = _some(wild)
    if found is not None and wild.chance.random() < 0.5:
        column, _, id_ = found
        if wild.district.try_control("DELETE", f"/columns/{column['id']}") < 400:
            if (column["id"], id_) not in wild.doubles:
                wild.witness.deleted.append(id_)
                wild.gone.append((column["id"], id_))
            # Of two with one tag the other is taken for ours from now on.
            wild.doubles = [each for each in wild.doubles if each[1] != id_]
            wild.witness.looked_for.discard(id_)


def restore(wild: "Wild") -> None:
    """Bring one back."""
    if wild.gone:
        column, id_ = wild.gone.pop()
        if wild.district.try_control("POST", f"/columns/{column}/restore") < 400:
            wild.witness.deleted.remove(id_)


def note(wild: "Wild") -> None:
    """Comment on a score, or flag it, or exempt the student."""
    found = _some(wild)
    if found is None:
        return
    look, column = wild.look(), found[0]["id"]
    cells = look.cells(column)
    if cells:
        place = column, wild.chance.choice(sorted(cells))
        words = wild.chance.choice([["late"], ["late"], ["missing", "late"], [], ["exempt"]])
        comment = f"Ask me about question {wild.chance.randint(1, 9)}"
        score = None if cells[place[1]] == EMPTY else float(cells[place[1]])
        body = {"score": score, "status": words, "comment": comment}
        if wild.district.try_control("PUT", f"/columns/{column}/scores/{place[1]}", body) < 400:
            wild.witness.noted[place] = Note(frozenset(words), comment)


def describe(wild: "Wild") -> None:
    """Write a description; a tag of ours stays in it."""
    found = _some(wild)
    if found is not None:
        column, was = found[0]["id"], found[0].get("description", "")
        tag = was[was.index("[pb:") :] if "[pb:" in was else ""
        text = f"Bring ruler {wild.chance.randint(1, 9)}. {tag}".strip()
        if wild.district.try_control("PATCH", f"/columns/{column}", {"description": text}) < 400:
            wild.witness.described[column] = text


def double(wild: "Wild") -> None:
    """Make a second column with the tag of one of ours, and have the first one looked at."""
    found = _some(wild)
    if found is None or wild.district.kind != "powerschool":
        return
    column, book, id_ = found
    if wild.doubles or id_ not in wild.look().assessments:
        return
    tag = wild.district.descriptions(book)[column["id"]]
    for place, teacher in enumerate(("300001", "300002", "300003")):
        past = Xte(wild.district, teacher)
        copy = QUIZ_COPY + COPIES * place
        answer = past.create(
            sectionsdcid=int(book),
            description=tag,
            category=copy,
            name=f"Double {wild.chance.randint(1, 9)}",
            duedate=column["due"],
        )
        if answer.done:
            made = past.part_of(answer.number, book)["assignmentsectionid"]
            wild.doubles.append((str(made), id_))
            wild.witness.looked_for.add(id_)
            wild.district.edit(id_, title=f"Renamed {id_} {wild.chance.randint(10, 19)}")
            return


def undouble(wild: "Wild") -> None:
    """Delete it, or take the tag out of its description."""
    if wild.doubles:
        column, id_ = wild.doubles[-1]
        path = f"/columns/{column}"
        if wild.chance.random() < 0.5:
            status = wild.district.try_control("DELETE", path)
        else:
            status = wild.district.try_control("PATCH", path, {"description": "A copy."})
        if status < 400:
            wild.doubles.pop()
            wild.witness.looked_for.discard(id_)
            wild.witness.described.pop(column, None)
