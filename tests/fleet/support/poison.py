"""Runs that crash: a program of the worker's Python that looks at whom it connects to.

No configuration makes a run crash that we know of, or it would be mended. So whoever connects to
one port dies at once, as by a fault in a library, and at another an exception is raised.
"""

from pathlib import Path

SITE = """
import os, sys

WHO = "Ada Byron, student 400001"

def look(event, arguments):
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        if arguments[1][1] == {dies}:
            os.abort()
        if arguments[1][1] == {raises}:
            raise LookupError(WHO)

sys.addaudithook(look)
"""


def poisoned(folder: Path, *, dies: int, raises: int) -> dict[str, str]:
    """What the environment of a worker must have."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(SITE.format(dies=dies, raises=raises))
    return {"PYTHONPATH": str(folder)}
