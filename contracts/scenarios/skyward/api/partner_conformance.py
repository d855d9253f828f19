"""The sequence of a large partner's public conformance suite."""

from contracts.scenarios.kinds import Kind, Scenario
from contracts.scenarios.partner_conformance import SEQUENCE

SCENARIO = Scenario(
    rule="",
    kind=Kind.CLEANS,
    claim="what a large OneRoster 1.2 partner asks of a SIS before it exports grades",
    steps=SEQUENCE,
    root="/ims/oneroster",
)
