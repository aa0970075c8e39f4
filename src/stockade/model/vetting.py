"""What the static vetter says of a distribution: phases, chains, detections, results."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from stockade.model.assessment import Accepted
from stockade.model.findings import Finding
from stockade.model.locations import Location
from stockade.model.ordered import OrderedEnum
from stockade.model.requirements import LeftOut
from stockade.model.verdicts import Action, Indeterminate, Reason


class Phase(OrderedEnum):
    """When a piece of code runs by itself; ordered from never to the earliest."""

    NEVER = "never"
    """Not installed, or reached by nothing: tests, docs, examples, unreferenced data."""
    CALL = "call"
    """Only when the user's own code calls it."""
    COMMAND = "command"
    """When a user starts an entry point or a script that the distribution installs."""
    IMPORT = "import"
    """When one of its modules is imported."""
    START = "start"
    """At every start of the interpreter: ``.pth``, ``sitecustomize``, ``usercustomize``."""
    INSTALL = "install"
    """While it is built or installed: ``setup.py``, an in-tree build backend, what those reach."""

    @property
    def runs_by_itself(self) -> bool:
        """Whether installing or importing is enough to run it."""
        return self >= Phase.IMPORT


class Step(msgspec.Struct, frozen=True, order=True, kw_only=True):
    """One link of a chain of behaviour."""

    role: Literal["source", "transformation", "sink"]
    what: str
    """What happens, in words a reviewer can check: ``os.environ (the whole environment)``."""
    location: Location


class Detection(Finding, frozen=True, kw_only=True):
    """A finding of the vetter: a finding with the phase it runs in and the chain that it completes."""

    phase: Phase
    chain: tuple[Step, ...] = ()
    """Source, transformations, sink, in the order of the data; empty for a fact that is no flow."""
    excerpt: tuple[tuple[int, str], ...] = ()
    """The guilty lines: 1-based number and text, at most a few."""
    decoded: str = ""
    """What hidden content decodes to, shortened; empty where nothing was hidden."""


class VetResult(msgspec.Struct, frozen=True, kw_only=True):
    """The judgement of one distribution, folder or file."""

    path: str
    """As it was named by the user, or the file's name on the index."""
    sha256: str
    """Of the file's bytes, 64 hex digits; of a folder: of its sorted listing of paths and digests."""
    subject: str = ""
    """What the policy's exceptions go by: ``name==version`` as the index has it, else as the file is named, else as the
    metadata claim; else the path."""
    kind: str
    """``wheel``, ``sdist``, ``egg``, ``zip``, ``folder``, ``python``, …"""
    project: str = ""
    """Canonical name where the distribution says one."""
    version: str = ""
    size: int = 0
    """Bytes of the file, or of all files of a folder."""
    files: int = 0
    """Members that were looked at."""
    verdict: Action
    score: float
    """0 to 1: severities and confidences of the findings, combined. It orders results; no verdict comes from it."""
    reasons: tuple[Reason, ...] = ()
    findings: tuple[Detection, ...] = ()
    """Worst first, after the policy's severities and exceptions."""
    incomplete: tuple[Indeterminate, ...] = ()
    """What could not be judged; each makes the verdict at least what the policy says of its cause."""
    ruleset: str = ""
    """Digest of rules, weights and analysis code that judged it."""
    judged_by: tuple[str, ...] = ()
    """The ids of the rules that ran to their end over it."""
    accepted: tuple[Accepted, ...] = ()
    """Findings that an exception of the policy covers; none of them counts."""


class VetReport(msgspec.Struct, frozen=True, kw_only=True):
    """What ``stockade vet --format json`` prints."""

    schema: Literal["stockade.vet/1"] = "stockade.vet/1"
    version: str
    """Stockade's version."""
    judged_at: Annotated[datetime, msgspec.Meta(tz=True)]
    """UTC."""
    exit_code: int
    """0 clean, 1 something is blocked or quarantined, 2 wrong call or configuration, 3 something could not be judged."""
    fail_on: Action = Action.QUARANTINE
    """The laxest action that makes the exit code 1."""
    results: tuple[VetResult, ...]
    """In the order of the inputs."""
    left_out: tuple[LeftOut, ...] = ()
    """What was not judged on purpose, and why: a wheel for another machine, a file that is no distribution."""
    confinement: tuple[str, ...] = ()
    """What shut the judging processes in: ``limits``, ``calls``, ``files``, ``namespace``; empty where all came from
    the cache."""
    notes: tuple[str, ...] = ()
