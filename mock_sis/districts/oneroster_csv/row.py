"""One row of a OneRoster CSV file, and what stands in its cells."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import NoReturn

GONE = ("tobedeleted", "inactive")
MIDNIGHT = time()


class ImportFault(ValueError):
    """The export cannot be used; says where: file, line and column as far as they are known."""

    def __init__(
        self, file: str, what: str, *, line: int | None = None, column: str | None = None
    ) -> None:
        places = [file, f"line {line}" if line else "", f"column {column}" if column else ""]
        super().__init__(f"{', '.join(place for place in places if place)}: {what}")
        self.file = file
        self.what = what
        self.line = line
        self.column = column

    @classmethod
    def as_told(cls, sentence: str) -> "ImportFault":
        """The fault that another process met, by its sentence."""
        file, _, what = sentence.partition(": ")
        return cls(file, what)


@dataclass(frozen=True, slots=True)
class Row:
    """One row; a column that the file lacks reads as empty.

    Attributes:
        line: of a row with line ends in it, the last one.
        more: whether something stands beyond the last column of the header.
    """

    file: str
    line: int
    cells: Mapping[str, str]
    more: bool = False

    @property
    def is_gone(self) -> bool:
        """Whether the row says that its record is no longer there."""
        return self["status"].casefold() in GONE

    def __getitem__(self, column: str) -> str:
        return (self.cells.get(column.casefold()) or "").strip()

    def need(self, column: str) -> str:
        """The value; ImportFault when it is empty."""
        return self[column] or self._fault(column, "is empty")

    def flag(self, column: str, *, default: bool) -> bool:
        """Whether it says true, in any case."""
        value = self[column].casefold()
        return default if not value else value in ("true", "1", "yes")

    def words(self, column: str) -> list[str]:
        """A list in one cell, separated by commas or spaces."""
        return self[column].replace(",", " ").split()

    def day(self, column: str) -> date | None:
        """A date, or of a date-time the date as written; ImportFault when it is something else."""
        cell = self[column]
        moment = parse_moment(cell[:10] if cell[10:11] == "T" else cell)
        if isinstance(moment, str):
            self._fault(column, "is not a date")
        return moment

    def need_day(self, column: str) -> date:
        """A date that must be there."""
        self.need(column)
        day = self.day(column)
        assert day is not None
        return day

    def _fault(self, column: str, what: str) -> NoReturn:
        raise ImportFault(self.file, what, line=self.line, column=column)


def parse_moment(cell: str) -> date | datetime | str | None:
    """A date (midnight UTC is one), an aware instant, None for nothing, else the text as it is."""
    if not cell:
        return None
    try:
        if len(cell) == len("2026-10-05"):
            return date.fromisoformat(cell)
        moment = datetime.fromisoformat(cell)
    except ValueError:
        return cell
    if moment.tzinfo is None:
        return cell
    moment = moment.astimezone(UTC)
    return moment.date() if moment.time() == MIDNIGHT else moment


def parse_number(cell: str) -> Decimal | str | None:
    """An exact number, None for nothing, or the text that is none."""
    if not cell:
        return None
    try:
        value = Decimal(cell)
    except InvalidOperation:
        return cell
    return value if value.is_finite() else cell
