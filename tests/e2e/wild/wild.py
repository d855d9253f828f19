"""Wild days: all that people do in Otus, in gradebooks, at the registrar's and in the policy.

An act is a function of chance; it plays into the mocks and tells the witness what it must know.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.e2e.support.district import ZONE, District
from tests.e2e.wild import gradebook, numbers, otus, registrar
from tests.e2e.wild.look import Look, Record
from tests.e2e.wild.witness import Witness

Act = Callable[["Wild"], None]


@dataclass(slots=True)
class Wild:
    """A district and its witness, in the hands of chance.

    Attributes:
        registrar, feed: hands for what no program may ask of a SIS or of Otus, as linking
            gradebooks and classes, and SIS ids.
        removed: assessments that were taken back in Otus.
        gone: columns that a teacher deleted, with their assessments.
        doubles: columns that carry the tag of another, with their assessments.
    """

    district: District
    chance: random.Random
    registrar: Any
    feed: Any
    witness: Witness = field(init=False)
    removed: dict[str, dict[str, Any]] = field(default_factory=dict)
    gone: list[tuple[str, str]] = field(default_factory=list)
    doubles: list[tuple[str, str]] = field(default_factory=list)
    made: int = 0
    log: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Everybody who teaches is in the group."""
        self.witness = Witness(self.district)
        for teacher in ("t-2001", "t-2002", "t-2003"):
            self.district.control("PUT", f"/group/{teacher}", otus=True)

    def act(self) -> None:
        """One of them."""
        act = self.chance.choice(ACTS)
        self.log.append(act.__name__)
        act(self)

    @property
    def today(self) -> date:
        """The district's day."""
        return self.district.now().astimezone(ZONE).date()

    def look(self) -> Look:
        """Both sides as they stand."""
        return Look.at(self.district)

    def columns(self) -> list[tuple[Record, str, str]]:
        """Columns of ours: the column, its gradebook, its assessment."""
        return list(self.look().columns())


ACTS: tuple[Act, ...] = (
    *(otus.assess, otus.assess, otus.assess, otus.edit, otus.edit, otus.edit, otus.edit_beside),
    *(otus.unassign, otus.assign_again, otus.group, otus.first_score, otus.first_score),
    *(otus.score, otus.scores, otus.scores, otus.scores, otus.scores),
    *(numbers.swap, numbers.correct, numbers.lose, numbers.put_right, numbers.put_right),
    *(gradebook.type_in, gradebook.type_in, gradebook.type_early, gradebook.type_early),
    *(gradebook.change, gradebook.change_both, gradebook.change_both),
    *(gradebook.delete, gradebook.restore, gradebook.note, gradebook.describe),
    *(gradebook.double, gradebook.undouble),
    *(registrar.move, registrar.move, registrar.there_and_back, registrar.teach),
    *(registrar.merge, registrar.links, registrar.link_elsewhere),
    *(registrar.category, registrar.period, registrar.policy, registrar.lose_the_ledger),
)
