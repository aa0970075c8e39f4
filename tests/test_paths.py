"""The folders of the user's state and cache."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from stockade.paths import cache_dir, state_dir


@pytest.mark.parametrize("environ", [{}, {"STOCKADE_STATE": "", "STOCKADE_CACHE": ""}])
def test_without_a_variable_they_are_the_platforms(environ: dict[str, str]) -> None:
    assert state_dir(environ) == platformdirs.user_state_path("stockade")
    assert cache_dir(environ) == platformdirs.user_cache_path("stockade")


def test_a_relative_name_becomes_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert state_dir({"STOCKADE_STATE": "here"}) == tmp_path / "here"
    assert cache_dir({"STOCKADE_CACHE": "there"}) == tmp_path / "there"


def test_the_cache_goes_with_the_state_that_was_named(tmp_path: Path) -> None:
    assert cache_dir({"STOCKADE_STATE": str(tmp_path)}) == tmp_path / "cache"


def test_naming_them_makes_nothing(tmp_path: Path) -> None:
    environ = {"STOCKADE_STATE": str(tmp_path / "state")}
    assert not state_dir(environ).exists()
    assert not cache_dir(environ).exists()
