"""Vets what lockfiles name, so that ``stockade check --vet`` has it among its findings."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from packaging.specifiers import SpecifierSet

from stockade.checks.base import Facts
from stockade.errors import StockadeError
from stockade.model.findings import Finding, Severity
from stockade.model.locations import Location
from stockade.model.requirements import SourceKind
from stockade.model.verdicts import Cause, Indeterminate
from stockade.model.vetting import Detection, VetResult
from stockade.sources.clock import SystemClock
from stockade.stages.assess import Vetted
from stockade.stages.vet_index import Choice, IndexTargets
from stockade.stages.vet_inputs import NOTHING, Input, Inputs, missing
from stockade.stages.vet_wanted import Wanted
from stockade.stages.vetting import Core, Question, vet_inputs

WITHHELD = "it was not vetted: nothing here shows that the name is public, so the public index was not asked about it"
MEND = "If it is yours, declare it under [protect] names; else import newer registered names."


@dataclass(frozen=True, kw_only=True)
class Vetting:
    """How locked distributions are vetted."""

    core: Core
    workers: int
    cache: Path
    """Where answers of the index and judgements are kept."""
    progress: Callable[[int, int], None] | None = None


def vet_locked(facts: Facts, vetting: Vetting) -> Vetted:
    """Fetch and vet each distribution that a lockfile names by its hashes, as far as it could be chosen here.

    The public default index is asked about names that are known to be public only, as for everything that ``check`` asks.
    """
    places = _locked(facts)
    with tempfile.TemporaryDirectory(prefix="stockade-vet-") as folder, ExitStack() as stack:
        inputs = _inputs(facts, vetting, list(places), Path(folder), stack)
        report = vet_inputs(
            Question(
                inputs=inputs,
                core=vetting.core,
                policy=facts.policy,
                now=facts.now,
                workers=vetting.workers,
                cache=vetting.cache / "vet",
                progress=vetting.progress,
            )
        )
    by_name = {wanted.shown: place for wanted, place in places.items()}
    findings: list[Finding] = []
    for given, result in zip(inputs.found, report.results, strict=True):
        findings += _as_findings(given, result, by_name.get(given.asked))
    return Vetted(
        findings=tuple(findings),
        incomplete=tuple(gap for result in report.results for gap in result.incomplete),
        rules=vetting.core.rules,
    )


def _locked(facts: Facts) -> dict[Wanted, Location]:
    """What lockfiles name of an index, each once, with the first place that names it."""
    found: dict[Wanted, Location] = {}
    for manifest in facts.inventory.manifests:
        for package in manifest.locked:
            if package.own or package.version is None or package.source.kind is not SourceKind.INDEX:
                continue
            pinned = f"=={package.version}"
            wanted = Wanted(
                shown=f"{package.name}{pinned}",
                name=package.name,
                specifier=SpecifierSet(pinned),
                hashes=tuple(sorted(package.hashes)),
                index=package.source.index,
            )
            found.setdefault(wanted, package.location)
    return found


def _inputs(facts: Facts, vetting: Vetting, wanted: list[Wanted], folder: Path, stack: ExitStack) -> Inputs:
    """The files of everything wanted, or why they are not to be had."""
    from stockade.sources.client_config import load_index_settings  # noqa: PLC0415 - only where an index is asked
    from stockade.sources.package_index import HttpPackageIndex  # noqa: PLC0415 - loads the HTTP client

    if not wanted:
        return NOTHING
    if not facts.index_asked:
        detail = "it was not vetted: it is on an index, and the network is not to be used"
        return Inputs(found=tuple(missing(each.shown, Cause.OFFLINE, detail) for each in wanted))
    try:
        settings = load_index_settings()
    except StockadeError as error:
        why = " ".join(error.message.split())
        return Inputs(found=(missing("package index", Cause.SOURCE_UNREACHABLE, why, error.hint),))
    clock = SystemClock()
    indexes = [HttpPackageIndex(settings, vetting.cache, clock)]
    indexes += [HttpPackageIndex(settings, vetting.cache, clock, address=each) for each in settings.extra]
    targets = stack.enter_context(IndexTargets(settings, indexes, folder, facts.policy, Choice()))
    asked = [each for each in wanted if settings.configured or _public(facts, each)]
    fetched = targets.inputs(asked, vetting.progress)
    kept = [
        missing(each.shown, Cause.FACT_MISSING, WITHHELD, MEND) for each in wanted if each not in set(asked)
    ]
    return fetched.and_those(Inputs(found=tuple(kept)))


def _public(facts: Facts, wanted: Wanted) -> bool:
    """Whether a name is known to be public, so that the public index may hear it."""
    registered = not isinstance(facts.registered, Indeterminate) and wanted.name in facts.registered
    return registered or wanted.name in facts.names.popular.ranks


def _as_findings(given: Input, result: VetResult, at: Location | None) -> Iterator[Finding]:
    """What was found in a distribution, at the line that locks it; context is left to ``stockade vet``."""
    for found in _telling(result.findings):
        inside = f" at {found.location}" if found.location else ""
        yield Finding(
            rule=found.rule,
            title=found.title,
            stage=found.stage,
            severity=found.severity,
            confidence=found.confidence,
            subject=given.asked,
            message=f"{result.path}{inside}: {found.message}",
            mend=found.mend,
            why=found.why,
            location=at,
            evidence=(
                ("file", result.path),
                ("sha256", result.sha256),
                ("phase", found.phase.value),
                *(
                    (f"{step.role} {number}", f"{step.what} at {step.location}")
                    for number, step in enumerate(found.chain, 1)
                ),
                *found.evidence,
            ),
            references=found.references,
        )


def _telling(findings: Iterable[Detection]) -> Iterator[Detection]:
    return (found for found in findings if found.severity > Severity.INFO)
