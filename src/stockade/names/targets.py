"""The names that others are taken for, and the look-ups that find them fast.

Everything derived is built on first use. Two names at distance 1 part at one place: before it they share
a beginning, after it an end. So the place must lie within the longest beginning that ``name`` shares with
any target, and what follows it must be the end of some target. For nearly all names that leaves no place
at all; else the few edits there are tried. Without preparation the beginnings are sought in the text of
all names (a millisecond a name); :meth:`Targets.warm` indexes them (a microsecond a name). Both ways give
equal results.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple, Protocol

from stockade.model.names import ProjectName
from stockade.names.edits import Edit, Operation
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


_INDEXED_AFTER = 100
"""From so many questions on, an index of a text's lines has paid for itself."""
_OUTLINED = 6
"""A shorter name has no middle that an edit could be in without touching either end."""
_LONG, _SIDE, _SHORT_SIDE = 8, 3, 2
"""From so many characters on, three on either side are compared; else two."""
Answer = Callable[[str], ProjectName | None]


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
        self._targets = [ProjectName(target) for target in targets]
        self._asked = 0
        self._index: dict[str, ProjectName] = {}

    def answering(self, count: int) -> Answer:
        """Search the text, or look the key up."""
        self._asked += count
        if self._asked <= _INDEXED_AFTER:
            return self._find
        if not self._index:
            lines = self._text[1:-1].split("\n")
            self._index = dict(zip(reversed(lines), reversed(self._targets), strict=True))
        return self._index.get

    def _find(self, key: str) -> ProjectName | None:
        """The first target whose line is ``key``."""
        at = self._text.find(f"\n{key}\n")
        return None if at < 0 else self._targets[self._text.count("\n", 0, at)]


class LookUp(NamedTuple):
    """A class that needs one look-up: names with the same key are confusable."""

    kind: EditClass
    table: Callable[[Targets], Table]
    """From key to target."""
    evidence: str
    """Words, ``{target!r}`` in them."""
    fold: Callable[[str], str] | None = None
    """Makes keys of names, given as a text of lines: what it does to a line must not depend on another.
    None where a name is its own key."""

    def candidates(self, names: Sequence[str], targets: Targets) -> Iterator[tuple[str, Candidate]]:
        """Those of ``names`` that have the relation, with it."""
        keys = names if self.fold is None else self.fold("\n".join(names)).split("\n")
        answers = map(targets.table(self.table).answering(len(names)), keys)
        for at, target in [(at, target) for at, target in enumerate(answers) if target is not None]:
            if target != names[at]:
                evidence = self.evidence.format(target=target)
                yield names[at], Candidate(self.kind, target, evidence, part="several" if self.fold else "")


