"""Archives that a reader must neither trust nor choke on: inert, built in memory, each with what is expected of it."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from stockade.testing.archives import (
    GNU,
    V7,
    ZipPart,
    compress,
    deflate,
    honest_tar,
    honest_zip,
    padded,
    tar_bytes,
    tar_entry,
    tar_header,
    tar_long_name,
    tar_pax,
    wheel,
    zip_bytes,
    zip_extra,
)


@dataclass(frozen=True, slots=True)
class HostileArchive:
    """One archive; ``build()`` gives its bytes, the same each time."""

    name: str
    """Kebab-case, unique."""
    file: str
    """What the file is called."""
    expects: Literal["suspicious", "fatal"]
    """The least weight of a problem that a reader has to report."""
    kind: str
    """The kind of that problem."""
    build: Callable[[], bytes]


WHEEL = "demo-1.0-py3-none-any.whl"
SDIST = "demo-1.0.tar.gz"
TAR = "demo-1.0.tar"
_CODE = b"print('inert')\n"
_INIT = ZipPart(name=b"demo/__init__.py", data=_CODE)
_LINK = 0o120777 << 16
_BOMB = 80 << 20
_PIECE = 8 << 20


def _zip(name: bytes, data: bytes = _CODE, attributes: int = 0o100644 << 16, flags: int = 0) -> bytes:
    return zip_bytes(_INIT, ZipPart(name=name, data=data, attributes=attributes, flags=flags))


def _lies(**fields: int | bytes) -> bytes:
    """A wheel whose one local header differs from the directory."""
    return zip_bytes(ZipPart(name=b"demo/__init__.py", data=_CODE, local=fields))


def _says(**fields: int | bytes) -> bytes:
    """A wheel whose directory differs from the one local header."""
    return zip_bytes(ZipPart(name=b"demo/__init__.py", data=_CODE, central=fields))


def _hidden_entry() -> bytes:
    hidden = ZipPart(name=b"demo/hidden.py", data=_CODE, listed=False)
    return zip_bytes(_INIT, hidden, ZipPart(name=b"demo/last.py", data=_CODE))


def _overlap() -> bytes:
    """An entry that lies within another's stored data."""
    inner = zip_bytes(ZipPart(name=b"b", data=_CODE))
    return zip_bytes(
        ZipPart(name=b"a", method=0, data=inner), ZipPart(name=b"b", data=_CODE, central={"offset": 31})
    )


def _twice() -> bytes:
    return zip_bytes(_INIT, ZipPart(name=b"demo/__init__.py", data=_CODE, listed=True, central={"offset": 0}))


def _nested(depth: int) -> bytes:
    data = honest_zip({"core.py": _CODE})
    for level in range(depth):
        data = honest_zip({f"level{level}.zip": data})
    return data


def _zip64_disagrees() -> bytes:
    locator_to = 0
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, 0, 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, locator_to, 1)
    return zip_bytes(_INIT, before_end=record + locator)


def _many_entries() -> bytes:
    return zip_bytes(
        *(ZipPart(name=b"%x" % index, method=0) for index in range(70_000)), end={"count": 70_000 & 0xFFFF}
    )


