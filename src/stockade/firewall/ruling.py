"""Rules on a project's files: filters say what they find, the policy decides, approvals have the last word.

Every path of the firewall (page, file, metadata, provenance) asks here, so that a file that is refused is refused
on all of them. Pure: the offer holds the moment, the policy and every fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

import msgspec

from stockade.firewall.filters.base import ALL, About, Content, Offer, Outcome, subject
from stockade.firewall.filters.registry import CONTENT_FILTERS, FILTERS, PAGE_FILTERS
from stockade.model.findings import Finding, Rule
from stockade.model.firewall import Approval, Ruling, Scope
from stockade.model.index import IndexFile
from stockade.model.policy import Policy
from stockade.model.verdicts import Cause, Indeterminate, Verdict
from stockade.model.vetting import VetResult
from stockade.policy.approvals import apply, fits
from stockade.policy.engine import Evidence, covers, decide

__all__ = ["approved", "rule", "rule_content", "rule_gap"]

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
    name, origin, about_of = offer.project.name, offer.origin, said.about
    texts = {key: (about, about.partition("==")[2]) for key, about in offer.subjects.items()}
    for file in offer.project.files:
        filename = file.filename
        about, version = texts[id(file.version)]
        outcomes = about_of.get(filename, said.all)
        key = (about, *map(id, outcomes)) if outcomes else ()
        decided = verdicts.get(key)
        if decided is None:
            decided = verdicts[key] = _decide(offer, about, outcomes, _PAGE_RULES)
        verdict, until = decided
        ends = said.until.get(filename, said.until_all)
        if ends is not None and (until is None or ends < until):
            until = ends
        rulings[filename] = Ruling(
            project=name,
            version=version,
            filename=filename,
            origin=origin,
            sha256=file.hashes.get("sha256", ""),
            verdict=verdict,
            content_judged=False,
            until=until,
        )
    return approved(rulings, ours, offer.now, requester) if ours else rulings


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
            outcomes.extend(each.run(offer, file, content))
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
    return approved({file.filename: ruling}, approvals, offer.now, requester)[file.filename]


def rule_gap(
    offer: Offer,
    gap: Indeterminate,
    page_ruling: Ruling,
    approvals: Sequence[Approval] = (),
    requester: str = "",
) -> Ruling:
    """The ruling on a file whose bytes cannot be had, or are not those that its page promises."""
    version = page_ruling.version
    about = f"{offer.project.name}=={version}" if version else offer.project.name
    verdict, until = _decide(offer, about, [gap], _PAGE_RULES)
    ruling = msgspec.structs.replace(
        page_ruling, verdict=page_ruling.verdict.join(verdict), until=_earliest(page_ruling.until, until)
    )
    return approved({ruling.filename: ruling}, approvals, offer.now, requester)[ruling.filename]


class _Said:
    """What the page filters said of an offer, by file."""

    def __init__(self, offer: Offer) -> None:
        self.all: list[Outcome] = []
        """What was said of the whole project."""
        self.about: dict[str, list[Outcome]] = {}
        """By file name: everything that was said of a file, where that is more than what was said of all."""
        self.until: dict[str, datetime] = {}
        """By file name: the earliest moment at which something that was said of it no longer holds."""
        self.until_all: datetime | None = None
        single: list[About] = []
        for each in PAGE_FILTERS:
            found: list[About] = []
            try:
                found.extend(each.run(offer))  # what it said before it crashed still holds
            except Exception as error:  # noqa: BLE001 - a crash of a filter is its result, never a pass
                gap = _crashed(each.name, offer.project.name, each.rules, error)
                found.append(About(outcome=gap, files=ALL))
            for about in found:
                if about.files is not ALL:
                    single.append(about)
                    continue
                self.all.append(about.outcome)
                self.until_all = _earliest(self.until_all, about.until)
        for about in single:
            self._take(about, about.files or ())

    def _take(self, about: About, files: Iterable[str]) -> None:
        outcome, until, held, untils = about.outcome, about.until, self.about, self.until
        for name in files:
            known = held.get(name)
            if known is None:
                held[name] = [*self.all, outcome]
            else:
                known.append(outcome)
            if until is not None:
                before = untils.get(name, self.until_all)
                untils[name] = until if before is None or until < before else before


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


def approved(
    rulings: Mapping[str, Ruling], approvals: Iterable[Approval], at: datetime, requester: str = ""
) -> dict[str, Ruling]:
    """Rulings by file name after approvals and denials; each changes again when one of those that fit it expires.

    :func:`rule` and :func:`rule_content` do so by themselves; whoever keeps rulings that were made without
    approvals asks here, once for each requester.
    """
    holding = [each for each in approvals if each.holds(at)]
    if not holding:
        return dict(rulings)
    known: dict[tuple[int, ...], Verdict] = {}
    result = {}
    for name, ruling in rulings.items():
        asked = Scope(
            project=ruling.project,
            version=ruling.version,
            filename=ruling.filename,
            sha256=ruling.sha256,
            requester=requester,
        )
        fitting = [each for each in holding if fits(each.scope, asked)]
        if not fitting:
            result[name] = ruling
            continue
        key = (id(ruling.verdict), *map(id, fitting))
        verdict = known.get(key)
        if verdict is None:
            verdict = known[key] = apply(ruling.verdict, fitting, asked, at)
        ends = _earliest(ruling.until, *(each.expires for each in fitting))
        result[name] = msgspec.structs.replace(ruling, verdict=verdict, until=ends)
    return result


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
