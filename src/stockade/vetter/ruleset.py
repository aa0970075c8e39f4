"""Which vetter judged: told without loading it, for whoever only looks judgements up."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path


@cache
def ruleset() -> str:
    """Digest of the rules, the weights and the code that judges: part of every cache key."""
    digest = hashlib.sha256()
    root = Path(__file__).resolve().parents[1]
    for folder in ("vetter", "archive", "model"):
        for each in sorted((root / folder).rglob("*")):
            if each.suffix in {".py", ".toml"}:
                digest.update(f"{each.relative_to(root).as_posix()}\0".encode())
                digest.update(each.read_bytes())
    return digest.hexdigest()[:32]
