"""Vets inputs: judges what is not in the cache in confined workers, asks the policy, makes the report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import msgspec

from stockade import __version__
from stockade.errors import ExitCode
from stockade.model.assessment import Accepted
from stockade.model.findings import Rule, worst_first
from stockade.model.policy import Policy
from stockade.model.verdicts import Action, Cause, Indeterminate, Verdict
from stockade.model.vetting import Detection, VetReport, VetResult
from stockade.policy.engine import Evidence, decide, settle
from stockade.stages.vet_inputs import Input, Inputs, release_of
from stockade.vetter.cache import JudgementCache
from stockade.vetter.confine import Confinement
from stockade.vetter.judged import Judged
from stockade.vetter.pool import Job, Progress, judge_all
from stockade.vetter.worker import Bounds, Work

EXCERPT_AROUND = 1
"""Lines shown before and after the guilty one."""
EXCERPT_MOST = 5
DEFECT = "This is a defect of Stockade: please report it with the file that causes it."


@dataclass(frozen=True, kw_only=True)
class Core:
    """What judges."""

    work: Work
    ruleset: str
    rules: tuple[Rule, ...]
    warm: Callable[[], None] | None = None
    """Loads everything that judging loads late: worth its time before several workers are forked."""


@dataclass(frozen=True, kw_only=True)
class Extra:
    """What is known of an input beside its bytes."""

    findings: tuple[Detection, ...] = ()
    """Further ones."""
    own: tuple[Detection, ...] | None = None
    """Its own findings, with what is known of them beside the bytes; None where that is nothing."""
    incomplete: tuple[Indeterminate, ...] = ()
    judged_by: frozenset[str] = frozenset()


Beside = Callable[[Input, Judged, Judged | Indeterminate | None], Extra]
"""Takes an input, its judgement, and the judgement of the release before it where there is one to compare with."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is to be vetted, and how."""

    inputs: Inputs
    core: Core
    policy: Policy
    now: datetime
    workers: int
    cache: Path | None
    """Where judgements are kept; None to keep and use none."""
    fail_on: Action = Action.QUARANTINE
    bounds: Bounds = field(default_factory=Bounds)
    progress: Progress | None = None
    beside: Beside | None = None
    """Finds what the index and earlier releases say of an input."""


def vet_inputs(question: Question) -> VetReport:
    """Judge every input and decide on each. Every input has its result, also where nothing could be judged."""
    judged, confinement = _judged(question)
    pairs = list(zip(question.inputs.found, judged, strict=True))
    by_name = {given.shown: found for given, found in pairs}
    results = tuple(
        _result(question, given, found, by_name.get(given.before) if given.before else None)
        for given, found in pairs
        if given.reported
    )
    notes = (*question.inputs.notes, *_notes(confinement))
    return VetReport(
        version=__version__,
        judged_at=question.now,
        exit_code=int(exit_code(results, question.fail_on)),
        fail_on=question.fail_on,
        results=results,
        left_out=question.inputs.left_out,
        confinement=confinement.held if confinement else (),
        notes=notes,
    )


def exit_code(results: Iterable[VetResult], fail_on: Action) -> ExitCode:
    """1 where findings ask for ``fail_on`` or more, else 3 where something could not be judged, else 0."""
    results = tuple(results)
    if any(failing(result, fail_on) for result in results):
        return ExitCode.FINDINGS
    return ExitCode.INCOMPLETE if any(result.incomplete for result in results) else ExitCode.CLEAN


def failing(result: VetResult, fail_on: Action) -> bool:
    """Whether what was found, and not only what could not be judged, asks for ``fail_on`` or more."""
    return any(
        reason.action >= fail_on and not reason.code.startswith("indeterminate:") for reason in result.reasons
    )


def _judged(question: Question) -> tuple[list[Judged | Indeterminate], Confinement | None]:
    """One judgement or reason for each input, in their order; how the workers were shut in, where any ran."""
    cache = JudgementCache(question.cache, question.core.ruleset) if question.cache else None
    results: dict[int, Judged | Indeterminate] = {}
    jobs: dict[int, Job] = {}
    for at, given in enumerate(question.inputs.found):
        kept = cache.load(given.sha256, given.name) if cache and given.sha256 else None
        if given.source is None:
            results[at] = given.gap or _absent(given)
        elif kept is not None:
            results[at] = kept
        else:
            jobs[at] = Job(source=given.source, name=given.name, size=given.size)
    if not jobs:
        return [results[at] for at in sorted(results)], None
    if len(jobs) > 1 and question.core.warm is not None:
        question.core.warm()
    outcome = judge_all(
        tuple(jobs.values()),
        question.core.work,
        workers=min(question.workers, len(jobs)),
        bounds=question.bounds,
        progress=question.progress,
    )
    for at, result in zip(jobs, outcome.results, strict=True):
        given = question.inputs.found[at]
        results[at] = _checked(given, result)
        if cache and isinstance(result, Judged) and given.sha256:
            cache.save(result, given.sha256, given.name)
    if cache:
        cache.prune()
    return [results[at] for at in sorted(results)], outcome.confinement


