"""A gradebook in memory that takes every write, for nights played without a server."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from agent.domain import EMPTY_CELL, Column, ColumnRef, Gradebook, Marks, Section, SisCell
from agent.sis.port import Draft, Receipt
from tests.agent.builders import StubSis, a_section


class BookSis(StubSis):
    """Sections whose rosters a test may change; columns and cells as they were written."""

    def __init__(self, *sections: str) -> None:
        super().__init__()
        self.sections = {name: a_section(id=name, enrolments={}) for name in sections}
        self.book: dict[str, Column] = {}
        self.cells: dict[str, dict[str, SisCell]] = {}
        self.looked_up: list[str] = []

    def enrol(self, section: str, enrolments: Mapping) -> None:
        """Change who sits, and sat, in a section."""
        self.sections[section] = replace(self.sections[section], enrolments=dict(enrolments))

    def gradebook(self, key: str, sections: Sequence[str]) -> Gradebook:
        """Those sections as they are now."""
        found: dict[str, Section] = {s: self.sections[s] for s in sections if s in self.sections}
        return Gradebook(id=key, sections=found)

    def columns(self, gradebook: Gradebook) -> Sequence[Column]:
        """Every column: there is one gradebook only."""
        return tuple(self.book.values())

    def column(self, gradebook: Gradebook, ref: ColumnRef) -> Column | None:
        """One column."""
        return self.book.get(ref)

    def scores(
        self, gradebook: Gradebook, ref: ColumnRef, zeros: Collection[str] = ()
    ) -> Mapping | None:
        """The cells of a column; a look costs, so it is noted."""
        self.looked_up.append(ref)
        return dict(self.cells[ref]) if ref in self.book else None

    def create(self, gradebook: Gradebook, draft: Draft) -> Receipt:
        """Make or replace the column of that id."""
        ref = draft.external_id
        self.book[ref] = Column(ref=ref, external_id=ref, data=draft.data)
        self.cells.setdefault(ref, {})
        return Receipt(accepted=True, ref=ref)

    def update(self, gradebook: Gradebook, ref: ColumnRef, draft: Draft) -> Receipt:
        """Replace the data of a column that is there."""
        if ref not in self.book:
            return Receipt(accepted=False, gone=True)
        return self.create(gradebook, draft)

    def put_scores(
        self, gradebook: Gradebook, ref: ColumnRef, scores: Sequence, found: Marks | None = None
    ) -> list[Receipt]:
        """Write marks."""
        self.cells[ref] |= {student: SisCell(points=points) for student, points in scores}
        return [Receipt(accepted=True) for _ in scores]

    def clear_score(
        self, gradebook: Gradebook, ref: ColumnRef, student: str, found: SisCell = EMPTY_CELL
    ) -> Receipt:
        """Take a mark back."""
        self.cells[ref].pop(student, None)
        return Receipt(accepted=True)
