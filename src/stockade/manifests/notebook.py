"""Jupyter notebooks: install commands in cells (``!pip install``, ``%pip install``, ``%%bash``)."""

from __future__ import annotations

import re
from typing import Any

from stockade.manifests.commands import CommandDraft
from stockade.manifests.json_lines import load_json
from stockade.manifests.lines import Document, Path
from stockade.manifests.places import mapped
from stockade.manifests.reader import ReadContext
from stockade.manifests.shell import Shell, mentions_installer
from stockade.manifests.shell_tokens import Dialect
from stockade.model.requirements import Manifest

_CELL_MAGIC = re.compile(r"\s*%%(\w+)[ \t]*(.*)")
_SHELL_MAGICS = {
    "bash": Dialect.POSIX,
    "sh": Dialect.POSIX,
    "system": Dialect.POSIX,
    "sx": Dialect.POSIX,
    "!": Dialect.POSIX,
    "cmd": Dialect.CMD,
    "powershell": Dialect.POWERSHELL,
    "pwsh": Dialect.POWERSHELL,
}
_PYTHON_MAGICS = frozenset({"capture", "time", "timeit", "prun", "python", "python3", "py", "debug"})
_LINE = re.compile(
    r"\s*(?:[A-Za-z_][\w, ]*=\s*)?"
    r"(?:!{1,2}|%(?:sx|system|time)\s+!?|(?=%(?:pip|conda|mamba|micromamba|uv|poetry|pdm|pipx)\s)%"
    r"|(?=(?:pip|pip3|conda|mamba|uv)\s+(?:pip\s+)?(?:install|sync|add)\s))"
)
_INTERPOLATION = re.compile(r"(?<![{$])\{([A-Za-z_][\w.]*)\}(?!\})")


def read_notebook(path: str, text: str, context: ReadContext) -> Manifest:
    """Read a notebook of format 3 or 4."""
    draft = CommandDraft(path, context)
    document = load_json(text)
    for line, message in document.faults:
        draft.defect(line, message)
    if mentions_installer(text):
        shell = Shell(draft)
        for cell_path, cell in _cells(document):
            if cell.get("cell_type") == "code":
                _read_cell(shell, document, cell_path, cell)
    if not isinstance(document.value.get("cells", document.value.get("worksheets")), list):
        draft.defect(0, "no list of cells: this is no notebook")
    return draft.manifest()


def _cells(document: Document) -> list[tuple[Path, dict[str, Any]]]:
    """The cells with their paths; format 3 keeps them in worksheets."""
    holders: list[tuple[Path, Any]] = [((), document.value)]
    sheets = document.value.get("worksheets")
    if isinstance(sheets, list):
        holders += [(("worksheets", number), sheet) for number, sheet in enumerate(sheets)]
    found: list[tuple[Path, dict[str, Any]]] = []
    for path, holder in holders:
        cells = holder.get("cells") if isinstance(holder, dict) else None
        for number, cell in enumerate(cells if isinstance(cells, list) else []):
            if isinstance(cell, dict):
                found.append(((*path, "cells", number), cell))
    return found


def _read_cell(shell: Shell, document: Document, path: Path, cell: dict[str, Any]) -> None:
    key = "source" if "source" in cell else "input"
    source = cell.get(key)
    if isinstance(source, str):
        lines = source.split("\n")
        numbers = [document.lines.of(*path, key)] * len(lines)
    elif isinstance(source, list):
        rows = [
            (row, document.lines.of(*path, key, number))
            for number, written in enumerate(source)
            for row in str(written).removesuffix("\n").split("\n")
        ]
        lines = [row for row, _ in rows]
        numbers = [number for _, number in rows]
    else:
        return
    script, dialect = _script(lines)
    if mentions_installer(script):
        shell.read(script, mapped(script, lambda n: numbers[min(n, len(numbers) - 1)]), dialect)


def _script(lines: list[str]) -> tuple[str, Dialect]:
    """The shell lines of a cell, the others blanked, and how to read them."""
    kept = list(lines)
    for number, line in enumerate(lines):
        magic = _CELL_MAGIC.match(line)
        if magic is None:
            if line.strip():
                break
            continue
        kept[number] = ""
        name, rest = magic[1], magic[2].split(" ")[0].rpartition("/")[2]
        dialect = _SHELL_MAGICS.get(rest if name == "script" else name)
        if dialect is not None:
            return "\n".join(kept), dialect
        if name not in _PYTHON_MAGICS:
            return "", Dialect.POSIX
    return "\n".join(_shell_lines(kept)), Dialect.POSIX


def _shell_lines(lines: list[str]) -> list[str]:
    kept: list[str] = []
    goes_on = False
    for line in lines:
        start = 0 if goes_on else (found.end() if (found := _LINE.match(line)) else -1)
        goes_on = start >= 0 and line.rstrip().endswith("\\")
        kept.append(_interpolated(line[start:].rstrip()) if start >= 0 else "")
    return kept


def _interpolated(line: str) -> str:
    """IPython's ``{name}`` as a shell variable, so that it counts as one."""
    return _INTERPOLATION.sub(
        lambda found: "python" if found[1] == "sys.executable" else "${" + found[1].replace(".", "_") + "}",
        line,
    )
