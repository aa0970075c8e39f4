"""The policy's types and defaults. ``stockade.toml``, or ``[tool.stockade]`` in ``pyproject.toml``.

Defaults are the strict, usable choice; every field is documented here once, and the starter policy
and the guide are made from these docstrings.
"""

from __future__ import annotations

from datetime import date

import msgspec

from stockade.model.findings import Severity
from stockade.model.verdicts import Action, Cause


class Protect(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[protect]``: the names that are yours."""

    names: tuple[str, ...] = ()
    """Internal project names: ``acme-corp-utils``."""
    patterns: tuple[str, ...] = ()
    """Shell-style patterns over canonical names: ``acme-*``."""
    indexes: tuple[str, ...] = ()
    """Private index addresses (or their hosts). A requirement bound to one of them is internal."""


class NamesPolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[names]``: the confusable-name engine."""

    allow: tuple[str, ...] = ()
    """Names that you know and mean, however close they are to another."""
    popular: int = 15_000
    """How many of the most downloaded projects are targets."""


class Feeds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[feeds]``: how old local data may be before a result that rests on it is incomplete."""

    advisories_max_age_days: int = 7
    registered_names_max_age_days: int = 30
    popularity_max_age_days: int = 400
    advisories_url: str = ""
    """Where ``stockade feed update`` fetches OSV's bulk zip for the ecosystem."""
    registered_names_url: str = ""
    """Where it fetches the registered names (a names list, or a PEP 691 index root)."""
    popularity_url: str = ""


class Lock(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[lock]``: what is asked of dependencies."""

    require_hashes: bool = True
    cooldown_days: float = 7
    """A release younger than this is too young."""
    unmaintained_days: int = 730
    """A project without a release for longer is unmaintained."""


class Thresholds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[thresholds]``: the lowest severity at which a finding gets each action.

    A finding below ``warn`` is allowed, with its reason. Low confidence takes one step off the action.
    """

    warn: Severity = Severity.LOW
    quarantine: Severity = Severity.HIGH
    block: Severity = Severity.CRITICAL


class PolicyException(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[[exceptions]]``: a finding that you accept, for a reason, until a day."""

    rule: str
    """A rule id, ``STK-R001``."""
    subject: str
    """The finding's subject as reports print it; shell-style wildcards are allowed, a lone ``*`` is not."""
    reason: str
    expires: date
    """The last day on which it holds (UTC). At most 366 days ahead."""
    path: str = ""
    """Only in files that match this shell-style pattern; empty for all."""
    approved_by: str = ""


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole policy."""

    fail_on: Severity = Severity.HIGH
    """The lowest severity at which ``check`` exits 1."""
    protect: Protect = Protect()
    names: NamesPolicy = NamesPolicy()
    feeds: Feeds = Feeds()
    lock: Lock = Lock()
    thresholds: Thresholds = Thresholds()
    indeterminate: dict[Cause, Action] = {}
    """``[indeterminate]``: the action for each cause of an unjudgeable result; ``block`` where it
    is silent. ``allow`` is refused."""
    rules: dict[str, Severity] = {}
    """``[rules]``: another severity for a rule id. There is no ``off``: use an exception."""
    exclude: tuple[str, ...] = ()
    """Paths (gitignore patterns) that are not assessed; each is listed in the report as left out."""
    exceptions: tuple[PolicyException, ...] = ()
