"""Puts the index firewall together and runs it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

from starlette.routing import Route
from starlette.types import ASGIApp

from stockade.errors import UsageError
from stockade.firewall.api import Api
from stockade.firewall.app import App
from stockade.firewall.core import Firewall
from stockade.firewall.doors import Door
from stockade.firewall.fastpath import PageFastPath
from stockade.firewall.frugal import settle, spare
from stockade.firewall.legacy import Uploads
from stockade.firewall.logs import configure
from stockade.firewall.metrics import Metrics
from stockade.firewall.middleware import KnownHosts, Measured, local_hosts
from stockade.firewall.parts import Parts
from stockade.firewall.server import ServerConfig
from stockade.firewall.server import serve as serve_http
from stockade.model.policy import OidcIssuer, Policy
from stockade.model.verdicts import Action, Cause
from stockade.paths import STATE_VARIABLE, state_dir
from stockade.ports import Clock
from stockade.sources.addresses import origin, require_safe
from stockade.sources.client_config import load_index_settings
from stockade.sources.clock import SystemClock
from stockade.sources.feeds import FeedName, FeedStore
from stockade.sources.index_address import IndexAddress
from stockade.sources.upstream import HttpUpstream, plain_hosts
from stockade.sources.upstream_http import UpstreamManners
from stockade.stages.firewall_feeds import FeedKeeper
from stockade.stages.firewall_knowledge import LocalKnowledge
from stockade.stages.vet_processes import ProcessVetter
from stockade.store.blobs import open_blobs
from stockade.store.database import DATABASE_VARIABLE, FILE_NAME
from stockade.store.state import FirewallState
from stockade.vetter.ruleset import ruleset

VETTING_AT_ONCE = max(2, os.cpu_count() or 2)
"""Files: each takes one core for its time."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be served, and how."""

    host: str
    port: int
    upstream: str
    """Empty for the index of the user's configuration."""
    state: Path | None
    """None for the user's state folder."""
    blobs: str
    """Empty for a folder of the state."""
    disk_bytes: int
    certificate: Path | None
    key: Path | None
    address: str
    """Where clients reach it; for announcing provenance."""
    update_feeds: bool
    """Keep the advisories fresh."""
    fresh: timedelta
    """How long upstream's word is used without asking again."""
    require_token: bool
    insecure_upstream: bool
    policy: Policy
    environ: Mapping[str, str]


def run(order: Order, started: Callable[[str], None]) -> None:
    """Serve until asked to stop.

    Args:
        order: what is served.
        started: called once with a line for the operator, when the server listens.

    Raises:
        UsageError: the order contradicts itself, or would let strangers in.
        IncompleteError: the state cannot be used.
    """
    spare()
    configure()
    with assembled(order) as assembly:

        def ready(address: str) -> None:
            started(f"stockade: serving {address}/simple/")
            for line in warnings(order, SystemClock()):
                started(f"stockade: {line}")
            if order.policy.firewall.vet:
                _in_background(assembly.vetter.start)
            settle()

        serve_http(assembly.app, assembly.config, assembly.fast, ready)


def warnings(order: Order, clock: Clock) -> Iterator[str]:
    """What the operator should know of the feeds before a client does, with the next step."""
    feeds = FeedStore((order.state or state_dir(order.environ)) / "feeds")
    for status in feeds.status(clock.now(), order.policy.feeds):
        if status.feed is FeedName.ADVISORIES and not status.usable:
            cause = Cause.FEED_STALE if status.present else Cause.FEED_MISSING
            action = order.policy.indeterminate.get(cause, Action.BLOCK)
            word = "stale" if status.present else "missing"
            where = f"{STATE_VARIABLE}={order.state} " if order.state else ""
            how = "being fetched" if order.update_feeds else f"to be brought by '{where}stockade feed update'"
            yield f"the advisories are {word} and {how}; until then public files get '{action.value}' ({cause.value})"


@dataclass(frozen=True, kw_only=True)
class Assembly:
    """A firewall that is ready to serve."""

    app: ASGIApp
    fast: PageFastPath
    config: ServerConfig
    firewall: Firewall
    vetter: ProcessVetter


