"""What the firewall writes to standard error: one JSON object a line, and never a secret.

Only what is named in :data:`FIELDS` is written beside time, level and message, so that no header, body or address with a
password can slip in. No field may bear the name of an attribute that every record has, such as ``filename``.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import IO, Any

LOGGER = "stockade.firewall"
FIELDS = (
    "method",
    "path",
    "status",
    "milliseconds",
    "client",
    "identity",
    "address",
    "agent",
    "project",
    "code",
    "verdict",
    "reason",
    "error",
)
LONGEST = 500
"""Characters of one value."""


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        moment = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, Any] = {
            "at": moment.isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "message": record.getMessage()[:LONGEST],
        }
        for field in FIELDS:
            value = getattr(record, field, None)
            if value not in {None, ""}:
                line[field] = value[:LONGEST] if isinstance(value, str) else value
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=True)


def configure(level: int = logging.INFO, stream: IO[str] | None = None) -> logging.Logger:
    """Send the firewall's log, and uvicorn's complaints, to ``stream`` (standard error unless given)."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger(LOGGER)
    for each in (logger, logging.getLogger("uvicorn.error")):
        each.handlers[:] = [handler]
        each.propagate = False
    logger.setLevel(level)
    return logger
