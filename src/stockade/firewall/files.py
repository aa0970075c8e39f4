"""Files, their metadata and their provenance: answers of the same ruling as the page."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from stockade.errors import StockadeError
from stockade.firewall.attestations import Verified, verify
from stockade.firewall.filters.base import Content, Offer
from stockade.firewall.metadata import core_metadata
from stockade.firewall.parts import Parts
from stockade.firewall.projects import Judged, Projects
from stockade.firewall.replies import Absent, DocumentAnswer, FileAnswer, Refused, Unavailable
from stockade.firewall.ruling import approved, rule_content, rule_gap
from stockade.firewall.tellings import REFUSED, Refusals
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
TRIES = 3
"""How often a ruling is made anew because something that it rests on changed while it was made."""
AGAIN = timedelta(minutes=1)
"""After so long a file is judged anew for whose ruling something was missing."""

Key = tuple[ProjectName, str, str]
"""Project, file name, SHA-256: one look at the bytes."""


class Files:
    """Answers for files. Bytes leave only after the ruling on the page and the one on the bytes both let them."""

    def __init__(self, parts: Parts, projects: Projects) -> None:
        self._parts = parts
        self._projects = projects
        self._flights: Flights[Content | Indeterminate] = Flights()
        self._refusals = Refusals()
        projects.content = self._reviewed
        self._turns = asyncio.Semaphore(parts.vetting_at_once)

    async def file(
        self, name: ProjectName, filename: str, client: Client
    ) -> FileAnswer | Refused | Absent | Unavailable:
        """The file, judged whole."""
        found = await self._admitted(name, filename, client, whole=True)
        if not isinstance(found, tuple):
            return found
        _, file, ruling = found
        try:
            size = await self._parts.blobs.size(ruling.origin, ruling.sha256)
            if size is None:
                return _failed(file.filename, "its bytes left the store meanwhile")
            await self._parts.served.record(self._delivery(ruling, client))
        except StockadeError as error:
            return _failed(file.filename, error.message)
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
        return await self._made_metadata(name, filename, client)

    async def _made_metadata(
        self, name: ProjectName, filename: str, client: Client
    ) -> DocumentAnswer | Refused | Absent | Unavailable:
        """Core metadata out of a wheel whose bytes were judged."""
        if not filename.endswith(".whl"):
            return Absent(why="no core metadata")
        whole = await self._admitted(name, filename, client, whole=True)
        if not isinstance(whole, tuple):
            return whole
        try:
            async with self._parts.blobs.held(whole[2].origin, whole[2].sha256) as path:
                body = await asyncio.to_thread(core_metadata, path, filename)
        except StockadeError as error:
            return _failed(filename, error.message)
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
        try:
            body = await self._provenance(found[0].offer, found[1])
        except StockadeError as error:
            return _failed(filename, error.message)
        if isinstance(body, Indeterminate):
            return Unavailable(gap=body)
        if body is None:
            return Absent(why="no provenance")
        return DocumentAnswer(body=body, content_type=PROVENANCE_TYPE)

    async def _admitted(
        self, name: ProjectName, filename: str, client: Client, *, whole: bool
    ) -> tuple[Judged, IndexFile, Ruling] | Refused | Absent | Unavailable:
        """The file with a ruling that lets it through; with ``whole``, one in which its bytes were judged."""
        try:
            found = await self._decided(name, filename, client, whole=whole)
            if isinstance(found, tuple) and found[2].refused:
                await self._refused(found[2], client)
                return Refused(ruling=found[2])
        except StockadeError as error:
            return _failed(filename, error.message, error.hint)
        if isinstance(found, tuple) and whole and not found[2].content_judged:
            return _failed(filename, "its bytes were not judged")
        return found

    async def _decided(
        self, name: ProjectName, filename: str, client: Client, *, whole: bool
    ) -> tuple[Judged, IndexFile, Ruling] | Absent | Unavailable:
        """The file with its ruling, on which nothing has changed while it was made."""
        for _ in range(TRIES):
            judged = await self._projects.judged(name)
            if not isinstance(judged, Judged):
                return judged
            file = judged.files.get(filename)
            if file is None:
                return Absent(why="no such file")
            ruling = await self._ruled(judged, file, client, whole=whole)
            if self._projects.current(judged, ruling):
                return judged, file, ruling
        return _failed(filename, "what its ruling rests on changes faster than it can be made", "Try again.")

    async def _ruled(self, judged: Judged, file: IndexFile, client: Client, *, whole: bool) -> Ruling:
        """The ruling on a file for one client, as the projects' page has it, or with its bytes."""
        known = judged.contents.get(file.filename)
        ruling = known or judged.rulings[file.filename]
        if whole and known is None and not _for(ruling, judged, client, self._parts.clock.now()).refused:
            ruling = await self._with_content(judged, file)
            await self._projects.notice()  # it took a while: somebody may have decided otherwise
        return _for(ruling, judged, client, self._parts.clock.now())

    async def _with_content(self, judged: Judged, file: IndexFile) -> Ruling:
        """The ruling on page and bytes together."""
        page_ruling = judged.rulings[file.filename]
        ruling = await self._rule_content(judged.offer, judged.approvals, file, page_ruling)
        if ruling.content_judged:
            judged.contents[file.filename] = ruling
            if ruling.refused:
                self._projects.found_bad(judged.offer.project.name, file.filename)
        return ruling

    async def _reviewed(
        self, offer: Offer, approvals: tuple[Approval, ...], file: IndexFile, page_ruling: Ruling
    ) -> Ruling | None:
        """The ruling on page and bytes together, if it costs neither a fetch nor vetting."""
        sha256 = file.hashes.get("sha256", "")
        if not sha256 or await self._parts.blobs.size(offer.origin, sha256) is None:
            return None
        parts = self._parts
        if parts.policy.firewall.vet:
            ruleset = parts.vetter.ruleset
            if await asyncio.to_thread(parts.judgements.recall, sha256, file.filename, ruleset) is None:
                return None
        return await self._rule_content(offer, approvals, file, page_ruling)

    async def _rule_content(
        self, offer: Offer, approvals: tuple[Approval, ...], file: IndexFile, page_ruling: Ruling
    ) -> Ruling:
        key = (offer.project.name, file.filename, page_ruling.sha256)
        content = await self._flights.run(key, lambda: self._content(offer, file))
        if isinstance(content, Indeterminate):
            return self._for_now(rule_gap(offer, content, page_ruling, approvals))
        ruling = await asyncio.to_thread(rule_content, offer, file, content, page_ruling, approvals)
        if isinstance(content.vetted, Indeterminate) or isinstance(content.provenance, Indeterminate):
            return self._for_now(ruling)
        if not ruling.refused:
            await asyncio.to_thread(self._note_publisher, offer, ruling, content)
        return ruling

    def _for_now(self, ruling: Ruling) -> Ruling:
        """A ruling that something was missing for: it is made anew soon."""
        soon = self._parts.clock.now() + AGAIN
        until = soon if ruling.until is None else min(soon, ruling.until)
        return msgspec.structs.replace(ruling, until=until)

    def _note_publisher(self, offer: Offer, ruling: Ruling, content: Content) -> None:
        """Remember who published a version that is let in: another one is held back from then on."""
        told = {str(each) for each in offer.publishers}
        if not content.provenance or isinstance(content.provenance, Indeterminate):
            return
        if offer.origin is Origin.HOSTED or not ruling.version or ruling.version in told:
            return
        proven = verify(content.provenance, ruling.filename, content.sha256)
        if isinstance(proven, Verified):
            at = self._parts.clock.now()
            name = offer.project.name
            self._parts.judgements.remember_publisher(name, ruling.version, proven.publisher, at)
            self._projects.forget(name)

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
        events = self._refusals.events(ruling, client, now)
        if events:
            asked = [Asked(ruling=ruling, client=client)] if events[0].kind == REFUSED else []
            try:
                await asyncio.to_thread(self._parts.approvals.held, asked, now, events)
            except BaseException:
                self._refusals.forget(ruling, client)
                raise


def _failed(subject: str, detail: str, mend: str = "") -> Unavailable:
    return Unavailable(gap=Indeterminate(cause=Cause.CHECK_FAILED, subject=subject, detail=detail, mend=mend))


def _for(ruling: Ruling, judged: Judged, client: Client, now: datetime) -> Ruling:
    """The ruling for one client: decisions may be for its token alone, or for the CI identity behind that."""
    names = {client.identity, client.name} - {""}
    if not any(each.scope.requester in names for each in judged.approvals):
        return ruling
    mine = [
        msgspec.structs.replace(each, scope=msgspec.structs.replace(each.scope, requester=""))
        for each in judged.approvals
        if each.scope.requester in names | {""}
    ]
    return approved({ruling.filename: ruling}, mine, now)[ruling.filename]
