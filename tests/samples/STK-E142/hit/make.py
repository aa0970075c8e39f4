"""A wheel that loads a pickle; the twins differ in what the pickle names."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from pathlib import Path

LOADER = """import os
import pickle

with open(os.path.join(os.path.dirname(__file__), "words.pkl"), "rb") as file:
    WORDS = pickle.load(file)
"""


def build(folder: Path) -> None:
    """Write the tree."""
    info = folder / "wordlist-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: wordlist\nVersion: 1.0\n", encoding="utf-8")
    package = folder / "wordlist"
    package.mkdir()
    (package / "__init__.py").write_text(LOADER, encoding="utf-8")
    (package / "words.pkl").write_bytes(b"cposix\nsystem\n(S'echo decoy'\ntR.")
    seal(folder, "wordlist-1.0.dist-info")


def seal(folder: Path, info: str) -> None:
    """Write WHEEL and RECORD, so that the wheel is a complete one."""
    text = "Wheel-Version: 1.0\nGenerator: sample\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    (folder / info / "WHEEL").write_text(text, encoding="utf-8")
    rows = []
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        digest = urlsafe_b64encode(hashlib.sha256(path.read_bytes()).digest()).rstrip(b"=").decode()
        rows.append(f"{path.relative_to(folder).as_posix()},sha256={digest},{path.stat().st_size}\n")
    (folder / info / "RECORD").write_text("".join(rows) + f"{info}/RECORD,,\n", encoding="utf-8")
