"""Which words are paths and which are projects; what manifests name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockade.stages.vet_choice import chosen, fits_here
from stockade.stages.vet_inputs import inputs_at, like
from stockade.stages.vet_wanted import Wanted, named_in, wanted_by


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("target", "name", "specifier"),
    [
        ("requests", "requests", ""),
        ("Acme.Reports==1.0", "acme-reports", "==1.0"),
        ("acme[cli]>=2,<3", "acme", "<3,>=2"),
        ("acme ~= 1.4", "acme", "~=1.4"),
    ],
)
def test_a_project_of_the_index(target: str, name: str, specifier: str) -> None:
    wanted = wanted_by(target)
    assert wanted is not None
    assert (wanted.name, str(wanted.specifier), wanted.shown) == (name, specifier, target)


@pytest.mark.parametrize(
    "target",
    ["./requests", "dist/x", "x.whl", "x-1.0.tar.gz", "setup.py", "requirements.txt", ".", "..", "", "a b", "-x", "a\0b",
     "acme @ https://files.invalid/acme.whl", "acme; python_version > '3'", "a\\b", "x" * 300],
)  # fmt: skip
def test_what_is_no_project_is_a_path(target: str) -> None:
    assert wanted_by(target) is None


def test_what_exists_is_a_path() -> None:
    assert wanted_by("requests") is not None
    Path("requests").mkdir()
    assert wanted_by("requests") is None


@given(st.text(max_size=300))
def test_any_word_is_one_or_the_other(target: str) -> None:
    wanted = wanted_by(target)
    if wanted is None:
        assert inputs_at(target).found
    else:
        assert wanted.name


def test_a_lockfile_is_read_with_hashes_and_without_the_project_itself() -> None:
    Path("uv.lock").write_text(
        'version = 1\nrequires-python = ">=3.11"\n\n'
        '[[package]]\nname = "mine"\nversion = "0.1"\nsource = { editable = "." }\n\n'
        '[[package]]\nname = "click"\nversion = "8.1"\nsource = { registry = "https://index.example/simple" }\n'
        f'sdist = {{ url = "https://index.example/c.tar.gz", hash = "sha256:{"a" * 64}", size = 3 }}\n'
    )
    named = named_in(Path("uv.lock"))
    assert [(each.shown, each.hashes) for each in named.wanted] == [("click==8.1", (f"sha256:{'a' * 64}",))]


def test_defects_of_a_manifest_are_inputs_that_cannot_be_judged() -> None:
    Path("requirements.txt").write_text("click==8.1\n=bad=\n-r missing.txt\n")
    named = named_in(Path("requirements.txt"))
    assert [each.shown for each in named.wanted] == ["click==8.1"]
    assert [each.gap is not None for each in named.inputs.found] == [True, True]


def test_a_folder_is_no_manifest() -> None:
    Path("folder").mkdir()
    Path("folder/requirements.txt").write_text("click\n")
    (found,) = named_in(Path("folder")).inputs.found
    assert found.gap is not None
    assert found.gap.detail == "it is a folder"


@pytest.mark.parametrize(
    ("filename", "fits"),
    [
        ("x-1.0-py3-none-any.whl", True),
        ("x-1.0-py2-none-any.whl", False),
        ("x-1.0-cp27-cp27m-win32.whl", False),
        ("nonsense.whl", False),
    ],
)
def test_wheels_for_this_machine(filename: str, *, fits: bool) -> None:
    assert fits_here(filename) is fits


def test_the_file_to_compare_with_is_of_the_same_kind() -> None:
    others = ["p-1.0.tar.gz", "p-1.0-py3-none-any.whl", "p-1.0-cp311-cp311-linux_x86_64.whl"]
    assert like("p-1.1-cp311-cp311-linux_x86_64.whl", others) == others[2]
    assert like("p-1.1-cp312-cp312-linux_x86_64.whl", others) == others[1]
    assert like("p-1.1.tar.gz", others) == others[0]
    assert like("p-1.1.tar.gz", []) == ""


def test_nothing_is_chosen_of_nothing() -> None:
    wanted = wanted_by("x")
    assert isinstance(wanted, Wanted)
    assert chosen(wanted, []) is None
