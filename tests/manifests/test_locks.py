"""Corners of the lockfile formats beside the samples."""

from __future__ import annotations

import pytest

from stockade.manifests.formats import format_for
from stockade.manifests.reader import read_strictly
from stockade.manifests.toml_fast import parse_canonical
from stockade.model.requirements import Manifest, ManifestKind, SourceKind

DIGEST = "cd" * 32


def read(kind: ManifestKind, text: str) -> Manifest:
    return read_strictly(format_for(kind), "lock", text.encode())


def test_poetry_before_version_one() -> None:
    manifest = read(
        ManifestKind.POETRY_LOCK,
        '[[package]]\nname = "a"\nversion = "1"\ncategory = "main"\n[package.source]\ntype = "directory"\nurl = "../a"\n'
        '[[package]]\nname = "b"\nversion = "2"\n'
        f'[metadata]\npython-versions = "*"\n[metadata.hashes]\na = []\nb = ["{DIGEST}"]\n',
    )
    first, second = manifest.locked
    assert (first.source.kind, first.source.url, first.unhashed_artifacts) == (SourceKind.PATH, "../a", 0)
    assert second.hashes == (f"sha256:{DIGEST}",)


def test_poetry_markers_by_group() -> None:
    manifest = read(
        ManifestKind.POETRY_LOCK,
        '[[package]]\nname = "a"\nversion = "1"\nmarkers = {main = "x", dev = "y"}\n[metadata]\n',
    )
    assert manifest.locked[0].marker == "(x) or (y)"


def test_pdm_before_version_four() -> None:
    manifest = read(
        ManifestKind.PDM_LOCK,
        '[[package]]\nname = "a"\nversion = "1"\ndependencies = {b = ">=1"}\n'
        f'[metadata.files]\n"a 1" = [{{file = "a.whl", hash = "sha256:{DIGEST}"}}]\n',
    )
    (only,) = manifest.locked
    assert (only.hashes, only.dependencies) == ((f"sha256:{DIGEST}",), ("b",))


def test_an_invalid_pylock_keeps_what_can_be_read() -> None:
    manifest = read(
        ManifestKind.PYLOCK,
        'lock-version = "1.0"\ncreated-by = "us"\n[[packages]]\nname = "a"\nversion = "1"\n'
        '[[packages]]\nname = "b"\nversion = "1"\nwheels = [{url = "https://h.example/b-1-py3-none-any.whl", hashes = {}}]\n',
    )
    assert [p.name for p in manifest.locked] == ["a", "b"]
    assert manifest.locked[1].unhashed_artifacts == 1
    assert [d.location.line for d in manifest.defects] == [3]
    assert "not a valid pylock.toml" in manifest.defects[0].message


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (ManifestKind.UV_LOCK, "not a uv.lock"),
        (ManifestKind.POETRY_LOCK, "not a poetry.lock"),
        (ManifestKind.PDM_LOCK, "not a pdm.lock"),
        (ManifestKind.PYLOCK, "not a valid pylock.toml"),
    ],
)
def test_a_file_of_another_kind_is_a_defect(kind: ManifestKind, message: str) -> None:
    assert message in read(kind, "x = 1\n").defects[0].message


def test_every_bad_package_is_told_and_the_others_are_kept() -> None:
    source = 'source = { registry = "https://i.example" }\n'
    manifest = read(
        ManifestKind.UV_LOCK,
        f'version = 1\n[[package]]\nname = "a"\nversion = "x"\n{source}[[package]]\nversion = "1"\n{source}'
        f'[[package]]\nname = "_"\nversion = "1"\n{source}[[package]]\nname = "d"\nversion = "1"\nsource = 5\n'
        f'[[package]]\nname = "e"\nversion = "1"\n{source}sdist = {{ hash = "sha256:{DIGEST}" }}\n',
    )
    assert [p.name for p in manifest.locked] == ["e"]
    assert [d.location.line for d in manifest.defects] == [2, 6, 9, 13]


def test_a_json_key_that_stands_twice_is_a_defect() -> None:
    manifest = read(
        ManifestKind.PIPFILE_LOCK,
        '{"_meta": {},\n"default": {"a": {"version": "==1"},\n"a": {"version": "==2"}}}',
    )
    assert [str(p.version) for p in manifest.locked] == ["2"]
    assert [d.location.line for d in manifest.defects] == [3]


def test_a_large_lock_is_read_quickly() -> None:
    block = (
        '[[package]]\nname = "package-{n}"\nversion = "1.{n}"\nsource = {{ registry = "https://index.example/simple" }}\n'
        'dependencies = [\n    {{ name = "package-1", marker = "python_version < \'3.12\'" }},\n]\nwheels = [\n{wheels}]\n\n'
    )
    wheels = "".join(
        f'    {{ url = "https://files.example/{"0" * 60}/package-1.0-cp31{n}.whl", hash = "sha256:{DIGEST}", size = 5 }},\n'
        for n in range(5)
    )
    text = "version = 1\n\n" + "".join(block.format(n=n, wheels=wheels) for n in range(3000))
    assert parse_canonical(text) is not None, "read by the quick path, not by the fall-back"
    manifest = read(ManifestKind.UV_LOCK, text)
    assert len(manifest.locked) == 3000
    assert manifest.locked[-1].location.line == 3 + 2999 * 15
