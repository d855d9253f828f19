"""From what was asked to the report: play, judge, write."""

from datetime import UTC, datetime

from load.asked import Asked
from load.gates import gates
from load.play import play
from load.report.facts import Facts, facts
from load.report.files import write
from load.watch import Say


def perform(asked: Asked, say: Say) -> Facts:
    """Play the night and write the report; what it came to.

    RuntimeError: the night could not be played to its end.
    """
    began = datetime.now(UTC)
    results = play(asked.play(), asked.out, say)
    served = [result.tally.service for result in results if result.tally.service]
    bounds = asked.bounds(sum(served) / max(1, len(served)))
    words = {**asked.words(), "began": f"{began:%Y-%m-%d %H:%M} UTC"}
    told = facts(words, results, gates(results, bounds), bounds)
    write(told, asked.out)
    return told
