"""One run of ``stockade vet``: from what was named to the report."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from stockade.errors import StockadeError
from stockade.model.policy import Policy
from stockade.model.verdicts import Action, Cause
from stockade.model.vetting import VetReport
from stockade.paths import cache_dir
from stockade.ports import Clock
from stockade.sources.clock import SystemClock
from stockade.stages.vet_inputs import NOTHING, Inputs, inputs_at, like, missing
from stockade.stages.vet_wanted import Wanted, named_in, wanted_by
from stockade.stages.vetting import Beside, Core, Question, vet_inputs
from stockade.vetter.worker import Bounds

if TYPE_CHECKING:
    from stockade.stages.vet_index import IndexTargets


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
    """Find the inputs, fetch what lies on an index, judge, compare, report."""
    clock = SystemClock()
    with tempfile.TemporaryDirectory(prefix="stockade-vet-") as folder, ExitStack() as stack:
        finder = _Finder(order, clock, Path(folder), stack)
        inputs = finder.compared(*order.diff) if order.diff else finder.all()
        return vet_inputs(
            Question(
                inputs=inputs,
                core=order.core,
                policy=order.policy,
                now=clock.now(),
                workers=order.workers,
                cache=cache_dir() / "vet" if order.use_cache else None,
                fail_on=order.fail_on,
                bounds=Bounds(seconds=order.seconds),
                progress=order.progress,
                beside=finder.beside(inputs),
            )
        )


@dataclass
class _Finder:
    """Finds the inputs of one run; asks an index only where one is needed."""

    order: Order
    clock: Clock
    folder: Path
    stack: ExitStack
    _index: IndexTargets | None = None

    def all(self) -> Inputs:
        """The inputs of every target and manifest, in the order in which they were named."""
        inputs = NOTHING
        for target in self.order.targets:
            inputs = inputs.and_those(self._of(target))
        for manifest in self.order.manifests:
            named = named_in(manifest)
            inputs = inputs.and_those(named.inputs).and_those(self._fetched(named.wanted))
        return inputs

    def compared(self, old: str, new: str) -> Inputs:
        """The files of the newer release, each with the one of the older that is most like it."""
        before, after = self._of(old), self._of(new)
        gaps = [each for each in before.found if each.source is None]
        names = [each.shown for each in before.found if each.source is not None]
        if not names:
            return Inputs(found=(*after.found, *gaps), left_out=after.left_out, notes=after.notes)
        paired = tuple(replace(each, before=like(each.shown, names)) for each in after.found)
        used = {each.before for each in paired}
        kept = tuple(replace(each, reported=False) for each in before.found if each.shown in used)
        return Inputs(
            found=(*paired, *kept, *gaps),
            left_out=after.left_out,
            notes=(*after.notes, f"compared with {', '.join(sorted(used))}"),
        )

    def beside(self, inputs: Inputs) -> Beside | None:
        """What else is known of these inputs; None where nothing can be."""
        if not any(each.page or each.before for each in inputs.found):
            return None
        from stockade.stages.vet_history import History  # noqa: PLC0415 - loads the name engine

        ask = self._index.page if self._index is not None else None
        return History(self.order.policy, self.clock.now(), ask)

    def _of(self, target: str) -> Inputs:
        wanted = wanted_by(target)
        return inputs_at(target) if wanted is None else self._fetched((wanted,))

    def _fetched(self, wanted: Sequence[Wanted]) -> Inputs:
        if not wanted:
            return NOTHING
        if not self.order.policy.online:
            detail = "it is on an index, and the network is not to be used"
            mend = "Leave out --offline, or name a file."
            return Inputs(found=tuple(missing(each.shown, Cause.OFFLINE, detail, mend) for each in wanted))
        try:
            return self._indexes().inputs(wanted, self.order.progress)
        except StockadeError as error:
            return Inputs(
                found=tuple(
                    missing(each.shown, Cause.SOURCE_UNREACHABLE, " ".join(error.message.split()), error.hint)
                    for each in wanted
                )
            )

    def _indexes(self) -> IndexTargets:
        from stockade.sources.client_config import load_index_settings  # noqa: PLC0415 - only where one is asked
        from stockade.sources.package_index import HttpPackageIndex  # noqa: PLC0415 - loads the HTTP client
        from stockade.stages.vet_index import Choice, IndexTargets  # noqa: PLC0415 - as above

        if self._index is None:
            settings = load_index_settings()
            cache = cache_dir()
            indexes = [HttpPackageIndex(settings, cache, self.clock)]
            indexes += [
                HttpPackageIndex(settings, cache, self.clock, address=each) for each in settings.extra
            ]
            choice = Choice(wheels=self.order.wheels, sdists=self.order.sdists, previous=self.order.previous)
            made = IndexTargets(settings, indexes, self.folder, self.order.policy, choice)
            self._index = self.stack.enter_context(made)
        return self._index
