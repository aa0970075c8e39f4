"""Decoders over constants: base64 and its relatives, hex, rot13, compression. Bounded, never evaluated.

They forgive what obfuscators rely on (missing padding, foreign characters between the digits) and refuse what
would not fit: a result above the cap raises :class:`~stockade.vetter.python.fold_limits.TooLarge`.
"""

from __future__ import annotations

import base64
import binascii
import bz2
import codecs
import html
import lzma
import re
import warnings
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote, unquote_plus, unquote_to_bytes

from stockade.vetter.python.fold_limits import MAX_RESULT, TooLarge, fits

_Z85: Final = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
_B85: Final = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~"
_QUADRATIC: Final = 4_000
"""Characters that the quadratic codecs (punycode, idna) may get."""
_MAX_BASE85: Final = 1 << 20
_MAX_STREAMS: Final = 1_000
"""Members of one gzip, bzip2 or xz file that are followed."""


@dataclass(frozen=True, slots=True)
class Decompressor:
    """What ``zlib.decompressobj()``, ``bz2.BZ2Decompressor()`` and ``lzma.LZMADecompressor()`` give."""

    name: str
    """``zlib``, ``bz2`` or ``lzma``."""
    wbits: int = zlib.MAX_WBITS

    def decompress(self, data: bytes) -> bytes:
        """All that comes out of ``data``, truncated input included."""
        if self.name == "zlib":
            return inflate(data, self.wbits, partial=True)
        return bunzip2(data) if self.name == "bz2" else unxz(data)


def as_bytes(value: object) -> bytes:
    """Bytes, or ASCII text as bytes, as the binary-to-text decoders take it."""
    if isinstance(value, str):
        return value.encode("ascii")
    if isinstance(value, bytes):
        return value
    if isinstance(value, bytearray):
        return bytes(value)
    raise TypeError("bytes are wanted")


def base64_decoded(value: object, altchars: object = None, validate: object = False) -> bytes:
    """``base64.b64decode`` that adds missing padding and drops a lone last digit."""
    data = as_bytes(value)
    if altchars is not None:
        data = data.translate(bytes.maketrans(as_bytes(altchars), b"+/"))
    if validate and re.fullmatch(rb"[A-Za-z0-9+/]*={0,2}", data) is None:
        raise binascii.Error("not base64")
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        digits = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
        if len(digits) % 4 == 1:
            digits = digits[:-1]
        return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4))


def _urlsafe(value: object) -> bytes:
    return base64_decoded(value, b"-_")


def _base32(
    value: object, casefold: object = False, map01: object = None, *, hex_digits: bool = False
) -> bytes:
    data = as_bytes(value)
    if map01 is not None:
        data = data.translate(bytes.maketrans(b"01", b"O" + as_bytes(map01)))
    data += b"=" * (-len(data) % 8)
    decode = base64.b32hexdecode if hex_digits else base64.b32decode
    return decode(data, bool(casefold))


def _base32hex(value: object, casefold: object = False) -> bytes:
    return _base32(value, casefold, hex_digits=True)


def _base16(value: object, casefold: object = False) -> bytes:
    return base64.b16decode(as_bytes(value), bool(casefold))


def _base85(value: object) -> bytes:
    data = as_bytes(value)
    if len(data) > _MAX_BASE85:
        raise TooLarge("base85")
    return base64.b85decode(data)


def _z85(value: object) -> bytes:
    return _base85(as_bytes(value).translate(bytes.maketrans(_Z85, _B85)))


def _ascii85(value: object, *, foldspaces: object = False, adobe: object = False) -> bytes:
    data = as_bytes(value)
    if len(data) > _MAX_BASE85 // 4:
        raise TooLarge("ascii85")
    return base64.a85decode(data, foldspaces=bool(foldspaces), adobe=bool(adobe))


def unhex(value: object) -> bytes:
    """``bytes.fromhex`` and ``binascii.unhexlify``: blanks between the pairs are allowed."""
    return bytes.fromhex(as_bytes(value).decode("ascii"))


