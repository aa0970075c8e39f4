"""The vetter as a port: the fake and the real one keep the same contract."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.stages.fake_core import fake_core

from stockade.model.policy import Policy
from stockade.model.verdicts import Action
from stockade.ports import Vetter
from stockade.stages.vetter_port import LocalVetter
from stockade.testing.fakes import FakeVetter, FixedClock

EVIL, GOOD = "evil-1.0.tar.gz", "good-1.0-py3-none-any.whl"


@pytest.fixture(params=["fake", "local"])
def vetter(request: pytest.FixtureRequest, tmp_path: Path) -> Vetter:
    if request.param == "fake":
        return FakeVetter({EVIL: Action.BLOCK})
    return LocalVetter(core=fake_core(), policy=Policy(), clock=FixedClock(), cache=tmp_path / "cache")


def blob(tmp_path: Path, text: str) -> Path:
    """A file as a proxy keeps it: its own name says nothing."""
    path = tmp_path / hashlib.sha256(text.encode()).hexdigest()
    path.write_text(text)
    return path


def test_a_file_is_judged_under_the_name_that_the_index_gives_it(vetter: Vetter, tmp_path: Path) -> None:
    evil = vetter.vet(blob(tmp_path, "theft"), EVIL)
    good = vetter.vet(blob(tmp_path, "fine"), GOOD)
    assert (evil.verdict, good.verdict) == (Action.BLOCK, Action.ALLOW)
    assert (evil.path, good.path) == (EVIL, GOOD)
    assert (evil.kind, good.kind) == ("sdist", "wheel")
    assert evil.sha256 == hashlib.sha256(b"theft").hexdigest()
    assert evil.reasons
    assert good.reasons


def test_what_cannot_be_read_is_never_allowed(vetter: Vetter, tmp_path: Path) -> None:
    result = vetter.vet(tmp_path / "gone", GOOD)
    assert result.verdict is Action.QUARANTINE
    assert result.incomplete
    assert result.path == GOOD


def test_several_threads_may_ask(vetter: Vetter, tmp_path: Path) -> None:
    path = blob(tmp_path, "fine")
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda at: vetter.vet(path, f"good-{at}.0.tar.gz"), range(8)))
    assert [result.verdict for result in results] == [Action.ALLOW] * 8
