"""Decoders: they undo what the encoders do, forgive what attackers rely on, and stop at the cap."""

from __future__ import annotations

import base64
import binascii
import bz2
import codecs
import gzip
import lzma
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockade.vetter.python import fold
from stockade.vetter.python.fold import MAX_RESULT, UNKNOWN, TooLarge

BOMB = zlib.compress(b"\0" * (MAX_RESULT + 1), 9)


@given(st.binary(max_size=200))
def test_every_decoder_undoes_its_encoder(data: bytes) -> None:
    pairs = [
        ("base64.b64decode", base64.b64encode(data)),
        ("base64.urlsafe_b64decode", base64.urlsafe_b64encode(data)),
        ("base64.decodebytes", base64.encodebytes(data)),
        ("base64.b32decode", base64.b32encode(data)),
        ("base64.b32hexdecode", base64.b32hexencode(data)),
        ("base64.b16decode", base64.b16encode(data)),
        ("base64.b85decode", base64.b85encode(data)),
        ("base64.a85decode", base64.a85encode(data)),
        ("binascii.a2b_base64", binascii.b2a_base64(data)),
        ("binascii.unhexlify", binascii.hexlify(data)),
        ("zlib.decompress", zlib.compress(data)),
        ("gzip.decompress", gzip.compress(data) + gzip.compress(b"")),
        ("bz2.decompress", bz2.compress(data)),
        ("lzma.decompress", lzma.compress(data)),
    ]
    for name, encoded in pairs:
        assert fold.call(name, [encoded]) == data, name
    assert fold.call("bytes.fromhex", [data.hex()]) == data
    assert fold.call("codecs.decode", [data.hex(), "hex"]) == data
    assert fold.call("codecs.decode", [codecs.encode(data, "zlib"), "zlib"]) == data
    assert fold.call("codecs.decode", [codecs.encode(data, "bz2"), "bz2_codec"]) == data
    assert fold.call("codecs.decode", [codecs.encode(data, "uu"), "uu"]) == data


@given(st.binary(max_size=60))
def test_padding_may_be_missing(data: bytes) -> None:
    assert fold.call("base64.b64decode", [base64.b64encode(data).rstrip(b"=").decode()]) == data
    assert fold.call("base64.b32decode", [base64.b32encode(data).rstrip(b"=")]) == data


def test_what_attackers_write() -> None:
    assert fold.call("base64.b64decode", ["aGVs bG8\n"]) == b"hello"
    assert fold.call("base64.b64decode", ["aGVsbG8=", "-_"]) == b"hello"
    assert fold.call("base64.b64decode", ["not base64!", None, True]) is UNKNOWN
    assert fold.call("base64.z85decode", ["HelloWorld"]) == bytes.fromhex("864fd26fb559f75b")
    assert fold.call("codecs.decode", ["rkrp", "rot_13"]) == "exec"
    assert fold.call("codecs.decode", [r"\x65\x78", "unicode_escape"]) == "ex"
    assert fold.call("codecs.decode", [rb"\q", "unicode_escape"]) == r"\q"
    assert fold.call("codecs.decode", [b"hi", "no-such-codec"]) is UNKNOWN
    raw = zlib.compress(b"hello")[2:-4]
    assert fold.call("zlib.decompress", [raw, -15]) == b"hello"
    assert fold.call("zlib.decompress", [raw]) is UNKNOWN
    assert fold.call("zlib.decompress", [zlib.compress(b"hello")[:-3]]) is UNKNOWN
    machine = fold.call("zlib.decompressobj", [])
    assert fold.method(machine, "decompress", [zlib.compress(b"hello")]) == b"hello"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("zlib.decompress", BOMB),
        ("gzip.decompress", gzip.compress(b"\0" * (MAX_RESULT + 1))),
        ("bz2.decompress", bz2.compress(b"\0" * (MAX_RESULT + 1))),
        ("lzma.decompress", lzma.compress(b"\0" * (MAX_RESULT + 1), preset=0)),
        ("gzip.decompress", gzip.compress(b"") * 2_000),
    ],
)
def test_bombs_are_refused(name: str, data: bytes) -> None:
    with pytest.raises(TooLarge):
        fold.call(name, [data])


def test_bomb_through_an_object() -> None:
    with pytest.raises(TooLarge):
        fold.method(fold.call("zlib.decompressobj", []), "decompress", [BOMB])


@pytest.mark.parametrize(
    ("name", "codec", "word"),
    [
        ("base64.b64decode", None, "base64"),
        ("zlib.decompress", None, "zlib"),
        ("bytes.fromhex", None, "hex"),
        ("^", None, "xor"),
        ("codecs.decode", "rot13", "rot13"),
        ("codecs.decode", "utf-8", None),
        ("codecs.decode", "hex_codec", "hex"),
        ("str.decode('rot13')", None, "rot13"),
        ("bytes.decode", "utf-8", None),
        ("bytes.decode", "unicode_escape", "escapes"),
        ("bytes.decode", None, None),
        ("codecs.encode", "rot-13", "rot13"),
        ("codecs.encode", "hex", None),
        ("os.getcwd", None, None),
    ],
)
def test_words_for_decoders(name: str, codec: str | None, word: str | None) -> None:
    assert fold.is_decoder(name, codec) == word
