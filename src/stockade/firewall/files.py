"""Files, their metadata and their provenance: answers of the same ruling as the page."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from stockade.errors import StockadeError
from stockade.firewall.filters.base import Content, Offer
from stockade.firewall.metadata import core_metadata
from stockade.firewall.parts import Parts
from stockade.firewall.projects import Judged, Projects
from stockade.firewall.replies import Absent, DocumentAnswer, FileAnswer, Refused, Unavailable
from stockade.firewall.ruling import approved, rule_content, rule_gap
from stockade.model.events import Event
from stockade.model.firewall import Approval, Client, Origin, Ruling
from stockade.model.firewall_state import Asked, Served
from stockade.model.index import IndexFile
from stockade.model.names import ProjectName
from stockade.model.upstream import Altered, Wanted
from stockade.model.verdicts import Cause, Indeterminate
from stockade.model.vetting import VetResult
from stockade.sources.flights import Flights

DOCUMENT_LIMIT = 4 << 20
"""Bytes of metadata or provenance."""
METADATA_TYPE = "text/plain; charset=utf-8"
PROVENANCE_TYPE = "application/vnd.pypi.integrity.v1+json"

Key = tuple[ProjectName, str, str]
"""Project, file name, SHA-256: one look at the bytes."""


class Files:
    """Answers for files. Bytes leave only after the ruling on the page and the one on the bytes both let them."""

    def __init__(self, parts: Parts, projects: Projects) -> None:
        self._parts = parts
        self._projects = projects
        self._flights: Flights[Content | Indeterminate] = Flights()
        projects.content = self._rule_content
        self._turns = asyncio.Semaphore(parts.vetting_at_once)

    async def file(
        self, name: ProjectName, filename: str, client: Client
    ) -> FileAnswer | Refused | Absent | Unavailable:
        """The file, judged whole."""
        found = await self._admitted(name, filename, client, whole=True)
        if not isinstance(found, tuple):
            return found
        _, file, ruling = found
        size = await self._parts.blobs.size(ruling.origin, ruling.sha256)
        if size is None:
            gap = Indeterminate(
                cause=Cause.CHECK_FAILED, subject=file.filename, detail="its bytes left the store meanwhile"
            )
            return Unavailable(gap=gap)
        try:
            await self._parts.served.record(self._delivery(ruling, client))
        except StockadeError as error:
            gap = Indeterminate(cause=Cause.CHECK_FAILED, subject=file.filename, detail=error.message)
            return Unavailable(gap=gap)
        return FileAnswer(ruling=ruling, sha256=ruling.sha256, size=size)

    def _delivery(self, ruling: Ruling, client: Client) -> Served:
        return Served(
            sha256=ruling.sha256,
            filename=ruling.filename,
            project=ruling.project,
            version=ruling.version,
            client=client,
            at=self._parts.clock.now(),
        )

    async def metadata(
        self, name: ProjectName, filename: str, client: Client
    ) -> DocumentAnswer | Refused | Absent | Unavailable:
        """Core metadata (PEP 658): upstream's, checked against its digest, or those in the judged wheel."""
        found = await self._admitted(name, filename, client, whole=False)
        if not isinstance(found, tuple):
            return found
        judged, file, _ = found
        if judged.offer.origin is Origin.UPSTREAM and (file.core_metadata or {}).get("sha256"):
            expected = (file.core_metadata or {})["sha256"]
            got = await self._document(f"{file.url}.metadata", f"{filename}.metadata", expected)
            if isinstance(got, Indeterminate):
                return Unavailable(gap=got)
            if got is not None:
                return DocumentAnswer(body=got, content_type=METADATA_TYPE)
        if not filename.endswith(".whl"):
            return Absent(why="no core metadata")
        whole = await self._admitted(name, filename, client, whole=True)
        if not isinstance(whole, tuple):
            return whole
        async with self._parts.blobs.held(judged.offer.origin, whole[2].sha256) as path:
            body = await asyncio.to_thread(core_metadata, path, filename)
        return (
            DocumentAnswer(body=body, content_type=METADATA_TYPE) if body else Absent(why="no core metadata")
        )

    async def provenance(
        self, name: ProjectName, filename: str, client: Client
    ) -> DocumentAnswer | Refused | Absent | Unavailable:
        """The provenance object (PEP 740)."""
        found = await self._admitted(name, filename, client, whole=False)
        if not isinstance(found, tuple):
            return found
        body = await self._provenance(found[0].offer, found[1])
        if isinstance(body, Indeterminate):
            return Unavailable(gap=body)
        if body is None:
            return Absent(why="no provenance")
        return DocumentAnswer(body=body, content_type=PROVENANCE_TYPE)

    async def _admitted(
        self, name: ProjectName, filename: str, client: Client, *, whole: bool
    ) -> tuple[Judged, IndexFile, Ruling] | Refused | Absent | Unavailable:
        """The file with a ruling that lets it through; with ``whole``, one in which its bytes were judged."""
        judged = await self._projects.judged(name)
        if not isinstance(judged, Judged):
            return judged
        file = judged.files.get(filename)
        if file is None:
            return Absent(why="no such file")
        ruling = judged.rulings[filename]
        if whole and not self._for(ruling, judged, client).refused:
            ruling = await self._with_content(judged, file)
        ruling = self._for(ruling, judged, client)
        if not ruling.refused:
            return judged, file, ruling
        await self._refused(ruling, client)
        return Refused(ruling=ruling)

    def _for(self, ruling: Ruling, judged: Judged, client: Client) -> Ruling:
        """The ruling for one client: approvals may be for it alone."""
        requester = client.identity or client.name
        if not requester or not any(each.scope.requester for each in judged.approvals):
            return ruling
        one = {ruling.filename: ruling}
        return approved(one, judged.approvals, self._parts.clock.now(), requester)[ruling.filename]

    async def _with_content(self, judged: Judged, file: IndexFile) -> Ruling:
        """The ruling on page and bytes together."""
        known = judged.contents.get(file.filename)
        if known is not None:
            return known
        page_ruling = judged.rulings[file.filename]
        ruling = await self._rule_content(judged.offer, judged.approvals, file, page_ruling)
        if ruling.content_judged:
            judged.contents[file.filename] = ruling
            if ruling.refused:
                self._projects.forget(judged.offer.project.name)  # its page says so from now on
        return ruling

    async def _rule_content(
        self, offer: Offer, approvals: tuple[Approval, ...], file: IndexFile, page_ruling: Ruling
    ) -> Ruling:
        key = (offer.project.name, file.filename, page_ruling.sha256)
        content = await self._flights.run(key, lambda: self._content(offer, file))
        if isinstance(content, Indeterminate):
            return rule_gap(offer, content, page_ruling, approvals)
        return await asyncio.to_thread(rule_content, offer, file, content, page_ruling, approvals)

    async def _content(self, offer: Offer, file: IndexFile) -> Content | Indeterminate:
        """The file's bytes with what vetting and its documents say."""
        sha256 = file.hashes.get("sha256", "")
        if not sha256:
            return Indeterminate(
                cause=Cause.FACT_MISSING, subject=file.filename, detail="the index gives no SHA-256 for it"
            )
        if await self._parts.blobs.size(offer.origin, sha256) is None:
            if offer.origin is Origin.HOSTED:
                return Indeterminate(
                    cause=Cause.CHECK_FAILED, subject=file.filename, detail="its bytes are not in the store"
                )
            wanted = Wanted(subject=file.filename, url=file.url, sha256=sha256, size=file.size)
            stored = await self._parts.upstream.file(wanted)
            if isinstance(stored, Indeterminate):
                return stored
            if isinstance(stored, Altered):
                return self._altered(stored)
        provenance = await self._provenance(offer, file)
        async with self._turns, self._parts.blobs.held(offer.origin, sha256) as path:
            vetted = await asyncio.to_thread(self._vet, sha256, file.filename, path)
            metadata = await asyncio.to_thread(core_metadata, path, file.filename)
            return Content(
                path=path,
                sha256=sha256,
                size=path.stat().st_size,
                vetted=vetted,
                metadata=metadata,
                provenance=provenance,
            )

    def _vet(self, sha256: str, filename: str, path: Path) -> VetResult | Indeterminate | None:
        parts = self._parts
        if not parts.policy.firewall.vet:
            return None
        known = parts.judgements.recall(sha256, filename, parts.vetter.ruleset)
        if known is not None:
            return known
        began = time.monotonic()
        try:
            result = parts.vetter.vet(path, filename)
        except Exception as error:  # noqa: BLE001 - a crash of the vetter is its result, never a pass
            return Indeterminate(
                cause=Cause.CHECK_FAILED, subject=filename, detail=f"vetting failed: {type(error).__name__}"
            )
        parts.timed("vetting", time.monotonic() - began)
        if result.sha256 != sha256:
            return Indeterminate(
                cause=Cause.CHECK_FAILED,
                subject=filename,
                detail="the judgement is of other bytes than those of the file",
            )
        if not any(
            gap.cause is Cause.CHECK_FAILED for gap in result.incomplete
        ):  # else it may succeed next time
            parts.judgements.remember(filename, result, parts.clock.now())
        return result

    async def _provenance(self, offer: Offer, file: IndexFile) -> bytes | Indeterminate | None:
        if not file.provenance:
            return None
        if offer.origin is Origin.HOSTED:
            return b"".join([each async for each in self._parts.blobs.read(offer.origin, file.provenance)])
        return await self._document(file.provenance, f"{file.filename}.provenance", "")

    async def _document(self, url: str, subject: str, sha256: str) -> bytes | Indeterminate | None:
        found = await self._parts.upstream.small(subject, url, DOCUMENT_LIMIT, sha256)
        return self._altered(found) if isinstance(found, Altered) else found

    @staticmethod
    def _altered(found: Altered) -> Indeterminate:
        return Indeterminate(
            cause=Cause.CHECK_FAILED,
            subject=found.subject,
            detail=found.detail,
            mend="Tell whoever runs that index: it, or somebody on the way, changes what was published.",
        )

    async def _refused(self, ruling: Ruling, client: Client) -> None:
        now = self._parts.clock.now()
        event = Event(
            at=now,
            layer="firewall",
            kind="file.refused",
            subject=ruling.filename,
            actor=client.identity or client.name,
            place=client.address,
            verdict=ruling.verdict.action,
            detail={
                "project": ruling.project,
                "version": ruling.version,
                "code": ruling.code,
                "sha256": ruling.sha256,
                "agent": client.agent,
                "reasons": "; ".join(f"{each.code}: {each.text}" for each in ruling.verdict.reasons)[:2000],
            },
        )
        asked = Asked(ruling=ruling, client=client)
        await asyncio.to_thread(self._parts.approvals.held, [asked], now, [event])
