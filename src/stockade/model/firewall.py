"""What the index firewall knows and decides: what was seen of files, rulings, approvals, tokens. Pure values."""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Literal

import msgspec

from stockade.model.names import ProjectName
from stockade.model.ordered import OrderedEnum
from stockade.model.verdicts import Action, Verdict


class Origin(StrEnum):
    """Where a file comes from. A project has one origin; they are never merged unless the operator says so."""

    UPSTREAM = "upstream"
    HOSTED = "hosted"


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What a file was when this firewall first saw it. Never changed afterwards."""

    sha256: str
    """64 hex digits; empty where the index gave no SHA-256."""
    size: int | None
    first_seen: datetime
    """Aware UTC: when a page first listed it."""
    baseline: bool
    """It was there when the project was first looked at, so its first sight says nothing of its age."""
    absent_at: datetime | None = None
    """The last moment at which the project was looked at without it; None for a file of the baseline."""


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """What an approval is about: every part that is given must fit."""

    project: ProjectName
    version: str = ""
    """Normalised; empty for all."""
    filename: str = ""
    sha256: str = ""
    requester: str = ""
    """The token's name or CI identity that it holds for; empty for all."""


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """A person's word on what was held back or refused."""

    id: str
    """``AP-`` and ten characters of base 32."""
    effect: Literal["approve", "deny"]
    scope: Scope
    reason: str
    by: str
    at: datetime
    expires: datetime | None = None
    """The moment from which it no longer holds; None: until it is revoked."""
    break_glass: bool = False
    """It lifts a block too, not only a quarantine. Logged twice."""
    revoked_at: datetime | None = None
    revoked_by: str = ""

    def holds(self, at: datetime) -> bool:
        """Whether it is in force at a moment."""
        return self.revoked_at is None and (self.expires is None or at < self.expires)


class Ruling(msgspec.Struct, frozen=True, kw_only=True):
    """The decision on one file of a project: the same on its page, its bytes, its metadata and its provenance."""

    project: ProjectName
    version: str
    """Normalised; empty where the file name does not tell one."""
    filename: str
    origin: Origin
    sha256: str
    verdict: Verdict
    content_judged: bool
    """The file's bytes were vetted; else only what the page says was."""
    until: datetime | None = None
    """The moment at which it changes by age alone; None where it does not."""

    @property
    def refused(self) -> bool:
        """Whether it is kept from clients."""
        return self.verdict.action in _REFUSING

    @property
    def code(self) -> str:
        """Short and stable for the same file, action and rules: what clients print and ``stockade why`` explains."""
        return ruling_code(self.filename, self.sha256, self.verdict)

    @property
    def phrase(self) -> str:
        """One line of printable ASCII for a status line or a yank reason: code, action, first reason."""
        text = f"Stockade {self.code}: {_said(self.verdict)[1]}"
        return text if len(text) <= PHRASE_LENGTH else text[: PHRASE_LENGTH - 3] + "..."


_REFUSING = tuple(action for action in Action if action >= Action.QUARANTINE)
PHRASE_LENGTH = 200
"""Longest reason in characters; clients print it in one line."""


def ruling_code(filename: str, sha256: str, verdict: Verdict) -> str:
    """``SK-`` and twelve characters of base 32 over file, digest, action and the codes of the reasons.

    60 bits: people approve by the code on their screen, so nobody may be able to make another file that has it.
    """
    text = f"{filename}\n{sha256}\n{_said(verdict)[0]}"
    bits = int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8]) >> 4
    return "SK-" + "".join([_BASE32[bits >> shift & 0x3FF] for shift in _PAIRS])


_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_BASE32 = tuple(first + second for first in _DIGITS for second in _DIGITS)
_PAIRS = (50, 40, 30, 20, 10, 0)


@lru_cache(maxsize=4_096)
def _said(verdict: Verdict) -> tuple[str, str]:
    """What a code covers of a verdict, and a phrase's text after the code: the same for thousands of files of a page."""
    codes = ",".join(sorted({reason.code for reason in verdict.reasons if reason.action in _REFUSING}))
    first = verdict.reasons[0]
    held = "held for approval" if verdict.action is Action.QUARANTINE else "refused"
    words = " ".join(f"{held}: {first.code}: {first.text}".split())
    return f"{verdict.action.value}\n{codes}", "".join(c if " " <= c <= "~" else "?" for c in words)


class Role(OrderedEnum):
    """What a token may do; each role includes those before it."""

    INSTALL = "install"
    PUBLISH = "publish"
    APPROVE = "approve"
    ADMIN = "admin"


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A credential as it is kept: never the secret itself."""

    id: str
    """The public part, which stands before the dot of the secret."""
    name: str
    role: Role
    projects: tuple[str, ...] = ()
    """Shell-style patterns over canonical names that it may publish or approve; empty for all."""
    created: datetime
    expires: datetime | None = None
    revoked_at: datetime | None = None
    identity: str = ""
    """The CI identity that it was minted for; empty for a person's."""

    def holds(self, at: datetime) -> bool:
        """Whether it is valid at a moment."""
        return self.revoked_at is None and (self.expires is None or at < self.expires)


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks."""

    name: str = ""
    """The token's name; empty without one."""
    identity: str = ""
    """The CI identity behind the token."""
    address: str = ""
    agent: str = ""
    """The user agent, at most 200 printable characters."""


class HostedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was published to the private registry."""

    project: ProjectName
    version: str
    filename: str
    sha256: str
    size: int
    uploaded: datetime
    uploaded_by: str
    requires_python: str = ""
    metadata_sha256: str = ""
    """Of its core metadata (PEP 658), which lie in the blob store; empty for an sdist."""
    yanked: str | None = None
    provenance_sha256: str = ""