class Targets:
    """A fixed list of names, most important first."""

    def __init__(self, names: Sequence[ProjectName]) -> None:
        self.ranks: dict[str, int] = {name: rank for rank, name in enumerate(names, start=1)}
        self.longest = max(map(len, names), default=0)
        self.beginnings: Continuations = _InText(self, "\n{}")
        """Which characters follow a beginning in some target."""
        self.ends: Continuations = _InText(self, "{}\n")
        """Which characters come before an end in some target."""
        self._warm = False
        self._shortened: set[str] = set()
        """The targets, and what is left of each without one of its characters."""
        self._outlines: dict[str, int] = {}
        """From the first and last three characters of a target to the lengths (bits) of names one edit away."""
        self._tables: dict[Callable[[Targets], Table], Table] = {}

    @cached_property
    def text(self) -> str:
        """All names, one a line, a newline before the first and after the last."""
        return "\n" + "\n".join(self.ranks) + "\n" if self.ranks else "\n"

    @cached_property
    def words(self) -> Counter[str]:
        """The words between separators, each with the number of times it occurs."""
        return Counter(self.text.strip("\n").replace("\n", "-").split("-"))

    @cached_property
    def sequences(self) -> Sequences:
        """How often each sequence of three characters occurs in :attr:`text`."""
        return Sequences(self.text)

    def warm(self) -> None:
        """Index beginnings and ends: worth it from some hundred names on."""
        if not self._warm:
            self._warm = True
            self.sequences.count_all()
            self.beginnings = _indexed(self.ranks)
            backward = _indexed(name[::-1] for name in self.ranks)
            self.ends = {beginning[::-1]: chars for beginning, chars in backward.items()}
            self._shortened.update(self.ranks)
            for name in self.ranks:
                self._shortened.update(_shortened(name, 0, len(name)))
                for outline in (name[:_SIDE] + name[-_SIDE:], name[:_SHORT_SIDE] + name[-_SHORT_SIDE:]):
                    self._outlines[outline] = self._outlines.get(outline, 0) | 0b111 << len(name) - 1

    def near(self, name: str) -> list[Edit]:
        """The edits that make ``name`` of each target at distance 1, best-ranked target first."""
        if len(name) > self.longest + 1:
            return []
        if not self._warm or len(name) < _OUTLINED:
            low, high = 0, self._last(name)
        else:
            low, high = self._window(name)
            if high < 0 or (
                name not in self._shortened
                and self._shortened.isdisjoint(_shortened(name, low, min(high + 2, len(name))))
            ):
                return []
        edits = self._one_edit_away(name, low, high) if high >= 0 else []
        return sorted(edits, key=self._rank) if len(edits) > 1 else edits

    def _rank(self, edit: Edit) -> int:
        return self.ranks[edit.target]

    def _window(self, name: str) -> tuple[int, int]:
        """The first and last place where an edit can be; the last is -1 for most names, after three look-ups.

        An edit near the start leaves the end as it is, one near the end leaves the start, and one between
        leaves some characters on either side.
        """
        length = len(name)
        side = _SIDE if length >= _LONG else _SHORT_SIDE
        low, high = length, -1
        if name[side + 1 :] in self.ends:
            low, high = 0, side - 1
        if self._outlines.get(name[:side] + name[-side:], 0) >> length & 1:
            low, high = min(low, side), length - side - 2
        if name[: -side - 1] in self.beginnings:
            low, high = min(low, length - side - 1), length
        return low, high

    def _last(self, name: str) -> int:
        """The last place where an edit can be: the end of the longest beginning that some target has."""
        low, high = 0, len(name)
        while low < high:
            middle = (low + high + 1) // 2
            if name[:middle] in self.beginnings:
                low = middle
            else:
                high = middle - 1
        return low if name[low + 2 :] in self.ends else -1

    def _one_edit_away(self, name: str, low: int, high: int) -> list[Edit]:
        """The edits of ``name`` at a place from ``low`` to ``high``.

        At each place, a target's next character must follow the beginning, and come before what remains.
        Places are tried from the last, so a target is first met where it truly parts from the name.
        """
        before, after, ranks = self.ends.get, self.beginnings.get, self.ranks
        found: dict[str, Edit] = {}
        into_rest = before(name[high + 1 :])
        for at in range(high, low - 1, -1):
            head, tail = name[:at], name[at:]
            rest, following, chars = tail[1:], tail[1:2], after(head) or _NONE
            if following in chars and (text := head + following + tail[0] + tail[2:]) in ranks:
                found.setdefault(text, Edit(name, text, Operation.SWAP, at))
            if into_rest is None:
                break
            if (not following or following in chars) and (text := head + rest) in ranks:
                found.setdefault(text, Edit(name, text, Operation.INSERT, at))
            for char in chars & into_rest if tail else _NONE:
                if (text := head + char + rest) in ranks:
                    found.setdefault(text, Edit(name, text, Operation.REPLACE, at))
            into_tail = before(tail)
            if into_tail is not None:
                for char in chars & into_tail:
                    if (text := head + char + tail) in ranks:
                        found.setdefault(text, Edit(name, text, Operation.DELETE, at))
            into_rest = into_tail
        found.pop(name, None)
        return list(found.values())

    def table(self, build: Callable[[Targets], Table]) -> Table:
        """What ``build`` makes of these targets, made once."""
        known = self._tables.get(build)
        if known is None:
            known = self._tables[build] = build(self)
        return known


class Continuations(Protocol):
    """Answers which characters continue a beginning, or come before an end."""

    def get(self, text: str, /) -> frozenset[str] | None:
        """The characters, or more; None where no target has this beginning or end."""
        ...

    def __contains__(self, text: object, /) -> bool:
        """Whether some target has this beginning or end."""
        ...


class _InText:
    """Seeks in the text of all targets; any character may follow."""

    def __init__(self, targets: Targets, line: str) -> None:
        self._targets = targets
        self._line = line

    def get(self, text: str, /) -> frozenset[str] | None:
        """Every character where the text is found."""
        return _ANY if text in self else None

    def __contains__(self, text: object, /) -> bool:
        return self._line.format(text) in self._targets.text


def _shortened(name: str, low: int, high: int) -> list[str]:
    """What is left of ``name`` without one of its characters, for each place from ``low`` to before ``high``."""
    return [name[:at] + name[at + 1 :] for at in range(low, high)]


_NONE: frozenset[str] = frozenset()
_ANY = frozenset(NAME_CHARACTERS)


def _indexed(names: Iterable[str]) -> dict[str, frozenset[str]]:
    """From each beginning of a name to the characters that follow it in some name."""
    found: dict[str, str] = {}
    for name in names:
        for i, char in enumerate(name):
            known = found.get(name[:i], "")
            if char not in known:
                found[name[:i]] = known + char
        found.setdefault(name, "")
    shared = {chars: frozenset(chars) for chars in set(found.values())}
    return {beginning: shared[chars] for beginning, chars in found.items()}


class Sequences(dict[str, int]):
    """Counts of three-character sequences in a text, counted when first asked for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def __missing__(self, sequence: str) -> int:
        """Count it now, without overlaps."""
        count = self[sequence] = self._text.count(sequence)
        return count

    def count_all(self) -> None:
        """Count every sequence that occurs, in one go."""
        text = self._text
        counts = Counter(map("".join, zip(text, text[1:], text[2:], strict=False)))
        # One that could overlap itself (aaa, aba) is left to be counted alone, so that the order of asking
        # never changes a count.
        self.update({key: count for key, count in counts.items() if key[0] != key[2]})


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
