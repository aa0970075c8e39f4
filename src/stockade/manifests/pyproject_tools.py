"""What setuptools, PDM, Rye and Flit say in pyproject.toml."""

from __future__ import annotations

from stockade.manifests.pep508 import is_address
from stockade.manifests.tables import Tables
from stockade.manifests.text import one_line
from stockade.manifests.urls import index_reference
from stockade.model.requirements import IndexRole

_SETUPTOOLS = ("tool", "setuptools", "dynamic")
_HATCH_FILES = ("tool", "hatch", "metadata", "hooks", "requirements_txt")
_ELSEWHERE = ("setuptools", "poetry", "")
"""Build backends whose dynamic dependencies stand in setup.cfg, setup.py or their own table."""


def read_dynamic(tables: Tables) -> None:
    """Dependencies that PEP 621 calls dynamic: files to include, or a defect where only a build tells."""
    included = _dynamic_files(tables)
    dynamic = {item: line for line, item in tables.strings("project", "dynamic")}
    backend = tables.string("build-system", "build-backend").partition(".")[0]
    elsewhere = (
        backend.startswith(_ELSEWHERE[:2]) or backend == "" or included or "poetry" in tables.table("tool")
    )
    for key in ("dependencies", "optional-dependencies"):
        if key in dynamic and not elsewhere:
            tables.draft.defect(
                dynamic[key],
                f"{key} are computed when the project is built, and cannot be read",
                "declare them in [project]",
            )


def _dynamic_files(tables: Tables) -> bool:
    paths: list[tuple[str, ...]] = [(*_SETUPTOOLS, "dependencies", "file"), (*_HATCH_FILES, "files")]
    paths += [
        (*_SETUPTOOLS, "optional-dependencies", extra, "file")
        for extra in tables.subtables(*_SETUPTOOLS, "optional-dependencies")
    ]
    paths += [
        (*_HATCH_FILES, "optional-dependencies", extra)
        for extra in tables.table(*_HATCH_FILES, "optional-dependencies")
    ]
    found = False
    for path in paths:
        for line, target in tables.string_or_strings(*path):
            for one in target.split(","):
                tables.draft.include(line, one.strip())
                found = True
    return found


def read_pdm(tables: Tables) -> None:
    """``[tool.pdm]``: development dependencies, overrides and sources."""
    for group in tables.table("tool", "pdm", "dev-dependencies"):
        for line, spec in tables.strings("tool", "pdm", "dev-dependencies", group):
            editable = spec.startswith("-e ")
            tables.draft.require(
                spec[3:].strip() if editable else spec,
                line,
                group=one_line(group),
                text=spec,
                editable=editable,
            )
    for line, spec in tables.strings("tool", "pdm", "plugins"):
        tables.draft.require(spec, line, group="plugins")
    for root in (("tool", "pdm", "overrides"), ("tool", "pdm", "resolution", "overrides")):
        for name in tables.table(*root):
            if version := tables.string(*root, name):
                tables.draft.override(_override(name, version), tables.line(*root, name))
    for row in tables.rows("tool", "pdm", "source"):
        _pdm_source(tables, row)


def _override(name: str, version: str) -> str:
    if version == "*":
        return name
    if is_address(version):
        return f"{name} @ {version}"
    return f"{name}{version}" if version[0] in "<>=!~" else f"{name}=={version}"


def _pdm_source(tables: Tables, row: int) -> None:
    path = ("tool", "pdm", "source", row)
    name, url = tables.string(*path, "name"), tables.string(*path, "url")
    if not url:
        return  # an entry without address only orders what the user's own configuration names
    role = IndexRole.PRIMARY if name == "pypi" else IndexRole.EXTRA
    if tables.array(*path, "include_packages"):
        role = IndexRole.EXPLICIT
    if tables.string(*path, "type") == "find_links":
        role = IndexRole.FIND_LINKS
    verify = "verify_ssl" not in tables.table(*path) or tables.flag(*path, "verify_ssl")
    place = tables.draft.at(tables.line(*path))
    tables.draft.indexes.append(index_reference(url, role, place, name=name, verify_tls=verify))


def read_rye(tables: Tables) -> None:
    """``[tool.rye]``: development dependencies and sources."""
    for line, spec in tables.strings("tool", "rye", "dev-dependencies"):
        tables.draft.require(spec, line, group="dev")
    for row in tables.rows("tool", "rye", "sources"):
        path = ("tool", "rye", "sources", row)
        if url := tables.string(*path, "url"):
            name = tables.string(*path, "name")
            role = IndexRole.PRIMARY if name == "default" else IndexRole.EXTRA
            place = tables.draft.at(tables.line(*path))
            tables.draft.indexes.append(index_reference(url, role, place, name=name))


def read_flit(tables: Tables) -> None:
    """``[tool.flit.metadata]``, Flit's form before PEP 621."""
    root = ("tool", "flit", "metadata")
    for line, spec in tables.strings(*root, "requires"):
        tables.draft.require(spec, line)
    for extra in tables.table(*root, "requires-extra"):
        for line, spec in tables.strings(*root, "requires-extra", extra):
            tables.draft.require(spec, line, group=one_line(extra))
