"""The agent's log: JSON lines on standard error, without a name, a score, a number or a secret.

Standard output belongs to reports. What a run does record by record is told by `--events`.
"""

import sys
from typing import Any


def info(event: str, **facts: Any) -> None:
    """Note what an operator may want to know."""
    _logger().info(event, **facts)


def warning(event: str, **facts: Any) -> None:
    """Note what an operator should look at."""
    _logger().warning(event, **facts)


def _logger() -> Any:
    """Most runs log nothing, and loading the library takes longer than a quiet night's work."""
    import structlog

    return structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
    )
