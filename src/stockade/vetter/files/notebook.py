"""Jupyter notebooks: the code of their cells as Python text, and the shell commands in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from stockade.model.locations import Location
from stockade.model.vetting import Phase
from stockade.vetter.acts import Act
from stockade.vetter.files.base import Code, Looked
from stockade.vetter.files.shell import shell_acts
from stockade.vetter.package import Oddity

MOST_BYTES: Final = 64 << 20
_MOST_CELLS: Final = 10_000
_MOST_CELL: Final = 1 << 20
_SHELL_CELL = re.compile(r"\s*%%(?:bash|sh|script|system|!)")
_OTHER_CELL = re.compile(
    r"\s*%%(?:html|javascript|js|latex|markdown|svg|writefile|perl|ruby|R|cython|sql|bigquery)\b"
)
_MAGIC = re.compile(r"^(\s*)(?:[!%?]|.*\?\??\s*$)", re.MULTILINE)
_SHELL_LINE = re.compile(r"^\s*(?:[\w, ]{1,60}=\s*)?(?:!{1,2}|%(?:sx|system|sh)\s)(.+)$", re.MULTILINE)


def look(data: bytes, path: str, phase: Phase) -> Looked:
    """The code of a notebook's cells.

    ``code`` holds one text a code cell with its line in the file, as near as the JSON tells it; lines of magics are
    blanked. Acts are those of shell lines (``!``) and shell cells. ``notebook-unreadable`` where it is no notebook.
    """
    if len(data) > MOST_BYTES:
        return _unreadable(path, phase, f"more than {MOST_BYTES} bytes")
    try:
        notebook = json.loads(data)
    except (ValueError, RecursionError) as error:
        return _unreadable(path, phase, f"no JSON: {error}"[:200])
    text = data.decode("utf-8", "replace")
    acts: list[Act] = []
    code: list[Code] = []
    place, line = 0, 1
    for number, source in enumerate(_sources(notebook), start=1):
        found = (
            text.find(json.dumps(source.partition("\n")[0], ensure_ascii=False)[1:-1], place)
            if source
            else -1
        )
        if found >= 0:
            line += text.count("\n", place, found)
            place = found
        if _SHELL_CELL.match(source):
            acts += shell_acts(source.partition("\n")[2], path, phase, line)
            continue
        if _OTHER_CELL.match(source):
            continue
        for each in _SHELL_LINE.finditer(source):
            acts += shell_acts(each[1], path, phase, line - 1 + source.count("\n", 0, each.start()))
        code.append(Code(_blanked(source), line, f"cell {number}"))
    return Looked(tuple(acts), (), tuple(code))


def _sources(notebook: object) -> Iterator[str]:
    """The text of each code cell, of formats 3 and 4."""
    if not isinstance(notebook, dict):
        return
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        sheets = notebook.get("worksheets")
        first = sheets[0] if isinstance(sheets, list) and sheets else None
        cells = first.get("cells") if isinstance(first, dict) else None
    for cell in (cells if isinstance(cells, list) else [])[:_MOST_CELLS]:
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        source = cell.get("source", cell.get("input", ""))
        if isinstance(source, list):
            source = "".join(each for each in source if isinstance(each, str))
        if isinstance(source, str):
            yield source[:_MOST_CELL]


def _blanked(source: str) -> str:
    """A cell with its magics replaced by ``pass``, so that lines stay where they are."""
    return "\n".join(
        f"{found[1]}pass" if (found := _MAGIC.match(line)) else line for line in source.split("\n")
    )


def _unreadable(path: str, phase: Phase, detail: str) -> Looked:
    return Looked(
        oddities=(Oddity(kind="notebook-unreadable", at=Location(path), detail=detail, phase=phase),)
    )
