"""The bounds of one reading, and the log of what is wrong with an archive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from stockade.archive.types import Limits, Problem, Weight

DETAIL = 500
"""Characters of a problem's detail at most."""
RATIO_FROM = 64 << 20
"""Uncompressed bytes after which the ratio is looked at."""
NESTED_MEMBER = 64 << 20
"""Uncompressed bytes of one member of a nested archive: a larger one is left packed, as the data it is."""
TOLD_OF_A_KIND = 50
"""Problems of one kind and weight that are told one by one; the rest are counted."""


class LimitReachedError(Exception):
    """A bound of :class:`Limits` is exceeded: the whole reading ends."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail


class UnreadableError(Exception):
    """An archive cannot be read on; what was read before stays read."""

    def __init__(self, kind: str, detail: str, path: str = "") -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.path = path


class Budget:
    """Counts what a reading takes and raises :class:`LimitReachedError` beyond a bound.

    The time of whoever consumes the members does not count: the walk stops the watch around each ``yield``.
    """

    __slots__ = ("_clock", "_members", "_out", "_since", "_spent", "_taken", "limits")

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self.limits = limits
        self._clock = clock
        self._since = clock()
        self._spent = 0.0
        self._members = 0
        self._out = 0
        self._taken = 0

    def pause(self) -> None:
        """Stop the watch."""
        self._spent += self._clock() - self._since

    def resume(self) -> None:
        """Start the watch again."""
        self._since = self._clock()

    def again(self) -> None:
        """Begin another pass over the same entries; bytes and time go on."""
        self._members = 0

    def tick(self) -> None:
        """Raise when the time is over."""
        spent = self._spent + self._clock() - self._since
        if spent > self.limits.seconds:
            raise LimitReachedError("time-limit", f"reading took longer than {self.limits.seconds:g} s")

    def entry(self) -> None:
        """Count an entry."""
        self._members += 1
        if self._members > self.limits.members:
            raise LimitReachedError("too-many-members", f"more than {self.limits.members:,} entries")
        self.tick()

    def took(self, count: int) -> None:
        """Count bytes of the outermost source that were taken in."""
        self._taken += count

    def gave(self, count: int) -> None:
        """Count bytes that came out of a decompressor or a plain container."""
        self._out += count
        if self._out > self.limits.total:
            raise LimitReachedError("too-large", f"more than {self.limits.total:,} bytes uncompressed")
        if self._out > RATIO_FROM and self._out > self.limits.ratio * self._taken:
            raise LimitReachedError(
                "bomb", f"{self._out:,} bytes came out of {self._taken:,}: above {self.limits.ratio:,} to 1"
            )
        self.tick()

    def member(self, size: int, path: str) -> None:
        """Raise when one member of ``size`` bytes is too large."""
        if size > self.limits.member:
            raise LimitReachedError(
                "member-too-large", f"{path!r} has more than {self.limits.member:,} bytes"
            )


@dataclass(frozen=True, slots=True)
class _Key:
    kind: str
    weight: Weight


class Log:
    """Problems in the order they were met, each once, bounded per kind."""

    def __init__(self) -> None:
        self._problems: dict[Problem, None] = {}
        self._counts: Counter[_Key] = Counter()

    def add(self, problem: Problem) -> None:
        """Keep ``problem``, or count it where its kind has been told often enough."""
        if problem in self._problems:
            return
        key = _Key(problem.kind, problem.weight)
        self._counts[key] += 1
        if self._counts[key] <= TOLD_OF_A_KIND:
            self._problems[problem] = None

    def all(self) -> tuple[Problem, ...]:
        """Every problem; one more per kind says how many were only counted."""
        more = [
            Problem(
                kind=key.kind,
                path="",
                detail=f"and {count - TOLD_OF_A_KIND:,} more of this kind",
                weight=key.weight,
            )
            for key, count in self._counts.items()
            if count > TOLD_OF_A_KIND
        ]
        return (*self._problems, *more)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where a reader stands: its place among nested archives, its budget, its log."""

    budget: Budget
    log: Log
    prefix: str = ""
    """``outer.zip!/`` for an archive within an archive, empty outside."""
    depth: int = 0
    wanted: Callable[[str], bool] | None = None
    """Paths whose content is asked for; None is all."""

    def wants(self, path: str) -> bool:
        """Whether the content of ``path`` is asked for."""
        return self.wanted is None or self.wanted(path)

    def took(self, count: int) -> None:
        """Count source bytes taken in; those of a nested archive were counted when they came out."""
        if not self.depth:
            self.budget.took(count)

    def fits(self, size: int, path: str) -> bool:
        """Whether a member may be read; one of a nested archive that is too large is left out and told.

        Raises:
            LimitReachedError: a member of the distribution itself is too large.
        """
        most = self.budget.limits.member
        if not self.depth:
            if size > most:
                raise LimitReachedError("member-too-large", f"{path!a} has more than {most:,} bytes")
            return True
        if size > min(most, NESTED_MEMBER):
            self.odd("member-too-large", path, f"{path!a} of {size:,} bytes in a nested archive was not read")
            return False
        return True

    def odd(self, kind: str, path: str, detail: str) -> None:
        """Note something that is worth telling."""
        self._add(kind, path, detail, Weight.ODD)

    def suspicious(self, kind: str, path: str, detail: str) -> None:
        """Note what no honest tool makes.

        In a nested archive it is only odd: no installer reads that one, and test data often are broken on purpose.
        """
        self._add(kind, path, detail, Weight.ODD if self.depth else Weight.SUSPICIOUS)

    def fatal(self, kind: str, path: str, detail: str) -> None:
        """Note what could not be read; odd in a nested archive, whose own bytes were read as a member."""
        self._add(kind, path, detail, Weight.ODD if self.depth else Weight.FATAL)

    def _add(self, kind: str, path: str, detail: str, weight: Weight) -> None:
        full = self.prefix + path if path else self.prefix.removesuffix("!/")
        self.log.add(Problem(kind=kind, path=full, detail=detail[:DETAIL], weight=weight))
