"""What every outside source needs to know of an address: its origin, whether it is safe, how to show it."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit, urlunsplit

from stockade.errors import UsageError

_PORTS = {"http": 80, "https": 443}


def is_address(source: str) -> bool:
    """Whether ``source`` is meant as an address and not as a path."""
    return source.lower().startswith(("http://", "https://"))


def split(address: str) -> SplitResult:
    """Take an ``http`` or ``https`` address apart.

    Raises:
        UsageError: it is neither, or it names no host.
    """
    try:
        parts = urlsplit(address)
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise UsageError(f"not an address: {shown(address)!r}: {error}") from None
    if parts.scheme not in _PORTS or not host or port == 0:
        raise UsageError(
            f"not an address that can be fetched: {shown(address)!r}",
            hint="give https://host/path",
        )
    return parts


def origin(address: str) -> tuple[str, str, int]:
    """Scheme, host and port: what credentials are bound to.

    Raises:
        UsageError: it is no ``http`` or ``https`` address.
    """
    parts = split(address)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or _PORTS[parts.scheme]


def is_loopback(address: str) -> bool:
    """Whether the address leads to this machine only."""
    host = origin(address)[1]
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def shown(address: str) -> str:
    """The address as it may be printed and recorded: no user, no password, no query, no fragment."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "(an address that does not parse)"
    if not parts.netloc:
        return address.rpartition("@")[2].partition("?")[0]
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def require_safe(address: str, *, insecure: bool = False) -> None:
    """Refuse plain ``http``, except to this machine or where the user insists.

    Raises:
        UsageError: anybody on the way could change what is fetched.
    """
    if origin(address)[0] == "http" and not insecure and not is_loopback(address):
        raise UsageError(
            f"{shown(address)} refused: http is not protected against changes on the way",
            hint="use https, or --insecure if you know the way to be safe",
        )
