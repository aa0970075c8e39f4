"""Bounded reading of the files that may hold a policy: nobody vouches for them yet."""

from __future__ import annotations

from pathlib import Path

from stockade.manifests.lines import Document
from stockade.manifests.text import ReadError, read_text

MAX_BYTES = 1024 * 1024
"""A larger policy file is refused unread."""


def read_toml(path: Path) -> Document:
    """A TOML file with the lines of its keys.

    Raises:
        ReadError: it cannot be read, is larger than :data:`MAX_BYTES`, or is not TOML.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _cannot_be_read(error) from error
    if len(data) > MAX_BYTES:
        raise ReadError(f"larger than {MAX_BYTES:,} bytes, the most that is read of a policy file")
    from stockade.manifests.toml_lines import load_toml  # noqa: PLC0415 - 30 ms, needed where there is a policy

    return load_toml(read_text(data))


def mentions(path: Path, word: bytes) -> bool:
    """Whether a file of any size holds ``word``.

    Raises:
        ReadError: it cannot be read.
    """
    tail = b""
    try:
        with path.open("rb") as file:
            while chunk := file.read(MAX_BYTES):
                if word in tail + chunk:
                    return True
                tail = chunk[-len(word) :]
    except OSError as error:
        raise _cannot_be_read(error) from error
    return False


def _cannot_be_read(error: OSError) -> ReadError:
    return ReadError(f"cannot be read: {error.strerror or error}")
