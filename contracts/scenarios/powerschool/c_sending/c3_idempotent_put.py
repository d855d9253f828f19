"""C3 through the other door: OneRoster's PUT by our own id makes once and changes ever after."""

from contracts.scenarios.idempotent_put import idempotent_put
from contracts.scenarios.powerschool.words import BOOK

SCENARIO = idempotent_put(BOOK)
