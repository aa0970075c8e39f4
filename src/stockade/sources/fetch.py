"""Fetches one large file over HTTP, within bounds."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urljoin

import httpx2

from stockade import __version__
from stockade.errors import IncompleteError
from stockade.sources.addresses import is_loopback, origin, require_safe, shown
from stockade.sources.index_address import IndexAddress

USER_AGENT = f"stockade/{__version__}"
"""How Stockade names itself to every server."""

MAX_REDIRECTS = 5
CONNECT_SECONDS = 10.0
READ_SECONDS = 30.0
CHUNK = 1 << 16

Progress = Callable[[int, int | None], None]
"""Called with the bytes so far and all bytes, where the server tells."""


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """How much a fetch may take."""

    max_bytes: int = 1 << 30
    """Most bytes, after the transport's compression is undone."""
    max_seconds: float = 1800.0


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is fetched, and how."""

    address: str
    accept: str = "*/*"
    insecure: bool = False
    """Plain ``http`` is allowed beyond this machine."""
    account: IndexAddress | None = None
    """Credentials and certificates, used with their own origin only."""
    bounds: Bounds = field(default_factory=Bounds)


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What a server gave."""

    address: str
    """The address that answered, after redirects, with nothing secret in it."""
    modified: datetime | None
    """The server's ``Last-Modified``, aware UTC."""


def fetch_to(request: Request, target: Path, progress: Progress | None = None) -> Fetched:
    """Fetch into the file ``target``.

    Redirects are followed at most :data:`MAX_REDIRECTS` times, never from ``https`` to ``http``.

    Raises:
        UsageError: the address is refused.
        IncompleteError: it could not be fetched whole.
    """
    require_safe(request.address, insecure=request.insecure)
    address = request.address
    deadline = time.monotonic() + request.bounds.max_seconds
    try:
        for _ in range(MAX_REDIRECTS + 1):
            with client_for(address, request.account) as client:
                headers = {"Accept": request.accept}
                with client.stream(
                    "GET", address, headers=headers, auth=auth_for(address, request.account)
                ) as reply:
                    if reply.is_redirect:
                        address = next_address(address, reply.headers.get("location", ""))
                        require_safe(address, insecure=request.insecure)
                        continue
                    return _save(reply, request, target, deadline, progress)
    except (httpx2.HTTPError, httpx2.InvalidURL, ssl.SSLError, OSError) as error:
        raise _failed(request.address, f"{type(error).__name__}: {error}") from error
    raise _failed(request.address, f"more than {MAX_REDIRECTS} redirects")


def client_for(address: str, account: IndexAddress | None) -> httpx2.Client:
    """A client with our time-outs, the account's certificates, and no proxy on the way to this machine."""
    return httpx2.Client(
        verify=tls_for(address, account),
        trust_env=not is_loopback(address),
        headers={"User-Agent": USER_AGENT},
        timeout=httpx2.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
        follow_redirects=False,
    )


def tls_for(address: str, account: IndexAddress | None) -> ssl.SSLContext | bool:
    """What certificates are trusted and shown: a client certificate to its own origin only."""
    if account is None or not (account.ca_file or account.client_cert) or is_loopback(address):
        return True
    context = ssl.create_default_context(cafile=account.ca_file or None)
    if account.client_cert and origin(address) == origin(account.url):
        context.load_cert_chain(account.client_cert)
    return context


def auth_for(address: str, account: IndexAddress | None) -> tuple[str, str] | None:
    """The account's credentials, for its own origin only."""
    if account is None or account.credentials is None or origin(address) != origin(account.url):
        return None
    return account.credentials.username, account.credentials.password


def next_address(address: str, location: str) -> str:
    """Where a redirect leads.

    Raises:
        IncompleteError: nowhere, or to another scheme.
    """
    target = urljoin(address, location)
    if not location or origin(target)[0] != origin(address)[0]:
        raise _failed(address, f"it redirects to {shown(target)!r}, which is not followed")
    return target


def _save(
    reply: httpx2.Response, request: Request, target: Path, deadline: float, progress: Progress | None
) -> Fetched:
    if reply.status_code != httpx2.codes.OK:
        raise _failed(
            request.address, f"the server answered {reply.status_code} {reply.reason_phrase}".rstrip()
        )
    length = reply.headers.get("content-length", "")
    total = int(length) if length.isdecimal() and "content-encoding" not in reply.headers else None
    done = 0
    with target.open("wb") as file:
        for chunk in reply.iter_bytes(CHUNK):
            done += len(chunk)
            if done > request.bounds.max_bytes:
                raise _failed(request.address, f"it is larger than {request.bounds.max_bytes:,} bytes")
            if time.monotonic() > deadline:
                raise _failed(request.address, f"it took longer than {request.bounds.max_seconds:g} s")
            file.write(chunk)
            if progress is not None:
                progress(done, total)
    return Fetched(address=shown(str(reply.url)), modified=_moment(reply.headers.get("last-modified", "")))


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _failed(address: str, why: str) -> IncompleteError:
    return IncompleteError(
        f"could not fetch {shown(address)}: {why}",
        hint="check the address and the network, or give a file that you fetched yourself",
    )
