"""INI files (tox.ini, pip.conf, .pypirc) with the line of every value, as :mod:`configparser` reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_SECTION = re.compile(r"\[(?P<name>.+)\]")
_OPTION = re.compile(r"(?P<key>.*?)\s*[=:]\s*(?P<value>.*)")
_INLINE_COMMENT = re.compile(r"(?:^|\s)[#;].*$")


@dataclass(slots=True)
class Option:
    """One option of a section."""

    key: str
    """Lower case."""
    rows: list[tuple[int, str]]
    """``(line, text)`` of the value's lines that are not empty, comments left out."""

    @property
    def line(self) -> int:
        """The line of its first row."""
        return self.rows[0][0] if self.rows else 0

    @property
    def value(self) -> str:
        """The rows, joined with line ends."""
        return "\n".join(text for _, text in self.rows)

    def words(self) -> Iterator[tuple[int, str]]:
        """``(line, word)`` of every word."""
        for line, text in self.rows:
            for word in text.split():
                yield line, word


@dataclass(slots=True)
class Section:
    """One section."""

    name: str
    line: int
    options: list[Option] = field(default_factory=list)

    def get(self, key: str) -> Option | None:
        """The last option of that name."""
        return next((option for option in reversed(self.options) if option.key == key), None)


def load_ini(text: str) -> tuple[list[Section], list[tuple[int, str]]]:
    """The sections of an INI file in file order, and ``(line, message)`` of what is not INI.

    A line that is indented goes on with the value above it. Whole lines of ``#`` or ``;`` are comments,
    and so is what follows white space and one of them in a line.
    """
    sections: list[Section] = []
    faults: list[tuple[int, str]] = []
    option: Option | None = None
    for number, written in enumerate(text.split("\n"), start=1):
        stripped = _INLINE_COMMENT.sub("", written).strip()
        if not stripped:
            continue
        if written[0].isspace() and option is not None:
            option.rows.append((number, stripped))
        elif header := _SECTION.fullmatch(stripped):
            sections.append(Section(header["name"].strip(), number))
            option = None
        elif not sections:
            faults.append((number, "no section header stands before this line: not read"))
        elif found := _OPTION.fullmatch(stripped):
            value = found["value"].strip()
            option = Option(found["key"].strip().lower(), [(number, value)] if value else [])
            sections[-1].options.append(option)
        else:
            option = Option(stripped.lower(), [])
            sections[-1].options.append(option)
    return sections, faults
