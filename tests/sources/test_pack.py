"""The one-file form of feeds: damage is an error, never an empty feed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockade.sources.keys import key_bytes, keys_of
from stockade.sources.pack import Header, Pack, PackError, write_pack
from stockade.testing.fakes import stamp

HEADER = Header(stamp=stamp("advisories", 3), unreadable=1, notes=("line 2: odd",), salt="00ff")
SECTIONS = {"keys": key_bytes([1, 5, 2**64 - 1]), "nothing": b"", "records": b"some bytes"}


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "advisories.feed"
    write_pack(path, HEADER, SECTIONS)
    pack = Pack(path)
    assert {name: bytes(pack.section(name)) for name in SECTIONS} == SECTIONS
    assert pack.header.stamp == HEADER.stamp
    assert (pack.header.unreadable, pack.header.notes, pack.header.salt) == (1, ("line 2: odd",), "00ff")
    assert list(keys_of(pack.section("keys"))) == [1, 5, 2**64 - 1]
    assert [file.name for file in path.parent.iterdir()] == ["advisories.feed"]


def read_all(path: Path) -> None:
    pack = Pack(path)
    for name in SECTIONS:
        pack.section(name)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("pack") / "x.feed"
    write_pack(path, HEADER, SECTIONS)
    return path.read_bytes()


@given(data=st.data())
def test_no_changed_byte_and_no_lost_byte_goes_unnoticed(
    whole: bytes, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("damaged") / "advisories.feed"
    at = data.draw(st.integers(0, len(whole) - 1))
    if data.draw(st.booleans()):
        flipped = whole[at] ^ data.draw(st.integers(1, 255))
        path.write_bytes(whole[:at] + bytes([flipped]) + whole[at + 1 :])
    else:
        path.write_bytes(whole[:at])
    with pytest.raises(PackError, match="damaged"):
        read_all(path)


def test_more_bytes_than_announced_are_damage(whole: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.feed"
    path.write_bytes(whole + b"!")
    with pytest.raises(PackError, match="bytes expected"):
        Pack(path)


def test_a_section_that_is_not_there_is_damage(whole: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.feed"
    path.write_bytes(whole)
    with pytest.raises(PackError, match="no section"):
        Pack(path).section("spans")
