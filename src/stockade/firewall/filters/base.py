"""What a filter is: a pure function from what is offered to findings and gaps about some of its files.

Two kinds. A *page filter* looks at a whole project's page at once, so that a page of thousands of files costs one loop
for each filter. A *content filter* looks at the bytes of one file, when it is first asked for. Neither decides:
:mod:`stockade.firewall.ruling` hands what they say to :func:`stockade.policy.engine.decide`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

from packaging.version import Version

from stockade.model.advisories import Advisory
from stockade.model.findings import Finding, Rule
from stockade.model.firewall import Origin, Seen
from stockade.model.index import IndexFile, IndexProject
from stockade.model.names import ProjectName
from stockade.model.policy import Policy
from stockade.model.verdicts import Indeterminate
from stockade.model.vetting import VetResult

Outcome = Finding | Indeterminate
ALL: Final = None
"""In :attr:`About.files`: the whole project, and so every file of it."""


@dataclass(frozen=True, kw_only=True)
class NameFacts:
    """What the name engine says of a project's name; gathered once, before the filters run."""

    findings: tuple[Outcome, ...] = ()


class Release(NamedTuple):
    """The files of one version on a page."""

    version: Version | None
    """None for files whose names tell none."""
    subject: str
    """What findings about it name."""
    files: tuple[str, ...]
    """Their names, in the order of the page."""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A project as an index offers it, and what is known beside."""

    project: IndexProject
    origin: Origin
    now: datetime
    policy: Policy
    name: NameFacts = field(default_factory=NameFacts)
    advisories: Mapping[Version, tuple[Advisory, ...] | Indeterminate] | Indeterminate = field(
        default_factory=dict
    )
    """For each version of the page, what hits it; one gap for all where the feed is missing or stale."""
    condemned: Advisory | Indeterminate | None = None
    """Every version is known malware."""
    seen: Mapping[str, Seen] = field(default_factory=dict)
    """By file name: what each file was when it was first seen. Holds every file of the page."""
    publishers: Mapping[str, str] = field(default_factory=dict)
    """By version: the identity that its attestations named, where this firewall verified them."""

    @cached_property
    def subjects(self) -> Mapping[int, str]:
        """What findings about a release name, by the identity of the version: versions that are equal may be spelled
        differently (1.0, 1.0.0), and each is told as its file has it."""
        versions = {id(file.version): file.version for file in self.project.files}
        return {key: subject(self.project.name, version) for key, version in versions.items()}

    @cached_property
    def releases(self) -> tuple[Release, ...]:
        """The files by their release."""
        subjects = self.subjects
        versions: dict[str, Version | None] = {}
        names: dict[str, list[str]] = {}
        for file in self.project.files:
            about = subjects[id(file.version)]
            known = names.get(about)
            if known is None:
                names[about] = [file.filename]
                versions[about] = file.version
            else:
                known.append(file.filename)
        return tuple(Release(version, about, tuple(names[about])) for about, version in versions.items())


@dataclass(frozen=True, kw_only=True)
class About:
    """What a page filter says."""

    outcome: Outcome
    files: tuple[str, ...] | None
    """The names of the files that it is about; :data:`ALL` for the whole project."""
    until: datetime | None = None
    """The moment at which it no longer holds by age alone."""


@dataclass(frozen=True, kw_only=True)
class PageFilter:
    """A filter over a project's page."""

    name: str
    rules: tuple[Rule, ...]
    run: Callable[[Offer], Iterable[About]]


@dataclass(frozen=True, kw_only=True)
class Content:
    """The bytes of one file, whose digest and size were checked against the page."""

    path: Path
    """Where they lie while they are judged."""
    sha256: str
    size: int
    vetted: VetResult | Indeterminate | None = None
    """None where the policy does not ask for it."""
    metadata: bytes | None = None
    """The core metadata within it; None where there are none to be read."""
    provenance: bytes | Indeterminate | None = None
    """The provenance object (PEP 740); None where the page announces none."""


@dataclass(frozen=True, kw_only=True)
class ContentFilter:
    """A filter over the bytes of one file."""

    name: str
    rules: tuple[Rule, ...]
    run: Callable[[Offer, IndexFile, Content], Iterable[Outcome]]


def names_of(files: Iterable[IndexFile]) -> tuple[str, ...]:
    """The names of files, for :attr:`About.files`."""
    return tuple(each.filename for each in files)


def subject(name: ProjectName, version: Version | None) -> str:
    """What findings about a release name, and so what exceptions of the policy go by: ``name==version``."""
    return f"{name}=={version}" if version is not None else name
