"""Files, rulings and clients for tests of the firewall's state."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from packaging.version import Version

from stockade.model.firewall import Client, Origin, Ruling, Scope
from stockade.model.firewall_state import Decision
from stockade.model.index import IndexFile
from stockade.model.names import ProjectName
from stockade.model.verdicts import Action, Reason, Verdict
from stockade.model.vetting import VetResult

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LIB, OTHER = ProjectName("acme-lib"), ProjectName("acme-other")
UPSTREAM, HOSTED = Origin.UPSTREAM, Origin.HOSTED
RUNNER = Client(
    name="ci", identity="repo:acme/app:ref:refs/heads/main", address="192.0.2.7", agent="pip/26.3"
)


def at(minutes: float = 0, **more: float) -> datetime:
    """A moment after noon."""
    return NOON + timedelta(minutes=minutes, **more)


def sha(text: str) -> str:
    """A digest that differs with the text."""
    return hashlib.sha256(text.encode()).hexdigest()


def wheel(version: str, *, content: str = "", size: int | None = 100, sha256: str | None = None) -> IndexFile:
    """A wheel of acme-lib on a page."""
    name = f"acme_lib-{version}-py3-none-any.whl"
    digest = sha(name + content) if sha256 is None else sha256
    return IndexFile(
        filename=name,
        version=Version(version),
        url=f"https://files.index.example/{name}",
        hashes={"sha256": digest} if digest else {},
        size=size,
    )


def ruling(version: str = "1.0", *, project: ProjectName = LIB, action: Action = Action.QUARANTINE) -> Ruling:
    """A ruling on a wheel of acme-lib."""
    file = wheel(version)
    return Ruling(
        project=project,
        version=version,
        filename=file.filename,
        origin=UPSTREAM,
        sha256=file.hashes["sha256"],
        verdict=Verdict.of(
            Reason("STK-F010", "too young: 2 days", action), Reason("STK-R001", "near", Action.WARN)
        ),
        content_judged=False,
    )


def decision(
    version: str = "", *, project: ProjectName = LIB, minutes: float = 0, **fields: object
) -> Decision:
    """Ann's word on a version of acme-lib."""
    plain: dict[str, object] = {
        "scope": Scope(project=project, version=version),
        "reason": "looked at it",
        "by": "ann",
        "at": at(minutes),
    }
    return Decision(**{**plain, **fields})  # type: ignore[arg-type]  # the caller names fields of Decision


def vetted(content: str = "a", *, verdict: Action = Action.ALLOW, ruleset: str = "rules-1") -> VetResult:
    """A judgement of a wheel with some content."""
    return VetResult(
        path="acme_lib-1.0-py3-none-any.whl",
        sha256=sha(content),
        kind="wheel",
        verdict=verdict,
        score=0.25,
        reasons=(Reason("STK-E101", "sends the environment", verdict),),
        ruleset=ruleset,
        judged_by=("STK-E101",),
    )
