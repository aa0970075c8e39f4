"""``stockade check``'s own part: help, options that reach the policy, the progress bar."""

from __future__ import annotations

import io
import sys

import pytest

from stockade.cli import progress
from stockade.cli.main import main
from stockade.cli.progress import index_progress
from stockade.report.formats import FORMATS
from stockade.stages.assess import STAGES


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_help_names_every_format_and_stage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--help"]) == 0
    text = capsys.readouterr().out
    for word in (*FORMATS, *STAGES, "--offline", "--exit-zero", "--fail-on", "--policy", "--env", "-o"):
        assert word in text


def test_nobody_sees_a_bar_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with index_progress() as draw:
        assert draw is None


def test_nothing_is_drawn_for_what_is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    with index_progress() as draw:
        assert draw is not None
        draw(1, 2)
    assert screen.getvalue() == ""


def test_what_takes_long_is_drawn_and_wiped_away(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", -1.0)
    with pytest.raises(KeyboardInterrupt):
        _interrupted()
    shown = screen.getvalue()
    assert f"asking [{'#' * 15}{'.' * 15}] 15/30" in shown
    assert f"asking [{'#' * 30}] 30/30" in shown
    assert shown.endswith("\r\x1b[K")


def _interrupted() -> None:
    with index_progress("asking") as draw:
        assert draw is not None
        draw(0, 0)  # nothing to do is no division by nothing
        draw(15, 30)
        draw(30, 30)
        raise KeyboardInterrupt
