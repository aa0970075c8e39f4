"""Typed access to a parsed document: what has the wrong type is a defect, and never an exception."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from stockade.manifests.lines import Document, Path
from stockade.manifests.reader import Draft
from stockade.manifests.text import one_line

_NAMES = {
    str: "a string",
    dict: "a table",
    list: "an array",
    bool: "a boolean",
    int: "a number",
    float: "a number",
}


@dataclass(frozen=True, slots=True)
class Tables:
    """A document and the draft that its defects go to."""

    draft: Draft
    document: Document

    def line(self, *path: str | int) -> int:
        """The line of a value."""
        return self.document.lines.of(*path)

    def table(self, *path: str | int) -> dict[str, Any]:
        """The table at ``path``; empty where there is none."""
        found = self._get(path)
        if isinstance(found, dict):
            return found
        self._wrong(path, found, "a table")
        return {}

    def array(self, *path: str | int) -> list[Any]:
        """The array at ``path``; empty where there is none."""
        found = self._get(path)
        if isinstance(found, list):
            return found
        self._wrong(path, found, "an array")
        return []

    def string(self, *path: str | int) -> str:
        """The string at ``path``; empty where there is none."""
        found = self._get(path)
        if isinstance(found, str):
            return found
        self._wrong(path, found, "a string")
        return ""

    def flag(self, *path: str | int) -> bool:
        """The boolean at ``path``; False where there is none."""
        found = self._get(path)
        if isinstance(found, bool):
            return found
        self._wrong(path, found, "a boolean")
        return False

    def strings(self, *path: str | int) -> Iterator[tuple[int, str]]:
        """``(line, string)`` of every string in the array at ``path``."""
        for index, item in enumerate(self.array(*path)):
            if isinstance(item, str):
                yield self.line(*path, index), item
            else:
                self._wrong((*path, index), item, "a string")

    def string_or_strings(self, *path: str | int) -> Iterator[tuple[int, str]]:
        """As :meth:`strings`, where one string may stand for an array of one."""
        found = self._get(path)
        if isinstance(found, str):
            yield self.line(*path), found
        else:
            yield from self.strings(*path)

    def subtables(self, *path: str | int) -> Iterator[str]:
        """The keys of the table at ``path`` that hold tables."""
        for key, value in self.table(*path).items():
            if isinstance(value, dict):
                yield key
            else:
                self._wrong((*path, key), value, "a table")

    def rows(self, *path: str | int) -> Iterator[int]:
        """The indexes of the array at ``path`` that hold tables."""
        for index, item in enumerate(self.array(*path)):
            if isinstance(item, dict):
                yield index
            else:
                self._wrong((*path, index), item, "a table")

    def _get(self, path: Path) -> object:
        value: Any = self.document.value
        for key in path:
            if isinstance(value, dict) and isinstance(key, str):
                value = value.get(key)
            elif isinstance(value, list) and isinstance(key, int):
                value = value[key]
            else:
                return None
        return value

    def _wrong(self, path: Path, found: object, expected: str) -> None:
        if found is not None:
            name = one_line(".".join(map(str, path)), 120)
            got = _NAMES.get(type(found), "a date or time")
            self.draft.defect(self.line(*path), f"{name}: expected {expected}, got {got}")
