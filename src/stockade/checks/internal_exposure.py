"""Internal names, private index addresses and exact internal versions in files that may be published."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.version import Version
from pathspec import GitIgnoreSpec

from stockade.checks.base import Check, Facts, Result
from stockade.checks.hosts import host_of, is_private_host
from stockade.model.findings import Confidence, Rule, Severity, finding
from stockade.model.requirements import IndexReference, IndexRole, Manifest
from stockade.model.stages import Stage

NAME_EXPOSED = Rule(
    id="STK-R003",
    name="internal-name-exposed",
    stage=Stage.RECONNAISSANCE,
    title="An internal project name stands in a file that may be published",
    severity=Severity.LOW,
    why="Internal names are the attacker's blueprint: each can be squatted or claimed on the public index.",
    mend="Keep the file private (list it under [protect] private_paths once it is), and register or reserve the name.",
    references=("OSPS BR-07.01",),
)
INDEX_EXPOSED = Rule(
    id="STK-R004",
    name="private-index-exposed",
    stage=Stage.RECONNAISSANCE,
    title="A private index address stands in a file that may be published",
    severity=Severity.LOW,
    why="The address tells an attacker where internal packages live and which names to look for.",
    mend="Move the address into the environment (PIP_INDEX_URL, UV_DEFAULT_INDEX) of the machines that need it.",
)
VERSION_EXPOSED = Rule(
    id="STK-R005",
    name="internal-version-exposed",
    stage=Stage.RECONNAISSANCE,
    title="The exact version of an internal project stands in a file that may be published",
    severity=Severity.INFO,
    why="An attacker who knows the version publishes a higher one, which an extra index then prefers.",
    mend="Keep the lockfile of internal dependencies in a private repository.",
)


def run(facts: Facts) -> Iterator[Result]:
    """One finding for each exposed name, version or address and file."""
    private = GitIgnoreSpec.from_lines(facts.policy.protect.private_paths)
    yield from _names(facts, private)
    for manifest in facts.inventory.manifests:
        if private.match_file(manifest.path):
            continue
        seen = set()
        for reference in _references(manifest):
            asked = reference.url, reference.role is IndexRole.TRUSTED_HOST
            if asked in seen:
                continue
            seen.add(asked)
            if not _is_private(facts, reference):
                continue
            yield finding(
                INDEX_EXPOSED,
                subject=reference.url,
                message=f"the private index {reference.url} can be read here",
                location=reference.location,
                confidence=Confidence.MEDIUM,
                evidence={"role": reference.role.value},
            )


def _names(facts: Facts, private: GitIgnoreSpec) -> Iterator[Result]:
    seen: set[tuple[str, str, Version | None]] = set()
    for mention in facts.scope.mentions:
        path = mention.manifest.path
        if not facts.scope.is_internal(mention) or private.match_file(path):
            continue
        if (mention.name, path, None) not in seen:
            seen.add((mention.name, path, None))
            yield finding(
                NAME_EXPOSED,
                subject=mention.name,
                message=f"internal name {mention.name!r} can be read here",
                location=mention.location,
                confidence=Confidence.MEDIUM,
            )
        version = mention.version
        if version is not None and (mention.name, path, version) not in seen:
            seen.add((mention.name, path, version))
            yield finding(
                VERSION_EXPOSED,
                subject=mention.name,
                message=f"internal version {mention.name}=={version} can be read here",
                location=mention.location,
                confidence=Confidence.MEDIUM,
                evidence={"version": version},
            )


def _references(manifest: Manifest) -> Iterator[IndexReference]:
    """The index addresses that a manifest holds: its own, its commands', and those that locked packages name."""
    yield from manifest.indexes
    for command in manifest.commands:
        yield from command.indexes
    for package in manifest.locked:
        if "://" in package.source.index:
            yield IndexReference(url=package.source.index, role=IndexRole.EXPLICIT, location=package.location)


def _is_private(facts: Facts, reference: IndexReference) -> bool:
    """Declared as private, or plainly so: an address literal or a host that no public DNS serves."""
    if facts.scope.is_private_address(reference.url):
        return True
    return reference.role is not IndexRole.TRUSTED_HOST and is_private_host(host_of(reference.url))


CHECK = Check(
    name="internal-exposure",
    stage=Stage.RECONNAISSANCE,
    rules=(NAME_EXPOSED, INDEX_EXPOSED, VERSION_EXPOSED),
    run=run,
)
