"""A wheel with a table in base64; in one of the twins it decodes to a program (its header, and nothing behind it)."""

from __future__ import annotations

import base64
from pathlib import Path


def build(folder: Path) -> None:
    """Write the tree."""
    info = folder / "fontmap-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: fontmap\nVersion: 1.0\n", encoding="utf-8")
    package = folder / "fontmap"
    package.mkdir()
    (package / "__init__.py").write_text('"""Widths of letters."""\n', encoding="utf-8")
    (package / "widths.txt").write_bytes(base64.encodebytes(b"\x00\x01\x02\x03\x04" + bytes(2_000)))
