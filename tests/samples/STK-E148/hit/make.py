"""A wheel with a table in base64; in one of the twins it decodes to a program (its header, and nothing behind it)."""

from __future__ import annotations

import base64
import hashlib
from base64 import urlsafe_b64encode
from pathlib import Path


def build(folder: Path) -> None:
    """Write the tree."""
    info = folder / "fontmap-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: fontmap\nVersion: 1.0\n", encoding="utf-8")
    package = folder / "fontmap"
    package.mkdir()
    (package / "__init__.py").write_text('"""Widths of letters."""\n', encoding="utf-8")
    (package / "widths.txt").write_bytes(base64.encodebytes(b"MZ\x90\x00\x03" + bytes(2_000)))
    seal(folder, "fontmap-1.0.dist-info")


def seal(folder: Path, info: str) -> None:
    """Write WHEEL and RECORD, so that the wheel is a complete one."""
    text = "Wheel-Version: 1.0\nGenerator: sample\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    (folder / info / "WHEEL").write_text(text, encoding="utf-8")
    rows = []
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        digest = urlsafe_b64encode(hashlib.sha256(path.read_bytes()).digest()).rstrip(b"=").decode()
        rows.append(f"{path.relative_to(folder).as_posix()},sha256={digest},{path.stat().st_size}\n")
    (folder / info / "RECORD").write_text("".join(rows) + f"{info}/RECORD,,\n", encoding="utf-8")
