"""Rules on a project's files: filters say what they find, the policy decides, approvals have the last word.

Every path of the firewall (page, file, metadata, provenance) asks here, so that a file that is refused is refused
on all of them. Pure: the offer holds the moment, the policy and every fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta

import msgspec
from packaging.version import Version

from stockade.firewall.filters.base import About, Content, Offer, Outcome, subject
from stockade.firewall.filters.registry import CONTENT_FILTERS, FILTERS, PAGE_FILTERS
from stockade.model.findings import Finding, Rule
from stockade.model.firewall import Approval, Ruling, Scope
from stockade.model.index import IndexFile
from stockade.model.names import ProjectName
from stockade.model.policy import Policy
from stockade.model.verdicts import Cause, Indeterminate, Verdict
from stockade.model.vetting import VetResult
from stockade.policy.approvals import apply, fits
from stockade.policy.engine import Evidence, covers, decide

__all__ = ["approved", "rule", "rule_content"]

_PAGE_RULES = frozenset(rule.id for each in PAGE_FILTERS for rule in each.rules)
_ALL_RULES = frozenset(rule.id for each in FILTERS for rule in each.rules)


def rule(offer: Offer, approvals: Sequence[Approval] = (), requester: str = "") -> dict[str, Ruling]:
    """The ruling on every file of a page, by file name, from what the page and the records tell.

    A filter that crashes is a gap about every file. Files about which the same is said are decided once.

    Args:
        offer: the project, and what is known of it.
        approvals: any; those of other projects are passed over.
        requester: who asks, for approvals that hold for one requester only; empty for everybody.
    """
    said = _Said(offer)
    ours = [each for each in approvals if each.scope.project == offer.project.name]
    verdicts: dict[tuple[object, ...], tuple[Verdict, datetime | None]] = {}
    rulings: dict[str, Ruling] = {}
    name, origin = offer.project.name, offer.origin
    for file in offer.project.files:
        about, version = said.release(file.version)
        outcomes = said.about(file.filename)
        key = (about, *map(id, outcomes)) if outcomes else ()
        decided = verdicts.get(key)
        if decided is None:
            decided = verdicts[key] = _decide(offer, about, outcomes, _PAGE_RULES)
        verdict, until = decided
        ruling = Ruling(
            project=name,
            version=version,
            filename=file.filename,
            origin=origin,
            sha256=file.hashes.get("sha256", ""),
            verdict=verdict,
            content_judged=False,
            until=_earliest(until, said.until.get(file.filename), said.until_all),
        )
        rulings[file.filename] = approved(ruling, ours, offer.now, requester) if ours else ruling
    return rulings


def rule_content(  # noqa: PLR0913, PLR0917 - what is judged, what was said of it, and who asks
    offer: Offer,
    file: IndexFile,
    content: Content,
    page_ruling: Ruling,
    approvals: Sequence[Approval] = (),
    requester: str = "",
) -> Ruling:
    """The ruling on one file whose bytes are there: what its page says, joined with what its bytes say.

    Args:
        offer: the project, and what is known of it.
        file: the file as the page lists it.
        content: its bytes, whose digest and size were checked.
        page_ruling: what :func:`rule` said of it for the same requester.
        approvals: any.
        requester: who asks; empty for everybody.

    Raises:
        ValueError: the bytes are not those that the page's ruling is about.
    """
    if page_ruling.filename != file.filename or page_ruling.sha256.lower() not in {
        "",
        content.sha256.lower(),
    }:
        raise ValueError(f"the bytes of {file.filename} are not those that were ruled on")
    outcomes: list[Outcome] = []
    for each in CONTENT_FILTERS:
        try:
            outcomes += each.run(offer, file, content)
        except Exception as error:  # noqa: BLE001 - a crash of a filter is its result, never a pass
            outcomes.append(_crashed(each.name, file.filename, each.rules, error))
    about = subject(offer.project.name, file.version)
    vetted = content.vetted.judged_by if isinstance(content.vetted, VetResult) else ()
    verdict, until = _decide(offer, about, outcomes, _ALL_RULES.union(vetted))
    ruling = msgspec.structs.replace(
        page_ruling,
        sha256=content.sha256,
        verdict=page_ruling.verdict.join(verdict),
        content_judged=True,
        until=_earliest(page_ruling.until, until),
    )
    return approved(ruling, approvals, offer.now, requester)


class _Said:
    """What the page filters said of an offer, by file."""

    def __init__(self, offer: Offer) -> None:
        self._name: ProjectName = offer.project.name
        self._all: list[Outcome] = []
        self._single: dict[str, list[Outcome]] = {}
        self._releases: dict[int, tuple[str, str]] = {}
        """By the identity of the version: 1.0 and 1.0.0 are equal, and each is told as its file has it."""
        self.until: dict[str, datetime] = {}
        """By file name: the earliest moment at which something that was said of it no longer holds."""
        self.until_all: datetime | None = None
        for each in PAGE_FILTERS:
            try:
                found = list(each.run(offer))
            except Exception as error:  # noqa: BLE001 - a crash of a filter is its result, never a pass
                found = [About(outcome=_crashed(each.name, self._name, each.rules, error), files=None)]
            for about in found:
                self._take(about)

    def _take(self, about: About) -> None:
        if about.files is None:
            self._all.append(about.outcome)
            self.until_all = _earliest(self.until_all, about.until)
            return
        for name in about.files:
            self._single.setdefault(name, []).append(about.outcome)
            if about.until is not None:
                held = self.until.get(name)
                self.until[name] = about.until if held is None else min(held, about.until)

    def about(self, filename: str) -> list[Outcome]:
        """Everything that was said of a file."""
        single = self._single.get(filename)
        return self._all if single is None else self._all + single

    def release(self, version: Version | None) -> tuple[str, str]:
        """The subject that findings about a release name, and its version as text."""
        known = self._releases.get(id(version))
        if known is None:
            text = "" if version is None else str(version)
            known = self._releases[id(version)] = (subject(self._name, version), text)
        return known


def _decide(
    offer: Offer, about: str, outcomes: Iterable[Outcome], judged_by: frozenset[str]
) -> tuple[Verdict, datetime | None]:
    """The policy's verdict, and when it changes because an exception expires."""
    findings = tuple(each for each in outcomes if isinstance(each, Finding))
    evidence = Evidence(
        judged_by=judged_by,
        findings=findings,
        indeterminate=tuple(each for each in outcomes if isinstance(each, Indeterminate)),
    )
    today = offer.now.astimezone(UTC).date()
    verdict = decide(about, evidence, offer.policy, today)
    return verdict, _lapse(findings, offer.policy, offer.now) if offer.policy.exceptions else None


