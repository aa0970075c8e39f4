"""What the firewall's state holds beside approvals, tokens and first sights. Pure values."""

from __future__ import annotations

from datetime import datetime

import msgspec

from stockade.model.firewall import Client, Origin, Ruling, Scope
from stockade.model.names import ProjectName
from stockade.model.verdicts import Action, Reason


class Revisions(msgspec.Struct, frozen=True, kw_only=True):
    """How often each kind of thing was changed. Equal counters: nothing was."""

    approvals: int
    hosted: int
    tokens: int

    @property
    def total(self) -> int:
        """One number that rises with every change."""
        return self.approvals + self.hosted + self.tokens


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was said to be another one than when it was first seen."""

    project: ProjectName
    origin: Origin
    filename: str
    sha256: str
    """What the page says now; empty where it says nothing."""
    size: int | None
    at: datetime
    """When this contradiction was first met."""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """A person's word on what is held back or refused, before it has an id."""

    scope: Scope
    reason: str
    by: str
    at: datetime
    expires: datetime | None = None
    """None: until it is revoked."""
    break_glass: bool = False
    """Only of an approval: it lifts a block too."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A request for a file that was refused."""

    ruling: Ruling
    client: Client


class Asker(msgspec.Struct, frozen=True, kw_only=True):
    """Who asked for a held file, and how often."""

    who: str
    """CI identity, else token name, else address."""
    first: datetime
    last: datetime
    times: int


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was asked for and refused, under the code of its ruling."""

    code: str
    project: ProjectName
    version: str
    filename: str
    sha256: str
    action: Action
    reasons: tuple[Reason, ...]
    first: datetime
    last: datetime
    times: int
    """How often it was asked for."""
    askers: tuple[Asker, ...]
    """Who asked, the newest first."""


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """A file that went to a client."""

    sha256: str
    filename: str
    project: ProjectName
    version: str
    client: Client
    at: datetime


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """That a client got a file, once or more."""

    sha256: str
    filename: str
    project: ProjectName
    version: str
    client: Client
    first: datetime
    last: datetime
    times: int


def who(client: Client) -> str:
    """The best name of a client: its CI identity, else its token's name, else its address."""
    return client.identity or client.name or client.address
