"""One upstream index as the firewall sees it: pages and files, fetched when they are asked for, none of them judged."""

from __future__ import annotations

from pathlib import Path

from stockade.model.names import ProjectName
from stockade.model.upstream import Altered, UpstreamPage, Wanted
from stockade.model.verdicts import Indeterminate
from stockade.ports import BlobStore, Clock
from stockade.sources.addresses import origin
from stockade.sources.client_config import IndexSettings
from stockade.sources.index_address import IndexAddress
from stockade.sources.upstream_files import UpstreamFiles
from stockade.sources.upstream_http import UpstreamClient, UpstreamManners
from stockade.sources.upstream_pages import UpstreamPages


class HttpUpstream:
    """A :class:`~stockade.ports.Upstream` over HTTP. Make, use and close it in one event loop.

    Args:
        address: the index, with credentials and certificates for its own origin.
        folder: where its pages are kept; it need not exist.
        blobs: where its files are kept.
        clock: tells the age of what is kept.
        manners: limits and pauses.
        plain_hosts: hosts to which plain ``http`` is allowed beyond this machine: pip's trusted hosts.
    """

    def __init__(  # noqa: PLR0913 - what it stands between
        self,
        address: IndexAddress,
        folder: Path,
        blobs: BlobStore,
        clock: Clock,
        *,
        manners: UpstreamManners | None = None,
        plain_hosts: frozenset[str] = frozenset(),
    ) -> None:
        manners = manners or UpstreamManners()
        self.address = address
        self._client = UpstreamClient(address, clock, manners, plain_hosts)
        self._pages = UpstreamPages(self._client, folder, clock, manners)
        self._files = UpstreamFiles(self._client, blobs, manners)

    async def close(self) -> None:
        """Stop what is under way, and close the connections."""
        await self._pages.close()
        await self._files.close()
        await self._client.close()

    async def page(self, name: ProjectName) -> UpstreamPage | Indeterminate | None:
        """See :meth:`stockade.ports.Upstream.page`."""
        return await self._pages.page(name)

    async def file(self, wanted: Wanted) -> int | Altered | Indeterminate:
        """See :meth:`stockade.ports.Upstream.file`."""
        return await self._files.file(wanted)

    async def small(
        self, subject: str, url: str, limit: int, sha256: str = ""
    ) -> bytes | Altered | Indeterminate | None:
        """See :meth:`stockade.ports.Upstream.small`."""
        return await self._files.small(subject, url, limit, sha256)

    async def prune(self) -> None:
        """Keep the folder of pages within its bound; once after the start is enough."""
        await self._pages.prune()


def plain_hosts(settings: IndexSettings, address: IndexAddress) -> frozenset[str]:
    """The hosts to which pip's configuration allows plain ``http``, for :class:`HttpUpstream`."""
    hosts = {each for each in settings.trusted_hosts if ":" not in each}
    if address.remote and f"{address.host}:{origin(address.url)[2]}" in settings.trusted_hosts:
        hosts.add(address.host)
    return frozenset(hosts)
