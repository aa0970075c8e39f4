"""``[tool.uv]``: sources of single requirements, indexes, constraints and development dependencies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec
from packaging.utils import canonicalize_name

from stockade.manifests.tables import Tables
from stockade.manifests.text import one_line
from stockade.manifests.urls import direct_reference, index_reference
from stockade.model.requirements import IndexReference, IndexRole, Requirement, Source, SourceKind

_UV = ("tool", "uv")


@dataclass(frozen=True, slots=True)
class Bound:
    """A source that a requirement is bound to, and the marker under which it is."""

    source: Source
    marker: str = ""


@dataclass(slots=True)
class Sources:
    """The sources that ``[tool.uv.sources]`` binds names to."""

    tables: Tables
    by_name: dict[str, list[Bound]] = field(default_factory=dict)

    def require(self, spec: str, line: int, *, group: str = "") -> None:
        """Add a requirement, once for every source that it is bound to."""
        found = self.tables.draft.requirements
        count = len(found)
        self.tables.draft.require(spec, line, group=group)
        if len(found) == count or not self.by_name:
            return
        plain = found[-1]
        bounds = self.by_name.get(plain.name, [])
        if not bounds or plain.source.kind is not SourceKind.INDEX:
            return
        found.pop()
        found.extend(_bind(plain, bound) for bound in bounds)
        if all(bound.marker for bound in bounds):
            found.append(plain)  # where no marker holds, uv asks the ordinary indexes


def _bind(plain: Requirement, bound: Bound) -> Requirement:
    both = plain.marker and bound.marker and plain.marker != bound.marker
    marker = f"({plain.marker}) and ({bound.marker})" if both else plain.marker or bound.marker
    return msgspec.structs.replace(plain, source=bound.source, marker=marker)


def read_sources(tables: Tables) -> Sources:
    """The sources of ``[tool.uv.sources]``; one that cannot be read is a defect."""
    sources = Sources(tables)
    for name, value in tables.table(*_UV, "sources").items():
        items = value if isinstance(value, list) else [value]
        line = tables.line(*_UV, "sources", name)
        for item in items:
            source = uv_source(item) if isinstance(item, dict) else None
            if source is None:
                tables.draft.defect(line, f"tool.uv.sources.{name}: a source that cannot be read: {item!r}")
                continue
            marker = item.get("marker")
            bound = Bound(source, one_line(marker) if isinstance(marker, str) else "")
            sources.by_name.setdefault(canonicalize_name(name), []).append(bound)
    return sources


def uv_source(item: dict[str, Any]) -> Source | None:
    """One source in uv's words; None where it says none."""
    texts = {key: value for key, value in item.items() if isinstance(value, str)}
    if git := texts.get("git"):
        revision = texts.get("rev") or texts.get("tag") or texts.get("branch") or ""
        return git_source(git, revision)
    if url := texts.get("url"):
        return direct_reference(url).source
    if "path" in texts:
        return Source(
            kind=SourceKind.PATH, url=one_line(texts["path"]), editable=item.get("editable") is True
        )
    if index := texts.get("index"):
        return Source(index=one_line(index))
    if item.get("workspace") is True:
        return Source(kind=SourceKind.PATH, url=".", editable=True)
    return None


def git_source(url: str, revision: str, *, editable: bool = False) -> Source:
    """A repository, its address with or without ``git+``."""
    parsed = direct_reference(url if url.startswith("git+") else f"git+{url}", editable=editable).source
    scp = parsed.kind is not SourceKind.VCS  # git@host:path has no scheme
    clean = url if scp else parsed.url
    return msgspec.structs.replace(
        parsed,
        kind=SourceKind.VCS,
        vcs="git",
        url=one_line(clean),
        revision=one_line(revision) or parsed.revision,
    )


def read_uv(tables: Tables, sources: Sources) -> None:
    """Everything else of ``[tool.uv]``."""
    for line, spec in tables.strings(*_UV, "dev-dependencies"):
        sources.require(spec, line, group="dev")
    extra = (*_UV, "extra-build-dependencies")
    for name in tables.table(*extra):
        for index, item in enumerate(tables.array(*extra, name)):
            spec = item if isinstance(item, str) else tables.string(*extra, name, index, "requirement")
            if spec:
                sources.require(spec, tables.line(*extra, name, index), group="build-system")
    for line, spec in tables.strings(*_UV, "override-dependencies"):
        tables.draft.override(spec, line)
    for key in ("constraint-dependencies", "build-constraint-dependencies"):
        for line, spec in tables.strings(*_UV, key):
            tables.draft.require(spec, line, constrains=True)
    tables.draft.indexes.extend(read_indexes(tables, _UV))
    tables.draft.indexes.extend(read_indexes(tables, (*_UV, "pip")))


def read_indexes(tables: Tables, root: tuple[str, ...]) -> list[IndexReference]:
    """The indexes and options about them under ``root``, in uv's words (also those of a ``uv.toml``, root ``()``)."""
    found: list[IndexReference] = []
    for row in tables.rows(*root, "index"):
        found.extend(_index(tables, (*root, "index", row)))
    single = (("index-url", IndexRole.PRIMARY), ("publish-url", IndexRole.UPLOAD))
    for key, role in single:
        if url := tables.string(*root, key):
            found.append(index_reference(url, role, tables.draft.at(tables.line(*root, key))))
    many = (
        ("extra-index-url", IndexRole.EXTRA),
        ("find-links", IndexRole.FIND_LINKS),
        ("allow-insecure-host", IndexRole.TRUSTED_HOST),
    )
    for key, role in many:
        found.extend(
            index_reference(url, role, tables.draft.at(line))
            for line, url in tables.string_or_strings(*root, key)
        )
    return found


def _index(tables: Tables, path: tuple[str | int, ...]) -> list[IndexReference]:
    """One ``[[index]]``: its address, and the one it publishes to."""
    place = tables.draft.at(tables.line(*path))
    name, url = tables.string(*path, "name"), tables.string(*path, "url")
    found: list[IndexReference] = []
    if not url:
        tables.draft.defect(place.line, f"an index without a url: {one_line(name)!r}")
    elif tables.string(*path, "format") == "flat":
        found.append(index_reference(url, IndexRole.FIND_LINKS, place, name=name))
    else:
        explicit = IndexRole.EXPLICIT if tables.flag(*path, "explicit") else IndexRole.EXTRA
        role = IndexRole.PRIMARY if tables.flag(*path, "default") else explicit
        found.append(index_reference(url, role, place, name=name))
    if upload := tables.string(*path, "publish-url"):
        found.append(index_reference(upload, IndexRole.UPLOAD, place, name=name))
    return found