def _absent(given: Input) -> Indeterminate:
    return Indeterminate(cause=Cause.UNREADABLE, subject=given.shown, detail="its bytes are not to be had")


def _checked(given: Input, result: Judged | Indeterminate) -> Judged | Indeterminate:
    """The result, unless it is of other bytes than those that were handed over."""
    if isinstance(result, Judged) and given.sha256 and result.sha256 != given.sha256:
        return Indeterminate(
            cause=Cause.CHECK_FAILED,
            subject=given.shown,
            detail="the judgement is of other bytes than the file had: it changed in the meantime",
            mend="Vet it again where nobody changes it.",
        )
    return result


def _result(
    question: Question,
    given: Input,
    found: Judged | Indeterminate,
    before: Judged | Indeterminate | None,
) -> VetResult:
    if isinstance(found, Indeterminate):
        found = Judged(path=given.shown, sha256=given.sha256, kind="unknown", size=given.size, incomplete=(
            msgspec.structs.replace(found, subject=given.shown),
        ))  # fmt: skip
    else:
        found = replace(found, incomplete=(*found.incomplete, *_unjudged(given, found)))
    extra = question.beside(given, found, before) if question.beside else Extra()
    subject = _subject(given, found)
    own = found.findings if extra.own is None else extra.own
    findings = [_about(each, subject, found.sources) for each in (*own, *extra.findings)]
    incomplete = (*found.incomplete, *extra.incomplete)
    ran = found.judged_by | extra.judged_by
    verdict = decided(subject, findings, incomplete, ran, question)
    settled = settle(findings, question.policy, question.now.date())
    return VetResult(
        path=given.shown,
        sha256=found.sha256,
        subject=subject,
        kind=found.kind,
        project=found.project,
        version=found.version,
        size=found.size,
        files=found.files,
        verdict=verdict.action,
        score=found.score,
        reasons=verdict.reasons,
        findings=tuple(each for each in worst_first(list(settled.kept)) if isinstance(each, Detection)),
        incomplete=incomplete,
        ruleset=question.core.ruleset,
        judged_by=tuple(sorted(ran)),
        accepted=tuple(
            Accepted(finding=each, reason=why.reason, expires=why.expires, approved_by=why.approved_by)
            for each, why in settled.accepted
        ),
    )


def _unjudged(given: Input, found: Judged) -> Iterator[Indeterminate]:
    """Why a judgement that names no reason is none all the same: unknown is never clean."""
    if found.incomplete:
        return
    if not found.judged_by:
        yield Indeterminate(
            cause=Cause.CHECK_FAILED, subject=given.shown, detail="no rule was run", mend=DEFECT
        )
    elif not found.files:
        yield Indeterminate(
            cause=Cause.FACT_MISSING,
            subject=given.shown,
            detail="it holds no file, so nothing was judged",
            mend="Name what holds the code.",
        )


def _subject(given: Input, found: Judged) -> str:
    """``name==version`` as the index has it, else as the file is named, else as its metadata claim; else the path.

    Exceptions of the policy go by it, and metadata are the author's own words.
    """
    if given.page is not None:
        return f"{given.page.name}=={given.version}"
    named = release_of(given.name)
    if named is not None:
        return f"{named[0]}=={named[1]}"
    return f"{found.project}=={found.version}" if found.project and found.version else given.shown


def decided(
    subject: str,
    findings: Sequence[Detection],
    incomplete: Sequence[Indeterminate],
    ran: frozenset[str],
    question: Question,
) -> Verdict:
    """The policy's verdict. What could not be judged is held back for a person, unless the policy says otherwise."""
    unknown = dict.fromkeys(Cause, Action.QUARANTINE) | question.policy.indeterminate
    evidence = Evidence(judged_by=ran, findings=tuple(findings), indeterminate=tuple(incomplete))
    policy = msgspec.structs.replace(question.policy, indeterminate=unknown)
    return decide(subject, evidence, policy, question.now.date())


def _about(found: Detection, subject: str, sources: Mapping[str, str]) -> Detection:
    """A finding about the result's subject, with the guilty lines."""
    excerpt = found.excerpt
    if not excerpt and found.location and found.location.line and found.location.path in sources:
        excerpt = _excerpt(sources[found.location.path], found.location.line, found.location.end_line)
    return msgspec.structs.replace(found, subject=subject, excerpt=excerpt)


def _excerpt(text: str, line: int, end_line: int) -> tuple[tuple[int, str], ...]:
    first = max(1, line - EXCERPT_AROUND)
    last = min(max(line, end_line) + EXCERPT_AROUND, first + EXCERPT_MOST - 1)
    lines = text.splitlines()
    return tuple((number, lines[number - 1]) for number in range(first, last + 1) if number <= len(lines))


def _notes(confinement: Confinement | None) -> tuple[str, ...]:
    if confinement is None:
        return ()
    lost = [f"the judging processes are not shut in by {each}" for each in confinement.missing]
    if not confinement.offline:
        lost.append(
            "a judging process could reach the network: vet hostile files on a system that can prevent it"
        )
    return tuple(lost)
