"""``stockade init``."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from stockade.cli.main import main
from stockade.model.policy import Policy
from stockade.policy.loader import load_policy


def loaded(folder: Path) -> Policy:
    return load_policy(folder, environ={}, today=datetime.now(UTC).date()).policy


def test_it_writes_a_policy_that_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(tmp_path)]) == 0
    assert loaded(tmp_path) == Policy()
    assert f"wrote {tmp_path / 'stockade.toml'}" in capsys.readouterr().out


def test_the_present_folder_is_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["init"]) == 0
    assert (tmp_path / "stockade.toml").is_file()


def test_nothing_is_overwritten_without_force(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "stockade.toml"
    mine.write_text("not even TOML [")
    assert main(["init", str(tmp_path)]) == 2
    assert mine.read_text() == "not even TOML ["
    assert "--force overwrites it" in capsys.readouterr().err
    assert main(["init", "--force", str(tmp_path)]) == 0
    assert loaded(tmp_path) == Policy()


@pytest.mark.parametrize("flags", [[], ["--force"], ["--pyproject"], ["--pyproject", "--force"]])
def test_a_second_policy_is_never_written(
    tmp_path: Path, flags: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    text = "[tool.stockade]\nfail_on = 'low'\n"
    (tmp_path / "pyproject.toml").write_text(text)
    assert main(["init", *flags, str(tmp_path)]) == 2
    assert "holds a policy already" in capsys.readouterr().err
    assert (tmp_path / "pyproject.toml").read_text() == text
    assert not (tmp_path / "stockade.toml").exists()


def test_a_pyproject_keeps_its_text_and_permissions(tmp_path: Path) -> None:
    target = tmp_path / "pyproject.toml"
    target.write_text("# ours\n[project]\nname = 'x'")
    target.chmod(0o640)
    assert main(["init", "--pyproject", str(tmp_path)]) == 0
    assert target.read_text().startswith("# ours\n[project]\nname = 'x'\n\n#")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert loaded(tmp_path) == Policy()


def test_line_ends_stay_those_of_the_file(tmp_path: Path) -> None:
    target = tmp_path / "pyproject.toml"
    target.write_bytes(b"[project]\r\nname = 'x'\r\n")
    assert main(["init", "--pyproject", str(tmp_path)]) == 0
    data = target.read_bytes()
    assert data.count(b"\n") == data.count(b"\r\n") > 20
    assert loaded(tmp_path) == Policy()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "to add to"),
        (b"[project\n", "a table cannot be added"),
        (b"tool = {}\n", "a table cannot be added"),
        (b"\xff", "cannot read"),
    ],
)
def test_a_pyproject_that_cannot_take_a_table_is_left_as_it_is(
    tmp_path: Path, text: bytes | None, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "pyproject.toml"
    if text is not None:
        target.write_bytes(text)
    assert main(["init", "--pyproject", str(tmp_path)]) == 2
    assert message in capsys.readouterr().err
    assert (target.read_bytes() if text is not None else None) == text
    assert [path.name for path in tmp_path.iterdir()] == ([] if text is None else ["pyproject.toml"])


def test_a_folder_that_does_not_exist_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(tmp_path / "none")]) == 2
    assert "no such folder" in capsys.readouterr().err
