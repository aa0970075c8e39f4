"""Headers of native code, read by our own hands: true files, and whatever else the bytes may be."""

from __future__ import annotations

import struct
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockade.vetter.files import elf, pe
from stockade.vetter.files.native_facts import Facts

EXTENSION = Path(str(msgspec._core.__file__))


def windows(
    imports: dict[str, list[str]], exports: list[str], *, library: bool = True, wide: bool = True
) -> bytes:
    """A PE file with one section at address 0x1000, which lies at 0x400 of the file."""
    section = bytearray(4096)
    used = 0

    def put(data: bytes) -> int:
        nonlocal used
        at = used
        section[at : at + len(data)] = data
        used = (at + len(data) + 7) & ~7
        return 0x1000 + at

    shape, by_number = ("<Q", 1 << 63) if wide else ("<I", 1 << 31)
    descriptors = b""
    for name, functions in imports.items():
        entries = [put(b"\0\0" + each.encode() + b"\0") for each in functions] + [by_number | 7, 0]
        table = put(b"".join(struct.pack(shape, each) for each in entries))
        descriptors += struct.pack("<5I", table, 0, 0, put(name.encode() + b"\0"), table)
    imported = put(descriptors + bytes(20))
    names = put(b"".join(struct.pack("<I", put(each.encode() + b"\0")) for each in exports))
    exported = put(struct.pack("<IIHHIIIIIII", 0, 0, 0, 0, 0, 1, len(exports), len(exports), 0, names, 0))
    directories = struct.pack("<4I", exported if exports else 0, 40, imported if imports else 0, 20)
    before = struct.pack("<H", 0x20B if wide else 0x10B).ljust(108 if wide else 92, b"\0")
    optional = before + struct.pack("<I", 2) + directories
    coff = struct.pack("<HHIIIHH", 0x8664, 1, 0, 0, 0, len(optional), 0x2000 if library else 0)
    header = struct.pack("<8sIIIIIIHHI", b".rdata", 4096, 0x1000, 4096, 0x400, 0, 0, 0, 0, 0)
    start = b"MZ".ljust(60, b"\0") + struct.pack("<I", 64)
    return (start + b"PE\0\0" + coff + optional + header).ljust(0x400, b"\0") + bytes(section)


def test_an_extension_module_exports_its_start_and_imports_the_interpreter() -> None:
    facts = elf.read(EXTENSION.read_bytes())
    assert facts is not None
    assert "PyInit__core" in facts.exports
    assert "PyErr_Format" in facts.imports
    assert "PyErr_Format" not in facts.exports
    assert not facts.program
    assert facts.overlay == 0


def test_what_follows_the_end_is_told() -> None:
    facts = elf.read(EXTENSION.read_bytes() + bytes(5_000))
    assert facts is not None
    assert facts.overlay == 5_000


def test_symbols_are_found_without_section_headers() -> None:
    data = bytearray(EXTENSION.read_bytes())
    whole = elf.read(bytes(data))
    data[40:48] = bytes(8)
    data[60:62] = bytes(2)
    stripped = elf.read(bytes(data))
    assert whole is not None
    assert stripped is not None
    assert "PyInit__core" in stripped.exports
    assert stripped.imports == whole.imports


@pytest.mark.parametrize("wide", [True, False])
def test_imports_and_exports_of_a_windows_library(wide: bool) -> None:
    data = windows(
        {"kernel32.dll": ["WinExec", "Sleep"], "ws2_32.dll": ["connect"]}, ["Run", "Stop"], wide=wide
    )
    assert pe.read(data) == Facts(
        frozenset({"WinExec", "Sleep", "connect"}), frozenset({"Run", "Stop"}), program=False
    )


def test_a_windows_program_with_something_behind() -> None:
    facts = pe.read(windows({}, [], library=False) + b"x" * 300)
    assert facts == Facts(frozenset(), frozenset(), program=True, overlay=300)


@given(st.data(), st.sampled_from([EXTENSION.read_bytes()[:20_000], windows({"a.dll": ["b"]}, ["c"])]))
def test_damage_raises_nothing(data: st.DataObject, whole: bytes) -> None:
    broken = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, min(len(broken), 2_000) - 8))
        broken[at : at + 8] = data.draw(st.binary(min_size=8, max_size=8))
    cut = bytes(broken[: data.draw(st.integers(0, len(broken)))])
    for read in (elf.read, pe.read):
        facts = read(cut)
        assert facts is None or len(facts.imports) + len(facts.exports) <= 100_000


@given(st.binary(max_size=400))
def test_any_bytes_raise_nothing(data: bytes) -> None:
    assert elf.read(b"\x7fELF\x02\x01" + data) is None or data
    assert pe.read(b"MZ" + data) is None or data
