"""Reports are written as a whole or not at all."""

from __future__ import annotations

import io
import os
import stat
import threading
from pathlib import Path

import pytest

from stockade.cli.output import wants_colour, write_report
from stockade.errors import UsageError


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_report_goes_to_standard_output_and_ends_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    write_report("one")
    write_report("two\n")
    assert capsys.readouterr().out == "one\ntwo\n"


def test_a_new_file_has_the_permissions_that_the_umask_leaves(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_report("new", tmp_path / "report")
    finally:
        os.umask(before)
    assert (tmp_path / "report").read_text() == "new\n"
    assert stat.S_IMODE((tmp_path / "report").stat().st_mode) == 0o640


@pytest.mark.parametrize("exists", [True, False])
def test_a_link_is_not_followed(tmp_path: Path, *, exists: bool) -> None:
    target, link = tmp_path / "authorized_keys", tmp_path / "report"
    if exists:
        target.write_text("old")
    link.symlink_to(target)
    with pytest.raises(UsageError, match="symbolic link"):
        write_report("new", link)
    assert link.is_symlink()
    assert target.exists() is exists
    assert not exists or target.read_text() == "old"


def test_a_file_that_is_there_keeps_its_permissions(tmp_path: Path) -> None:
    target = tmp_path / "report"
    target.write_text("old")
    target.chmod(0o604)
    write_report("new", target)
    assert target.read_text() == "new\n"
    assert stat.S_IMODE(target.stat().st_mode) == 0o604


def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "report"
    target.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match="No space left on device"):
        write_report("new", target)
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_a_folder_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot write the report to"):
        write_report("new", tmp_path / "none" / "report")


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_bytes()))
    reader.start()
    write_report("through", pipe)
    reader.join(10)
    assert received == [b"through\n"]
    assert pipe.is_fifo()


def test_a_file_name_that_is_no_text_is_escaped(tmp_path: Path) -> None:
    write_report("caf\udce9", tmp_path / "report")
    assert (tmp_path / "report").read_text() == "caf\\udce9\n"


@pytest.mark.parametrize(
    ("environ", "colour"),
    [
        ({}, True),
        ({"TERM": "xterm"}, True),
        ({"NO_COLOR": ""}, True),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": "0"}, False),
        ({"TERM": "dumb"}, False),
    ],
)
def test_colour_is_for_terminals_that_want_it(environ: dict[str, str], *, colour: bool) -> None:
    assert wants_colour(Terminal(), environ) is colour
    assert not wants_colour(io.StringIO(), environ)
