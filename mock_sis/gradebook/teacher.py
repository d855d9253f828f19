"""The teacher's hand in a gradebook: what a person enters, and how it is taken back.

Every act is noted with the rows that it changed, before and after, so that the last one can be
undone; one that Otus or anybody else has written over meanwhile stays as it is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import orjson

from mock_sis.gradebook.acts import Act, Rows
from mock_sis.gradebook.columns import Cell, Column, Draft, Score, column_of
from mock_sis.gradebook.entry import KEEP, Entry, StrangeWordError
from mock_sis.gradebook.gradebook import Gradebook
from mock_sis.gradebook.statuses import COMMENT, EXEMPT
from mock_sis.world.enforcement import Refused

MOST = 500
"""Acts that are remembered, of all gradebooks of a world."""


class Teacher:
    """What a teacher does in the gradebooks of one SIS; every method is one transaction."""

    def __init__(self, book: Gradebook) -> None:
        self.book = book
        self._db = book.world.db

    # ---- assignments ----------------------------------------------------------------------------

    def add(self, draft: Draft) -> Column:
        """Enter an assignment by hand: it has no id of a program."""
        with self._db.write():
            made, _ = self.book.put_column(draft, by="teacher")
            after = self._rows("assignment", [made.id])
            self._note(made, f"{made.title} was added", "assignment", {}, after)
            return made

    def edit(self, id: int, changes: Mapping[str, Any]) -> Column:  # noqa: A002
        """Change some of title, description, category, assigned, due, points, extra."""
        known = self.book.column(id)
        with self._changing(known, f"{known.title} was changed"):
            return self.book.edit_column(id, changes, by="teacher")

    def delete(self, id: int) -> None:  # noqa: A002
        """Take an assignment away, with its scores."""
        known = self.book.column(id)
        with self._changing(known, f"{known.title} was deleted"):
            self.book.delete_column(id, by="teacher")

    def restore(self, id: int) -> Column:  # noqa: A002
        """Bring a deleted assignment back, with its scores."""
        known = self.book.column(id, deleted=True)
        with self._changing(known, f"{known.title} was restored"):
            return self.book.restore_column(id, by="teacher")

    # ---- scores ---------------------------------------------------------------------------------

    def enter(self, id: int, entries: Sequence[Entry]) -> None:  # noqa: A002
        """Write cells of one assignment, all or none. StrangeWordError: there is no such status."""
        with self._db.write():
            column = self.book.column(id)
            known = {cell.student: cell for cell in self.book.cells(id)}
            scores = [self._score(entry, known.get(entry.student)) for entry in entries]
            before = self._cells(id, scores)
            self.book.put_scores(column, scores, by="teacher")
            after = self._cells(id, scores)
            how = "a score was" if len(after) == 1 else f"{len(after)} scores were"
            self._note(column, f"{how} entered for {column.title}", "score", before, after)

    def _score(self, entry: Entry, known: Cell | None) -> Score:
        """The whole cell that the entry makes of *known*."""
        statuses = self.book.statuses
        value = (known.value if known else None) if entry.value is KEEP else entry.value
        words: Iterable[str] = statuses.of(known.extra, known.status) if known else []
        if entry.words is not KEEP:
            words = entry.words
            if strange := set(words) - statuses.known:
                raise StrangeWordError(f"a teacher has no status {', '.join(sorted(strange))} here")
        extra = dict(known.extra) if known else {}
        extra.pop("date", None)
        extra = statuses.with_words(extra, words)
        if entry.comment is not KEEP:
            extra = {**extra, COMMENT: entry.comment}
        extra = {name: member for name, member in extra.items() if member not in (None, "", {})}
        status = statuses.without_score if value is None and extra else None
        return Score(entry.student, value, None, EXEMPT if EXEMPT in words else status, extra)

    # ---- taking back ----------------------------------------------------------------------------

    def undo(self, act: Act) -> bool:
        """Take it back; False when what it wrote was changed meanwhile, and stays.

        Refused: its grading period is closed.
        """
        with self._db.write() as cursor:
            self._open(act)
            now = self._rows(act.changed, act.after)
            cursor.execute("DELETE FROM act WHERE id = ?", (act.id,))
            if any(_written(now.get(id_)) != _written(row) for id_, row in act.after.items()):
                return False
            for id_ in act.after:
                self._put_back(act, id_)
            return True

    def _put_back(self, act: Act, id_: int) -> None:
        row = act.before.get(id_)
        with self._db.write() as cursor:
            if row is not None:
                fields = {**row, "modified": self.book.world.stamp()}
                names = ", ".join(f"{name} = ?" for name in fields)
                cursor.execute(
                    f"UPDATE {act.changed} SET {names} WHERE id = ?", (*fields.values(), id_)
                )
            elif act.changed == "score":
                cursor.execute("DELETE FROM score WHERE id = ?", (id_,))
            else:
                self.book.delete_column(id_, by="teacher")

    def _open(self, act: Act) -> None:
        """A12: neither what was nor what is may lie in a closed grading period."""
        rows = [*act.before.values(), *act.after.values()]
        if act.changed == "score":
            columns = [self.book.column(row["assignment"], deleted=True) for row in rows]
        else:
            columns = [column_of(row) for row in rows]
        for column in columns:
            self.book.must_be_open(column)
            live = column.external_id and self.book.find_column(column.vendor, column.external_id)
            if live and live.id != column.id:
                raise Refused("C3", "the assignment was created again under the same id")

    # ---- inside ---------------------------------------------------------------------------------

    @contextmanager
    def _changing(self, column: Column, sentence: str) -> Iterator[None]:
        with self._db.write():
            before = self._rows("assignment", [column.id])
            yield
            after = self._rows("assignment", [column.id])
            self._note(column, sentence, "assignment", before, after)

    def _note(self, column: Column, sentence: str, changed: str, before: Rows, after: Rows) -> None:
        told = [orjson.dumps(_keyed(rows)).decode() for rows in (before, after)]
        with self._db.write() as cursor:
            cursor.execute(
                "INSERT INTO act (sis, section, sentence, changed, before, after)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (self.book.sis, column.section, sentence, changed, *told),
            )
            cursor.execute("DELETE FROM act WHERE id <= (SELECT max(id) FROM act) - ?", (MOST,))

    def _cells(self, column: int, scores: Sequence[Score]) -> Rows:
        written = (self.book.cell(column, score.student) for score in scores)
        return self._rows("score", [cell.id for cell in written if cell])

    def _rows(self, table: str, ids: Iterable[int]) -> Rows:
        asked = orjson.dumps(list(ids)).decode()
        found = self._db.read(
            f"SELECT * FROM {table} WHERE id IN (SELECT value FROM json_each(?))", asked
        )
        return {row["id"]: dict(row) for row in found}


def _keyed(rows: Rows) -> dict[str, dict[str, Any]]:
    return {str(id_): row for id_, row in rows.items()}


def _written(row: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Without the instant: to be written again as it was is no change."""
    return None if row is None else {n: value for n, value in row.items() if n != "modified"}
