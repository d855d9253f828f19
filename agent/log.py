"""The agent's log: JSON lines on standard error, without a name, a score, a number or a secret.

Standard output belongs to reports. What a run does record by record is told by `--events`.
"""

import sys

import structlog


def configure() -> None:
    """Send structlog's lines to standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
