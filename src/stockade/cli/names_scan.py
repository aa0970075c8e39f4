"""The streaming part of ``stockade names scan``: lines in, judgements out, by one or several processes."""

from __future__ import annotations

import os
import time
from codecs import BOM_UTF8
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from typing import BinaryIO, TextIO

import msgspec

from stockade.cli.names import InvalidName, Setting, as_allowed, parsed
from stockade.model.names import MAX_NAME_LENGTH
from stockade.model.verdicts import Action
from stockade.names.engine import Engine, NameJudgement

CHUNK = 20_000
"""Lines that one process judges at a time. A list that fits in one is judged without others."""
AHEAD = 3
"""Chunks that wait or are judged, a process: memory stays bounded however long the list is."""
LONGEST_LINE = 4 * MAX_NAME_LENGTH
"""The rest of a longer line is read and dropped; it is reported as no name."""
QUIET_SECONDS = 2.0
_BAR = 30
_ENCODER = msgspec.json.Encoder()


class Tally(msgspec.Struct):
    """What was judged."""

    names: int = 0
    flagged: int = 0
    invalid: int = 0
    worst: Action = Action.ALLOW

    def add(self, other: Tally) -> None:
        """Count what another part found."""
        self.names += other.names
        self.flagged += other.flagged
        self.invalid += other.invalid
        self.worst = max(self.worst, other.worst)


class Judge:
    """Judges chunks of lines and writes them down. Each process has its own."""

    def __init__(self, setting: Setting, *, as_json: bool, everything: bool) -> None:
        self._engine: Engine = setting.engine()
        self._engine.warm()
        self._allowed = setting.allowed
        self._as_json = as_json
        self._everything = everything

    def chunk(self, lines: list[str]) -> tuple[str, Tally]:
        """The output for ``lines``, and its tally."""
        each_parsed = list(parsed(lines))
        names = [each for each in each_parsed if not isinstance(each, InvalidName)]
        tally = Tally(names=len(names), invalid=len(each_parsed) - len(names))
        found = self._engine.judge_many(names) if self._everything else self._engine.suspects(names)
        shown = {each.name: self._as_allowed(each) for each in found}
        written: list[str] = []
        for each in each_parsed:
            if isinstance(each, InvalidName):
                written.append(self._invalid(each))
            elif (judgement := shown.get(each)) is not None:
                if judgement.verdict is not Action.ALLOW:
                    tally.flagged += 1
                    tally.worst = max(tally.worst, judgement.verdict)
                elif not self._everything:
                    continue
                written.append(self._line(judgement))
        return "".join(written), tally

    def _as_allowed(self, judgement: NameJudgement) -> NameJudgement:
        return as_allowed(judgement) if judgement.name in self._allowed else judgement

    def _line(self, judgement: NameJudgement) -> str:
        if self._as_json:
            return (
                _ENCODER.encode(
                    {
                        "name": judgement.name,
                        "score": round(judgement.score, 4),
                        "class": judgement.kind,
                        "target": judgement.target,
                        "verdict": judgement.verdict,
                    }
                ).decode()
                + "\n"
            )
        best = f"{judgement.kind} of {judgement.target}" if judgement.relations else ""
        return f"{judgement.verdict:<10}  {judgement.score:.3f}  {judgement.name}  {best}".rstrip() + "\n"

    def _invalid(self, each: InvalidName) -> str:
        if self._as_json:
            return _ENCODER.encode(each).decode() + "\n"
        return f"{'not judged':<10}  {each.name!a}: {each.error}\n"


_JUDGE: list[Judge] = []
"""The judge of this worker process, once it is set up."""


def _set_up(setting: Setting, as_json: bool, everything: bool) -> None:
    _JUDGE[:] = [Judge(setting, as_json=as_json, everything=everything)]


def _work(lines: list[str]) -> tuple[str, Tally]:
    return _JUDGE[0].chunk(lines)


class Scan:
    """One scan."""

    def __init__(self, setting: Setting, *, as_json: bool, everything: bool, jobs: int | None) -> None:
        self._setting = setting
        self._as_json = as_json
        self._everything = everything
        self._jobs = jobs or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else jobs or 1

    def run(self, source: BinaryIO, out: TextIO, progress: TextIO) -> Tally:
        """Judge every line of ``source`` in order, writing to ``out`` as results come."""
        lines = read_lines(source)
        first = list(islice(lines, CHUNK))
        total = Tally()
        bar = Progress(progress, source)
        for text, tally in self._results(first, lines):
            out.write(text)
            total.add(tally)
            bar.show(total)
        out.flush()
        bar.clear()
        return total

    def _results(self, first: list[str], lines: Iterator[str]) -> Iterator[tuple[str, Tally]]:
        if len(first) < CHUNK or self._jobs == 1:
            judge = Judge(self._setting, as_json=self._as_json, everything=self._everything)
            yield judge.chunk(first)
            yield from map(judge.chunk, _chunks(lines))
            return
        with ProcessPoolExecutor(
            self._jobs,
            mp_context=get_context("spawn"),
            initializer=_set_up,
            initargs=(self._setting, self._as_json, self._everything),
        ) as pool:
            waiting: deque[Future[tuple[str, Tally]]] = deque([pool.submit(_work, first)])
            for chunk in _chunks(lines):
                waiting.append(pool.submit(_work, chunk))
                if len(waiting) >= AHEAD * self._jobs:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()


class Progress:
    """A bar on a terminal, for a scan that takes longer than two seconds."""

    def __init__(self, stream: TextIO, source: BinaryIO) -> None:
        self._stream = stream
        self._source = source
        self._began = time.monotonic()
        self._size = os.fstat(source.fileno()).st_size if stream.isatty() and _is_file(source) else 0
        self._shown = False

    def show(self, total: Tally) -> None:
        """Draw the bar anew."""
        if not self._stream.isatty() or time.monotonic() - self._began < QUIET_SECONDS:
            return
        self._shown = True
        text = f"{total.names:,} names, {total.flagged:,} flagged"
        if self._size:
            share = min(1.0, self._source.tell() / self._size)
            text = f"[{'=' * round(share * _BAR):<{_BAR}}] {share:4.0%}  {text}"
        self._stream.write(f"\r\x1b[K{text}")
        self._stream.flush()

    def clear(self) -> None:
        """Take the bar away."""
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


def read_lines(source: BinaryIO) -> Iterator[str]:
    """The lines that should hold a name, stripped. Bytes that are no UTF-8 stay visible as escapes.

    A mark of the byte order before the first line is passed over: editors put it there unasked.
    """
    first = True
    while line := source.readline(LONGEST_LINE):
        line, first = line.removeprefix(BOM_UTF8) if first else line, False
        cut_off = len(line) == LONGEST_LINE and not line.endswith(b"\n")
        while cut_off and (more := source.readline(LONGEST_LINE)):
            cut_off = not more.endswith(b"\n")
        text = line.decode("utf-8", "backslashreplace").strip()
        if text and not text.startswith("#"):
            yield text


def _chunks(lines: Iterable[str]) -> Iterator[list[str]]:
    iterator = iter(lines)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk


def _is_file(source: BinaryIO) -> bool:
    try:
        return source.seekable() and source.fileno() >= 0
    except OSError:
        return False
