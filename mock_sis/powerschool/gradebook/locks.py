"""Sections that were unlocked: they may still write into a locked reporting term."""

from mock_sis.gradebook.columns import Unknown
from mock_sis.world.world import World


def is_unlocked(world: World, section: str, period: str) -> bool:
    """Whether *section* may write into *period*, although that is closed."""
    found = world.db.one("SELECT 1 FROM unlocked WHERE section = ? AND period = ?", section, period)
    return found is not None


def unlock_section(world: World, period: str, section: str) -> None:
    """Let one section write into a closed period, for a teacher who is late."""
    _must_be_known(world, period, section)
    with world.db.write() as cursor:
        cursor.execute(
            "INSERT OR REPLACE INTO unlocked VALUES (?, ?, ?)", (section, period, world.stamp())
        )


def lock_section(world: World, period: str, section: str) -> None:
    """Take that back."""
    _must_be_known(world, period, section)
    with world.db.write() as cursor:
        cursor.execute("DELETE FROM unlocked WHERE section = ? AND period = ?", (section, period))


def _must_be_known(world: World, period: str, section: str) -> None:
    for table, id_ in (("period", period), ("section", section)):
        if world.db.one(f"SELECT 1 FROM {table} WHERE id = ?", id_) is None:
            raise Unknown(table, id_)
