"""The user's state folder, made for the event log."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from stockade.errors import IncompleteError
from stockade.store.events import EventLog


def opened(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.delenv("STOCKADE_DATABASE", raising=False)
    monkeypatch.setenv("STOCKADE_STATE", str(folder))
    with EventLog.open():
        pass


def test_the_folder_is_made_for_its_user_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    named = tmp_path / "deep" / "state"
    opened(monkeypatch, named)
    assert stat.S_IMODE(named.stat().st_mode) == 0o700


def test_a_folder_that_is_there_keeps_its_permissions(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tmp_path.chmod(0o750)
    opened(monkeypatch, tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o750


@pytest.mark.parametrize("below", ["", "/below"])
def test_a_file_in_its_place_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(IncompleteError, match=r"state folder .* cannot be used[\s\S]*STOCKADE_STATE"):
        opened(monkeypatch, Path(f"{tmp_path}/file{below}"))
