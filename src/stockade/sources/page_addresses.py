"""Addresses on an index's page: made absolute, and refused where they are not plain http or https."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from stockade.errors import InvalidValueError

SCHEMES = ("https://", "http://")
_HARD = ("?", "#", ";", ":")
"""What makes the last part of a relative address more than a name."""


class AddressError(InvalidValueError):
    """An address that is refused."""


class Addresses:
    """The addresses of one page.

    The place of a page's files is the same for thousands of them, so each distinct one is judged once.

    Args:
        base: what relative addresses are relative to.
    """

    def __init__(self, base: str) -> None:
        self._base = base
        self._good: set[str] = set()
        self._folders: dict[str, str] = {}

    def absolute(self, address: str) -> str:
        """An absolute address.

        Raises:
            AddressError: another scheme, no host, or characters that no address has.
        """
        if address[: address.find("/", 8) + 1] not in self._good:
            address = self._judged(address if address.startswith(SCHEMES) else self._joined(address))
        if not address.isprintable() or "\\" in address:
            raise AddressError(f"an address holds characters that are refused: {address[:80]!r}")
        return address

    def _joined(self, address: str) -> str:
        folder, slash, leaf = address.rpartition("/")
        if not slash or leaf in {"", ".", ".."} or any(each in address for each in _HARD):
            try:
                return urljoin(self._base, address)
            except ValueError as error:
                raise AddressError(f"an address cannot be read: {address[:80]!r}") from error
        found = self._folders.get(folder)
        if found is None:
            found = self._folders[folder] = self._joined(f"{folder}/")
        return found + leaf

    def _judged(self, address: str) -> str:
        origin = address[: address.find("/", 8) + 1]
        if origin in self._good:
            return address
        try:
            parts = urlsplit(address)
            sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            sound = False
        if not sound:
            raise AddressError(
                f"an address is refused, since it is not plain http or https: {address[:80]!r}"
            )
        if origin.startswith(SCHEMES):
            self._good.add(origin)
        return address