def _tar_bomb(compression: str) -> bytes:
    """A member of zeros, each piece of it one stream, which costs less to build."""
    piece = compress(bytes(_PIECE), compression)
    return compress(tar_header(b"demo-1.0/zeros", _BOMB), compression) + piece * (_BOMB // _PIECE)


def _zip_bomb() -> bytes:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = squeeze.compress(bytes(_PIECE)) + squeeze.flush(zlib.Z_FULL_FLUSH)
    packed = piece * (_BOMB // _PIECE) + deflate(b"")
    return zip_bytes(ZipPart(name=b"zeros", stored=packed, local={"size": _BOMB}, central={"size": _BOMB}))


def _sdist(*pieces: bytes, tail: bytes = b"") -> bytes:
    return compress(tar_bytes(tar_entry(b"demo-1.0/PKG-INFO", b"Name: demo\n"), *pieces), "gz") + tail


def _link(kind: bytes, target: bytes) -> bytes:
    return _sdist(tar_header(b"demo-1.0/setup.py", kind=kind, link=target))


def _links_times(count: int, size: int) -> bytes:
    links = b"".join(
        tar_header(b"demo-1.0/%d.py" % index, kind=b"1", link=b"demo-1.0/big") for index in range(count)
    )
    return _sdist(tar_entry(b"demo-1.0/big", bytes(range(256)) * (size // 256)), links)


def _long_names() -> bytes:
    names = (b"%d/" % index + b"a/" * 30_000 + b"x" for index in range(4))
    return _sdist(*(tar_long_name(name) + tar_entry(name[:99], magic=GNU) for name in names))


def _many_links() -> bytes:
    """Chains of links through folders that are links."""
    links = b"".join(
        tar_header(b"d/%d" % index, kind=b"2", link=b"%d/x" % (index + 1)) for index in range(10_001)
    )
    return _sdist(links)


def _many_records() -> bytes:
    """Pax headers of nothing but records that mean nothing."""
    header = tar_entry(b"PaxHeader/0", b"6 a=b\n" * 150_000, kind=b"x") + tar_entry(b"demo-1.0/a", b"")
    return _sdist(*[header] * 15)


def _wide_names() -> bytes:
    """Names of characters that grow eighteenfold when they are normalised."""
    names = ("demo-1.0/" + "\ufdfa" * 1_300 + str(index) for index in range(5_000))
    return _sdist(*(tar_pax({"path": name}) + tar_entry(name.encode()[:100]) for name in names))


def _polyglot() -> bytes:
    """A gzip header's extra field cannot be told from junk, so it may hold a whole zip before the tar's data."""
    tail = zip_bytes(ZipPart(name=b"demo-1.0/setup.py", data=_CODE))
    return _sdist(tar_entry(b"demo-1.0/setup.py", b"pass\n"), tail=tail)


def _huge_dictionary() -> bytes:
    """An LZMA zip entry that asks for 4 GiB of dictionary."""
    stored = b"\x09\x14\x05\x00\x5d\xff\xff\xff\xff" + bytes(32)
    return zip_bytes(_INIT, ZipPart(name=b"demo/a.py", data=_CODE, method=14, stored=stored))


def _pax_size() -> bytes:
    inner = tar_entry(b"demo-1.0/hidden.py", _CODE)
    return _sdist(tar_pax({"size": str(len(inner))}), tar_entry(b"demo-1.0/readme.txt", b""), inner)


def _old_sparse() -> bytes:
    block = bytearray(tar_header(b"demo-1.0/setup.py", len(_CODE), kind=b"S", magic=GNU))
    block[386:410] = b"00000000000\x00%011o\x00" % len(_CODE)
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\x00 " % sum(block)
    return _sdist(bytes(block) + padded(_CODE))


_DIFFERENT = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "demo-1.0/setup.py"}
_S: Literal["suspicious"] = "suspicious"
_F: Literal["fatal"] = "fatal"


def _set() -> tuple[HostileArchive, ...]:
    make = HostileArchive
    return (
        make("zip-climbs", WHEEL, _S, "path-traversal", lambda: _zip(b"../../etc/decoy")),
        make("zip-climbs-inside", WHEEL, _S, "path-traversal", lambda: _zip(b"demo/../other/a.py")),
        make("zip-absolute", WHEEL, _S, "absolute-path", lambda: _zip(b"/etc/decoy")),
        make("zip-drive", WHEEL, _S, "drive-path", lambda: _zip(b"C:/decoy.py")),
        make("zip-backslash", WHEEL, _S, "backslash-path", lambda: _zip(b"demo\\sub\\a.py")),
        make("zip-nul", WHEEL, _S, "nul-in-name", lambda: _zip(b"demo/a.py\x00.txt")),
        make("zip-control", WHEEL, _S, "control-in-name", lambda: _zip(b"demo/a\x1b[2K.py")),
        make(
            "zip-direction",
            WHEEL,
            _S,
            "control-in-name",
            lambda: _zip("demo/\u202eyp.txt".encode(), flags=0x800),
        ),
        make("zip-same-name", WHEEL, _S, "duplicate-name", lambda: _zip(b"demo/__init__.py", b"other\n")),
        make("zip-same-but-case", WHEEL, _S, "case-collision", lambda: _zip(b"demo/__INIT__.py")),
        make(
            "zip-same-but-form",
            WHEEL,
            _S,
            "unicode-collision",
            lambda: zip_bytes(
                *(ZipPart(name=f"demo/{e}.py".encode(), flags=0x800) for e in ("\u00e9", "e\u0301"))
            ),
        ),
        make("zip-file-below-file", WHEEL, _S, "file-and-folder", lambda: _zip(b"demo/__init__.py/a.py")),
        make("zip-folder-with-content", WHEEL, _S, "file-and-folder", lambda: _zip(b"demo/sub/")),
        make("zip-other-local-name", WHEEL, _S, "headers-disagree", lambda: _lies(name=b"demo/readme.txt")),
        make("zip-other-local-size", WHEEL, _S, "headers-disagree", lambda: _lies(size=7)),
        make("zip-other-local-packed", WHEEL, _S, "headers-disagree", lambda: _lies(packed=3)),
        make("zip-other-local-method", WHEEL, _S, "headers-disagree", lambda: _lies(method=0)),
        make("zip-other-local-crc", WHEEL, _S, "headers-disagree", lambda: _lies(crc=1)),
        make("zip-other-local-flags", WHEEL, _S, "headers-disagree", lambda: _lies(flags=1)),
        make("zip-size-too-small", WHEEL, _S, "sizes-disagree", lambda: _says(size=5)),
        make("zip-count", WHEEL, _S, "headers-disagree", lambda: zip_bytes(_INIT, end={"count": 2})),
        make("zip-hidden-entry", WHEEL, _S, "gap", _hidden_entry),
        make("zip-hidden-first", WHEEL, _S, "gap", lambda: zip_bytes(ZipPart(name=b"a", before=b"hidden"))),
        make("zip-no-descriptor", WHEEL, _S, "gap", lambda: _zip(b"demo/a.py", flags=8)),
        make(
            "zip-wrong-descriptor",
            WHEEL,
            _S,
            "gap",
            lambda: zip_bytes(ZipPart(name=b"a", data=_CODE, flags=8, descriptor=b"PK\x07\x08" + bytes(12))),
        ),
        make(
            "zip-data-after-stream",
            WHEEL,
            _S,
            "gap",
            lambda: zip_bytes(ZipPart(name=b"a", data=_CODE, stored=deflate(_CODE) + b"more")),
        ),
        make(
            "zip-prepended",
            WHEEL,
            _S,
            "prepended-data",
            lambda: zip_bytes(_INIT, prefix=b"#!/bin/sh\nexit\n"),
        ),
        make("zip-appended", WHEEL, _S, "trailing-data", lambda: zip_bytes(_INIT, suffix=b"more")),
        make(
            "zip-two-ends",
            WHEEL,
            _S,
            "two-end-records",
            lambda: zip_bytes(_INIT, comment=b"PK\x05\x06" + bytes(30)),
        ),
        make(
            "zip-other-unicode-name",
            WHEEL,
            _S,
            "names-disagree",
            lambda: zip_bytes(
                ZipPart(name=b"a.txt", extra=zip_extra(0x7075, b"\x01" + bytes(4) + b"setup.py"))
            ),
        ),
        make("zip-link-out", WHEEL, _S, "link-outside", lambda: _zip(b"demo/a.py", b"/etc/decoy", _LINK)),
        make("zip-link-with-code", WHEEL, _S, "link-with-content", lambda: _zip(b"demo/a.py", _CODE, _LINK)),
        make("zip-device", WHEEL, _S, "special-file", lambda: _zip(b"demo/a.py", _CODE, 0o020644 << 16)),
        make("zip-overlap", WHEEL, _F, "overlapping-entries", _overlap),
        make("zip-same-data-twice", WHEEL, _F, "overlapping-entries", _twice),
        make("zip-encrypted", WHEEL, _F, "encrypted", lambda: _zip(b"demo/a.py", flags=1)),
        make(
            "zip-unknown-method",
            WHEEL,
            _F,
            "unsupported-compression",
            lambda: zip_bytes(ZipPart(name=b"a", data=_CODE, method=97)),
        ),
        make(
            "zip-zstd-cut-off",
            WHEEL,
            _F,
            "truncated",
            lambda: zip_bytes(ZipPart(name=b"a", data=_CODE, method=93, stored=compress(_CODE, "zst")[:-3])),
        ),
        make("zip-huge-dictionary", WHEEL, _F, "unsupported-compression", _huge_dictionary),
        make("zip-cut-off", WHEEL, _F, "truncated", lambda: wheel("demo", "1.0", {"demo/a.py": _CODE})[:-40]),
        make(
            "zip-directory-outside",
            WHEEL,
            _F,
            "bad-directory",
            lambda: zip_bytes(_INIT, end={"length": 1 << 20}),
        ),
        make(
            "zip-directory-elsewhere",
            WHEEL,
            _F,
            "bad-directory",
            lambda: zip_bytes(_INIT, end={"length": 20}),
        ),
        make(
            "zip-directory-past",
            WHEEL,
            _F,
            "bad-directory",
            lambda: zip_bytes(_INIT, end={"offset": 1 << 30}),
        ),
        make("zip-no-local-header", WHEEL, _F, "bad-header", lambda: _says(offset=3)),
        make(
            "zip-wrong-crc",
            WHEEL,
            _F,
            "checksum",
            lambda: zip_bytes(ZipPart(name=b"a", data=_CODE, stored=deflate(b"-"))),
        ),
        make(
            "zip-corrupt",
            WHEEL,
            _F,
            "corrupt",
            lambda: zip_bytes(ZipPart(name=b"a", data=_CODE, stored=b"\xff" * 20)),
        ),
        make(
            "zip-stream-cut-off",
            WHEEL,
            _F,
            "truncated",
            lambda: zip_bytes(ZipPart(name=b"a", data=_CODE * 99, stored=deflate(_CODE * 99)[:-6])),
        ),
        make("zip-several-disks", WHEEL, _F, "several-disks", lambda: zip_bytes(_INIT, end={"disk": 2})),
        make("zip-zip64-elsewhere", WHEEL, _S, "headers-disagree", _zip64_disagrees),
        make("zip-bomb", WHEEL, _F, "bomb", _zip_bomb),
        make("zip-bomb-nested", WHEEL, _F, "bomb", lambda: honest_zip({"a.zip": _nested_bomb()})),
        make("zip-too-deep", WHEEL, _F, "too-deep", lambda: _nested(5)),
        make("zip-many-names", WHEEL, _S, "duplicate-name", lambda: zip_bytes(*[_INIT] * 20_000)),
        make("empty-file", WHEEL, _F, "not-an-archive", lambda: b""),
        make("text-as-wheel", WHEEL, _F, "not-an-archive", lambda: b"no archive\n" * 99),
        make("text-as-sdist", SDIST, _F, "not-an-archive", lambda: b"no archive\n" * 99),
        *_tars(),
    )


def _nested_bomb() -> bytes:
    return honest_zip({f"{index}.bin": bytes(16 << 20) for index in range(6)})


def _tars() -> tuple[HostileArchive, ...]:
    make = HostileArchive
    entry = tar_entry(b"demo-1.0/setup.py", _CODE)
    return (
        make("tar-climbs", SDIST, _S, "path-traversal", lambda: _sdist(tar_entry(b"../../decoy.py", _CODE))),
        make("tar-absolute", SDIST, _S, "absolute-path", lambda: _sdist(tar_entry(b"/etc/decoy", _CODE))),
        make("tar-nul", SDIST, _S, "nul-in-name", lambda: _sdist(tar_pax({"path": "setup.py\0.txt"}), entry)),
        make("tar-symlink-out", SDIST, _S, "link-outside", lambda: _link(b"2", b"../../decoy")),
        make("tar-symlink-absolute", SDIST, _S, "link-outside", lambda: _link(b"2", b"/etc/decoy")),
        make("tar-hard-link-out", SDIST, _S, "link-outside", lambda: _link(b"1", b"../decoy")),
        make("tar-file-through-link", SDIST, _S, "file-and-folder", _through_link),
        make("tar-pipe", SDIST, _S, "special-file", lambda: _sdist(tar_header(b"demo-1.0/pipe", kind=b"6"))),
        make("tar-device", SDIST, _S, "special-file", lambda: _sdist(tar_header(b"demo-1.0/dev", kind=b"3"))),
        make(
            "tar-same-name",
            SDIST,
            _S,
            "duplicate-name",
            lambda: _sdist(entry, tar_entry(b"demo-1.0/setup.py")),
        ),
        make(
            "tar-same-but-case",
            SDIST,
            _S,
            "case-collision",
            lambda: _sdist(entry, tar_entry(b"demo-1.0/SETUP.py")),
        ),
        make(
            "tar-pax-name",
            SDIST,
            _S,
            "names-disagree",
            lambda: _named(tar_pax({"path": "demo-1.0/setup.py"})),
        ),
        make(
            "tar-gnu-name", SDIST, _S, "names-disagree", lambda: _named(tar_long_name(b"demo-1.0/setup.py"))
        ),
        make(
            "tar-global-name",
            SDIST,
            _S,
            "names-disagree",
            lambda: _named(tar_pax({"path": "setup.py"}, kind=b"g")),
        ),
        make(
            "tar-two-long-names",
            SDIST,
            _S,
            "names-disagree",
            lambda: _named(tar_long_name(b"demo-1.0/readme.txt") + tar_pax({"path": "demo-1.0/setup.py"})),
        ),
        make(
            "tar-v7-prefix",
            SDIST,
            _S,
            "names-disagree",
            lambda: _sdist(tar_header(b"a", magic=V7, prefix=b"b")),
        ),
        make("tar-pax-size", SDIST, _S, "sizes-disagree", _pax_size),
        make(
            "tar-bad-pax",
            SDIST,
            _S,
            "bad-pax-header",
            lambda: _sdist(tar_entry(b"x", b"99 path=", kind=b"x"), entry),
        ),
        make(
            "tar-folder-with-size",
            SDIST,
            _S,
            "sizes-disagree",
            lambda: _sdist(tar_header(b"a", 512, kind=b"5"), entry),
        ),
        make(
            "tar-unknown-type",
            SDIST,
            _S,
            "unknown-type",
            lambda: _sdist(tar_entry(b"a.py", _CODE, kind=b"Z")),
        ),
        make(
            "tar-sparse-pax", SDIST, _S, "sparse", lambda: _sdist(tar_pax(_DIFFERENT), tar_entry(b"a", _CODE))
        ),
        make("tar-sparse-gnu", SDIST, _S, "sparse", _old_sparse),
        make("tar-after-end", TAR, _S, "trailing-data", lambda: tar_bytes(entry) + tar_bytes(entry)),
        make(
            "tar-after-one-zero-block", TAR, _S, "trailing-data", lambda: tar_bytes(entry, bytes(512), entry)
        ),
        make(
            "gzip-two-members",
            SDIST,
            _S,
            "several-streams",
            lambda: _sdist(entry, tail=compress(_CODE, "gz")),
        ),
        make("gzip-tail", SDIST, _S, "trailing-data", lambda: _sdist(entry, tail=b"more")),
        make("gzip-and-zip", SDIST, _S, "polyglot", _polyglot),
        make("gzip-cut-off", SDIST, _F, "truncated", lambda: _sdist(entry)[:-12]),
        make("gzip-wrong-checksum", SDIST, _F, "corrupt", lambda: _sdist(entry)[:-8] + bytes(8)),
        make("gzip-corrupt", SDIST, _F, "corrupt", lambda: _sdist(entry)[:10] + b"\x07" * 90),
        make("tar-cut-off", TAR, _F, "truncated", lambda: tar_entry(b"a", bytes(2048))[:-900]),
        make("tar-cut-header", TAR, _F, "truncated", lambda: entry + entry[:99]),
        make(
            "tar-wrong-checksum",
            TAR,
            _F,
            "bad-header",
            lambda: tar_bytes(entry, tar_header(b"a", checksum=9)),
        ),
        make(
            "tar-negative-size",
            TAR,
            _F,
            "bad-header",
            lambda: tar_bytes(entry, tar_header(b"a", b"\xff" * 12)),
        ),
        make("tar-odd-number", TAR, _F, "bad-header", lambda: tar_bytes(entry, tar_header(b"a", b"0o17"))),
        make(
            "tar-huge-size",
            TAR,
            _F,
            "member-too-large",
            lambda: tar_bytes(entry, tar_header(b"a", b"\x80" + b"\x7f" * 11)),
        ),
        make(
            "tar-huge-pax",
            TAR,
            _F,
            "header-too-large",
            lambda: tar_bytes(tar_header(b"a", 1 << 30, kind=b"x")),
        ),
        make("tar-long-names", SDIST, _F, "names-too-long", _long_names),
        make("tar-many-links", SDIST, _F, "bomb", lambda: _links_times(3_000, 1 << 20)),
        make("tar-chained-links", SDIST, _F, "too-many-links", _many_links),
        make("tar-many-records", SDIST, _F, "header-too-large", _many_records),
        make("tar-growing-names", SDIST, _F, "names-too-long", _wide_names),
        make("tar-long-path", SDIST, _S, "long-name", lambda: _sdist(tar_pax({"path": "a/" * 3_000}), entry)),
        make("gzip-bomb", SDIST, _F, "bomb", lambda: _tar_bomb("gz")),
        make("bzip2-bomb", "demo-1.0.tar.bz2", _F, "bomb", lambda: _tar_bomb("bz2")),
        make("xz-bomb", "demo-1.0.tar.xz", _F, "bomb", lambda: _tar_bomb("xz")),
        make("zstd-bomb", "demo-1.0.tar.zst", _F, "bomb", lambda: _tar_bomb("zst")),
        make(
            "zstd-cut-off",
            "demo-1.0.tar.zst",
            _F,
            "truncated",
            lambda: compress(tar_bytes(entry), "zst")[:-9],
        ),
        make("sdist-in-sdist-too-deep", SDIST, _F, "too-deep", lambda: _nested_tars(5)),
    )


def _named(before: bytes) -> bytes:
    return _sdist(before, tar_entry(b"demo-1.0/readme.txt", _CODE))


def _through_link() -> bytes:
    return _sdist(tar_header(b"demo-1.0/a", kind=b"2", link=b"b"), tar_entry(b"demo-1.0/a/setup.py", _CODE))


def _nested_tars(depth: int) -> bytes:
    data = honest_tar({"core.py": _CODE})
    for level in range(depth):
        data = honest_tar({f"level{level}.tar.gz": data})
    return data


HOSTILE = _set()
"""Every archive of the set."""
