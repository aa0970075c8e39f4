"""A wheel that loads a pickle; one ends in opcodes that are none."""

from __future__ import annotations

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
    (package / "words.pkl").write_bytes(b"ccollections\nOrderedDict\n((lp0\nS'a word'\nI1\natR.")
