"""A person's decision on a refused file, as the command line and the JSON API take it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import msgspec

from stockade.errors import UsageError
from stockade.model.firewall import Approval, Scope
from stockade.model.firewall_state import Decision, Held
from stockade.model.verdicts import Action
from stockade.policy.approvals import INCIDENTS, fits
from stockade.ports import Approvals


class Reach(StrEnum):
    """How much of a project a decision is about."""

    FILE = "file"
    """This file with this very digest."""
    VERSION = "version"
    PROJECT = "project"


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What is decided, beside the file."""

    reason: str
    by: str
    at: datetime
    reach: Reach = Reach.FILE
    requester: str = ""
    expires: datetime | None = None
    break_glass: bool = False


def found(approvals: Approvals, code: str) -> Held:
    """The refused file of a code.

    Raises:
        UsageError: nobody was refused one under it.
    """
    held = approvals.by_code(code.upper())
    if held is None:
        raise UsageError(
            f"nobody was refused a file with the code {code[:40]!r}",
            hint="'stockade quarantine list' shows the codes",
        )
    return held


def needs_break_glass(held: Held) -> bool:
    """Whether a plain approval would not let a file in."""
    return held.action is Action.BLOCK or any(each.code in INCIDENTS for each in held.reasons)


def decided(held: Held, in_force: Iterable[Approval]) -> bool:
    """Whether a denial or an approval that suffices is about this file, for whoever asks."""
    asked = Scope(
        project=held.project, version=held.version, filename=held.filename, sha256=held.sha256, requester=""
    )
    glass = needs_break_glass(held)
    return any(
        fits(each.scope, asked) and (each.effect == "deny" or each.break_glass or not glass)
        for each in in_force
    )


def approve(approvals: Approvals, held: Held, wish: Wish) -> Approval:
    """Let in a file that is held; one that is blocked, or is not what it was, only with break-glass.

    Raises:
        UsageError: it needs break-glass, and the wish is none; or it is about a file of which no digest is known,
            so that whatever comes under its name later would be let in.
    """
    if needs_break_glass(held) and not wish.break_glass:
        why = next((each for each in held.reasons if each.code in INCIDENTS), held.reasons[0])
        raise UsageError(
            f"{held.filename} is blocked, not held: {why.text}"
            if held.action is Action.BLOCK
            else f"{held.filename} is not what it was: {why.text}",
            hint="break-glass lets it in nevertheless, and is logged twice",
        )
    if wish.reach is Reach.FILE and not held.sha256:
        raise UsageError(
            f"the index gives no SHA-256 for {held.filename}, so nobody can approve this very file",
            hint="approve the version or the project",
        )
    return approvals.add(_decision(held, wish))


def deny(approvals: Approvals, held: Held, wish: Wish) -> Approval:
    """Refuse a file whatever the policy says."""
    return approvals.deny(_decision(held, wish))


def scope_of(held: Held, reach: Reach, requester: str) -> Scope:
    """The part of the project that a decision is about.

    Raises:
        UsageError: it is about a version, and none is known.
    """
    if reach is Reach.VERSION and not held.version:
        raise UsageError(
            f"no version is known of {held.filename}: a decision on it would be one on the whole project",
            hint="decide on the file or the project",
        )
    if reach is Reach.FILE:
        return Scope(
            project=held.project,
            version=held.version,
            filename=held.filename,
            sha256=held.sha256,
            requester=requester,
        )
    version = held.version if reach is Reach.VERSION else ""
    return Scope(project=held.project, version=version, requester=requester)


def words(scope: Scope) -> str:
    """A scope for a person."""
    what = scope.filename or (
        f"{scope.project}=={scope.version}" if scope.version else f"all of {scope.project}"
    )
    return f"{what} for {scope.requester}" if scope.requester else what


def _decision(held: Held, wish: Wish) -> Decision:
    return Decision(
        scope=scope_of(held, wish.reach, wish.requester),
        reason=wish.reason,
        by=wish.by,
        at=wish.at,
        expires=wish.expires,
        break_glass=wish.break_glass,
    )
