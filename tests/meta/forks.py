"""Runs tests, each in a fork of one process that has loaded what all of them need.

python tests/meta/forks.py HOME [PACKAGE ...]

Reads one test id a line from standard input, and prints the exit code of its run and the id. HOME
holds the sources and the tests; the report of a run is HOME/r.xml, its output HOME/r.txt.
To load pytest, the libraries and the packages anew would take longer than most of the tests; the
packages are those of the project in which no fault is ever planted for these runs.
"""

import gc
import os
import sys
import traceback
from importlib import import_module
from pathlib import Path

import pytest

LIBRARIES = (
    *("a2wsgi", "connexion", "flask", "jsonschema_rs", "starlette.responses", "uvicorn", "yaml"),
    *("click.testing", "cryptography.x509", "httpx", "hypothesis.strategies", "msgspec"),
    *("orjson", "schemathesis.checks", "sqlite_utils", "stamina", "structlog"),
    "xml.etree.ElementTree",
)
QUIET = ("-q", "-p", "no:cacheprovider", "-o", "timeout=60", "--junitxml=r.xml")


NOT_YET = {"cli", "__main__", "plugin"}
"""Modules that pytest loads itself, or that do something when they are loaded."""


def load(package: str) -> None:
    """Every module of a package; of the mocks also what they make of their contracts."""
    for file in sorted(Path(package).rglob("*.py")):
        if file.stem not in NOT_YET:
            parts = file.parent.parts if file.stem == "__init__" else file.with_suffix("").parts
            import_module(".".join(parts))
    if package == "mock_sis":
        server = import_module("mock_sis.server")
        for name in server.MOCKS:
            server.app_of(name, validate_responses=True)
        server.control_of(validate_responses=True)


def serve(home: str, *packages: str) -> None:
    """Run what is asked for until there is no more."""
    for name in LIBRARIES:
        import_module(name)
    os.chdir(home)
    sys.path[0] = home
    for package in packages:
        load(package)
    gc.freeze()  # what is loaded by now is shared with the forks, and no garbage
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _run(line.strip())
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)} {line.strip()}\n")
        sys.stdout.flush()


def _run(test: str) -> None:
    """Run one test in this process, and end it."""
    log = os.open("r.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(log, stream)
    code = 3
    try:
        code = pytest.main([*QUIET, test])
    except BaseException:
        sys.stderr.write(traceback.format_exc())
        raise
    finally:
        sys.stdout.flush()
        os._exit(int(code))


if __name__ == "__main__":
    serve(*sys.argv[1:])
