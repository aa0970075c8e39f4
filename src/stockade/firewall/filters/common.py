"""What several filters need: patterns, severities for the policy's actions, when a file was truly published."""

from __future__ import annotations

import re
from datetime import datetime
from fnmatch import translate
from functools import lru_cache

from stockade.model.findings import Severity
from stockade.model.firewall import Seen
from stockade.model.index import IndexFile
from stockade.model.names import ProjectName, project_name
from stockade.model.policy import Policy
from stockade.model.verdicts import Action


@lru_cache(maxsize=256)
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(translate, patterns)) or r"(?!)")


def matches(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a canonical name fits one of the shell-style patterns; never where there are none."""
    return _compiled(patterns).match(name) is not None


def severity_for(action: Action, policy: Policy) -> Severity:
    """The severity to which the policy's thresholds give ``action``, or the next stricter one where two of the
    thresholds are the same.

    Raises:
        ValueError: ``allow``, for which there is nothing to find.
    """
    match action:
        case Action.WARN:
            return policy.thresholds.warn
        case Action.QUARANTINE:
            return policy.thresholds.quarantine
        case Action.BLOCK:
            return policy.thresholds.block
        case _:
            raise ValueError("what is allowed is no finding")


def is_protected(name: ProjectName, policy: Policy) -> bool:
    """Whether a name is declared under ``[protect]``, or fits one of its patterns: never asked upstream."""
    return name in _declared(policy.protect.names) or matches(name, policy.protect.patterns)


@lru_cache(maxsize=16)
def _declared(names: tuple[str, ...]) -> frozenset[ProjectName]:
    return frozenset(map(project_name, names))


def backdated(file: IndexFile, seen: Seen | None) -> bool:
    """Whether a file claims to be older than a moment at which it was not there."""
    return (
        seen is not None
        and not seen.baseline
        and seen.absent_at is not None
        and file.uploaded is not None
        and file.uploaded < seen.absent_at
    )


def published(file: IndexFile, seen: Seen | None) -> datetime | None:
    """When a file was published: its upload time, or when it was first seen if it is back-dated; None where the
    index does not tell."""
    if seen is None or seen.baseline or not backdated(file, seen):
        return file.uploaded
    return seen.first_seen
