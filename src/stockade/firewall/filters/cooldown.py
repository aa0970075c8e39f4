"""Release cooldown: what was published a short time ago waits, by the moment that can be trusted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from stockade.firewall.filters.base import About, Offer, PageFilter
from stockade.firewall.filters.common import backdated, matches
from stockade.model.findings import Finding, Rule, Severity, finding
from stockade.model.firewall import Origin, Seen
from stockade.model.index import IndexFile
from stockade.model.names import ProjectName
from stockade.model.policy import Policy
from stockade.model.stages import Stage
from stockade.model.verdicts import Cause, Indeterminate

TOO_YOUNG = Rule(
    id="STK-F006",
    name="release-cooldown",
    stage=Stage.FORTIFY,
    title="A file is younger than the cooldown",
    severity=Severity.HIGH,
    why="Most malicious releases are found and removed within days; whoever waits never meets them.",
    mend="Use an older release, wait, or have this one approved if it mends a hole that concerns you.",
    references=("S2C2F ENF-2",),
)
AFTER_LIMIT = Rule(
    id="STK-F007",
    name="after-the-limit",
    stage=Stage.FORTIFY,
    title="A file was published after the moment that the policy names",
    severity=Severity.CRITICAL,
    why="A build that is to see the index as it was must not meet anything newer.",
    mend="Use an older release, or move [firewall] nothing_after.",
)
BACKDATED = Rule(
    id="STK-F008",
    name="back-dated-file",
    stage=Stage.FORTIFY,
    title="A file claims to be older than a moment at which it was not there",
    severity=Severity.HIGH,
    why="A false upload time would carry a fresh file past every cooldown; an index that tells one is broken or not "
    "under its owner's control.",
    mend="Find out what happened at the index before you approve it. Its age counts from when it was first seen.",
    references=("PEP 700",),
)

LATE = timedelta(hours=1)
"""Caches in front of an index show files this late; a claim within it is no finding, and gains nothing either."""
VERY_LATE = timedelta(days=2)
"""A mirror may lag for as long; what claims to be older still is held back, not only shown."""
_RULES = f"{TOO_YOUNG.id}, {AFTER_LIMIT.id}"


def run(offer: Offer) -> Iterator[About]:
    """What is too young, too new or back-dated. Hosted files were published by people who are known: none is."""
    if offer.origin is Origin.HOSTED:
        return
    limit = cooldown_of(offer.project.name, offer.policy)
    after = offer.policy.firewall.nothing_after
    since = offer.now - limit if limit else None
    timeless: dict[datetime | None, list[str]] = {}
    late: list[IndexFile] = []
    young: list[tuple[datetime, IndexFile]] = []
    for file in offer.project.files:
        seen = offer.seen.get(file.filename)
        moment = file.uploaded
        if seen is not None and not seen.baseline and backdated(file, seen):
            late.append(file)
            moment = seen.first_seen
        if moment is None:
            if (since or after) and (until := _proven(seen, limit, after, offer.now)) is not _OLD:
                timeless.setdefault(until, []).append(file.filename)
        elif (since is not None and moment > since) or (after is not None and moment > after):
            young.append((moment, file))
    for until, names in timeless.items():
        yield About(outcome=_timeless(offer.project.name), files=tuple(names), until=until)
    yield from _young(offer, young, limit, after)
    for file in late:
        yield from _late(offer, file, offer.seen[file.filename])


def cooldown_of(name: ProjectName, policy: Policy) -> timedelta:
    """The cooldown of a project's files: its own, else the longest of the patterns that fit it, else the firewall's,
    else that of ``[lock]``."""
    own = policy.firewall.cooldown
    if name in own:
        return timedelta(days=own[name])
    fitting = [days for pattern, days in own.items() if matches(name, (pattern,))]
    if fitting:
        return timedelta(days=max(fitting))
    general = policy.firewall.cooldown_days
    return timedelta(days=policy.lock.cooldown_days if general is None else general)


_OLD = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)


def _proven(seen: Seen | None, limit: timedelta, after: datetime | None, now: datetime) -> datetime | None:
    """When a file without an upload time will have been watched for the cooldown; :data:`_OLD` where it has been.
    None where no time will help."""
    if seen is None or (after is not None and seen.first_seen > after):
        return None
    return _OLD if now - seen.first_seen >= limit else seen.first_seen + limit


def _later(moment: datetime, by: timedelta) -> datetime:
    """``moment + by``, or the last moment that there is: an index may claim any time."""
    return (
        moment + by if datetime.max.replace(tzinfo=UTC) - moment >= by else datetime.max.replace(tzinfo=UTC)
    )


def _timeless(name: ProjectName) -> Indeterminate:
    return Indeterminate(
        cause=Cause.FACT_MISSING,
        subject=name,
        detail="the index gives no upload time for it",
        mend="Use an index that serves upload times (PEP 700), or wait until it was watched for the cooldown.",
        needed_by=_RULES,
    )


def _young(
    offer: Offer, young: list[tuple[datetime, IndexFile]], limit: timedelta, after: datetime | None
) -> Iterator[About]:
    """One finding for each release and minute, so that a release of a hundred files is decided once."""
    groups: dict[tuple[str, datetime], dict[datetime, list[str]]] = {}
    for moment, file in young:
        about, minute = offer.subjects[id(file.version)], moment.replace(second=0, microsecond=0)
        groups.setdefault((about, minute), {}).setdefault(moment, []).append(file.filename)
    for (about, minute), moments in groups.items():
        too_new, too_young = _after(about, minute, after), _too_young(about, minute, limit)
        for moment, names in moments.items():
            if after is not None and moment > after:
                yield About(outcome=too_new, files=tuple(names))
            if (free := _later(moment, limit)) > offer.now:
                yield About(outcome=too_young, files=tuple(names), until=free)


def _after(about: str, minute: datetime, after: datetime | None) -> Finding:
    return finding(
        AFTER_LIMIT,
        subject=about,
        message=f"published {minute:%Y-%m-%d %H:%M} UTC; the policy lets nothing through after "
        f"{after or minute:%Y-%m-%d %H:%M} UTC",
    )


def _too_young(about: str, minute: datetime, limit: timedelta) -> Finding:
    free = _later(minute, limit)
    return finding(
        TOO_YOUNG,
        subject=about,
        message=f"published {minute:%Y-%m-%d %H:%M} UTC, too young until {free:%Y-%m-%d %H:%M} UTC",
        evidence={"cooldown in days": f"{limit / timedelta(days=1):g}"},
    )


def _late(offer: Offer, file: IndexFile, seen: Seen) -> Iterator[About]:
    if seen.absent_at is None or file.uploaded is None:
        return
    gap = seen.absent_at - file.uploaded
    if gap <= LATE:
        return
    found = finding(
        BACKDATED,
        subject=offer.subjects[id(file.version)],
        message=f"{file.filename} claims {file.uploaded:%Y-%m-%d %H:%M} UTC and was not there at "
        f"{seen.absent_at:%Y-%m-%d %H:%M} UTC",
        severity=Severity.MEDIUM if gap <= VERY_LATE else None,
        evidence={"claimed": file.uploaded.isoformat(), "first seen": seen.first_seen.isoformat()},
    )
    yield About(outcome=found, files=(file.filename,))


FILTER = PageFilter(name="cooldown", rules=(TOO_YOUNG, AFTER_LIMIT, BACKDATED), run=run)
