"""No bytes crash or hang a reader: hostile files become defects, in bounded time."""

from __future__ import annotations

import contextlib
import json
import time
import tomllib
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stockade.manifests.formats import FORMATS, format_for, format_of
from stockade.manifests.reader import MAX_BYTES, MAX_ENTRIES, Format, max_bytes, read_manifest, read_strictly
from stockade.manifests.text import ReadError
from stockade.model.requirements import ManifestKind

DATA = Path(__file__).parent / "data" / "python"
PYTHON_KINDS = (
    ManifestKind.REQUIREMENTS,
    ManifestKind.CONSTRAINTS,
    ManifestKind.PYPROJECT,
    ManifestKind.SETUP_CFG,
    ManifestKind.SETUP_PY,
    ManifestKind.PIPFILE,
    ManifestKind.PIPFILE_LOCK,
    ManifestKind.UV_LOCK,
    ManifestKind.POETRY_LOCK,
    ManifestKind.PDM_LOCK,
    ManifestKind.PYLOCK,
)
AS = {"poetry-pyproject.toml": "pyproject.toml", "poetry-old.lock": "poetry.lock"}


def sample_format(name: str) -> Format:
    fmt = format_of(PurePosixPath(AS.get(name, name)))
    assert fmt is not None
    return fmt


@pytest.mark.parametrize("kind", PYTHON_KINDS)
@given(data=st.binary(max_size=80))
def test_any_bytes_make_a_manifest(kind: ManifestKind, data: bytes) -> None:
    fmt = format_for(kind)
    with contextlib.suppress(ReadError):
        read_strictly(fmt, "a/b", data)
    assert read_manifest(fmt, "a/b", data).path == "a/b"


words = st.sampled_from(
    ["name", "==", ">=1", "[", "]", "(", ")", "@", "git+", "https://h.example/x", ";", "python_version", "<", "'3'",
     "-r", "-e", "--hash=sha256:", "--", "\\\n", "\n", " ", "#", "${X}", "{", "}", "=", ",", '"', "\u2028", "\x0c"]
)  # fmt: skip


@pytest.mark.parametrize("kind", PYTHON_KINDS)
@given(text=st.lists(words, max_size=25).map("".join))
def test_any_words_make_a_manifest(kind: ManifestKind, text: str) -> None:
    with contextlib.suppress(ReadError):
        read_strictly(format_for(kind), "x", text.encode())


@pytest.mark.parametrize("name", sorted(path.name for path in DATA.iterdir()))
@settings(max_examples=50)
@given(data=st.data())
def test_a_damaged_sample_makes_a_manifest(name: str, data: st.DataObject) -> None:
    text = (DATA / name).read_text(encoding="utf-8")
    start = data.draw(st.integers(0, len(text)))
    end = start + data.draw(st.integers(0, 40))
    damaged = text[:start] + data.draw(st.one_of(st.text(max_size=4), words)) + text[end:]
    with contextlib.suppress(ReadError):
        read_strictly(sample_format(name), name, damaged.encode("utf-8", "replace"))


odd_values = st.sampled_from(
    [
        "",
        "x",
        "^",
        "git+",
        "sha256:",
        "==",
        "\u202e",
        [],
        {},
        0,
        -1,
        1.5,
        True,
        [[]],
        [1],
        [{}],
        {"a": {"b": []}},
    ]
)


def replaced(value: Any, data: st.DataObject) -> Any:
    """``value`` with one of its parts, however deep, replaced by an odd one."""
    if not isinstance(value, (dict, list)) or not value or data.draw(st.integers(0, 4)) == 0:
        return data.draw(odd_values)
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    chosen = data.draw(st.sampled_from(keys))
    copy: Any = value.copy()
    copy[chosen] = replaced(value[chosen], data)
    return copy


def as_toml(value: Any) -> str:
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{json.dumps(k, ensure_ascii=False)} = {as_toml(v)}" for k, v in value.items())
            + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    return value.isoformat() if isinstance(value, datetime) else json.dumps(value, ensure_ascii=False)


STRUCTURED = sorted(p.name for p in DATA.iterdir() if p.suffix in {".toml", ".lock"} or p.name == "Pipfile")


@pytest.mark.parametrize("name", STRUCTURED)
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_value_of_the_wrong_type_is_a_defect_and_no_crash(name: str, data: st.DataObject) -> None:
    text = (DATA / name).read_text(encoding="utf-8")
    is_json = name == "Pipfile.lock"
    value = json.loads(text) if is_json else tomllib.loads(text)
    for _ in range(data.draw(st.integers(1, 3))):
        value = replaced(value, data)
        if not isinstance(value, dict):
            value = {"package": value}
    body = json.dumps(value) if is_json else "".join(f"{as_toml({k: v})[1:-1]}\n" for k, v in value.items())
    with contextlib.suppress(ReadError):
        read_strictly(sample_format(name), name, body.encode())


