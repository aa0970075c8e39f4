"""What a person may choose about a vetting report's looks."""

from __future__ import annotations

from dataclasses import dataclass

from stockade.model.findings import Rule
from stockade.report.options import Options


@dataclass(frozen=True, kw_only=True)
class VetOptions(Options):
    """Choices that formats may use; a format ignores those that mean nothing to it."""

    verbose: bool = False
    """Show what is only context: findings of severity ``info``, and details of what is minor."""
    rules: tuple[Rule, ...] = ()
    """The rules that may be named, for SARIF."""


DEFAULTS = VetOptions()
