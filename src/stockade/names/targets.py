"""The names that others are taken for, and the look-ups that find them fast.

Everything derived is built on first use. The targets at distance 1 of a name are found in one of two ways,
with equal results: every edit of the name is sought among the targets (some 0.2 ms a name, nothing to
prepare); or, once :meth:`Targets.warm` has indexed what is left of each target without one of its characters,
by the remainders that the two share (Garbe's symmetric deletion; some microseconds a name).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple, Protocol, cast

import msgspec

from stockade.model.names import ProjectName
from stockade.names.edits import Edit, align
from stockade.names.kinds import EditClass
from stockade.names.letters import NAME_CHARACTERS


class Candidate(NamedTuple):
    """A relation before it has a score."""

    kind: EditClass
    target: ProjectName
    evidence: str
    edit: Edit | None = None
    """The single edit, where there is one."""
    part: str = ""
    """What the class wants its score to depend on besides the target: ``head``, ``tail``."""


STUCK_ON = 3
"""So many characters may be stuck on a name without a separator."""
INDEXED_AFTER = 100
"""From so many questions on, an index has paid for itself."""
_OUTLINED = 6
"""A shorter name has no middle that an edit could be in without touching either end."""
_SIDES = 3
"""A name is compared by its start, its middle and its end: so many parts of about the same length."""
Answer = Callable[[str], ProjectName | None]
Window = tuple[str, int, int]
"""A name, and from where to before where a character of it may be in the way of a target."""


class Table(Protocol):
    """From what a class looks for to the best-ranked target that has it."""

    def answering(self, count: int) -> Answer:
        """What answers the next ``count`` questions: the target of a key, or None."""
        ...


class KeyTable(dict[str, ProjectName]):
    """A table that is a plain dictionary."""

    def answering(self, count: int) -> Answer:
        """Look it up."""
        del count
        return self.get


class LineTable:
    """A table whose keys are lines of a text, in the order of the targets. Indexed once it is asked a lot."""

    def __init__(self, text: str, targets: Iterable[str]) -> None:
        """Take ``text``, a newline before and after each line, with a line for each target."""
        self._text = text
        self._targets = cast("list[ProjectName]", list(targets))
        self._asked = 0
        self._index: dict[str, ProjectName] = {}

    def answering(self, count: int) -> Answer:
        """Search the text, or look the key up."""
        self._asked += count
        if self._asked <= INDEXED_AFTER:
            return self._find
        if not self._index:
            lines = self._text[1:-1].split("\n")
            self._index = dict(zip(reversed(lines), reversed(self._targets), strict=True))
        return self._index.get

    def _find(self, key: str) -> ProjectName | None:
        """The first target whose line is ``key``."""
        at = self._text.find(f"\n{key}\n")
        return None if at < 0 else self._targets[self._text.count("\n", 0, at)]


Search = Callable[[Sequence[str], "Targets"], Iterator[tuple[str, Candidate]]]
"""How a class finds those of many names that have its relation, each with the relation."""


class LookUp(msgspec.Struct, frozen=True):
    """A :data:`Search` by one look-up: names with the same key are confusable."""

    kind: EditClass
    table: Callable[[Targets], Table]
    """From key to target."""
    evidence: str
    """Words, ``{target!r}`` in them."""
    fold: Callable[[str], str] | None = None
    """Makes keys of names, given as a text of lines: what it does to a line must not depend on another.
    None where a name is its own key."""

    def __call__(self, names: Sequence[str], targets: Targets) -> Iterator[tuple[str, Candidate]]:
        """Those of ``names`` that have the relation, with it."""
        keys = names if self.fold is None else self.fold("\n".join(names)).split("\n")
        answers = list(map(targets.table(self.table).answering(len(names)), keys))
        if answers.count(None) == len(answers):
            return
        for at, target in [(at, target) for at, target in enumerate(answers) if target is not None]:
            if target != names[at]:
                evidence = self.evidence.format(target=target)
                yield names[at], Candidate(self.kind, target, evidence, part="several" if self.fold else "")


class Targets:
    """A fixed list of names, most important first."""

    def __init__(self, names: Sequence[ProjectName]) -> None:
        self.ranks: dict[str, int] = {name: rank for rank, name in enumerate(names, start=1)}
        self.longest = max(map(len, names), default=0)
        self._remainders: dict[str, tuple[str, ...]] = {}
        """From each target, and from what is left of it without one character, to the targets. Empty until warm."""
        self._tails: set[str] = set()
        self._heads: set[str] = set()
        """What is left of targets when an edit near their start, or near their end, is set aside."""
        self._outlines: dict[str, int] = {}
        """From both ends of a target, put together, to the lengths (bits) of names with an edit between them."""
        self._tables: dict[Callable[[Targets], Table], Table] = {}

    @cached_property
    def text(self) -> str:
        """All names, one a line, a newline before the first and after the last."""
        return "\n" + "\n".join(self.ranks) + "\n" if self.ranks else "\n"

    @cached_property
    def words(self) -> Counter[str]:
        """The words between separators, each with the number of times it occurs."""
        return Counter(self.text.strip("\n").replace("\n", "-").split("-"))

    def warm(self) -> None:
        """Index the remainders: worth it from some hundred names on."""
        if self._remainders:
            return
        found = self._remainders
        for name in self.ranks:
            for remainder in {name, *_shortened(name, 0, len(name))}:
                found[remainder] = (*found[remainder], name) if remainder in found else (name,)
            for length in range(max(len(name) - 1, _OUTLINED), len(name) + STUCK_ON + 1):
                side = length // _SIDES
                cut = side + 1 + len(name) - length
                self._tails.add(name[cut:])
                self._heads.add(name[:-cut] if cut else name)
                if length <= len(name) + 1:
                    outline = name[:side] + name[-side:]
                    self._outlines[outline] = self._outlines.get(outline, 0) | 1 << length

    def near(self, name: str) -> list[Edit]:
        """The edits that make ``name`` of each target at distance 1, best-ranked target first."""
        return next((edits for _, edits in self.near_many(self.survey([name]))), [])

    def near_many(self, surveyed: Iterable[Window]) -> Iterator[tuple[str, list[Edit]]]:
        """Those names of a :meth:`survey` that have a target at distance 1, with :meth:`near` of each."""
        find = self._sharing if self._remainders else self._edited
        for window in surveyed:
            if found := find(*window):
                name = window[0]
                edits = [edit for target in set(found) if (edit := align(name, target)) is not None]
                if edits:
                    yield name, sorted(edits, key=self._rank) if len(edits) > 1 else edits

    def survey(self, names: Sequence[str]) -> list[Window]:
        """Rules out names that neither lie at distance 1 of a target nor are one with up to
        :data:`STUCK_ON` characters stuck on. Rules out none until warm.

        Three look-ups tell for most names, or leave few places where a character may be in the way: an edit
        near the start leaves the end as it is, one near the end leaves the start, and one between leaves
        some characters on either side. All in one loop: a call for each name would cost more than a look-up.
        """
        if not self._remainders:
            return [(name, 0, len(name)) for name in names if len(name) <= self.longest + STUCK_ON]
        tails, heads, outlines = self._tails, self._heads, self._outlines.get
        found = []
        for name in names:
            length = len(name)
            if length < _OUTLINED:
                found.append((name, 0, length))
                continue
            side = length // _SIDES
            low, high = length, -1
            if name[side + 1 :] in tails:
                low, high = 0, side + 1
            if outlines(name[:side] + name[-side:], 0) >> length & 1:
                low, high = min(low, side), max(high, length - side)
            if name[: -side - 1] in heads:
                low, high = min(low, length - side - 1), length
            if high >= 0:
                found.append((name, low, high))
        return found

    def _edited(self, name: str, _low: int, _high: int) -> list[str]:
        """The targets among all edits of a name."""
        return [text for text in edits_of(name) if text in self.ranks]

    def _sharing(self, name: str, low: int, high: int) -> tuple[str, ...]:
        """The targets that share what is left without one character, in the name from ``low`` to before
        ``high``: all at distance 1, and perhaps some further away."""
        known = self._remainders.get
        found = known(name, ())
        for at in range(low, high):
            shared = known(name[:at] + name[at + 1 :])
            if shared is not None:
                found += shared
        return found

    def _rank(self, edit: Edit) -> int:
        return self.ranks[edit.target]

    def table(self, build: Callable[[Targets], Table]) -> Table:
        """What ``build`` makes of these targets, made once."""
        known = self._tables.get(build)
        if known is None:
            known = self._tables[build] = build(self)
        return known


def _shortened(name: str, low: int, high: int) -> list[str]:
    """What is left of ``name`` without one of its characters, for each from ``low`` to before ``high``."""
    return [name[:at] + name[at + 1 :] for at in range(low, high)]


def edits_of(text: str) -> Iterator[str]:
    """Every string at optimal-string-alignment distance 1 of ``text``, some more than once."""
    for i in range(len(text) + 1):
        head, tail = text[:i], text[i:]
        yield head + tail[1:]
        for char in NAME_CHARACTERS:
            yield head + char + tail
        rest = tail[1:]
        if tail:
            for char in NAME_CHARACTERS:
                yield head + char + rest
        if rest:
            yield head + rest[0] + tail[0] + rest[1:]
