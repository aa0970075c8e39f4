"""Bytes become text as the installers read them, or are refused with a line."""

from __future__ import annotations

import codecs
import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockade.manifests.reader import inside_root
from stockade.manifests.text import MAX_LINE, ReadError, one_line, read_text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides(encoding: str) -> None:
    assert read_text("näme\r\nb\rc\n".encode(encoding)) == "näme\nb\nc\n"


@pytest.mark.parametrize(
    ("mark", "encoding"), [(codecs.BOM_UTF16_BE, "utf-16-be"), (codecs.BOM_UTF32_BE, "utf-32-be")]
)
def test_big_endian_marks(mark: bytes, encoding: str) -> None:
    assert read_text(mark + "é".encode(encoding)) == "é"


def test_a_cookie_counts_where_the_tool_honours_it() -> None:
    data = "#!/usr/bin/python\n# -*- coding: latin-1 -*-\nname = 'é'\n".encode("latin-1")
    assert "é" in read_text(data, cookie=True)
    with pytest.raises(ReadError, match="not UTF-8 text: byte 0xe9") as caught:
        read_text(data)
    assert caught.value.line == 3
    assert read_text(b"#\n#\n# coding: latin-1\n", cookie=True).endswith("latin-1\n")


@pytest.mark.parametrize("name", ["utf-7", "punycode", "idna", "rot13", "zlib", "no-such", "unicode_escape"])
def test_odd_encodings_are_refused(name: str) -> None:
    with pytest.raises(ReadError, match="declares the encoding") as caught:
        read_text(f"\n# coding={name}\n".encode(), cookie=True)
    assert caught.value.line == 2


def test_what_is_not_text_is_refused_with_its_line() -> None:
    with pytest.raises(ReadError, match="NUL character") as caught:
        read_text(b"a\nb\0\n")
    assert caught.value.line == 2
    with pytest.raises(ReadError, match=r"a line of 1,048,577 characters refused") as caught:
        read_text(b"a\n" * 600_000 + b"x" * (MAX_LINE + 1) + b"\nz")
    assert caught.value.line == 600_001
    assert read_text(b"x" * (MAX_LINE + 1), max_line=None)
    assert read_text(b"x" * MAX_LINE + b"\n" + b"y" * MAX_LINE)


@given(st.binary(max_size=60), st.booleans())
def test_any_bytes_are_read_or_refused(data: bytes, cookie: bool) -> None:
    with contextlib.suppress(ReadError):
        text = read_text(data, cookie=cookie)
        assert not {"\r", "\0"} & set(text)
        text.encode()


@given(st.lists(st.sampled_from(["a", "bb", "c" * 9, ""]), max_size=30), st.integers(1, 8))
def test_the_long_line_that_is_named_is_the_first(lines: list[str], limit: int) -> None:
    data = "\n".join(lines).encode()
    long = [number for number, line in enumerate(lines, start=1) if len(line) > limit]
    if long:
        with pytest.raises(ReadError) as caught:
            read_text(data, max_line=limit)
        assert caught.value.line == long[0]
    else:
        assert read_text(data, max_line=limit).encode() == data


@given(st.text(st.characters(exclude_categories=[]), max_size=80))
def test_one_line_can_be_printed(text: str) -> None:
    line = one_line(text, 40)
    assert "\n" not in line
    assert line.isprintable()
    line.encode()


@pytest.mark.parametrize(
    ("path", "target", "expected"),
    [
        ("requirements.txt", "base.txt", "base.txt"),
        ("a/b/r.txt", "../c/./x.txt", "a/c/x.txt"),
        ("a/r.txt", "..\\x.txt", "x.txt"),
        ("a/r.txt", "..", "."),
        ("a/r.txt", "../../x.txt", None),
        ("r.txt", "a/../../x.txt", None),
        ("r.txt", "/etc/x.txt", None),
        ("r.txt", "C:\\x.txt", None),
        ("r.txt", "https://h.example/x", None),
        ("r.txt", "~/x.txt", None),
    ],
)
def test_includes_stay_inside_the_root(path: str, target: str, expected: str | None) -> None:
    assert inside_root(path, target) == expected


def test_a_huge_file_of_short_lines_is_quick() -> None:
    start = time.process_time()
    read_text(b"ab\n" * 5_000_000)
    assert time.process_time() - start < 5