@contextmanager
def assembled(order: Order) -> Iterator[Assembly]:
    """Put a firewall together; everything it holds is closed at the end."""
    folder = order.state or state_dir(order.environ)
    _made(folder)
    clock = SystemClock()
    with ExitStack() as held:
        state = held.enter_context(FirewallState.open(_database(order)))
        anonymous = _anonymous(order, state, clock)
        blobs = open_blobs(
            order.blobs or str(folder / "blobs"), _made(folder / "scratch"), bound=order.disk_bytes
        )
        metrics = Metrics()
        vetter = ProcessVetter(ruleset(), processes=VETTING_AT_ONCE)
        held.callback(vetter.close)
        index, plain = _upstream(order)
        most = order.policy.firewall.max_megabytes * 1_000_000
        manners = UpstreamManners(revalidate=order.fresh, unsized_bytes=most)
        upstream = HttpUpstream(
            index, _made(folder / "upstream"), blobs, clock, manners=manners, plain_hosts=plain
        )
        feeds = FeedStore(folder / "feeds")
        parts = Parts(
            policy=order.policy,
            clock=clock,
            upstream=upstream,
            blobs=blobs,
            ledger=state.ledger,
            judgements=state.judgements,
            approvals=state.approvals,
            hosted=state.hosted,
            served=state.served,
            knowledge=LocalKnowledge(feeds, order.policy, clock, state.hosted.names),
            vetter=vetter,
            sink=state.events,
            vetting_at_once=VETTING_AT_ONCE,
            timed=metrics.timed,
            fresh=order.fresh,
        )
        firewall = Firewall(parts, order.address)
        door = Door(state.tokens, clock, anonymous=anonymous)
        firewall.changed = door.forget
        beside = [upstream.prune]
        if order.update_feeds:
            beside.append(FeedKeeper(feeds=feeds, policy=order.policy, clock=clock, sink=state.events).run)
        routes = [*Uploads(firewall, door).routes(), *Api(firewall, door).routes()]
        routes += _minting(order.policy.firewall.oidc, state, clock, door)
        app = App(firewall, door, metrics, upstream.close, beside).build(routes)
        known = local_hosts(order.address) if anonymous else None
        app = Measured(app if known is None else KnownHosts(app, known), metrics)
        yield Assembly(
            app=app,
            fast=PageFastPath(firewall, door, metrics, _in_background, known),
            config=ServerConfig(
                host=order.host, port=order.port, certificate=order.certificate, key=order.key
            ),
            firewall=firewall,
            vetter=vetter,
        )


def _minting(rules: tuple[OidcIssuer, ...], state: FirewallState, clock: Clock, door: Door) -> list[Route]:
    """The routes that take identity tokens; what verifies them is loaded only where the policy names an issuer."""
    if not rules:
        return []
    from stockade.firewall.minting import Mint  # noqa: PLC0415 - see above
    from stockade.sources.oidc import CiTokens  # noqa: PLC0415 - as above
    from stockade.sources.oidc_keys import IssuerKeys  # noqa: PLC0415 - as above

    return Mint(CiTokens(rules, IssuerKeys(), state.tokens), state.tokens, clock, door, rules).routes()


def _in_background(work: Callable[[], None]) -> None:
    asyncio.get_running_loop().run_in_executor(None, work)


def _made(folder: Path) -> Path:
    """A folder of the state, for its user only."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"the folder {folder} cannot be used: {error.strerror or error}", hint="name another with --state"
        ) from error
    return folder


def _database(order: Order) -> str:
    """The database's address; empty where the environment names one."""
    if order.state is None or order.environ.get(DATABASE_VARIABLE):
        return ""
    return f"sqlite:///{order.state.absolute() / FILE_NAME}"


def _upstream(order: Order) -> tuple[IndexAddress, frozenset[str]]:
    """The index to proxy, as ordered, else that of the user's pip or uv; and the hosts that need no TLS.

    Raises:
        UsageError: it is a folder, this very firewall, or not protected on the way.
    """
    settings = load_index_settings(order.environ)
    address = (
        IndexAddress.parse(order.upstream, came_from="--upstream") if order.upstream else settings.default
    )
    if not address.remote:
        raise UsageError(
            f"the upstream {address.url!r} is no index that can be asked", hint="give --upstream URL"
        )
    require_safe(address.url, insecure=order.insecure_upstream)
    _, host, port = origin(address.url)
    if (host, port) == (order.host.lower(), order.port):
        raise UsageError(
            "the upstream is this firewall itself", hint="name the public index with --upstream URL"
        )
    plain = plain_hosts(settings, address)
    return address, plain | {host} if order.insecure_upstream else plain


def _anonymous(order: Order, state: FirewallState, clock: Clock) -> bool:
    """Whether readers need no token: on loopback, unless ordered otherwise.

    Raises:
        UsageError: strangers could reach it, and there is no token that would keep them out.
    """
    if order.require_token or not _is_loopback(order.host):
        if not any(each.holds(clock.now()) for each in state.tokens.listed()):
            raise UsageError(
                "nobody could use it: there is no token, and one is needed"
                + ("" if order.require_token else f" since {order.host} can be reached from outside"),
                hint="stockade token mint NAME --role install, with the same --state",
            )
        return False
    return True


def _is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
