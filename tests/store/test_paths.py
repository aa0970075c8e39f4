"""The user's state folder."""

from __future__ import annotations

import stat
from pathlib import Path

import platformdirs
import pytest

from stockade.errors import IncompleteError
from stockade.store.paths import state_dir, state_path


def test_the_environment_names_the_folder_and_it_is_only_the_user_s(tmp_path: Path) -> None:
    named = tmp_path / "deep" / "state"
    assert state_dir({"STOCKADE_STATE": str(named)}) == named
    assert stat.S_IMODE(named.stat().st_mode) == 0o700


def test_a_folder_that_is_there_keeps_its_permissions(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    assert state_dir({"STOCKADE_STATE": str(tmp_path)}) == tmp_path
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o750


@pytest.mark.parametrize("environ", [{}, {"STOCKADE_STATE": ""}])
def test_else_it_is_the_platform_s(environ: dict[str, str]) -> None:
    assert state_path(environ) == platformdirs.user_state_path("stockade")


def test_a_relative_name_becomes_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert state_path({"STOCKADE_STATE": "here"}) == tmp_path / "here"


@pytest.mark.parametrize("below", ["", "/below"])
def test_a_file_in_its_place_is_said(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(IncompleteError, match=r"state folder .* cannot be used[\s\S]*STOCKADE_STATE"):
        state_dir({"STOCKADE_STATE": f"{tmp_path}/file{below}"})
