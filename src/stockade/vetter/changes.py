"""What a release does that the one before it did not: the one sign of a project that was taken over.

How much a change tells depends on the step: a patch release does not begin to run code at installation, a new major
version may.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import msgspec
from packaging.version import InvalidVersion, Version

from stockade.model.findings import Confidence, Severity
from stockade.model.locations import Location
from stockade.model.vetting import Detection, Phase
from stockade.vetter import history_rules as rules
from stockade.vetter.acts import Kind, Origin
from stockade.vetter.history import told
from stockade.vetter.judged import Judged
from stockade.vetter.profile import NETWORK, WHOLE_ENVIRONMENT

EARLY = frozenset({Phase.INSTALL, Phase.START})
BY_ITSELF = EARLY | {Phase.IMPORT}
GRAVE = NETWORK | {Kind.SPAWN, Kind.EXECUTE, Kind.REGISTER}
"""Effects that code at installation or start of an honest patch release does not begin to have."""
NAMED = 5
"""Names of one kind that a message tells; the evidence has them all."""


@dataclass(frozen=True, kw_only=True)
class _Step:
    """Two releases, the older first."""

    before: Judged
    after: Judged

    @property
    def subject(self) -> str:
        return f"{self.after.project or self.after.path}=={self.after.version}"

    @property
    def small(self) -> bool:
        """The newer one promises not to do anything new: only its last part differs, or nobody says which it is."""
        try:
            old, new = Version(self.before.version), Version(self.after.version)
        except InvalidVersion:
            return True
        return old.epoch == new.epoch and (old.major, old.minor) == (new.major, new.minor)

    @cached_property
    def known(self) -> frozenset[str]:
        """Rules by which the older one already did something grave."""
        return frozenset(each.rule for each in self.before.findings if each.severity >= Severity.HIGH)

    def fresh(self, found: Detection) -> bool:
        """Whether a finding of the newer one is a complete behaviour of which the older one had nothing."""
        return bool(found.chain) and found.severity >= Severity.HIGH and found.rule not in self.known

    @cached_property
    def told(self) -> str:
        """Everything that fresh behaviours say, in one text."""
        fresh = [found for found in self.after.findings if self.fresh(found)]
        return "\n".join(
            text
            for found in fresh
            for text in (found.message, *(each.what for each in found.chain), *dict(found.evidence).values())
        )

    def untold(self, old: Iterable[str], new: Iterable[str]) -> list[str]:
        """The names that are new and that no fresh behaviour tells."""
        return [name for name in sorted(set(new) - set(old)) if not self._tells(name)]

    def _tells(self, name: str) -> bool:
        if name == WHOLE_ENVIRONMENT:
            return f"({Origin.ENVIRONMENT})" in self.told
        return re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", self.told, re.IGNORECASE) is not None

    def effects(self, phases: frozenset[Phase], kinds: frozenset[Kind]) -> list[tuple[Phase, Kind]]:
        """The effects that are new and in which no fresh behaviour ends, the earliest phase last. One request is told as
        what it sends and as what it fetches."""
        told: set[tuple[Phase, str]] = set()
        for found in self.after.findings:
            if self.fresh(found):
                end = found.chain[-1].what.partition(":")[0]
                told |= {(found.phase, each) for each in (NETWORK if end in NETWORK else {end})}
        new = self.after.profile.does(phases, kinds) - self.before.profile.does(phases, kinds)
        return sorted(new - told, key=lambda pair: (pair[0].rank, pair[1]))


def compare(before: Judged, after: Judged) -> Iterator[Detection]:
    """What ``after`` brings that ``before`` had not, and that none of its own findings tells; both of one project."""
    step = _Step(before=before, after=after)
    yield from _early_code(step)
    yield from _native_code(step)
    yield from _reach(step)
    yield from _author(step)


def marked(before: Judged, after: Judged) -> tuple[Detection, ...]:
    """The findings of ``after``; those of a behaviour of which ``before`` had nothing say so."""
    step = _Step(before=before, after=after)
    name = before.version or before.path
    return tuple(
        msgspec.structs.replace(
            found,
            message=f"{found.message}; {name} did nothing like it",
            evidence=(*found.evidence, ("new since", name)),
        )
        if step.fresh(found)
        else found
        for found in after.findings
    )


def _early_code(step: _Step) -> Iterator[Detection]:
    old, new = step.before.profile, step.after.profile
    install, start = _more(old.install_files, new.install_files), _more(old.start_files, new.start_files)
    effects = [f"{kind} at {phase}" for phase, kind in step.effects(EARLY, GRAVE)]
    if not (install or start or effects):
        return
    files = (*start, *install)
    severity = Severity.LOW
    if effects:
        severity = Severity.HIGH if step.small else Severity.MEDIUM
    elif start and step.small:
        severity = Severity.MEDIUM
    what = [f"new files {_named(files)}"] if files else []
    what += [f"new effects: {_named(effects)}"] if effects else []
    found = told(
        rules.NEW_EARLY_CODE,
        step.subject,
        f"{_since(step)}: {'; '.join(what)}",
        severity=severity,
        confidence=Confidence.HIGH if effects else Confidence.MEDIUM,
        evidence={"files": ", ".join(files), "effects": ", ".join(effects)},
    )
    phase = Phase.START if start else Phase.INSTALL
    where = Location(files[0]) if files else None
    yield msgspec.structs.replace(found, phase=phase, location=where)


def _native_code(step: _Step) -> Iterator[Detection]:
    old = {_stem(path) for path in step.before.profile.native_files}
    fresh = [path for path in step.after.profile.native_files if _stem(path) not in old]
    if not fresh:
        return
    first = not old
    ladder = (Severity.INFO, Severity.LOW, Severity.MEDIUM)
    found = told(
        rules.NEW_NATIVE_CODE,
        step.subject,
        f"{_since(step)}: {'its first compiled files' if first else 'further compiled files'} {_named(fresh)}",
        severity=ladder[first + step.small],
        evidence={"files": ", ".join(fresh)},
    )
    yield msgspec.structs.replace(found, location=Location(fresh[0]))


def _reach(step: _Step) -> Iterator[Detection]:
    old, new = step.before.profile, step.after.profile
    hosts = step.untold(old.hosts, new.hosts)
    variables = step.untold(old.variables, new.variables)
    effects = step.effects(BY_ITSELF, NETWORK)
    if not (hosts or variables or effects):
        return
    severity = Severity.INFO
    if step.small:
        severity = Severity.MEDIUM if effects and hosts else Severity.LOW
    what = [f"new hosts {_named(hosts)}"] if hosts else []
    what += [f"new variables {_named(variables)}"] if variables else []
    what += (
        [f"the network is used {_named(sorted({f'at {phase}' for phase, _ in effects}))}"] if effects else []
    )
    yield told(
        rules.NEW_BEHAVIOUR,
        step.subject,
        f"{_since(step)}: {'; '.join(what)}",
        severity=severity,
        evidence={"hosts": ", ".join(hosts), "variables": ", ".join(variables)},
    )


def _author(step: _Step) -> Iterator[Detection]:
    old, new = step.before.profile.author, step.after.profile.author
    if old and new and old != new:
        yield told(
            rules.NEW_AUTHOR,
            step.subject,
            f"{_since(step)}: the author was {old!r} and is {new!r}",
            severity=Severity.LOW if step.small else None,
            evidence={"before": old, "now": new},
        )


def _since(step: _Step) -> str:
    return f"since {step.before.version or step.before.path}"


def _more(old: Iterable[str], new: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(new) - set(old)))


def _named(names: Iterable[str]) -> str:
    listed = list(names)
    more = f" and {len(listed) - NAMED} more" if len(listed) > NAMED else ""
    return ", ".join(listed[:NAMED]) + more


def _stem(path: str) -> str:
    """A compiled file without the tags of a machine or a Python."""
    folder, _, name = path.rpartition("/")
    return f"{folder}/{name.partition('.')[0]}"
