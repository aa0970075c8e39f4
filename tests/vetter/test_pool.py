"""Workers are shut in, bounded, and cost only their own input."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from stockade.model.verdicts import Cause, Indeterminate
from stockade.vetter.judged import Judged
from stockade.vetter.pool import Job, judge_all
from stockade.vetter.worker import Bounds

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers are shut in on Linux only")


def plain(source: Path, name: str) -> Judged:
    """Judges by the size."""
    return Judged(path=name, sha256="0" * 64, kind="test", size=len(source.read_bytes()))


def jobs_of(tmp_path: Path, *texts: str) -> list[Job]:
    made = []
    for at, text in enumerate(texts):
        path = tmp_path / f"{at}.whl"
        path.write_text(text)
        made.append(Job(source=path, name=path.name, size=len(text)))
    return made


def one(tmp_path: Path, attempt: Callable[[Path], object]) -> str:
    """What comes of ``attempt`` in a worker: the error that it meets, or ``done``."""

    def work(source: Path, name: str) -> Judged:
        try:
            attempt(source)
        except Exception as error:  # noqa: BLE001 - which error it is, is what is asked
            return Judged(path=name, sha256="", kind=type(error).__name__)
        return Judged(path=name, sha256="", kind="done")

    outcome = judge_all(jobs_of(tmp_path, "x"), work, workers=1)
    assert outcome.confinement.missing == ()
    (result,) = outcome.results
    assert isinstance(result, Judged)
    return result.kind


def gap(outcome_of: Callable[[Path, str], Judged], tmp_path: Path, **bounds: float) -> Indeterminate:
    limits = Bounds(seconds=bounds.get("seconds", 20), memory=int(bounds.get("memory", 1 << 30)))
    (result,) = judge_all(jobs_of(tmp_path, "x"), outcome_of, workers=1, bounds=limits).results
    assert isinstance(result, Indeterminate)
    assert result.cause is Cause.CHECK_FAILED
    assert result.subject == "0.whl"
    return result


def test_results_come_in_the_order_of_the_jobs(tmp_path: Path) -> None:
    sizes = (3, 9, 1, 7, 5, 2, 8)
    outcome = judge_all(jobs_of(tmp_path, *("x" * size for size in sizes)), plain, workers=3)
    assert [each.size for each in outcome.results if isinstance(each, Judged)] == list(sizes)
    assert outcome.confinement.offline


def test_the_largest_is_begun_first(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    began = time.monotonic()

    def work(source: Path, name: str) -> Judged:
        return Judged(
            path=name, sha256="", kind="test", size=source.stat().st_size, score=time.monotonic() - began
        )

    outcome = judge_all(
        jobs_of(tmp_path, "x", "xxx", "xx"), work, workers=1, progress=lambda *at: seen.append(at)
    )
    order = sorted((each.score, each.size) for each in outcome.results if isinstance(each, Judged))
    assert [size for _, size in order] == [3, 2, 1]
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_nothing_to_do_starts_nothing() -> None:
    assert judge_all([], plain, workers=2).results == ()


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK])
def test_a_worker_opens_no_socket(tmp_path: Path, family: socket.AddressFamily) -> None:
    assert one(tmp_path, lambda _: socket.socket(family)) == "OSError"


def test_a_worker_looks_up_no_name(tmp_path: Path) -> None:
    assert one(tmp_path, lambda _: socket.getaddrinfo("localhost", 80)) in {"gaierror", "OSError"}


@pytest.mark.parametrize(
    "attempt",
    [
        lambda source: source.write_text("changed"),
        lambda source: source.with_name("new").write_text("new"),
        lambda source: source.with_name("new").mkdir(),
        lambda source: source.unlink(),
        lambda source: source.rename(source.with_name("new")),
        lambda source: source.with_name("new").symlink_to(source),
        lambda source: source.chmod(0o777),
        lambda source: os.truncate(source, 0),
        lambda source: os.open(source.parent, os.O_TMPFILE | os.O_RDWR),
    ],
    ids=["write", "create", "mkdir", "unlink", "rename", "symlink", "chmod", "truncate", "tmpfile"],
)
def test_a_worker_changes_no_file(tmp_path: Path, attempt: Callable[[Path], object]) -> None:
    assert one(tmp_path, attempt) in {"OSError", "PermissionError"}
    assert [path.name for path in tmp_path.iterdir()] == ["0.whl"]
    assert (tmp_path / "0.whl").read_text() == "x"


@pytest.mark.parametrize(
    "attempt",
    [
        lambda _: os.execv(sys.executable, [sys.executable, "-c", ""]),  # noqa: S606 - it must fail
        lambda _: os.fork(),
        lambda _: os.posix_spawn(sys.executable, [sys.executable, "-c", ""], {}),
        lambda _: os.kill(os.getppid(), signal.SIGTERM),
    ],
    ids=["exec", "fork", "spawn", "kill"],
)
def test_a_worker_starts_and_stops_nothing(tmp_path: Path, attempt: Callable[[Path], object]) -> None:
    assert one(tmp_path, attempt) in {"OSError", "PermissionError"}


def test_a_worker_reads_its_input_and_nothing_of_the_users(tmp_path: Path) -> None:
    secret = tmp_path / "home" / "secret"
    secret.parent.mkdir()
    secret.write_text("decoy")
    assert one(tmp_path, lambda source: source.read_bytes()) == "done"
    assert one(tmp_path, lambda _: secret.read_text()) == "PermissionError"
    assert one(tmp_path, lambda _: list(secret.parent.iterdir())) == "PermissionError"
    assert one(tmp_path, lambda _: Path("/proc/self/environ").read_bytes()) == "PermissionError"


def test_a_worker_inherits_no_environment_and_no_descriptor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DECOY_TOKEN", "decoy")

    def work(_source: Path, name: str) -> Judged:
        open_ones = []
        for descriptor in range(3, 256):
            try:
                os.fstat(descriptor)
            except OSError:
                continue
            open_ones.append(descriptor)
        return Judged(path=name, sha256="", kind=f"{dict(os.environ)} {len(open_ones)}")

    with (tmp_path / "inherited").open("w"):
        (result,) = judge_all(jobs_of(tmp_path, "x"), work, workers=1).results
    assert isinstance(result, Judged)
    assert result.kind == "{} 1"


def test_threads_and_late_imports_work_in_a_worker(tmp_path: Path) -> None:
    def attempt(_source: Path) -> None:
        import tarfile

        import yara_x

        thread = threading.Thread(target=tarfile.TarInfo)
        thread.start()
        thread.join()
        found = yara_x.compile('rule a { strings: $a = "abc" condition: $a }').scan(b"xabcx")
        assert len(found.matching_rules) == 1

    assert one(tmp_path, attempt) == "done"


def test_a_crash_costs_one_input(tmp_path: Path) -> None:
    def work(source: Path, name: str) -> Judged:
        if source.name == "1.whl":
            os.abort()
        return plain(source, name)

    outcome = judge_all(jobs_of(tmp_path, "x", "xxx", "xx", "xxxx"), work, workers=2)
    kinds = [isinstance(each, Judged) for each in outcome.results]
    assert kinds == [True, False, True, True]
    lost = outcome.results[1]
    assert isinstance(lost, Indeterminate)
    assert "SIGABRT" in lost.detail


def test_a_worker_that_ends_is_told(tmp_path: Path) -> None:
    def work(_source: Path, _name: str) -> Judged:
        os._exit(7)

    assert "status 7" in gap(work, tmp_path).detail


def test_a_hang_is_ended(tmp_path: Path) -> None:
    def work(_source: Path, name: str) -> Judged:
        time.sleep(60)
        return Judged(path=name, sha256="", kind="test")

    began = time.monotonic()
    assert "longer than 0.3 s" in gap(work, tmp_path, seconds=0.3).detail
    assert time.monotonic() - began < 10


def test_too_much_memory_is_ended(tmp_path: Path) -> None:
    def work(_source: Path, name: str) -> Judged:
        return Judged(path=name, sha256="", kind="test", size=len(bytearray(600 << 20)))

    assert "memory" in gap(work, tmp_path, memory=500 << 20).detail


def test_an_exception_is_no_judgement(tmp_path: Path) -> None:
    def work(source: Path, name: str) -> Judged:
        raise ValueError(f"no sense in {source.name} as {name}")

    assert gap(work, tmp_path).detail == "ValueError: no sense in 0.whl as 0.whl"


def test_names_that_are_no_text_come_back_as_escapes(tmp_path: Path) -> None:
    def work(_source: Path, name: str) -> Judged:
        return Judged(path=name, sha256="", kind="a\udcffb")

    (result,) = judge_all(jobs_of(tmp_path, "x"), work, workers=1).results
    assert isinstance(result, Judged)
    assert result.kind == "a\\udcffb"


def test_endless_recursion_is_no_judgement(tmp_path: Path) -> None:
    def work(source: Path, name: str) -> Judged:
        return work(source, name)

    assert "nested" in gap(work, tmp_path).detail


@pytest.mark.parametrize("lie", [b"nonsense\n", b'{"judged":{"path":1}}\n', b"[" * 5000 + b"\n"])
def test_an_answer_that_is_none_is_no_judgement(tmp_path: Path, lie: bytes) -> None:
    def work(_source: Path, name: str) -> Judged:
        for descriptor in range(3, 256):  # as a worker that was taken over would
            try:
                os.write(descriptor, lie)
            except OSError:
                continue
        time.sleep(5)
        return Judged(path=name, sha256="", kind="test")

    assert "cannot be read" in gap(work, tmp_path).detail


def test_half_an_answer_holds_nobody_up(tmp_path: Path) -> None:
    def work(_source: Path, name: str) -> Judged:
        for descriptor in range(3, 256):
            try:
                os.write(descriptor, b'{"judged":')
            except OSError:
                continue
        time.sleep(60)
        return Judged(path=name, sha256="", kind="test")

    assert "longer than" in gap(work, tmp_path, seconds=0.5).detail


def test_workers_serve_a_process_with_threads(tmp_path: Path) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        outcome = judge_all(jobs_of(tmp_path, "x", "xx"), len_of, workers=2)
    finally:
        stop.set()
        thread.join()
    assert [each.size for each in outcome.results if isinstance(each, Judged)] == [1, 2]
    assert outcome.confinement.missing == ()


def len_of(source: Path, name: str) -> Judged:
    return Judged(path=name, sha256="", kind="test", size=len(source.read_bytes()))
