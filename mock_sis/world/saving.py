"""Saves and replaces a world that is being served: its file, and what its journal still holds."""

from typing import IO, BinaryIO

from mock_sis.world.snapshots import Snapshots
from mock_sis.world.uploads import replace_by_upload
from mock_sis.world.worlds import Hosted


def save_world(hosted: Hosted, snapshot: str) -> None:
    """Keep the world as it is now, with every call so far.

    Raises as `Snapshots.save` and `Hosted.still`.
    """
    with hosted.still():
        hosted.journal.flush()
        Snapshots(hosted.world).save(snapshot)
        for follower in hosted.followers:
            follower.save(snapshot)


def restore_world(hosted: Hosted, snapshot: str) -> None:
    """Make the world what it was. Raises as `Snapshots.restore` and `Hosted.going_back`."""
    with hosted.going_back(snapshot):
        Snapshots(hosted.world).restore(snapshot)


def open_copy(hosted: Hosted) -> BinaryIO:
    """A copy of the world as it is now, with every call so far, to be read."""
    hosted.journal.flush()
    return Snapshots(hosted.world).open_copy()


def replace_world(hosted: Hosted, upload: IO[bytes]) -> None:
    """Let the world be the uploaded one. Raises as `replace_by_upload` and `Hosted.going_back`."""
    with hosted.going_back(None):
        replace_by_upload(hosted.world, upload)
        hosted.journal.forget_waiting()