def inflate(data: bytes, wbits: int = zlib.MAX_WBITS, *, partial: bool = False) -> bytes:
    """``zlib.decompress`` within the cap; with ``partial`` truncated input gives what there is."""
    machine = zlib.decompressobj(wbits)
    out = machine.decompress(data, MAX_RESULT + 1)
    fits(len(out))
    if not machine.eof and not partial:
        raise EOFError("truncated")
    return out


def gunzip(data: bytes) -> bytes:
    """``gzip.decompress`` within the cap, several members included."""
    out: list[bytes] = []
    total = 0
    for _ in range(_MAX_STREAMS):
        machine = zlib.decompressobj(zlib.MAX_WBITS | 16)
        out.append(machine.decompress(data, MAX_RESULT + 1 - total))
        total = fits(total + len(out[-1]))
        if not machine.eof:
            raise EOFError("truncated")
        data = machine.unused_data.lstrip(b"\0")
        if not data:
            return b"".join(out)
    raise TooLarge("gzip members")


def _streams(data: bytes, fresh: Callable[[], bz2.BZ2Decompressor | lzma.LZMADecompressor]) -> bytes:
    out: list[bytes] = []
    total = 0
    for _ in range(_MAX_STREAMS):
        machine = fresh()
        out.append(machine.decompress(data, MAX_RESULT + 1 - total))
        total = fits(total + len(out[-1]))
        if not machine.eof:
            raise EOFError("truncated")
        data = machine.unused_data
        if not data.strip(b"\0"):
            return b"".join(out)
    raise TooLarge("compressed streams")


def bunzip2(data: bytes) -> bytes:
    """``bz2.decompress`` within the cap."""
    return _streams(data, bz2.BZ2Decompressor)


def unxz(data: bytes) -> bytes:
    """``lzma.decompress`` (xz and lzma-alone) within the cap of output and 64 MiB of dictionary."""
    return _streams(data, lambda: lzma.LZMADecompressor(memlimit=64 << 20))


def _zlib_decompress(data: object, wbits: object = zlib.MAX_WBITS, bufsize: object = 0) -> bytes:
    if not isinstance(wbits, int) or not isinstance(bufsize, int):
        raise TypeError("wbits")
    return inflate(as_bytes(data) if not isinstance(data, str) else _refuse_text(), wbits)


def _refuse_text() -> bytes:
    raise TypeError("text where bytes are wanted")


def _binary(decode: Callable[[bytes], bytes]) -> Callable[[object], bytes]:
    def run(data: object) -> bytes:
        if not isinstance(data, bytes):
            raise TypeError("bytes are wanted")
        return decode(data)

    return run


def _uu(data: bytes) -> bytes:
    lines = data.split(b"\n")
    body = [line for line in lines if line and not line.startswith((b"begin ", b"end"))]
    return b"".join(binascii.a2b_uu(line) for line in body)


_BINARY_CODECS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "base64": base64_decoded,
    "hex": unhex,
    "zlib": inflate,
    "bz2": bunzip2,
    "quopri": binascii.a2b_qp,
    "uu": _uu,
}


def codec_name(name: object) -> str:
    """One name for a codec's aliases: ``base64``, ``hex``, ``rot13``, ``zlib``, ``bz2``, or Python's name.

    Raises:
        LookupError: there is no such codec.
        TypeError: ``name`` is no text.
    """
    if not isinstance(name, str):
        raise TypeError("codec")
    plain = name.lower().replace("-", "_").removesuffix("_codec")
    aliases = {"base_64": "base64", "rot_13": "rot13", "zip": "zlib", "quopri": "quopri", "uu": "uu"}
    plain = aliases.get(plain, plain)
    if plain in _BINARY_CODECS or plain in {
        "rot13",
        "unicode_escape",
        "raw_unicode_escape",
        "punycode",
        "idna",
    }:
        return plain
    return codecs.lookup(name).name


