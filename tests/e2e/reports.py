"""What tests of ``stockade check`` share: projects, and how a report is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.checks import locks
from tests.repo.tree import ROOT

from stockade.cli.main import main

EXAMPLES = ROOT / "examples"
STORIES = {
    "acme-shop": ("acme-corp-util", "acme-corp-utils", 4),
    "acme-ml": ("torch-utilites", "torch-utilities", 5),
}
"""Each example's squat, its target, and its line in the requirements file."""
CLEAN = {"requirements.in": "flask>=3\n", "requirements.txt": locks.requirements({"flask": "3.0.3"})}
LOW = {**CLEAN, "i.sh": "pip install rich\n"}
"""Its only finding is of low severity."""
SQUAT = {"requirements.txt": "flask==3.0.3\nreqeusts==1.0\n"}


def report(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, dict[str, Any]]:
    """Exit code and JSON report of ``check``."""
    code = main(["check", *map(str, arguments), "--format", "json"])
    seen = capsys.readouterr()
    assert seen.err == ""
    found: dict[str, Any] = json.loads(seen.out)
    assert found["exit_code"] == code
    return code, found


def rules(found: dict[str, Any]) -> set[str]:
    return {finding["rule"] for finding in found["findings"]}


def gaps(found: dict[str, Any]) -> dict[str, str]:
    return {gap["subject"]: gap["cause"] for gap in found["incomplete"]}
