"""A stand-in for the vetter's core: what it finds is written in the file."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

from tests.report.vet_sample import CONTEXT, STEAL, detection

from stockade.model.findings import Severity
from stockade.model.verdicts import Cause, Indeterminate
from stockade.stages.vetting import Core
from stockade.vetter.judged import Judged
from stockade.vetter.profile import Profile

RULESET = "f" * 64


def judge(source: Path, name: str) -> Judged:
    """Finds the words ``theft``, ``odd``, ``talks``, ``torn``; ``crash`` and ``hang`` do what they say."""
    if source.is_dir():
        text = "".join(sorted(each.read_text() for each in source.iterdir() if each.is_file()))
        kind = "folder"
    else:
        text = source.read_bytes().decode("latin-1")
        kind = "wheel" if name.endswith(".whl") else "sdist" if name.endswith(".tar.gz") else "python"
    if "crash" in text:
        os.abort()
    if "hang" in text:
        time.sleep(60)
    found = []
    if "theft" in text:
        found.append(detection(STEAL, "setup.py", 2, message="it steals"))
    if "odd" in text:
        found.append(detection(STEAL, "odd.py", 1, severity=Severity.MEDIUM))
    if "talks" in text:
        found.append(detection(CONTEXT, "api.py", 1))
    torn = Indeterminate(cause=Cause.UNREADABLE, subject=name, detail="it is torn", mend="Fetch it again.")
    project, _, version = name.removesuffix(".tar.gz").removesuffix(".whl").partition("-")
    return Judged(
        path=name,
        sha256=hashlib.sha256(text.encode("latin-1")).hexdigest(),
        kind=kind,
        project=project if kind != "python" else "",
        version=version.partition("-")[0],
        size=len(text),
        files=1,
        score=0.99 if "theft" in text else 0.01,
        findings=tuple(found),
        incomplete=(torn,) if "torn" in text else (),
        ruleset=RULESET,
        judged_by=frozenset({STEAL.id, CONTEXT.id}),
        sources={"setup.py": "import os\nsteal(os.environ)\nsetup()\n"},
        profile=Profile(version=version, hosts=("collect.invalid",) if "host" in text else ()),
    )


def fake_core() -> Core:
    return Core(work=judge, ruleset=RULESET, rules=(STEAL, CONTEXT))
