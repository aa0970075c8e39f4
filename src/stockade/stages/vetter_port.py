"""The vetter as a port: for whoever asks about one file at a time, from several threads."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from stockade.model.policy import Policy
from stockade.model.vetting import VetResult
from stockade.ports import Clock
from stockade.stages.vet_inputs import Inputs, file_input
from stockade.stages.vetting import Core, Question, vet_inputs
from stockade.vetter.worker import Bounds


@dataclass(frozen=True, kw_only=True)
class LocalVetter:
    """A :class:`~stockade.ports.Vetter` on this machine: each file in a confined process of its own."""

    core: Core
    policy: Policy
    clock: Clock
    cache: Path | None
    """Where judgements are kept; None to keep none."""
    bounds: Bounds = field(default_factory=Bounds)

    def vet(self, path: Path, name: str) -> VetResult:
        """See :meth:`stockade.ports.Vetter.vet`."""
        given = file_input(path, name)
        inputs = Inputs(found=(replace(given, name=name) if given.source else given,))
        question = Question(
            inputs=inputs,
            core=self.core,
            policy=self.policy,
            now=self.clock.now(),
            workers=1,
            cache=self.cache,
            bounds=self.bounds,
        )
        (result,) = vet_inputs(question).results
        return result
