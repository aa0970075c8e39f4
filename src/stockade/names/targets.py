"""The names that others are taken for, and the look-ups that find them fast.

Everything derived is built on first use. A first answer about a few names must come within
milliseconds, so neighbours at distance 1 are found in either of two ways with equal results: by trying
every edit of the name (no preparation), or by an index of the targets' deletions (a tenth of a second
to build, then some microseconds a name).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

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


class Targets:
    """A fixed list of names, most important first."""

    def __init__(self, names: Sequence[ProjectName]) -> None:
        self.ranks: dict[str, int] = {name: rank for rank, name in enumerate(names, start=1)}
        self.longest = max(map(len, names), default=0)
        self._deletions: dict[str, list[ProjectName]] | None = None

    @cached_property
    def text(self) -> str:
        """All names, one a line, a newline before the first and after the last."""
        return "\n" + "".join(f"{name}\n" for name in self.ranks)

    @cached_property
    def words(self) -> Counter[str]:
        """The words between separators, each with the number of times it occurs."""
        return Counter(self.text.strip("\n").replace("\n", "-").split("-"))

    @cached_property
    def first_words(self) -> Counter[str]:
        """The words that names of several words begin with, each with the number of such names."""
        return Counter(name.partition("-")[0] for name in self.ranks if "-" in name)

    @cached_property
    def sequences(self) -> Sequences:
        """How often each sequence of three characters occurs in :attr:`text`."""
        return Sequences(self.text)

    def warm(self) -> None:
        """Build the index of deletions: worth it from some hundred names on."""
        if self._deletions is None:
            self.sequences.count_all()
            deletions: dict[str, list[ProjectName]] = {}
            for target in self.ranks:
                for key in {target, *deletions_of(target)}:
                    deletions.setdefault(key, []).append(ProjectName(target))
            self._deletions = deletions

    def near(self, name: str) -> list[Edit]:
        """The edits that make ``name`` of each target at distance 1, best-ranked target first."""
        if len(name) > self.longest + 1:
            return []
        found = self._probe(name) if self._deletions is None else self._look_up(name, self._deletions)
        if not found:
            return []
        edits = [edit for target in found if (edit := align(name, target)) is not None]
        return sorted(edits, key=lambda edit: self.ranks[edit.target])

    def _probe(self, name: str) -> set[str]:
        return {edited for edited in edits_of(name) if edited in self.ranks}

    def _look_up(self, name: str, deletions: dict[str, list[ProjectName]]) -> set[str] | None:
        """Targets that share a deletion with ``name``: a superset of those at distance 1."""
        found: set[str] | None = None
        for key in (name, *[name[:i] + name[i + 1 :] for i in range(len(name))]):
            if key in deletions:
                found = found or set()
                found.update(deletions[key])
        return found

    def folded(self, fold: Callable[[str], str]) -> dict[str, ProjectName]:
        """From ``fold`` of each target to the best-ranked target with that fold.

        ``fold`` is applied to the whole text at once: it must neither touch nor look across newlines.
        """
        known = self._folds.get(fold)
        if known is None:
            lines = fold(self.text)[1:-1].split("\n")
            known = dict(zip(reversed(lines), map(ProjectName, reversed(self.ranks)), strict=True))
            self._folds[fold] = known
        return known

    @cached_property
    def _folds(self) -> dict[Callable[[str], str], dict[str, ProjectName]]:
        return {}

    @cached_property
    def by_words(self) -> dict[str, ProjectName]:
        """From the sorted words of each name of several words to the best-ranked such name."""
        found: dict[str, ProjectName] = {}
        for name in self.ranks:
            if "-" in name:
                found.setdefault("-".join(sorted(name.split("-"))), ProjectName(name))
        return found


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


def deletions_of(text: str) -> Iterator[str]:
    """``text`` without one of its characters, for each of them."""
    return (text[:i] + text[i + 1 :] for i in range(len(text)))


def edits_of(text: str) -> Iterator[str]:
    """Every string at optimal-string-alignment distance 1 of ``text``, some more than once."""
    yield from deletions_of(text)
    for i in range(len(text) + 1):
        head, tail = text[:i], text[i:]
        for char in NAME_CHARACTERS:
            yield head + char + tail
        rest = tail[1:]
        if tail:
            for char in NAME_CHARACTERS:
                yield head + char + rest
        if rest:
            yield head + rest[0] + tail[0] + rest[1:]
