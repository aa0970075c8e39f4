"""An index's address with what is needed to speak to it, and nothing secret in its ``repr``."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, urlunsplit

from stockade.sources.addresses import is_address, origin, split


@dataclass(frozen=True)
class Credentials:
    """A user and a password or token."""

    username: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class IndexAddress:
    """One package index."""

    url: str
    """``http`` or ``https``, without user, password, query and fragment; or a local folder, as given."""
    name: str = ""
    """uv's name for it, if any."""
    credentials: Credentials | None = None
    """For the address's own origin only."""
    ca_file: str = ""
    """A bundle of certificates to trust instead of the system's."""
    client_cert: str = ""
    """A PEM file with a client certificate and its key."""
    came_from: str = ""
    """The variable or file that names it."""

    @classmethod
    def parse(cls, text: str, *, name: str = "", came_from: str = "") -> IndexAddress:
        """Take the user and password out of an address. A ``file:`` address or a path is kept as it is.

        Raises:
            UsageError: it is no address of an index.
        """
        text = text.strip()
        if text.lower().startswith("file:") or (text and "://" not in text and "@" not in text):
            return cls(url=text, name=name, came_from=came_from)
        parts = split(text)
        credentials = None
        if parts.username is not None:
            credentials = Credentials(unquote(parts.username), unquote(parts.password or ""))
        host = parts.netloc.rpartition("@")[2]
        url = urlunsplit((parts.scheme, host, parts.path, "", ""))
        return cls(url=url, name=name, credentials=credentials, came_from=came_from)

    @property
    def remote(self) -> bool:
        """It is asked over the network, and is not a folder of this machine."""
        return is_address(self.url)

    @property
    def root(self) -> str:
        """The address with one slash at its end, to join project names to."""
        return self.url.rstrip("/") + "/"

    @property
    def host(self) -> str:
        """The host, lower case; empty for a local folder."""
        return origin(self.url)[1] if self.remote else ""
