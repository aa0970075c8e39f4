"""Puts the vetter's core to work. Importing this loads the analysis, so that workers are forked with it in place."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from stockade.archive.types import Limits
from stockade.stages.vetting import Core
from stockade.vetter.history_rules import HISTORY_RULES
from stockade.vetter.judged import Judged
from stockade.vetter.registry import VET_RULES
from stockade.vetter.ruleset import ruleset
from stockade.vetter.run import vet

_ORDINARY = {
    "setup.py": (
        "import os, subprocess, urllib.request\n"
        "from setuptools import setup\n"
        "subprocess.run(['cc', '--version'])\n"
        "open(os.path.join('build', 'note'), 'w').write(urllib.request.urlopen('https://index.example/').read())\n"
        "setup(name='warm')\n"
    ),
    "install.sh": "#!/bin/sh\ncurl https://index.example/ | cat\n",
    "build.ps1": "Write-Host done\n",
    "tool.js": "console.log(1)\n",
    "README.md": "# warm\n",
}
"""A small package with one file of each kind. Nothing of it is run."""


def judge(source: Path, name: str) -> Judged:
    """Judge what lies at a path, within the usual bounds of an archive."""
    return vet(source, name, limits=Limits())


def warm() -> None:
    """Load now what the analysis else loads when it first meets each kind of file, so that forked workers have it."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in _ORDINARY.items():
            archive.writestr(f"warm-1.0/{name}", text)
    vet(content.getvalue(), "warm-1.0.zip", limits=Limits())


def core() -> Core:
    """The core of this version."""
    return Core(work=judge, ruleset=ruleset(), rules=(*VET_RULES, *HISTORY_RULES), warm=warm)
