"""What a detector is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stockade.model.findings import Rule
from stockade.model.vetting import Detection
from stockade.vetter.package import Package


@dataclass(frozen=True, kw_only=True)
class Detector:
    """One detector: its rules and its function."""

    name: str
    rules: tuple[Rule, ...]
    run: Callable[[Package], Iterator[Detection]]