def test_a_file_too_large_is_refused_unread() -> None:
    manifest = read_manifest(format_for(ManifestKind.PYPROJECT), "p", b" " * (MAX_BYTES + 1))
    assert "4,194,305 bytes refused" in manifest.defects[0].message
    assert max_bytes(ManifestKind.UV_LOCK) > MAX_BYTES


MEGABYTE = 1_000_000
NESTED_MARKER = "a; " + "(" * 2000 + "python_version<'3'" + ")" * 2000
HOSTILE = {
    "one long line": b"x" * 10 * MEGABYTE,
    "long line with spaces": b"a" + b" " * 900_000 + b"b #",
    "an option with spaces": b"[options]\na" + b" " * 900_000 + b"b\n",
    "white space only": b" \t" * 450_000,
    "continuations": b"a\\\n" * 300_000,
    "comment marks": b"a#" * 400_000 + b" #",
    "nested brackets": b"[" * 100_000,
    "nested arrays": b"x = " + b"[" * 20_000 + b"]" * 20_000,
    "nested objects": b'{"a":' * 100_000,
    "nested calls": b"f(" * 50_000,
    "dotted keys": b"a." * 400_000 + b"b = 1",
    "many headers": b"".join(b"[[package]]\n" for _ in range(25_000)),
    "many tables": b"".join(b"[t%d]\n" % n for n in range(25_000)),
    "many keys": b"".join(b"k%d = 1\n" % n for n in range(50_000)),
    "large array": b"[project]\ndependencies = [" + b"1," * 120_000 + b"]",
    "large json array": b'{"default": [' + b"1," * 250_000 + b"1]}",
    "many bad lines": b"!\n" * 60_000,
    "many quotes": b"a --hash='" + b"'\"" * 200_000,
    "many requirements": b"name==1.0\n" * 20_000,
    "nested marker": NESTED_MARKER.encode(),
    "nested marker in a table": b"[project]\ndependencies = [" + json.dumps(NESTED_MARKER).encode() + b"]",
    "long digits": b"name==" + b"9" * 7000,
    "long digits in a table": b"[project]\ndependencies = ['a==" + b"9" * 7000 + b"']\nx = " + b"9" * 7000,
    "names that double": b"a0 = ['x']\n"
    + b"".join(b"a%d = a%d + a%d\n" % (n + 1, n, n) for n in range(39))
    + b"from setuptools import setup\nsetup(install_requires=a39)",
    "dictionaries that double": b"a0 = {'x': ['x']}\n"
    + b"".join(b"a%d = {**a%d, **a%d}\n" % (n + 1, n, n) for n in range(39))
    + b"from setuptools import setup\nsetup(extras_require=a39)",
    "a name that means itself": b"a = a + b\nb = a\nfrom setuptools import setup\nsetup(install_requires=a, **a)",
    "secrets without end": b"--index-url https://" + b"u:p@" * 200_000,
    "groups in a ring": b"[dependency-groups]\n"
    + b"".join(b'g%d = [{include-group = "g%d"}]\n' % (n, (n + 1) % 5000) for n in range(5000)),
}


@pytest.mark.parametrize("kind", [kind for kind in PYTHON_KINDS if kind is not ManifestKind.CONSTRAINTS])
@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_files_take_bounded_time(case: str, kind: ManifestKind) -> None:
    start = time.process_time()
    manifest = read_manifest(format_for(kind), "x", HOSTILE[case])
    assert time.process_time() - start < 10
    assert len(manifest.defects) <= 200
    assert not any("Error:" in defect.message for defect in manifest.defects)
    for defect in manifest.defects:
        assert len(defect.message) < 600


def test_reading_stops_after_enough_defects_and_keeps_what_was_good() -> None:
    data = b"good==1.0\n" + b"!\n" * 5000
    manifest = read_manifest(format_for(ManifestKind.REQUIREMENTS), "x", data)
    assert [requirement.name for requirement in manifest.requirements] == ["good"]
    assert len(manifest.defects) == 200
    assert manifest.defects[-1].location.line == 2002
    assert "reading stopped at this line, after 2,000 defects" in manifest.defects[-1].message


def test_reading_stops_after_enough_entries() -> None:
    data = b"name==1.0\n" * (MAX_ENTRIES + 5)
    manifest = read_manifest(format_for(ManifestKind.REQUIREMENTS), "x", data)
    assert len(manifest.requirements) == MAX_ENTRIES
    (defect,) = manifest.defects
    assert defect.location.line == MAX_ENTRIES + 1


def test_a_ring_of_groups_is_told() -> None:
    manifest = read_manifest(format_for(ManifestKind.PYPROJECT), "x", HOSTILE["groups in a ring"])
    (defect,) = manifest.defects
    assert "includes itself" in defect.message
    assert defect.location.line == 5001


def test_every_format_has_a_reader() -> None:
    for fmt in FORMATS:
        assert callable(fmt.load())