def _text_decoded(data: bytes, codec: str, errors: str) -> str:
    if codec in {"punycode", "idna"} and len(data) > _QUADRATIC:
        raise TooLarge(codec)
    if not codec.endswith("escape"):
        return data.decode(codec, errors)
    with warnings.catch_warnings():  # an unknown escape warns; here it is somebody else's text
        warnings.simplefilter("ignore")
        return data.decode(codec, errors)


def decode(value: object, encoding: object = "utf-8", errors: object = "strict") -> object:
    """``codecs.decode(value, encoding, errors)``: text codecs, and the binary ones and rot13."""
    codec = codec_name(encoding)
    if codec == "rot13":
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        if not isinstance(text, str):
            raise TypeError("text is wanted")
        return codecs.decode(text, "rot13")
    if codec in _BINARY_CODECS:
        return _BINARY_CODECS[codec](as_bytes(value))
    if codec.endswith("escape") and isinstance(value, str):
        value = value.encode("latin-1", "backslashreplace")
    if not isinstance(value, bytes) or not isinstance(errors, str):
        raise TypeError("bytes are wanted")
    return _text_decoded(value, codec, errors)


def encode(value: object, encoding: object = "utf-8", errors: object = "strict") -> object:
    """``codecs.encode(value, encoding, errors)``."""
    codec = codec_name(encoding)
    if codec == "rot13" and isinstance(value, str):
        return codecs.encode(value, "rot13")
    if codec == "hex":
        return binascii.hexlify(as_bytes(value))
    if codec == "base64":
        return base64.encodebytes(as_bytes(value))
    if codec in _BINARY_CODECS or not isinstance(value, str) or not isinstance(errors, str):
        raise TypeError("text is wanted")
    if codec in {"punycode", "idna"} and len(value) > _QUADRATIC:
        raise TooLarge(codec)
    return value.encode(codec, errors)


def _unquote(value: object, encoding: object = "utf-8", errors: object = "replace") -> str:
    if not isinstance(value, str) or not isinstance(encoding, str) or not isinstance(errors, str):
        raise TypeError("text is wanted")
    return unquote(value, encoding, errors)


def _unquote_plus(value: object, encoding: object = "utf-8", errors: object = "replace") -> str:
    if not isinstance(value, str) or not isinstance(encoding, str) or not isinstance(errors, str):
        raise TypeError("text is wanted")
    return unquote_plus(value, encoding, errors)


