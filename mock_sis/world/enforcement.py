"""Which of its refusals the mock enforces, by the id of the rule in docs/reference/rules.md."""

from collections.abc import Mapping

from mock_sis.world.store import Store

DEFAULTS: Mapping[str, bool] = {
    "A2": False,  # a SIS may take total points with a fraction
    "A5": True,
    "A10": True,
    "A11": True,
    "A12": True,
    "A13": True,
    "A14": True,
    "B6": True,
    "B9": True,
    "strict": False,
}
"""Every switch; `strict` asks OneRoster writes for all that the standard requires."""


class Refused(Exception):
    """The SIS does not do what was asked.

    Attributes:
        rule: the id in docs/reference/rules.md behind it.
        sentence: why, fit to show an administrator; no names, no scores.
    """

    def __init__(self, rule: str, sentence: str) -> None:
        super().__init__(f"{rule}: {sentence}")
        self.rule = rule
        self.sentence = sentence


class Enforcement:
    """The switches of one world."""

    def __init__(self, store: Store) -> None:
        self._db = store

    def all(self) -> dict[str, bool]:
        """Every switch."""
        stored = {row[0]: bool(row[1]) for row in self._db.read("SELECT * FROM enforcement")}
        return {**DEFAULTS, **stored}

    def set(self, switches: Mapping[str, bool]) -> None:
        """Turn switches; an unknown rule is a KeyError."""
        for rule in switches:
            DEFAULTS[rule]
        with self._db.write() as cursor:
            cursor.executemany(
                "INSERT OR REPLACE INTO enforcement VALUES (?, ?)",
                [(rule, int(on)) for rule, on in switches.items()],
            )

    def on(self, rule: str) -> bool:
        """Whether a switch is on."""
        row = self._db.settled("SELECT is_on FROM enforcement WHERE rule = ?", rule)
        return bool(row[0]) if row else DEFAULTS.get(rule, True)

    def refuse(self, rule: str, sentence: str) -> None:
        """Raise Refused, unless this rule is switched off."""
        if self.on(rule):
            raise Refused(rule, sentence)
