"""Conda's way to name a package: ``channel::name=version=build``, ``name >=1,<2``, ``name[version='1']``."""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from stockade.manifests.urls import index_reference
from stockade.model.locations import Location
from stockade.model.requirements import IndexReference, IndexRole

_SPEC = re.compile(
    r"(?:(?P<channel>[^\s:]+(?:/[^\s:]+)*)::)?"
    r"(?P<name>[A-Za-z0-9_][\w.-]*)"
    r"\s*(?P<version>[^\[\]]*?)\s*"
    r"(?:\[(?P<brackets>[^\]]*)\])?"
)
_BRACKET_VERSION = re.compile(r"version\s*=\s*['\"]?([^'\",\]]+(?:,[^'\"\]]+)?)")
_BRACKET_CHANNEL = re.compile(r"channel\s*=\s*['\"]?([^'\",\]]+)")
_OPERATOR = re.compile(r"[<>=!~]")


_TOKEN = re.compile(r"(?<=/t/)[^/$%{<*][^/]*(?=/)")
"""A secret in the path of a channel's address: ``/t/TOKEN/``."""


def channel_reference(url: str, location: Location, *, verify_tls: bool = True) -> IndexReference:
    """A conda channel given by its address: no Python index, so asked for conda's packages only."""
    clean, tokens = _TOKEN.subn("***", url)
    found = index_reference(clean, IndexRole.EXPLICIT, location, name="conda", verify_tls=verify_tls)
    return msgspec.structs.replace(found, credentials=True) if tokens else found


@dataclass(frozen=True, slots=True)
class CondaSpec:
    """One package as conda's tools take it."""

    name: str
    channel: str
    specifier: SpecifierSet
    """PEP 440; empty where conda's version has no counterpart (``1.0|2.0``)."""


def conda_spec(text: str) -> CondaSpec | None:
    """Parse conda's match specification; None where it is none."""
    found = _SPEC.fullmatch(text.strip())
    if found is None:
        return None
    version, channel = found["version"], found["channel"] or ""
    brackets = found["brackets"] or ""
    if inner := _BRACKET_VERSION.search(brackets):
        version = inner[1]
    if inner := _BRACKET_CHANNEL.search(brackets):
        channel = inner[1]
    return CondaSpec(found["name"], channel, _specifier(version.strip()))


def _specifier(version: str) -> SpecifierSet:
    if not version or version == "*" or "|" in version:
        return SpecifierSet()
    exact = version.startswith("==")
    if version.startswith("=") or not _OPERATOR.match(version):
        # A single = (or none) means "begins with"; what follows a second = is the build.
        words = version.removeprefix("==" if exact else "=").replace("=", " ").split()
        if not words:
            return SpecifierSet()
        version = words[0] if _OPERATOR.match(words[0]) else f"=={words[0]}"
        if not exact and len(words) == 1 and not version.endswith("*") and version.startswith("=="):
            version += ".*"
    try:
        return SpecifierSet(version)
    except InvalidSpecifier:
        return SpecifierSet()
