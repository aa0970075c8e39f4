"""Builds the feeds that are lists of names."""

from __future__ import annotations

from stockade.sources.build import Built
from stockade.sources.keys import key_bytes
from stockade.sources.name_lists import checked, parse_names
from stockade.sources.registered import SALT_BYTES, key_of


def build_register(data: bytes, sha256: str) -> Built:
    """Turn a list of names into the compact form.

    Raises:
        ListError: it is no list of names.
    """
    found = parse_names(data)
    names, notes, bad = checked(found, "registered names")
    salt = bytes.fromhex(sha256)[:SALT_BYTES]
    keys = sorted({key_of(name, salt) for name in names})
    return Built(
        entries=len(names),
        made=found.made,
        sections={"keys": key_bytes(keys)},
        unreadable=bad,
        unattributed=bad,
        notes=notes,
        salt=salt.hex(),
    )


def build_popularity(data: bytes) -> Built:
    """Turn a list, most downloaded first or with ranks, into the compact form.

    Raises:
        ListError: it is no list of names.
    """
    found = parse_names(data)
    names, notes, bad = checked(found, "popularity")
    return Built(
        entries=len(names),
        made=found.made,
        sections={"names": "\n".join(names).encode()},
        unreadable=bad,
        unattributed=bad,
        notes=notes,
    )
