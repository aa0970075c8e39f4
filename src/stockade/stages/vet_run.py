"""One run of ``stockade vet``: from what was named to the report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

from stockade.model.policy import Policy
from stockade.model.verdicts import Action
from stockade.model.vetting import VetReport
from stockade.paths import cache_dir
from stockade.sources.clock import SystemClock
from stockade.stages.vet_inputs import NOTHING, Inputs, inputs_at
from stockade.stages.vetting import Core, Question, vet_inputs
from stockade.vetter.worker import Bounds


@dataclass(frozen=True, kw_only=True)
class Order:
    """What was asked for."""

    targets: tuple[str, ...]
    manifests: tuple[Path, ...]
    """Requirements files and lockfiles."""
    diff: tuple[str, str] | None
    """An older and a newer release to compare."""
    wheels: bool
    sdists: bool
    previous: bool
    """Compare each release of the index with the one before it."""
    policy: Policy
    core: Core
    fail_on: Action
    workers: int
    seconds: float
    use_cache: bool
    progress: Callable[[int, int], None] | None = None


def run(order: Order) -> VetReport:
    """Find the inputs, judge them, report."""
    inputs = reduce(Inputs.and_those, (inputs_at(target) for target in order.targets), NOTHING)
    return vet_inputs(
        Question(
            inputs=inputs,
            core=order.core,
            policy=order.policy,
            now=SystemClock().now(),
            workers=order.workers,
            cache=cache_dir() / "vet" if order.use_cache else None,
            fail_on=order.fail_on,
            bounds=Bounds(seconds=order.seconds),
            progress=order.progress,
        )
    )
