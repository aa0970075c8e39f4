"""Property tests: what an honest tool writes is read back; no bytes whatever raise or hang."""

from __future__ import annotations

import io
import tarfile
import time
import unicodedata
import zipfile

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from stockade.archive.reading import open_archive
from stockade.archive.tar_headers import names_agree, parse_pax
from stockade.archive.types import Limits, Weight
from stockade.testing.archives import compress, honest_tar, honest_zip, tar_pax
from stockade.testing.hostile_archives import HOSTILE, HostileArchive

_PART = st.text(
    st.characters(codec="utf-8", exclude_characters='/\\:<>"|?*', exclude_categories=("C", "Z")), min_size=1
)
_PATHS = (
    st.lists(_PART.filter(lambda part: part not in {".", ".."}), min_size=1, max_size=5)
    .map("/".join)
    .filter(lambda path: len(path.encode()) < 400)
)


def _key(path: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", path).casefold())


def _apart(files: dict[str, bytes]) -> bool:
    """No two names collide and no file is another's folder."""
    keys = {_key(path) for path in files}
    parents = {path[:at] for path in files for at, char in enumerate(path) if char == "/"}
    return len(keys) == len(files) and not parents & files.keys()


# Content that begins like an archive would be descended into: a nested archive is tested elsewhere.
_CONTENT = st.binary(max_size=3000).map(lambda data: b"#" + data)
_FILES = st.dictionaries(_PATHS, _CONTENT, min_size=1, max_size=8).filter(_apart)


@given(
    _FILES, st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
)
@settings(deadline=None)
def test_a_zip_comes_back_as_it_was_written(files: dict[str, bytes], method: int) -> None:
    archive = open_archive(honest_zip(files, method=method), "a.zip")
    assert {member.path: content for member, content in archive.walk()} == files
    assert archive.problems == ()


@given(
    _FILES,
    st.sampled_from([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT]),
    st.sampled_from(["", "gz", "bz2", "xz", "zst"]),
)
@settings(deadline=None)
def test_a_tar_comes_back_as_it_was_written(files: dict[str, bytes], form: int, compression: str) -> None:
    into = io.BytesIO()
    with tarfile.open(fileobj=into, mode="w", format=form) as archive:
        for path, data in files.items():
            info = tarfile.TarInfo(path)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    opened = open_archive(compress(into.getvalue(), compression), f"a.tar.{compression}".rstrip("."))
    assert {member.path: content for member, content in opened.walk()} == files
    assert opened.problems == ()


_SMALL = [hostile for hostile in HOSTILE if not {"bomb", "many", "long"} & set(hostile.name.split("-"))]
_LIMITS = Limits(total=8 << 20, member=2 << 20, members=2_000, seconds=5)
_SEEDS = [
    ("a.whl", honest_zip({"a.py": b"1\n" * 300, "b/": b"", "b/c.bin": bytes(range(256))})),
    ("a-1.tar", honest_tar({"a-1/a.py": b"1\n" * 300, "a-1/" + "n" * 120: b"2\n"}, compression="")),
    ("a-1.tar.gz", honest_tar({"a-1/a.py": b"1\n" * 300, "a-1/inner.zip": honest_zip({"x": b"y" * 99})})),
]


def _reads_within_bounds(data: bytes, name: str) -> None:
    began = time.process_time()
    archive = open_archive(data, name, _LIMITS)
    read = sum(len(content) for _, content in archive.walk())
    assert all(problem.kind and problem.detail for problem in archive.problems)
    assert read <= 4 * _LIMITS.total
    assert len(archive.members) <= 2 * _LIMITS.members
    assert time.process_time() - began < _LIMITS.seconds


@st.composite
def _mutated(draw: st.DrawFn) -> tuple[str, bytes]:
    """A small archive, honest or hostile, with bytes replaced, cut out, repeated or put in."""
    if draw(st.booleans()):
        name, data = draw(st.sampled_from(_SEEDS))
    else:
        hostile: HostileArchive = draw(st.sampled_from(_SMALL))
        name, data = hostile.file, hostile.build()
    buffer = bytearray(data)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(buffer)))
        length = draw(st.integers(0, 8))
        match draw(st.integers(0, 3)):
            case 0:
                buffer[at : at + length] = draw(st.binary(min_size=length, max_size=length))
            case 1:
                del buffer[at : at + draw(st.integers(0, 600))]
            case 2:
                other = draw(st.integers(0, len(buffer)))
                buffer[at:at] = buffer[other : other + draw(st.integers(0, 600))]
            case _:
                buffer[at : at + 4] = draw(
                    st.sampled_from([bytes(4), b"\xff" * 4, b"PK\x05\x06", b"PK\x01\x02"])
                )
    return name, bytes(buffer)


