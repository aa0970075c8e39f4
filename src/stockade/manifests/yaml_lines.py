"""YAML as a tree with line numbers, from the parser's events: bounded in depth, without construction.

Aliases share the node that they name, so that expanding ones cost nothing; a walk keeps a list of the
nodes it has seen. A fault ends the tree there, and what stands before it is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from stockade.manifests.places import Places, places_of
from stockade.manifests.text import MAX_NESTING, one_line

MAX_NODES = 500_000
"""Nodes of one file; what follows is not read, and reported."""

_FOLDED_WINDOW = 4096
_MAX_FAULTS = 200


@dataclass(slots=True, eq=False)
class Scalar:
    """A string as written, whatever YAML would make of it."""

    value: str
    line: int
    end_line: int = 0
    style: str = ""
    """``|``, ``>``, ``'``, ``"``; empty for a plain one."""


@dataclass(slots=True, eq=False, repr=False)
class Listing:
    """A sequence."""

    line: int
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True, eq=False, repr=False)
class Table:
    """A mapping, its entries in file order, with those of keys that are no scalars left out."""

    line: int
    entries: list[tuple[Scalar, Node]] = field(default_factory=list)

    def get(self, key: str) -> Node | None:
        """The value of the last entry for ``key``, or None."""
        return next((value for name, value in reversed(self.entries) if name.value == key), None)

    def text(self, key: str) -> str:
        """The string at ``key``; empty where there is none."""
        value = self.get(key)
        return value.value if isinstance(value, Scalar) else ""


Node = Scalar | Listing | Table


@dataclass(slots=True)
class Stream:
    """The documents of a file."""

    documents: list[Node] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)
    """``(line, message)`` of what kept a part from being read."""


def load_yaml(text: str) -> Stream:
    """Read every document of a YAML file. Never raises: see ``faults``."""
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            builder.take(event)
    except yaml.YAMLError as error:
        builder.stream.faults.append(_fault(error))
    except _RefusedError as error:
        builder.stream.faults.append((error.line, str(error)))
    return builder.stream


class _RefusedError(Exception):
    """The file is beyond a bound."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def _fault(error: yaml.YAMLError) -> tuple[int, str]:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    return (mark.line + 1 if mark else 0), f"not YAML: {one_line(str(problem), 200)}; the rest is not read"


def _line(event: yaml.Event) -> int:
    """The 1-based line in which an event begins."""
    return event.start_mark.line + 1 if event.start_mark else 0


class _Builder:
    """Makes the tree from events."""

    def __init__(self) -> None:
        self.stream = Stream()
        self._open: list[Listing | Table] = []
        self._keys: list[Scalar | None] = []
        """For each open node the key that waits for its value."""
        self._waiting: list[bool] = []
        """For each open node whether a key was read that waits for its value."""
        self._seen: list[set[str]] = []
        self._anchors: dict[str, Node] = {}
        self._count = 0

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._add(event, self._scalar(event))
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            line = _line(event)
            if len(self._open) >= MAX_NESTING:
                raise _RefusedError(line, f"nested deeper than the {MAX_NESTING} levels that are read")
            node = Listing(line) if isinstance(event, yaml.SequenceStartEvent) else Table(line)
            self._add(event, node)
            self._open.append(node)
            self._keys.append(None)
            self._waiting.append(False)
            self._seen.append(set())
        elif isinstance(event, yaml.CollectionEndEvent):
            for stack in (self._open, self._keys, self._waiting, self._seen):
                stack.pop()
        elif isinstance(event, yaml.DocumentStartEvent):
            self._anchors = {}

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        end = event.end_mark.line + 1 if event.end_mark else 0
        return Scalar(event.value, _line(event), end, event.style or "")

    def _alias(self, event: yaml.AliasEvent) -> None:
        line = _line(event)
        node = self._anchors.get(event.anchor or "")
        if node is None:
            raise _RefusedError(
                line, f"not YAML: the alias *{event.anchor} names nothing; the rest is not read"
            )
        if any(node is opened for opened in self._open):
            self.stream.faults.append((line, f"the alias *{event.anchor} holds itself, and is not read"))
            node = Scalar("", line)
        self._put(node, line)

    def _add(self, event: yaml.NodeEvent, node: Node) -> None:
        if event.anchor:
            self._anchors[event.anchor] = node
        self._put(node, _line(event))

    def _put(self, node: Node, line: int) -> None:
        """Hang ``node`` into the innermost open node."""
        self._count += 1
        if self._count > MAX_NODES:
            raise _RefusedError(line, f"more than {MAX_NODES:,} values: the rest is not read")
        if not self._open:
            self.stream.documents.append(node)
            return
        holder = self._open[-1]
        if isinstance(holder, Listing):
            holder.items.append(node)
        elif not self._waiting[-1]:
            self._waiting[-1] = True
            self._keys[-1] = node if isinstance(node, Scalar) else None
            self._note_key(node, line)
        else:
            self._waiting[-1] = False
            key = self._keys[-1]
            if key is not None:
                holder.entries.append((key, node))

    def _note_key(self, node: Node, line: int) -> None:
        if not isinstance(node, Scalar):
            self.stream.faults.append((line, "a key that is no string: its value is not read"))
            return
        if node.value in self._seen[-1] and node.value != "<<" and len(self.stream.faults) < _MAX_FAULTS:
            self.stream.faults.append(
                (line, f"the key {one_line(node.value, 80)!r} stands twice in one mapping")
            )
        self._seen[-1].add(node.value)


def places_in(scalar: Scalar, source: list[str]) -> Places:
    """The lines of a scalar's value; ``source`` are the lines of the file."""
    if scalar.style == "|":
        return places_of(scalar.value, scalar.line + 1)
    if scalar.end_line <= scalar.line:
        return Places((0,), (scalar.line,))
    first = scalar.line if scalar.style == ">" else scalar.line - 1
    text = "\n".join(source[first : scalar.end_line])
    return Places(*_aligned(scalar.value, text, first + 1))


def _aligned(value: str, text: str, first_line: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Where in ``value``, folded from ``text``, each line begins, by looking for its words in order."""
    offsets, lines = [0], [first_line]
    position, line = 0, first_line
    for word in re.finditer(r"\S+", value):
        found = text.find(word[0], position, position + _FOLDED_WINDOW + len(word[0]))
        if found < 0:
            continue  # spelled otherwise there, with an escape
        skipped = text.count("\n", position, found)
        position = found + len(word[0])
        if skipped:
            line += skipped
            offsets.append(word.start())
            lines.append(line)
    return tuple(offsets), tuple(lines)


def strings(node: Node | None) -> Iterator[Scalar]:
    """The strings of a list, of lists in it too, each node once; or the one string."""
    waiting = [node] if node is not None else []
    seen: set[int] = set()
    while waiting:
        found = waiting.pop()
        if isinstance(found, Scalar):
            yield found
        elif isinstance(found, Listing) and id(found) not in seen:
            seen.add(id(found))
            waiting.extend(reversed(found.items))
