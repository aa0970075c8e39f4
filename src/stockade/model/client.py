"""What ``stockade doctor`` finds on a client."""

from __future__ import annotations

from typing import Literal

import msgspec

from stockade.model.findings import Severity


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that one tool is told about where packages come from."""

    tool: str
    """``pip`` or ``uv``."""
    key: str
    """pip's or uv's name of the option."""
    value: str
    source: str
    """The variable or file."""
    variable: bool
    """The environment says it, and so overrules every file."""


class ClientProblem(msgspec.Struct, frozen=True, kw_only=True):
    """One way round the firewall that this machine leaves open."""

    kind: str
    """Kebab-case: ``extra-index``, ``find-links``, ``trusted-host``, ``not-behind-firewall`` …"""
    severity: Severity
    tool: str
    """``pip``, ``uv``, or empty for both."""
    message: str
    source: str
    """The variable or file that says it; empty where nothing does."""
    mend: str


class DoctorReport(msgspec.Struct, frozen=True, kw_only=True):
    """What ``stockade doctor --format json`` prints."""

    schema: Literal["stockade.doctor/1"] = "stockade.doctor/1"
    exit_code: int
    """0 clean, 1 a way round the firewall is open, 3 something could not be told."""
    index: dict[str, str] = {}
    """The address that each tool asks first, without credentials."""
    problems: tuple[ClientProblem, ...] = ()
    """Worst first."""
    unknown: tuple[str, ...] = ()
    """What could not be told, and why."""