@given(_mutated())
@settings(
    deadline=None, max_examples=400, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
def test_mutated_archives_raise_nothing(case: tuple[str, bytes]) -> None:
    _reads_within_bounds(case[1], case[0])


@given(st.binary(max_size=4000), st.sampled_from(["a.whl", "a-1.tar.gz", "a-1.tar", "a.egg", "a.py", "a"]))
@settings(deadline=None, max_examples=200)
@example(b"PK\x05\x06" + bytes(18), "a.whl")
@example(bytes(1024), "a-1.tar")
@example(b"\x1f\x8b\x08", "a-1.tar.gz")
def test_arbitrary_bytes_raise_nothing(data: bytes, name: str) -> None:
    _reads_within_bounds(data, name)


@pytest.mark.parametrize(("name", "data"), _SEEDS, ids=lambda value: value if isinstance(value, str) else "")
def test_an_archive_cut_anywhere_has_a_fatal_problem(name: str, data: bytes) -> None:
    """A tar cut after a member's data lacks only zero blocks: that is odd, and all its members are whole."""
    full = {member.path: content for member, content in open_archive(data, name).walk()}
    for length in range(0, len(data) if name != "a-1.tar" else data.rindex(b"2\n"), 7):
        archive = open_archive(data[:length], name)
        content = {member.path: content for member, content in archive.walk()}
        weights = {problem.weight for problem in archive.problems}
        whole = all(full.get(path) == read for path, read in content.items())
        assert Weight.FATAL in weights or (name == "a-1.tar" and weights and whole), length


@given(_FILES, st.data())
@settings(deadline=None)
def test_one_changed_byte_of_a_zips_records_is_told(files: dict[str, bytes], data: st.DataObject) -> None:
    """Every byte of a zip that says what an entry is, or where, is held against another."""
    whole = honest_zip(files, method=zipfile.ZIP_STORED)
    at = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.integers(1, 255))
    changed = bytearray(whole)
    changed[at] ^= other
    archive = open_archive(bytes(changed), "a.zip")
    same = {member.path: content for member, content in archive.walk()} == files
    assert same or any(problem.weight is not Weight.ODD for problem in archive.problems)


@given(
    st.dictionaries(st.sampled_from(["path", "linkpath"]), st.text(st.characters(codec="utf-8"), max_size=60))
)
def test_pax_records_come_back(records: dict[str, str]) -> None:
    data = tar_pax(records)[512:]
    assert parse_pax(data) == ({key.encode(): value.encode() for key, value in records.items()}, [])


@given(st.binary(max_size=300))
def test_any_pax_header_is_read_or_told(data: bytes) -> None:
    parse_pax(data)


@given(_PATHS)
def test_names_cut_by_honest_writers_agree(path: str) -> None:
    full = path.encode()
    assert names_agree(full[:100], full)
    assert names_agree(path.encode("ascii", "replace")[:100], full)


@pytest.mark.parametrize(
    ("header", "long"), [(b"d/readme.txt", b"d/setup.py"), (b"d/setup.py", b"e/setup.py"), (b"a", b"b" * 200)]
)
def test_names_of_different_files_do_not_agree(header: bytes, long: bytes) -> None:
    assert not names_agree(header, long)
