"""A kept judgement is found again, and nobody's forgery is."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from stockade.model.findings import Confidence, Severity
from stockade.model.locations import Location
from stockade.model.stages import Stage
from stockade.model.verdicts import Cause, Indeterminate
from stockade.model.vetting import Detection, Phase, Step
from stockade.vetter.acts import Kind
from stockade.vetter.cache import JudgementCache
from stockade.vetter.judged import Judged
from stockade.vetter.profile import Profile

SHA, RULES = "a" * 64, "rules-1"
AT = Location("setup.py", 3)
JUDGED = Judged(
    path="evil-1.0.tar.gz",
    sha256=SHA,
    kind="sdist",
    score=0.99,
    findings=(
        Detection(
            rule="STK-E101",
            title="t",
            stage=Stage.EVALUATION,
            severity=Severity.CRITICAL,
            confidence=Confidence.HIGH,
            subject="evil",
            message="m",
            mend="m",
            why="w",
            location=AT,
            evidence=(("host", "collect.invalid"),),
            phase=Phase.INSTALL,
            chain=(Step(role="source", what="os.environ", location=AT),),
            excerpt=((3, "import os"),),
        ),
    ),
    ruleset=RULES,
    judged_by=frozenset({"STK-E101"}),
    sources={"setup.py": "import os"},
    profile=Profile(acts=((Phase.INSTALL, Kind.SEND),), hosts=("collect.invalid",)),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "vet"


@pytest.fixture
def cache(folder: Path) -> JudgementCache:
    return JudgementCache(folder, RULES)


def entry(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def test_what_is_kept_is_found_unchanged(cache: JudgementCache, folder: Path) -> None:
    assert cache.load(SHA, JUDGED.path) is None
    cache.save(JUDGED, SHA, JUDGED.path)
    assert cache.load(SHA, JUDGED.path) == JUDGED
    assert entry(folder).stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_other_bytes_names_and_rules_are_others(cache: JudgementCache, folder: Path) -> None:
    cache.save(JUDGED, SHA, JUDGED.path)
    assert cache.load("b" * 64, JUDGED.path) is None
    assert cache.load(SHA, "other-1.0.tar.gz") is None
    assert JudgementCache(folder, "rules-2").load(SHA, JUDGED.path) is None


def test_an_entry_under_another_key_is_none(cache: JudgementCache, folder: Path) -> None:
    clean = replace(JUDGED, findings=(), score=0.0)
    cache.save(clean, SHA, JUDGED.path)
    good = entry(folder).read_bytes()
    entry(folder).unlink()
    cache.save(replace(JUDGED, sha256="b" * 64), "b" * 64, JUDGED.path)
    entry(folder).write_bytes(good)  # somebody copies a clean file's entry over a bad one's
    assert cache.load("b" * 64, JUDGED.path) is None


@pytest.mark.parametrize("at", [0, 5, 300, -1])
def test_a_damaged_entry_is_none(cache: JudgementCache, folder: Path, at: int) -> None:
    cache.save(JUDGED, SHA, JUDGED.path)
    data = bytearray(entry(folder).read_bytes())
    data[at] ^= 1
    entry(folder).write_bytes(data)
    assert cache.load(SHA, JUDGED.path) is None


def test_a_cut_entry_is_none(cache: JudgementCache, folder: Path) -> None:
    cache.save(JUDGED, SHA, JUDGED.path)
    data = entry(folder).read_bytes()
    for size in (0, 10, len(data) // 2, len(data) - 1):
        entry(folder).write_bytes(data[:size])
        assert cache.load(SHA, JUDGED.path) is None


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_what_others_may_write_is_not_believed(cache: JudgementCache, folder: Path, mode: int) -> None:
    cache.save(JUDGED, SHA, JUDGED.path)
    entry(folder).chmod(mode)
    assert cache.load(SHA, JUDGED.path) is None


def test_a_folder_that_others_may_write_is_not_used(cache: JudgementCache, folder: Path) -> None:
    cache.save(JUDGED, SHA, JUDGED.path)
    folder.chmod(0o777)
    assert cache.load(SHA, JUDGED.path) is None
    entry(folder).unlink()
    cache.save(JUDGED, SHA, JUDGED.path)
    assert list(folder.iterdir()) == []


def test_somebody_elses_entry_is_not_believed(cache: JudgementCache, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.save(JUDGED, SHA, JUDGED.path)
    owner = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    assert cache.load(SHA, JUDGED.path) is None


def test_links_and_pipes_are_not_followed(cache: JudgementCache, folder: Path, tmp_path: Path) -> None:
    cache.save(JUDGED, SHA, JUDGED.path)
    path = entry(folder)
    moved = path.rename(tmp_path / "moved")
    path.symlink_to(moved)
    assert cache.load(SHA, JUDGED.path) is None
    path.unlink()
    os.mkfifo(path)
    assert cache.load(SHA, JUDGED.path) is None


def test_a_judgement_that_failed_is_not_kept(cache: JudgementCache, folder: Path) -> None:
    failed = Indeterminate(cause=Cause.CHECK_FAILED, subject="x", detail="it took too long")
    cache.save(replace(JUDGED, incomplete=(failed,)), SHA, JUDGED.path)
    cache.save(replace(JUDGED, ruleset="rules-2"), SHA, JUDGED.path)
    cache.save(JUDGED, "b" * 64, JUDGED.path)
    assert not folder.exists()
    torn = Indeterminate(cause=Cause.UNREADABLE, subject="x", detail="truncated")
    cache.save(replace(JUDGED, incomplete=(torn,)), SHA, JUDGED.path)
    assert cache.load(SHA, JUDGED.path) is not None


def test_a_folder_that_cannot_be_made_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = JudgementCache(tmp_path / "file" / "vet", RULES)
    cache.save(JUDGED, SHA, JUDGED.path)
    cache.prune()
    assert cache.load(SHA, JUDGED.path) is None


def test_the_oldest_go_first(cache: JudgementCache, folder: Path) -> None:
    for at in range(6):
        cache.save(JUDGED, SHA, f"{at}")
        newest = max(folder.iterdir(), key=lambda path: path.stat().st_ctime_ns)
        os.utime(newest, ns=(at, at))
    size = entry_size = max(path.stat().st_size for path in folder.iterdir())
    cache.prune(most=3 * size + entry_size // 2)
    assert [at for at in range(6) if cache.load(SHA, f"{at}") is not None] == [3, 4, 5]
