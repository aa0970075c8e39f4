"""What judging one distribution yields, before the policy has spoken: plain data that travels between processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from stockade.model.verdicts import Indeterminate
from stockade.model.vetting import Detection
from stockade.vetter.profile import Profile


@dataclass(frozen=True, kw_only=True)
class Judged:
    """The judgement of one input. It depends on the bytes, the name and the rule set alone."""

    path: str
    """The name under which it was judged."""
    sha256: str
    """Of the bytes; of a folder: of its sorted listing of paths and digests. Empty where it could not be read."""
    kind: str
    """``wheel``, ``sdist``, ``egg``, ``zip``, ``folder``, ``python``, …"""
    project: str = ""
    """Canonical name where the distribution says one."""
    version: str = ""
    size: int = 0
    files: int = 0
    """Members that were looked at."""
    score: float = 0.0
    """0 to 1, see :mod:`stockade.vetter.scoring`."""
    findings: tuple[Detection, ...] = ()
    incomplete: tuple[Indeterminate, ...] = ()
    ruleset: str = ""
    judged_by: frozenset[str] = frozenset()
    """The ids of the rules that ran to their end."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """Texts of files that findings name, where an excerpt is still to be cut from them."""
    profile: Profile = field(default_factory=Profile)
    """What a release does, to be compared with the one before it."""
