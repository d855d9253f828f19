"""What a command costs: time, CPU, peak memory, each its own.

The kernel counts a child's peak from its fork on, when it still is a copy of its parent: a bench
that holds mocks would show its own size. So a small process in between starts the command.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

_BETWEEN = """
import json, resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([code, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command cost, the exit code it ended with, and its last line on standard output."""

    code: int
    seconds: float
    cpu_seconds: float
    peak_mb: float
    last: str


def cost_of(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Cost:
    """Run *command* to its end."""
    began = perf_counter()
    process = subprocess.Popen(  # noqa: S603  our own program
        [sys.executable, "-c", _BETWEEN, *command],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    last, measured = "", ""
    for line in process.stdout:
        last, measured = measured, line
    process.wait()
    code, cpu, peak = json.loads(measured)
    return Cost(code, perf_counter() - began, cpu, peak, last)
