"""The log: a sentence and an action a line, on standard error; never a body, no address above DEBUG."""

from __future__ import annotations

import logging
import os
import sys

import structlog


def configure_log(default: int = logging.INFO) -> None:
    """Log lines in logfmt from this level on; ``INTAKE_LOG`` (DEBUG, INFO, …) overrides it."""
    level = logging.getLevelNamesMapping().get(os.environ.get("INTAKE_LOG", "").upper(), default)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "action", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
