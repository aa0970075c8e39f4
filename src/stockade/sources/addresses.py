"""What every outside source needs to know of an address: its origin, whether it is safe, how to show it."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit, urlunsplit

from stockade.errors import UsageError

_QUERY = re.compile(r"[?#].*", re.DOTALL)

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
    except ValueError:  # its text quotes what stands where a port should, which may be a password
        raise UsageError(
            f"not an address: {shown(address)!r}",
            hint="check the host and the port; in a password write / ? # and @ as %2F %3F %23 and %40",
        ) from None
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
    """The address as it may be printed and recorded: no user, no password, no query, no fragment.

    Where it cannot be told what is a password (one that holds an unquoted ``/``, ``?`` or ``#``), all up
    to the last ``@`` is left out.
    """
    before, at, rest = address.rpartition("@")
    plain = _QUERY.sub("", rest)
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return f"***@{plain}" if at else "(an address that does not parse)"
    if "@" in parts.netloc:
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    if at and (not parts.netloc or ":" in parts.netloc) and ":" in before:
        return f"***@{plain}"
    return _QUERY.sub("", address)


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
