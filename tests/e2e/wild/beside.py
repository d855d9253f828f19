"""What is a teacher's for good: comments, flags and descriptions survive every night (C5)."""

from typing import TYPE_CHECKING

from tests.e2e.wild.look import Look

if TYPE_CHECKING:
    from tests.e2e.wild.witness import Witness


def judge(witness: "Witness", look: Look) -> None:
    """Nothing that a teacher put beside a score, or into a description, is gone."""
    standing = {column["id"]: column for column, _, _ in look.columns()}
    for place, note in witness.noted.items():
        if place[0] in standing and place[1] in look.cells(place[0]):
            words, comment = look.beside(place)
            assert note.words <= words, f"C5: {set(note.words)} at {place} became {set(words)}"
            assert comment == note.comment, f"C5: the comment at {place} became {comment!r}"
    for column, text in witness.described.items():
        if column in standing:
            now = standing[column].get("description", "")
            assert now == text, f"C5: the description of {column} became {now!r}"
