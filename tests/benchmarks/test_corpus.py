"""The list of the benign corpus is sound, a changed file is refused, and fetching an sdist runs none of it."""

from __future__ import annotations

import io
import re
import subprocess  # noqa: TID251 - starts pip as the benchmark does
import sys
import tarfile
from pathlib import Path

import pytest
from benchmarks import corpus
from benchmarks.corpus import Entry, entries, listed, present, same_digest, wheel_options
from benchmarks.vet_speed import SDISTS, WHEELS
from tests.repo.tree import ROOT

BACKEND = """
import pathlib
pathlib.Path({marker!r}).write_text("ran")

def prepare_metadata_for_build_wheel(folder, settings=None):
    info = pathlib.Path(folder, "harmless-1.0.dist-info")
    info.mkdir()
    info.joinpath("METADATA").write_text("Metadata-Version: 2.1\\nName: harmless\\nVersion: 1.0\\n")
    return info.name

def build_wheel(folder, settings=None, metadata=None):
    raise NotImplementedError
"""
PROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'


def test_the_list_names_enough_files_once_each() -> None:
    found = entries()
    assert len({entry.project for entry in found}) >= 150
    assert len({entry.filename for entry in found}) == len(found)
    assert len({entry.sha256 for entry in found}) == len(found)
    assert all(re.fullmatch(r"[0-9a-f]{64}", entry.sha256) for entry in found)
    assert found == sorted(found)


def test_the_list_holds_what_speed_is_measured_on() -> None:
    by_kind = {
        kind: {entry.project for entry in entries() if entry.kind == kind} for kind in ("sdists", "wheels")
    }
    assert set(SDISTS) <= by_kind["sdists"]
    assert set(WHEELS) <= by_kind["wheels"]
    assert len(SDISTS) + len(WHEELS) == 21


def test_a_list_with_other_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.tsv"
    path.write_text("project\tfilename\n", "utf-8")
    with pytest.raises(SystemExit, match="expected the columns project, version, filename, sha256"):
        entries(path)


def test_a_file_with_another_digest_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "wheels"
    folder.mkdir()
    wheel = folder / "demo-1.0-py3-none-any.whl"
    wheel.write_bytes(b"one")
    (entry,) = listed(tmp_path)
    monkeypatch.setattr(corpus, "entries", lambda: [entry])
    assert present(tmp_path) == [wheel]
    wheel.write_bytes(b"two")
    assert not same_digest(wheel, entry.sha256)
    with pytest.raises(SystemExit, match=r"demo-1\.0-py3-none-any\.whl: its digest is not the one"):
        present(tmp_path)


def test_without_a_corpus_the_way_to_one_is_told(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"run python -m benchmarks\.corpus first"):
        present(tmp_path)


def test_pip_is_told_the_platforms_of_the_list() -> None:
    entry = Entry(
        "demo", "1.0", "demo-1.0-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", "0" * 64
    )
    options = wheel_options([entry])
    assert options[options.index("--abi") + 1] == "cp311"
    assert {options[at + 1] for at, option in enumerate(options) if option == "--platform"} == {
        "manylinux_2_17_x86_64",
        "manylinux2014_x86_64",
    }
    assert entry.requirement == f"demo==1.0 --hash=sha256:{'0' * 64}"


def _sdist(folder: Path, marker: Path, *, told: bool) -> None:
    files = {"backend.py": BACKEND.format(marker=str(marker)), "pyproject.toml": PROJECT}
    if told:
        files["PKG-INFO"] = "Metadata-Version: 2.1\nName: harmless\nVersion: 1.0\n"
    folder.mkdir()
    with tarfile.open(folder / "harmless-1.0.tar.gz", "w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(f"harmless-1.0/{name}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))


def _download(module: str, source: Path, target: Path) -> int:
    options = [
        "--no-index",
        "--find-links",
        str(source),
        "--no-deps",
        "--no-binary",
        ":all:",
        "-d",
        str(target),
    ]
    command = [sys.executable, "-m", module, "download", "--quiet", *options, "harmless"]
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True).returncode  # noqa: S603 - see the import


@pytest.mark.parametrize("told", [True, False])
def test_fetching_an_sdist_runs_none_of_it(tmp_path: Path, *, told: bool) -> None:
    marker = tmp_path / "ran"
    _sdist(tmp_path / "source", marker, told=told)
    assert _download("benchmarks.pip_unbuilt", tmp_path / "source", tmp_path / "target") == 0
    assert [path.name for path in (tmp_path / "target").iterdir()] == ["harmless-1.0.tar.gz"]
    assert not marker.exists()


def test_pip_by_itself_would_have_run_it(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    _sdist(tmp_path / "source", marker, told=True)
    assert _download("pip", tmp_path / "source", tmp_path / "target") == 0
    assert marker.read_text() == "ran"


@pytest.mark.parametrize("arguments", [["install", "harmless"], ["download", "harmless"], []])
def test_only_downloads_without_dependencies_are_taken(arguments: list[str]) -> None:
    command = [sys.executable, "-m", "benchmarks.pip_unbuilt", *arguments]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)  # noqa: S603 - see the import
    assert done.returncode == 2
    assert done.stderr.startswith("usage:")
