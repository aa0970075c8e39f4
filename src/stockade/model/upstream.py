"""What an upstream index gave, before anything is read out of it. Pure values."""

from __future__ import annotations

from datetime import datetime

import msgspec

from stockade.model.names import ProjectName


class UpstreamPage(msgspec.Struct, frozen=True, kw_only=True):
    """A project's page as the index sent it."""

    name: ProjectName
    body: bytes
    digest: str
    """SHA-256 of the body: where it is the same, so is what was made of it."""
    content_type: str
    address: str
    """The address that answered; relative links count from it."""
    vouched: datetime
    """When the index last said that this is the page. Aware UTC; its age is the clock's time less this."""
    trouble: str = ""
    """Why the index could not be asked again, in one line; empty where the page is as fresh as it should be."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A file that a page lists."""

    subject: str
    """What it is called where something is said of it."""
    url: str
    sha256: str
    """64 lower-case hex digits."""
    size: int | None = None
    """Bytes, as the page says; None where it does not."""


class Altered(msgspec.Struct, frozen=True, kw_only=True):
    """A server gave something else than the page says, and did so again when it was asked anew: an incident, no failure."""

    subject: str
    address: str
    """The address that gave it, with nothing secret in it."""
    expected: str
    """Digest or size by the page."""
    got: str
    """Digest or size of what came."""

    @property
    def detail(self) -> str:
        """It in one line."""
        return f"{self.address} gave a file with {self.got}, and the page says {self.expected}"
