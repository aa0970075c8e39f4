"""What the firewall answers, before it becomes HTTP."""

from __future__ import annotations

from dataclasses import dataclass

from stockade.model.firewall import Ruling
from stockade.model.verdicts import Indeterminate


@dataclass(frozen=True, kw_only=True)
class Absent:
    """There is no such project or file."""

    why: str = "no such project"


@dataclass(frozen=True, kw_only=True)
class Unavailable:
    """It cannot be told now: upstream or the firewall's own state failed. Never an empty page."""

    gap: Indeterminate

    @property
    def phrase(self) -> str:
        """One line of printable ASCII for a status line."""
        text = f"Stockade: {self.gap.code}: {self.gap.subject}: {self.gap.detail}"
        return "".join(c if " " <= c <= "~" else "?" for c in " ".join(text.split()))[:200]


@dataclass(frozen=True, kw_only=True)
class Refused:
    """The policy keeps it from the client."""

    ruling: Ruling


@dataclass(frozen=True, kw_only=True)
class FileAnswer:
    """A file that may be sent."""

    ruling: Ruling
    sha256: str
    size: int


@dataclass(frozen=True, kw_only=True)
class DocumentAnswer:
    """A small document that may be sent: core metadata or provenance."""

    body: bytes
    content_type: str


Answer = Absent | Unavailable | Refused
