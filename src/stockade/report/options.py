"""What a person may choose about a report's looks. What it says never depends on it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Options:
    """Choices that formats may use; a format ignores those that mean nothing to it."""

    width: int = 100
    """Columns of the terminal, for text. Values outside 40 to 160 are taken as the nearest of both."""
    color: bool = False
    """ANSI colours in text. The caller decides: a terminal, and neither ``NO_COLOR`` nor ``--no-color``."""
    markdown_limit: int = 60_000
    """Characters that a Markdown report may have: forges refuse comments above 65,536."""


DEFAULTS = Options()