def _lapse(findings: Iterable[Finding], policy: Policy, now: datetime) -> datetime | None:
    """The end of the first exception that covers one of the findings and still holds."""
    today = now.astimezone(UTC).date()
    ends = [
        each.expires
        for each in policy.exceptions
        if today <= each.expires and any(covers(each, finding) for finding in findings)
    ]
    return datetime.combine(min(ends), time(), UTC) + timedelta(days=1) if ends else None


def approved(ruling: Ruling, approvals: Iterable[Approval], at: datetime, requester: str = "") -> Ruling:
    """The ruling after approvals and denials; it changes again when one of them expires.

    :func:`rule` and :func:`rule_content` do so by themselves; whoever keeps rulings that were made without
    approvals asks here, once for each requester.
    """
    asked = Scope(
        project=ruling.project,
        version=ruling.version,
        filename=ruling.filename,
        sha256=ruling.sha256,
        requester=requester,
    )
    fitting = [each for each in approvals if each.holds(at) and fits(each.scope, asked)]
    if not fitting:
        return ruling
    return msgspec.structs.replace(
        ruling,
        verdict=apply(ruling.verdict, fitting, asked, at),
        until=_earliest(ruling.until, *(each.expires for each in fitting)),
    )


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((each for each in moments if each is not None), default=None)


def _crashed(name: str, about: str, rules: Iterable[Rule], error: Exception) -> Indeterminate:
    return Indeterminate(
        cause=Cause.CHECK_FAILED,
        subject=about,
        detail=f"the filter {name!r} failed: {type(error).__name__}",
        mend="Report it; until then nothing that it should have judged is let through.",
        needed_by=", ".join(each.id for each in rules),
    )