def _unescape(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text is wanted")
    return html.unescape(value)


def _unxz(data: object, *_ignored: object, **_also: object) -> bytes:
    return unxz(_refuse_text() if not isinstance(data, bytes) else data)


def _from_hex(value: object) -> bytes:
    if not isinstance(value, str):
        raise TypeError("text is wanted")
    return bytes.fromhex(value)


DECODERS: Final[Mapping[str, Callable[..., Any]]] = {
    "base64.b64decode": base64_decoded,
    "base64.standard_b64decode": base64_decoded,
    "base64.urlsafe_b64decode": _urlsafe,
    "base64.decodebytes": base64_decoded,
    "base64.decodestring": base64_decoded,
    "base64.b32decode": _base32,
    "base64.b32hexdecode": _base32hex,
    "base64.b16decode": _base16,
    "base64.b85decode": _base85,
    "base64.a85decode": _ascii85,
    "base64.z85decode": _z85,
    "binascii.a2b_base64": lambda data, *, strict_mode=False: base64_decoded(data, None, strict_mode),
    "binascii.unhexlify": unhex,
    "binascii.a2b_hex": unhex,
    "binascii.a2b_qp": lambda data, header=False: binascii.a2b_qp(as_bytes(data), header=bool(header)),
    "binascii.a2b_uu": lambda data: binascii.a2b_uu(as_bytes(data)),
    "quopri.decodestring": lambda data, header=False: binascii.a2b_qp(as_bytes(data), header=bool(header)),
    "bytes.fromhex": _from_hex,
    "bytearray.fromhex": _from_hex,
    "codecs.decode": decode,
    "zlib.decompress": _zlib_decompress,
    "gzip.decompress": _binary(gunzip),
    "bz2.decompress": _binary(bunzip2),
    "lzma.decompress": _unxz,
    "zlib.decompressobj": lambda wbits=zlib.MAX_WBITS: Decompressor("zlib", wbits),
    "bz2.BZ2Decompressor": lambda: Decompressor("bz2"),
    "lzma.LZMADecompressor": lambda *_args, **_kwargs: Decompressor("lzma"),
    "urllib.parse.unquote": _unquote,
    "urllib.parse.unquote_plus": _unquote_plus,
    "urllib.unquote": _unquote,
    "urllib.parse.unquote_to_bytes": unquote_to_bytes,
    "html.unescape": _unescape,
}
"""Qualified names of pure decoders."""

_WORDS: Final[Mapping[str, str]] = {
    "base64.b64decode": "base64",
    "base64.standard_b64decode": "base64",
    "base64.urlsafe_b64decode": "base64",
    "base64.decodebytes": "base64",
    "base64.decodestring": "base64",
    "base64.decode": "base64",
    "binascii.a2b_base64": "base64",
    "base64.b32decode": "base32",
    "base64.b32hexdecode": "base32",
    "base64.b16decode": "hex",
    "base64.b85decode": "base85",
    "base64.a85decode": "ascii85",
    "base64.z85decode": "z85",
    "binascii.unhexlify": "hex",
    "binascii.a2b_hex": "hex",
    "binascii.a2b_qp": "quoted-printable",
    "quopri.decodestring": "quoted-printable",
    "binascii.a2b_uu": "uuencode",
    "bytes.fromhex": "hex",
    "bytearray.fromhex": "hex",
    "zlib.decompress": "zlib",
    "zlib.decompressobj.decompress": "zlib",
    "zlib.decompressobj": "zlib",
    "gzip.decompress": "gzip",
    "bz2.decompress": "bzip2",
    "bz2.BZ2Decompressor.decompress": "bzip2",
    "lzma.decompress": "xz",
    "lzma.LZMADecompressor.decompress": "xz",
    "marshal.loads": "marshal",
    "operator.xor": "xor",
    "^": "xor",
    "chr": "character codes",
    "reversed": "reversed",
    "codecs.decode": "codec",
    "str.translate": "character table",
    "bytes.translate": "character table",
    "int.to_bytes": "number",
}
_CODEC_WORDS: Final[Mapping[str, str]] = {
    "base64": "base64",
    "hex": "hex",
    "rot13": "rot13",
    "zlib": "zlib",
    "bz2": "bzip2",
    "uu": "uuencode",
    "quopri": "quoted-printable",
    "unicode_escape": "escapes",
    "raw_unicode_escape": "escapes",
    "punycode": "punycode",
}


def is_decoder(name: str, codec: object = None) -> str | None:
    """The word for a decoder (``base64``, ``zlib``, ``hex``, ``rot13``, ``xor`` …), or ``None``.

    ``name`` is a qualified function or method name, or ``^``. ``codec`` is the constant codec argument of
    ``codecs.decode``, ``bytes.decode`` and ``str.decode``, where the call has one: ``codecs.decode`` with a plain
    character set (``utf-8``) is no decoder. ``str.decode('rot13')`` may also be asked as one name.
    """
    base, bracket, rest = name.partition("(")
    if bracket and not rest.endswith(")"):
        return None  # a method of what a decoder gave
    if bracket:
        codec = rest.rstrip(")").strip("'\"")
    if base in {"codecs.decode", "bytes.decode", "str.decode", "codecs.encode", "str.encode"}:
        if codec is None:
            return "codec" if base == "codecs.decode" else None
        try:
            plain = codec_name(codec)
        except (LookupError, TypeError):
            return None
        if base.endswith("encode") and plain != "rot13":
            return None
        return _CODEC_WORDS.get(plain)
    return _WORDS.get(base)
