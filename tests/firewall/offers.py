"""Builds offers for tests: a project of files that nothing is wrong with, unless the test says so."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from stockade.firewall.filters.base import About, Offer, PageFilter
from stockade.model.findings import Finding
from stockade.model.firewall import Origin, Seen
from stockade.model.index import IndexFile, IndexProject
from stockade.model.names import project_name
from stockade.model.policy import Firewall, Policy
from stockade.model.verdicts import Indeterminate
from stockade.sources.simple_page import version_of

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=400)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def make_file(filename: str, **fields: Any) -> IndexFile:
    """A file of size 1,000 that was uploaded long ago, with a digest made of its name."""
    known: dict[str, Any] = {
        "filename": filename,
        "version": version_of(filename, project_name(filename.partition("-")[0].replace(".", "_"))),
        "url": f"https://files.example/{filename}",
        "hashes": {"sha256": digest(filename)},
        "size": 1000,
        "uploaded": LONG_AGO,
    }
    return IndexFile(**(known | fields))


def seen_of(file: IndexFile, **fields: Any) -> Seen:
    """What is on record of a file that was there when its project was first looked at."""
    known: dict[str, Any] = {
        "sha256": file.hashes.get("sha256", ""),
        "size": file.size,
        "first_seen": NOW,
        "baseline": True,
    }
    return Seen(**(known | fields))


def make_offer(
    *files: IndexFile,
    name: str = "demo",
    firewall: Mapping[str, Any] | None = None,
    policy: Policy | None = None,
    page: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Offer:
    """An offer of ``files``: from upstream, all on record, no advisory for any of their versions.

    ``firewall`` holds keys of the policy's section, ``page`` fields of the project, ``fields`` those of the offer.
    """
    whole = policy or Policy()
    if firewall is not None:
        whole = msgspec.structs.replace(whole, firewall=Firewall(**firewall))
    known: dict[str, Any] = {
        "project": IndexProject(name=project_name(name), files=files, **(page or {})),
        "origin": Origin.UPSTREAM,
        "now": NOW,
        "policy": whole,
        "seen": {each.filename: seen_of(each) for each in files},
        "advisories": {each.version: () for each in files if each.version is not None},
    }
    return Offer(**(known | fields))


def findings(said: Iterable[About]) -> list[tuple[str, str, tuple[str, ...] | None]]:
    """Rule, subject and files of every finding; a gap among them fails."""
    found = []
    for about in said:
        assert isinstance(about.outcome, Finding), about.outcome
        found.append((about.outcome.rule, about.outcome.subject, about.files))
    return sorted(found, key=str)


def gaps(said: Iterable[About]) -> list[tuple[str, tuple[str, ...] | None]]:
    """Cause and files of every gap; a finding among them fails."""
    found = []
    for about in said:
        assert isinstance(about.outcome, Indeterminate), about.outcome
        found.append((str(about.outcome.cause), about.files))
    return sorted(found, key=str)


def run(page_filter: PageFilter, offer: Offer) -> list[About]:
    """What a filter says."""
    return list(page_filter.run(offer))
