"""The runs of the agent."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from agent.ledger.rows import instant, json
from agent.ledger.store import Store

_runs = msgspec.json.Decoder(list[dict[str, Any]])


class Runs:
    """Each run: when it began, why the brake was overridden, how it ended."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self, run: str, at: datetime, command: str, forced: str | None) -> None:
        """Note that *run* began; `forced` is the reason given for overruling the brake."""
        with self._store.write(durable=True) as sql:
            sql.execute(
                "INSERT INTO run (id, at, command, forced) VALUES (?, ?, ?, ?)",
                (run, instant(at), command, forced),
            )

    def end(self, run: str, at: datetime, exit_code: int, summary: Mapping[str, Any]) -> None:
        """Note how *run* ended."""
        with self._store.write(durable=True) as sql:
            sql.execute(
                "UPDATE run SET ended = ?, exit_code = ?, summary = ? WHERE id = ?",
                (instant(at), exit_code, json(summary), run),
            )

    def latest(self, limit: int) -> Sequence[Mapping[str, Any]]:
        """The newest runs first; `ended`, `exit_code`, `summary` None: it was killed, or runs."""
        return self._store.values(_runs, LATEST, limit)


LATEST = """
SELECT json_group_array(json_object('run', id, 'at', at, 'command', command, 'forced', forced,
    'ended', ended, 'exit_code', exit_code, 'summary', json(summary)))
FROM (SELECT * FROM run ORDER BY at DESC, rowid DESC LIMIT ?)
"""
