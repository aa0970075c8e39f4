"""Every hostile archive is bounded in time and memory, raises nothing, and is never without its problem."""

from __future__ import annotations

import time
import tracemalloc
from functools import cache

import pytest

from stockade.archive.reading import open_archive
from stockade.archive.types import Weight
from stockade.testing.hostile_archives import HOSTILE, HostileArchive

SECONDS = 5.0
MEMORY = 150 << 20

_BY_NAME = {hostile.name: hostile for hostile in HOSTILE}


@cache
def _built(name: str) -> bytes:
    return _BY_NAME[name].build()


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.name)
def test_is_told_within_bounds(hostile: HostileArchive) -> None:
    data = _built(hostile.name)
    archive = open_archive(data, hostile.file)
    began = time.process_time()
    for member, content in archive.walk():
        assert member.path, "a member without a path"
        assert isinstance(content, bytes)
    took = time.process_time() - began
    told = {(problem.kind, problem.weight) for problem in archive.problems}
    assert (hostile.kind, Weight(hostile.expects)) in told
    assert took < SECONDS


@pytest.mark.parametrize(
    "name",
    ["zip-bomb", "zip-bomb-nested", "gzip-bomb", "xz-bomb", "zstd-bomb", "tar-long-names", "tar-huge-pax"],
)
def test_takes_bounded_memory(name: str) -> None:
    data = _built(name)
    tracemalloc.start()
    try:
        for _ in open_archive(data, _BY_NAME[name].file).walk():
            pass
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MEMORY


@pytest.mark.parametrize(
    "name", ["tar-many-links", "zip-too-deep", "gzip-cut-off", "zip-encrypted", "tar-cut-off"]
)
def test_what_was_read_stays_read(name: str) -> None:
    """The members before the fatal problem, or beside it, are there."""
    archive = open_archive(_built(name), _BY_NAME[name].file)
    assert list(archive.walk())


def test_names_are_unique_and_at_least_forty() -> None:
    assert len(_BY_NAME) == len(HOSTILE) >= 40
    assert all(hostile.build() == hostile.build() for hostile in HOSTILE if "bomb" not in hostile.name)
