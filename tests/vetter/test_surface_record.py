"""RECORD against content."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockade.vetter.package import Oddity
from stockade.vetter.surface_record import check_record

INFO = "acme-1.0.dist-info"


def _hash(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


def _row(path: str, data: bytes) -> str:
    return f"{path},sha256={_hash(data)},{len(data)}\n"


def _digests(files: dict[str, bytes]) -> dict[str, tuple[str, int]]:
    return {path: (hashlib.sha256(data).hexdigest(), len(data)) for path, data in files.items()}


FILES = {"acme/__init__.py": b"x = 1\n", f"{INFO}/METADATA": b"Name: acme\n", f"{INFO}/RECORD": b"?"}
WHOLE = (
    "".join(_row(path, data) for path, data in FILES.items() if "RECORD" not in path) + f"{INFO}/RECORD,,\n"
)


def _check(text: str, files: dict[str, bytes] = FILES, **more: str) -> list[Oddity]:
    return list(check_record(text, _digests(files), record=f"{INFO}/RECORD", **more))


def test_a_true_record_has_nothing_to_tell() -> None:
    assert _check(WHOLE) == []


def test_digests_may_be_written_as_record_writes_them() -> None:
    digests = {path: (_hash(data), len(data)) for path, data in FILES.items()}
    assert list(check_record(WHOLE, digests)) == []


def test_a_changed_file_is_a_mismatch_at_its_place() -> None:
    (oddity,) = _check(WHOLE, FILES | {"acme/__init__.py": b"y = 2\n"})
    assert (oddity.kind, oddity.at.path) == ("record-mismatch", "acme/__init__.py")
    assert _hash(b"y = 2\n") in oddity.detail


def test_another_size_is_a_mismatch_even_without_a_hash() -> None:
    text = WHOLE.replace(f"sha256={_hash(b'x = 1' + bytes([10]))},6", ",7")
    assert [oddity.kind for oddity in _check(text)] == ["record-mismatch", "record-unhashed"]


def test_a_file_that_is_not_listed_is_told_at_its_place() -> None:
    (oddity,) = _check(WHOLE, FILES | {"acme/extra.py": b""})
    assert (oddity.kind, oddity.at.path) == ("record-unlisted", "acme/extra.py")


def test_a_listed_file_that_is_absent_is_told_at_its_line() -> None:
    (oddity,) = _check(WHOLE + _row("acme/gone.py", b""))
    assert (oddity.kind, oddity.at.line) == ("record-absent", 4)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (WHOLE + _row("acme/__init__.py", b"x = 1\n"), "record-malformed"),
        (WHOLE.replace("sha256=", "md5="), "record-weak"),
        (WHOLE.replace(f"sha256={_hash(FILES['acme/__init__.py'])}", ""), "record-unhashed"),
        (WHOLE.replace("acme/__init__.py,", "acme/" + "x" * 200_000 + ","), "record-malformed"),
    ],
)
def test_what_proves_nothing_is_told(text: str, kind: str) -> None:
    assert kind in {oddity.kind for oddity in _check(text)}


@pytest.mark.parametrize(
    "text",
    [
        WHOLE.replace("sha256=", "SHA256="),
        WHOLE.replace("\n", "\r\n"),
        WHOLE.replace("acme/", "./acme/"),
        WHOLE + "acme/,,\n",
        WHOLE.replace(_hash(FILES["acme/__init__.py"]), _hash(FILES["acme/__init__.py"]) + "="),
    ],
)
def test_ways_of_writing_that_say_the_same(text: str) -> None:
    assert _check(text) == []


def test_signatures_and_members_of_nested_archives_need_no_line() -> None:
    files = FILES | {f"{INFO}/RECORD.jws": b"{}", "acme/bundle.zip!/x.py": b""}
    assert _check(WHOLE, files) == []


def test_paths_are_relative_to_the_folder_of_the_installation() -> None:
    digests = {f"site/{path}": found for path, found in _digests(FILES).items()} | {
        "other.txt": ("0" * 64, 1)
    }
    assert list(check_record(WHOLE, digests, record=f"site/{INFO}/RECORD", base="site/")) == []


def test_at_most_twenty_of_a_kind_are_told_one_by_one() -> None:
    found = _check(WHOLE, FILES | {f"acme/m{n}.py": b"" for n in range(50)})
    assert len(found) == 21
    assert found[-1].detail == "30 more files of this kind"


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    kinds = {oddity.kind for oddity in check_record(text, _digests(FILES))}
    assert kinds, "an arbitrary text never accounts for the files"
