"""Builds the distribution that a sample's ``tree/`` unpacks from."""

from __future__ import annotations

import json
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from stockade.testing.archives import honest_tar, honest_zip


def expected(sample: Path) -> dict[str, Any]:
    """What the sample says of itself."""
    found: dict[str, Any] = json.loads((sample / "expected.json").read_text(encoding="utf-8"))
    return found


def tree_of(sample: Path, scratch: Path) -> Path:
    """The sample's tree; one with a ``make.py`` writes it into ``scratch`` first."""
    maker = sample / "make.py"
    if not maker.is_file():
        return sample / "tree"
    spec = spec_from_file_location(f"make_{sample.parent.name}_{sample.name}".replace("-", "_"), maker)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    folder = scratch / "tree"
    folder.mkdir(parents=True, exist_ok=True)
    module.build(folder)
    return folder


def distribution(sample: Path, scratch: Path) -> tuple[bytes, str]:
    """The bytes and the file name of a sample's distribution."""
    tree = tree_of(sample, scratch)
    files = {
        path.relative_to(tree).as_posix(): path.read_bytes()
        for path in sorted(tree.rglob("*"))
        if path.is_file() and ("__pycache__" not in path.parts or (sample / "make.py").is_file())
    }
    kind = expected(sample)["build"]
    if kind == "wheel":
        info = next(
            (path for path in files if path.count("/") == 1 and ".dist-info/" in path),
            "sample-1.0.dist-info/",
        )
        stem = info.partition(".dist-info/")[0]
        return honest_zip(files), f"{stem}-py3-none-any.whl"
    tops = {path.partition("/")[0] for path in files}
    stem = tops.pop() if len(tops) == 1 else "sample-1.0"
    return honest_tar(files), f"{stem}.tar.gz"
