"""Serves the firewall's application over HTTP/1.1, on uvloop."""

from __future__ import annotations

import contextlib
import resource
import signal
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn

from stockade.errors import UsageError
from stockade.firewall.answers import FastPath
from stockade.firewall.connection import Connection, State

Application = Callable[..., Any]
"""An ASGI application."""
TICKS = 10
"""How often a second uvicorn's clock ticks."""
BACKLOG = 2048


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a client may take."""

    max_head: int = 64 << 10
    """Most bytes of a request's line and headers."""
    head_seconds: int = 20
    """Within which a request's head must be here."""
    body_seconds: int = 30
    """Pause that a body may make, beyond the time that :attr:`min_rate` gives it."""
    min_rate: int = 1 << 10
    """Least bytes a second that a client must send of a body, or take of an answer."""
    write_seconds: int = 60
    """How long it may take less than that before the connection is cut."""
    keep_alive_seconds: int = 75
    """How long a connection may wait for its next request."""
    max_connections: int = 4096
    """Connections, and requests being answered; beyond, the answer is 503."""


@dataclass(frozen=True, kw_only=True)
class ServerConfig:
    """Where and how to serve."""

    host: str = "127.0.0.1"
    port: int = 8642
    """0 takes a free one."""
    certificate: Path | None = None
    """A PEM file with the certificate and its chain; with it the server speaks TLS."""
    key: Path | None = None
    """A PEM file with the key; None where it is in :attr:`certificate`."""
    workers: int = 1
    """Processes; more than one by :func:`stockade.firewall.workers.serve_workers`."""
    drain_seconds: int = 30
    """How long running answers may take to their end once the server is asked to stop."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses or networks whose ``X-Forwarded-For`` and ``X-Forwarded-Proto`` are believed."""
    limits: Limits = field(default_factory=Limits)


class Settings(uvicorn.Config):
    """uvicorn's configuration with ours beside."""

    def __init__(self, app: Application, config: ServerConfig, fast: FastPath | None) -> None:
        self.fast = fast
        self.limits = config.limits
        super().__init__(
            app,
            http=Connection,
            ws="none",
            loop="uvloop",
            lifespan="auto",
            interface="asgi3",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=bool(config.trusted_proxies),
            forwarded_allow_ips=list(config.trusted_proxies),
            backlog=BACKLOG,
            limit_concurrency=config.limits.max_connections,
            timeout_graceful_shutdown=config.drain_seconds,
        )
        self._certificate = (config.certificate, config.key)

    def load(self) -> None:
        """See :class:`uvicorn.Config`."""
        super().load()
        certificate, key = self._certificate
        if certificate is not None:
            self.ssl = tls_context(certificate, key)


class Server(uvicorn.Server):
    """A server that keeps the time for its connections, and ends with 0 when it is asked to end.

    Args:
        ready: called once with the address, ``http://HOST:PORT``, when it listens.
        heed: the signals that stop it.
    """

    config: Settings

    def __init__(
        self,
        settings: Settings,
        ready: Callable[[str], None] | None = None,
        heed: tuple[signal.Signals, ...] = (signal.SIGTERM, signal.SIGINT),
    ) -> None:
        super().__init__(settings)
        self._heed = heed
        self.server_state: State = State()
        self._ready = ready
        self._keep_date()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """See :class:`uvicorn.Server`."""
        await super().startup(sockets)
        if self._ready is not None and self.started and sockets:
            self._ready(address_of(sockets[0], tls=self.config.ssl is not None))

    async def on_tick(self, counter: int) -> bool:
        """See :class:`uvicorn.Server`."""
        if counter % TICKS == 0:
            self.server_state.second += 1
            self._keep_date()
            for connection in list(self.server_state.connections):
                if isinstance(connection, Connection):
                    connection.sweep()
        return self.should_exit

    def _keep_date(self) -> None:
        self.server_state.date = f"date: {formatdate(time.time(), usegmt=True)}\r\n".encode("ascii")

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Let the signals stop the server, and not the process: it ends by itself, with its own status."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {each: signal.signal(each, self.handle_exit) for each in self._heed}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The first signal drains, a second one ends at once."""
        del sig, frame
        if self.should_exit:
            self.force_exit = True
        self.should_exit = True


def serve(
    app: Application,
    config: ServerConfig,
    fast: FastPath | None = None,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT, then drain and return.

    Raises:
        UsageError: the address or the certificate cannot be used.
    """
    if config.certificate is not None:
        tls_context(config.certificate, config.key)
    with listening(config) as sock:
        Server(Settings(app, config, fast), ready).run([sock])


@contextlib.contextmanager
def listening(config: ServerConfig) -> Iterator[socket.socket]:
    """A bound socket.

    Raises:
        UsageError: the address cannot be used.
    """
    _raise_file_limit(config.limits.max_connections)
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            config.host, config.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        sock = socket.socket(family, kind)
    except OSError as error:
        raise _unusable(config, error) from error
    with sock:
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind(address)
        except OSError as error:
            raise _unusable(config, error) from error
        sock.setblocking(False)  # noqa: FBT003 - the socket's own way
        yield sock


def address_of(sock: socket.socket, *, tls: bool) -> str:
    """The address at which a socket listens."""
    host, port = sock.getsockname()[:2]
    host = f"[{host}]" if ":" in host else host
    return f"{'https' if tls else 'http'}://{host}:{port}"


def tls_context(certificate: Path, key: Path | None) -> ssl.SSLContext:
    """TLS 1.2 and newer with a certificate; HTTP/1.1 only, as HTTP/2 has no reason phrase.

    Raises:
        UsageError: the files cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(certificate, key, password=_no_password)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"the certificate {certificate} cannot be used: {error}",
            hint="give a PEM file with the certificate and its chain, and the key it belongs to, without a password",
        ) from error
    return context


def _no_password() -> str:
    raise ValueError("the key is encrypted")


def _unusable(config: ServerConfig, error: OSError) -> UsageError:
    return UsageError(
        f"cannot listen on {config.host}:{config.port}: {error.strerror or error}",
        hint="choose another --host or --port",
    )


def _raise_file_limit(connections: int) -> None:
    """A connection needs a descriptor, a file that is sent two more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(3 * connections + 256, hard) if hard != resource.RLIM_INFINITY else 3 * connections + 256
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
