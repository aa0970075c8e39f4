"""Two modules; the twins differ in how the second one is named. Not kept as files: many file systems cannot hold both."""

from __future__ import annotations

from pathlib import Path

METADATA = "Metadata-Version: 2.1\nName: tidy-counter\nVersion: 1.2.0\nSummary: Counts things in tables\n"


def build(folder: Path) -> None:
    """Write the tree."""
    top = folder / "tidy_counter-1.2.0"
    package = top / "tidy_counter"
    package.mkdir(parents=True)
    (top / "PKG-INFO").write_text(METADATA, encoding="utf-8")
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "labels.py").write_text('LABELS = ("name", "number")\n', encoding="utf-8")
    (package / "Labels.py").write_text('LABELS = ("other",)\n', encoding="utf-8")
