"""The kinds of addresses and of paths."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AddressKind(StrEnum):
    """What an address is, as far as its spelling tells; one address may be several."""

    WEBHOOK = "chat webhook"
    BOT = "chat bot"
    PASTE = "paste site"
    FILE_HOST = "file host"
    RAW_CODE = "raw code host"
    CDN_ATTACHMENT = "chat attachment"
    RAW_IP = "raw IP address"
    """A public address, or one reserved for documentation."""
    LOCAL = "local address"
    """Loopback, private or link-local: nothing leaves the site."""
    DNS_RESOLVER = "public resolver"
    """A well-known public resolver's address; asked for one's own address by honest code."""
    DYNAMIC_DNS = "dynamic DNS"
    PAAS = "free app host"
    OAST = "out-of-band test service"
    TUNNEL = "tunnel"
    SHORTENER = "link shortener"
    METADATA_SERVICE = "cloud metadata service"
    IP_ECHO = "address echo service"
    """Answers with the caller's public address or its place on the map."""
    ONION = "onion service"
    SUSPICIOUS_TLD = "suspicious top-level domain"
    """A weak sign only."""
    RESERVED = "reserved name"
    """Reserved for documentation or tests: to be judged like an unknown public host."""
    PLAIN_HTTP = "plain HTTP"
    WELL_KNOWN = "well-known service"
    """An interface that many honest libraries speak to; a weak sign of innocence only."""


COLLECTORS = frozenset(
    {
        AddressKind.WEBHOOK,
        AddressKind.BOT,
        AddressKind.PASTE,
        AddressKind.FILE_HOST,
        AddressKind.RAW_IP,
        AddressKind.DYNAMIC_DNS,
        AddressKind.OAST,
        AddressKind.TUNNEL,
        AddressKind.ONION,
    }
)
"""Where stolen data are dropped without a name of one's own."""

DROPPERS = frozenset(
    {
        AddressKind.PASTE,
        AddressKind.FILE_HOST,
        AddressKind.RAW_CODE,
        AddressKind.CDN_ATTACHMENT,
        AddressKind.RAW_IP,
        AddressKind.DYNAMIC_DNS,
        AddressKind.TUNNEL,
        AddressKind.SHORTENER,
        AddressKind.ONION,
    }
)
"""Where second stages are fetched from."""


class PathKind(StrEnum):
    """What a path is; one path may be several."""

    CREDENTIAL = "credential"
    BROWSER = "browser or messenger data"
    WALLET = "wallet"
    STARTUP = "start-up"
    """Written, it makes something run later."""
    PYTHON_STARTUP = "interpreter start-up"
    GPU = "GPU libraries and drivers"
    LOADER = "dynamic loader"
    PACKAGE_TOOL = "package tool configuration"
    AGENT = "agent or editor instructions"
    TEMP = "temporary folder"
    SOURCE_CODE = "source code"
    EXECUTABLE = "executable"


@dataclass(frozen=True, slots=True)
class PathKinds:
    """The kinds of one path, and what exactly it is of each."""

    details: tuple[tuple[PathKind, str], ...] = ()
    """In the order of the tables: the kind and the thing in words (``SSH private key``)."""

    @property
    def kinds(self) -> frozenset[PathKind]:
        """The kinds alone."""
        return frozenset(kind for kind, _ in self.details)

    def what(self, kind: PathKind) -> str:
        """What it is of this kind, in words; empty where it is not of it."""
        return next((what for each, what in self.details if each is kind), "")

    def __contains__(self, kind: object) -> bool:
        return any(each is kind for each, _ in self.details)

    def __bool__(self) -> bool:
        return bool(self.details)
