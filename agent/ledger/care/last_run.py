"""Whether a ledger is older than the gradebook: something outside of it remembers its last run.

A ledger that is put back knows less than the SIS holds: columns made since, scores sent since, and
what teachers changed over them. A file is known for older by the note beside it, which names a run
that it does not know. A database that was set back, or of which a standby took over, has another
identity than the one that its ledger noted (`Store.identity`). And a copy carries a sign. Then
every column and cell is in doubt until it was compared with the gradebook once (`decide`), and the
first pull notes which scores changed since.
"""

from collections.abc import Mapping

from agent.ledger.care.note_file import ENDED, read_note
from agent.ledger.care.signs import (
    COMPARED,
    COPY,
    IDENTITY,
    NOTED,
    PULL,
    RESTORED_EVERY,
    RESTORED_ON,
)
from agent.ledger.store import Sql, Store


def distrust_if_older(store: Store) -> bool:
    """Put all that the ledger knows of the SIS in doubt where it is older than its last run."""
    note, identity = read_note(store.file) if store.file else None, store.identity()
    noted = {IDENTITY: identity} if identity else {COMPARED: note or "no note"}
    settings = _settings(store)
    if not _is_older(store, settings, note, identity):
        if identity and IDENTITY not in settings:
            note_identity(store)
        return False
    with store.write(durable=True) as sql:
        for statement in DOUBT:
            sql.execute(statement)
        sql.executemany(SET, list((noted | {PULL: "1"}).items()))
        sql.execute("DELETE FROM setting WHERE name = ?", (COPY,))
    return True


def distrust(store: Store) -> None:
    """Have the next run take the ledger for an older one."""
    with store.write(durable=True) as sql:
        sql.execute(SET, (COPY, "by hand"))


def note_identity(store: Store) -> None:
    """Remember which database this is."""
    identity = store.identity()
    if identity:
        with store.write(durable=True) as sql:
            sql.execute(SET, (IDENTITY, identity))


def _settings(store: Store) -> Mapping[str, str]:
    rows = store.read("SELECT name, value FROM setting WHERE name IN (?, ?, ?, ?)", *NAMES)
    return dict(rows)


def _is_older(
    store: Store, settings: Mapping[str, str], note: str | None, identity: str | None
) -> bool:
    if COPY in settings:
        return True
    if identity is not None:
        return settings.get(IDENTITY, identity) != identity
    if store.file is None or settings.get(COMPARED) == (note or "no note"):
        return False
    if note is None:
        return NOTED in settings
    run, _, how = note.partition(" ")
    known = store.read("SELECT ended IS NOT NULL FROM run WHERE id = ?", run)
    return not known or (how == ENDED and not known[0][0])


NAMES = (COPY, NOTED, COMPARED, IDENTITY)


def note_pull(sql: Sql, on: str, *, snapshot: bool) -> None:
    """Note which scores changed since the copy, before the pull's own tables are reduced."""
    if not sql.execute("SELECT 1 FROM setting WHERE name = ?", (PULL,)).fetchone():
        return
    sql.execute("DELETE FROM setting WHERE name = ?", (PULL,))
    sql.execute(SET, (RESTORED_ON, on))
    if snapshot:
        sql.execute(SET, (RESTORED_EVERY, "1"))
    else:
        sql.execute(CHANGED_SINCE)


SET = """
INSERT INTO setting (name, value) VALUES (?, ?)
ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""

CHANGED_SINCE = """
INSERT INTO restored_score (assessment, student)
SELECT assessment, student FROM mentioned_score WHERE true
ON CONFLICT (assessment, student) DO NOTHING
"""

DOUBT = (
    """UPDATE known_column SET in_doubt = true, list_again = ref IS NOT NULL
    WHERE assessment NOT IN (SELECT assessment FROM purged)""",
    "UPDATE known_score SET in_doubt = true",
    """INSERT INTO schedule (class, dirty) SELECT id, 1 FROM class WHERE true
    ON CONFLICT (class) DO UPDATE SET dirty = 1""",
    # What was to be done once may have been done since; a teacher may have edited it after that.
    """UPDATE decision SET ended = 'lapsed', ended_at = at, ended_why = 'an older ledger is back'
    WHERE ended IS NULL AND choice IN ('send', 'keep', 'resend')""",
)
