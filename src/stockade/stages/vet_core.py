"""Puts the vetter's core to work. Importing this loads the analysis, so that workers are forked with it in place."""

from __future__ import annotations

from pathlib import Path

from stockade.archive.types import Limits
from stockade.stages.vetting import Core
from stockade.vetter.judged import Judged
from stockade.vetter.registry import VET_RULES
from stockade.vetter.run import ruleset, vet


def judge(source: Path, name: str) -> Judged:
    """Judge what lies at a path, within the usual bounds of an archive."""
    return vet(source, name, limits=Limits())


def core() -> Core:
    """The core of this version."""
    return Core(work=judge, ruleset=ruleset(), rules=VET_RULES)
