"""Containers of pickles and other model files: NumPy arrays, joblib, HDF5, safetensors."""

from __future__ import annotations

import bz2
import json
import lzma
import re
import zlib
from collections.abc import Callable
from typing import Final, Protocol

from stockade.model.locations import Location
from stockade.model.vetting import Phase
from stockade.vetter.files import pickle
from stockade.vetter.files.base import Looked
from stockade.vetter.package import Oddity

_MOST_OUT: Final = 64 << 20
"""Bytes that a compressed pickle may come to."""
_MOST_HEADER: Final = 100 << 20
_LAMBDA = re.compile(
    rb'"class_name"\s*:\s*"(?:Lambda|TFOpLambda)"[^\x00]{0,4000}?"(?:function|code)"\s*:', re.DOTALL
)
_MARSHALLED = re.compile(rb'"function"\s*:\s*(?:\["|\{[^\x00]{0,300}?"code"\s*:\s*")[A-Za-z0-9+/=\\n]{40,}')


class _Unpacker(Protocol):
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


_UNPACKERS: Final[tuple[tuple[bytes, Callable[[], _Unpacker]], ...]] = (
    (b"\x1f\x8b", lambda: zlib.decompressobj(31)),
    (b"BZh", bz2.BZ2Decompressor),
    (b"\xfd7zXZ", lzma.LZMADecompressor),
    (b"\x5d\x00\x00", lzma.LZMADecompressor),
    (b"\x78", zlib.decompressobj),
)


def look_numpy(data: bytes, path: str, phase: Phase) -> Looked:
    """A ``.npy`` array: data, unless its elements are objects, which are a pickle."""
    major = data[6] if len(data) > 6 else 0  # noqa: PLR2004 - after the magic
    start, width = 8, 2 if major == 1 else 4
    size = int.from_bytes(data[start : start + width], "little")
    header = data[start + width : start + width + min(size, 10_000)]
    if not header.startswith(b"{"):
        return _unreadable("numpy-unreadable", path, phase, "no header of a NumPy array")
    if not re.search(rb"'descr'\s*:[^}]*?['\"][|<>=]?O", header):
        return Looked()
    return pickle.look(data[start + width + size :], path, phase)


def look_pickle(data: bytes, path: str, phase: Phase) -> Looked:
    """A pickle, or one that joblib compressed (zlib, gzip, bz2, lzma, xz)."""
    for magic, make in _UNPACKERS:
        if not data.startswith(magic):
            continue
        try:
            plain = make().decompress(data, _MOST_OUT)
        except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError) as error:
            return _unreadable(
                "pickle-unreadable", path, phase, f"compressed, and cannot be unpacked: {error}"
            )
        if len(plain) >= _MOST_OUT:
            return _unreadable("pickle-unreadable", path, phase, f"unpacks to more than {_MOST_OUT} bytes")
        return pickle.look(plain, path, phase)
    if data.startswith(b"\x04\x22\x4d\x18"):
        return _unreadable("pickle-unreadable", path, phase, "compressed by LZ4")
    return pickle.look(data, path, phase)


def look_hdf5(data: bytes, path: str, phase: Phase) -> Looked:
    """A Keras model: ``Lambda`` layers hold marshalled code, which runs when the model is loaded."""
    found = _LAMBDA.search(data)
    if found is None:
        return Looked()
    code = _MARSHALLED.search(data, found.start(), found.end() + 4_000)
    detail = "a Lambda layer with code of its own" if code else "a Lambda layer"
    return Looked(oddities=(Oddity(kind="model-lambda", at=Location(path), detail=detail, phase=phase),))


def look_safetensors(data: bytes, path: str, phase: Phase) -> Looked:
    """A safetensors file is data once its header is a header."""
    size = int.from_bytes(data[:8], "little")
    try:
        header = json.loads(data[8 : 8 + size]) if size <= min(_MOST_HEADER, len(data) - 8) else None
    except (ValueError, RecursionError):
        header = None
    if isinstance(header, dict):
        return Looked()
    return _unreadable("safetensors-unreadable", path, phase, "no header of safetensors")


def _unreadable(kind: str, path: str, phase: Phase, detail: str) -> Looked:
    return Looked(oddities=(Oddity(kind=kind, at=Location(path), detail=detail, phase=phase),))
