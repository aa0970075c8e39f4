"""Whether a distribution agrees with itself about what it is: file name, folders, metadata, tags."""

from __future__ import annotations

import re

from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

from stockade.vetter.surface_draft import Draft
from stockade.vetter.surface_metadata import same_project

_INFO = re.compile(r"(?P<name>[^/]+?)-(?P<version>[^/-]+)\.dist-info")
_SDIST = re.compile(
    r"(?P<name>.+)-(?P<version>[^-]+?)\.(?:tar\.(?:gz|bz2|xz|zst|Z)|tgz|tbz2?|zip)", re.IGNORECASE
)
_NATIVE = re.compile(r".*\.(?:so(?:\.\d+)*|pyd|dylib|dll)", re.IGNORECASE)


def identity_facts(draft: Draft, kind: str, filename: str) -> None:
    """Add the contradictions of names, versions and tags to the tree's oddities.

    Kinds: ``name-mismatch``, ``version-mismatch``, ``several-dist-infos``, ``metadata-missing``, ``record-missing``,
    ``wheel-missing``, ``tag-mismatch``, ``purelib-has-native``, ``settings-name-mismatch``. A folder with the
    metadata of several distributions is an installation and is not judged.
    """
    named = _from_filename(filename)
    infos = sorted(
        folder for folder in draft.tree.folders if folder.endswith(".dist-info") and "/" not in folder
    )
    if kind == "folder" and len(infos) > 1:
        return
    if infos:
        _installed(draft, infos, filename)
    elif kind == "wheel":
        draft.tree.odd("metadata-missing", "", "a wheel without a dist-info folder")
    if infos or "PKG-INFO" in draft.tree.files:  # else it is a checkout, which may be called anything
        _compare(draft, "the file name", named, _metadata_path(infos))
    if (
        draft.settings_name
        and draft.metadata.name
        and not same_project(draft.settings_name, draft.metadata.name)
    ):
        detail = (
            f"the build settings say {draft.settings_name[:80]!r}, PKG-INFO says {draft.metadata.name[:80]!r}"
        )
        draft.tree.odd("settings-name-mismatch", "PKG-INFO", detail)


def _from_filename(filename: str) -> tuple[str, str]:
    """Project and version that a file name says; empty strings where it says nothing."""
    if filename.endswith(".whl"):
        try:
            name, version, _, _ = parse_wheel_filename(filename)
        except ValueError:  # no wheel file name, or numbers beyond what Python converts
            return "", ""
        return str(name), str(version)
    match = _SDIST.fullmatch(filename)
    return (match["name"], match["version"]) if match else ("", "")


def _metadata_path(infos: list[str]) -> str:
    return f"{infos[0]}/METADATA" if infos else "PKG-INFO"


def _installed(draft: Draft, infos: list[str], filename: str) -> None:
    for missing, kind in (
        ("METADATA", "metadata-missing"),
        ("RECORD", "record-missing"),
        ("WHEEL", "wheel-missing"),
    ):
        if not any(f"{folder}/{missing}" in draft.tree.files for folder in infos):
            draft.tree.odd(kind, infos[0], f"{infos[0]} has no {missing}")
    if len(infos) > 1:
        detail = f"{len(infos)} folders of metadata: {', '.join(infos[:3])}"
        draft.tree.odd("several-dist-infos", infos[1], detail)
    for folder in infos[:3]:
        if match := _INFO.fullmatch(folder):
            _compare(draft, f"the folder {folder}", (match["name"], match["version"]), f"{folder}/METADATA")
    _tags(draft, infos[0], filename)


def _compare(draft: Draft, what: str, said: tuple[str, str], relative: str) -> None:
    name, version = said
    own = draft.metadata
    whole = canonicalize_name(f"{name}-{version}")
    if own.name and whole.startswith(f"{canonicalize_name(own.name)}-"):
        # a version may hold a dash: what follows the project's own name is all of it
        parts = len(canonicalize_name(own.name).split("-"))
        version = re.split(r"[-_.]+", f"{name}-{version}", maxsplit=parts)[-1]
        name = own.name
    if name and own.name and not same_project(name, own.name):
        detail = f"{what} says {name[:80]!r}, the metadata says {own.name[:80]!r}"
        draft.tree.odd("name-mismatch", relative, detail)
    elif version and own.version and _differ(version, own.version):
        detail = f"{what} says version {version[:40]!r}, the metadata says {own.version[:40]!r}"
        draft.tree.odd("version-mismatch", relative, detail)


def _differ(one: str, other: str) -> bool:
    """Whether two versions differ, local parts and spelling aside."""
    try:
        return _public(one) != _public(other)
    except ValueError:
        return canonicalize_name(one) != canonicalize_name(other)


def _public(version: str) -> Version:
    """A version without its local part. Raises ValueError for what is none."""
    return Version(Version(version.replace("_", "-")).public)


def _tags(draft: Draft, info: str, filename: str) -> None:
    text = draft.tree.text(f"{info}/WHEEL")
    if text is None:
        return
    fields = [line.partition(":") for line in text.split("\n")[:500]]
    tags = {value.strip() for key, _, value in fields if key.strip().lower() == "tag"}
    pure = any(
        key.strip().lower() == "root-is-purelib" and value.strip().lower() == "true"
        for key, _, value in fields
    )
    native = next((r for r in draft.tree.files if _NATIVE.fullmatch(r) and ".data/" not in r), "")
    if pure and native and filename.endswith("-any.whl"):
        draft.tree.odd("purelib-has-native", native, "native code in a wheel that says it is pure Python")
    if filename.endswith(".whl") and tags:
        try:
            named = {str(tag) for tag in parse_wheel_filename(filename)[3]}
        except ValueError:
            return
        listed = {part for tag in tags for part in _expand(tag)}
        if named.isdisjoint(listed):
            detail = f"the file name says {min(named)}, WHEEL says {min(tags)[:80]}"
            draft.tree.odd("tag-mismatch", f"{info}/WHEEL", detail)


def _expand(tag: str) -> list[str]:
    """The tags that a compressed tag stands for; the first 200."""
    parts = [part.split(".")[:20] for part in tag.lower().split("-")]
    if len(parts) != 3:  # noqa: PLR2004 - interpreter, ABI, platform
        return [tag.lower()]
    return [f"{a}-{b}-{c}" for a in parts[0] for b in parts[1] for c in parts[2]][:200]
