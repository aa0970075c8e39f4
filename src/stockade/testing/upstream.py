"""A fake of the upstream port. It passes the contract test of the real adapter (``tests/sources``)."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from stockade.model.firewall import Origin
from stockade.model.names import ProjectName
from stockade.model.upstream import Altered, UpstreamPage, Wanted
from stockade.model.verdicts import Cause, Indeterminate
from stockade.ports import BlobStore, Clock


@dataclass
class FakeUpstream:
    """An :class:`~stockade.ports.Upstream` in memory."""

    blobs: BlobStore
    clock: Clock
    pages: dict[ProjectName, bytes] = field(default_factory=dict)
    """Bodies; what is not here does not exist."""
    files: dict[str, bytes] = field(default_factory=dict)
    """By address: distributions and what lies beside them."""
    trouble: str = ""
    """Why the index does not answer; pages that were handed out before still are, as old as they are then."""
    content_type: str = "application/vnd.pypi.simple.v1+json"
    root: str = "https://index.example/simple/"
    asked: list[str] = field(default_factory=list)
    """The projects and addresses that were asked for, in order."""
    _given: dict[ProjectName, UpstreamPage] = field(default_factory=dict)

    async def page(self, name: ProjectName) -> UpstreamPage | Indeterminate | None:
        """See :meth:`stockade.ports.Upstream.page`."""
        self.asked.append(name)
        if self.trouble:
            given = self._given.get(name)
            return self._gap(name) if given is None else msgspec.structs.replace(given, trouble=self.trouble)
        body = self.pages.get(name)
        if body is None:
            return None
        self._given[name] = UpstreamPage(
            name=name,
            body=body,
            digest=hashlib.sha256(body).hexdigest(),
            content_type=self.content_type,
            address=f"{self.root}{name}/",
            vouched=self.clock.now(),
        )
        return self._given[name]

    async def file(self, wanted: Wanted) -> int | Altered | Indeterminate:
        """See :meth:`stockade.ports.Upstream.file`."""
        self.asked.append(wanted.url)
        content = self.files.get(wanted.url)
        if self.trouble or content is None:
            return self._gap(wanted.subject)
        digest = hashlib.sha256(content).hexdigest()
        if digest != wanted.sha256:
            return _altered(wanted.subject, wanted.url, wanted.sha256, digest)
        if wanted.size not in {None, len(content)}:
            expected, got = f"{wanted.size:,} bytes", f"{len(content):,} bytes"
            return Altered(subject=wanted.subject, address=wanted.url, expected=expected, got=got)
        with tempfile.NamedTemporaryFile(dir=self.blobs.scratch, delete=False) as file:
            file.write(content)
        return await self.blobs.adopt(Path(file.name), Origin.UPSTREAM, digest)

    async def small(
        self, subject: str, url: str, limit: int, sha256: str = ""
    ) -> bytes | Altered | Indeterminate | None:
        """See :meth:`stockade.ports.Upstream.small`."""
        self.asked.append(url)
        content = self.files.get(url)
        if self.trouble or (content is not None and len(content) > limit):
            return self._gap(subject)
        if content is not None and sha256 not in {"", hashlib.sha256(content).hexdigest()}:
            return _altered(subject, url, sha256, hashlib.sha256(content).hexdigest())
        return content

    def _gap(self, subject: str) -> Indeterminate:
        detail = self.trouble or "there is no such file, or it is too large"
        return Indeterminate(cause=Cause.SOURCE_UNREACHABLE, subject=subject, detail=detail, mend="try again")


def _altered(subject: str, url: str, expected: str, got: str) -> Altered:
    return Altered(subject=subject, address=url, expected=f"SHA-256 {expected}", got=f"SHA-256 {got}")
