"""C3: a PUT by our own id makes once and changes ever after."""

from contracts.scenarios.idempotent_put import idempotent_put
from contracts.scenarios.skyward.words import BOOK

SCENARIO = idempotent_put(BOOK)
