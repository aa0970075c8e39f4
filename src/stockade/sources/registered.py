"""The registered-names feed: which names exist on the index, asked without a name leaving the machine.

Only sorted 64-bit keyed hashes are kept. With 900,000 names, a name that is *not* registered is taken for
registered with a probability of 5e-14; a registered one is never taken for free. The key comes from the
source's digest, so nobody can register a name beforehand that collides with another one.
"""

from __future__ import annotations

from bisect import bisect_left
from hashlib import blake2b
from pathlib import Path

from stockade.model.advisories import FeedStamp
from stockade.sources.keys import keys_of
from stockade.sources.pack import Pack

SALT_BYTES = 16


def key_of(name: str, salt: bytes) -> int:
    """The hash under which a canonical name is kept."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8, key=salt).digest(), "little")


class PackedRegister:
    """An imported registered-names feed; a :class:`~stockade.ports.NameRegister`."""

    def __init__(self, path: Path) -> None:
        """Open the feed's file.

        Raises:
            FileNotFoundError: there is none.
            PackError: it is damaged.
        """
        pack = Pack(path)
        self.header = pack.header
        self._salt = bytes.fromhex(pack.header.salt)
        self._keys = keys_of(pack.section("keys"))

    @property
    def stamp(self) -> FeedStamp:
        """Source and age of the data."""
        return self.header.stamp

    def __contains__(self, name: object) -> bool:
        """Whether a canonical name is registered; see the module for the chance of an error."""
        if not isinstance(name, str):
            return False
        key = key_of(name, self._salt)
        place = bisect_left(self._keys, key)
        return place < len(self._keys) and self._keys[place] == key
