"""One transaction that removes rows past the guards of the ledger, and leaves no trace in its file.

Attempts and outcomes are append-only: the database itself refuses to remove one. What is said to
be removed here is the only way around that.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from agent.ledger.store import Sql, Store, TakeBack


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What a removal took, or would take.

    Attributes:
        rows: how many, by table.
        log_emptied: nothing of it stands in the file's log any more; False while another process
            reads the ledger.
    """

    rows: Mapping[str, int]
    done: bool
    log_emptied: bool
    bytes_before: int
    bytes_after: int


def remove(
    store: Store,
    statements: Callable[[Sql], Mapping[str, int]],
    *,
    done: bool,
    whole: bool = False,
) -> Removal:
    """Run *statements* without the guards; unless *done*, count only and take all back.

    Args:
        whole: write the file anew however little is free, so that nothing of what was removed stays
            in it.
    """
    before, rows = store.size(), dict[str, int]()
    with store.removing() as sql:
        rows |= {table: count for table, count in statements(sql).items() if count}
        _keep(done)
    emptied = store.shrink(whole=whole) if done else False
    return Removal(
        rows=rows,
        done=done,
        log_emptied=emptied,
        bytes_before=before,
        bytes_after=store.size(),
    )


def _keep(done: bool) -> None:  # noqa: FBT001
    if not done:
        raise TakeBack
