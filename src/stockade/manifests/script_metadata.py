"""Inline script metadata (PEP 723): the ``# /// script`` block of a Python file."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.manifests.reader import Draft, ReadContext
from stockade.manifests.tables import Tables
from stockade.manifests.text import ReadError, one_line
from stockade.manifests.toml_lines import load_toml
from stockade.manifests.uv_tables import read_sources, read_uv
from stockade.model.requirements import Manifest

_OPENING = "# /// script"
_CLOSING = "# ///"


def read_script(path: str, text: str, context: ReadContext) -> Manifest:
    """Read the metadata of a script; a file without any says nothing."""
    draft = Draft(path, context)
    python = ""
    for number, (line, block) in enumerate(_blocks(draft, text)):
        if number:
            draft.defect(line, "a second block of script metadata, which PEP 723 does not allow: not read")
            break
        try:
            tables = Tables(draft, load_toml(block))
        except ReadError as error:
            draft.refuse(line, error)
            continue
        sources = read_sources(tables)
        for place, spec in tables.strings("dependencies"):
            sources.require(spec, place, group="script")
        read_uv(tables, sources)
        python = python or one_line(tables.string("requires-python"))
    return draft.manifest(requires_python=python)


def _blocks(draft: Draft, text: str) -> Iterator[tuple[int, str]]:
    """``(line, TOML)`` of every block, the TOML at the lines where it stands; one that never closes is a defect.

    A block ends with the last ``# ///`` of the comment that it opens, as PEP 723 has it.
    """
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        number += 1
        if lines[number - 1].rstrip() != _OPENING:
            continue
        opened = end = number
        closed = 0
        while end < len(lines) and (lines[end].rstrip() == "#" or lines[end].startswith("# ")):
            end += 1
            closed = end if lines[end - 1].rstrip() == _CLOSING else closed
        if not closed:
            draft.defect(opened, f"script metadata without its end {_CLOSING!r}: not read", "see PEP 723")
            number = end
            continue
        yield opened, "\n" * opened + "\n".join(line[2:] for line in lines[opened : closed - 1])
        number = closed
