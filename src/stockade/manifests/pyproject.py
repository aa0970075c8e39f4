"""pyproject.toml: the project's own metadata (PEP 621), dependency groups (PEP 735), the build system
(PEP 518), and what the tables of uv, Poetry, PDM, Hatch and setuptools add."""

from __future__ import annotations

from packaging.utils import canonicalize_name

from stockade.manifests.hatch import read_hatch
from stockade.manifests.poetry_tables import read_poetry
from stockade.manifests.pyproject_tools import read_dynamic, read_flit, read_pdm, read_rye
from stockade.manifests.reader import Draft, ReadContext
from stockade.manifests.tables import Tables
from stockade.manifests.text import one_line
from stockade.manifests.toml_lines import load_toml
from stockade.manifests.uv_tables import Sources, read_sources, read_uv
from stockade.model.requirements import Manifest

BUILD_SYSTEM = "build-system"


def read_pyproject(path: str, text: str, context: ReadContext) -> Manifest:
    """Read a pyproject.toml."""
    draft = Draft(path, context)
    tables = Tables(draft, load_toml(text))
    sources = read_sources(tables)
    project = one_line(tables.string("project", "name") or tables.string("tool", "poetry", "name"))
    _read_project(tables, sources, project)
    _read_groups(tables, sources)
    for line, spec in tables.strings(BUILD_SYSTEM, "requires"):
        sources.require(spec, line, group=BUILD_SYSTEM)
    read_dynamic(tables)
    read_uv(tables, sources)
    poetry_python = read_poetry(tables)
    read_pdm(tables)
    read_hatch(tables, ("tool", "hatch"))
    read_rye(tables)
    read_flit(tables)
    return draft.manifest(
        project=project,
        project_private=_is_private(tables),
        requires_python=one_line(tables.string("project", "requires-python") or poetry_python),
        first_wins=_first_wins(tables),
    )


def _read_project(tables: Tables, sources: Sources, project: str) -> None:
    own = canonicalize_name(project)
    for line, spec in tables.strings("project", "dependencies"):
        sources.require(spec, line)
    for extra in tables.table("project", "optional-dependencies"):
        for line, spec in tables.strings("project", "optional-dependencies", extra):
            if own and _names(spec) == own:
                continue  # "acme[dev]" among acme's own extras gathers them: nothing is downloaded
            sources.require(spec, line, group=one_line(extra))


def _names(spec: str) -> str:
    """The name before the bracket of ``name[extra]``; empty where it is anything else."""
    name, bracket, _ = spec.partition("[")
    return canonicalize_name(name.strip()) if bracket else ""


def _read_groups(tables: Tables, sources: Sources) -> None:
    """PEP 735. A group's requirements are listed once, under the group that holds them."""
    groups: dict[str, str] = {}
    includes: dict[str, list[tuple[int, str]]] = {}
    for group in tables.table("dependency-groups"):
        name = str(canonicalize_name(group))
        line = tables.line("dependency-groups", group)
        if name in groups:
            tables.draft.defect(
                line, f"dependency group {group!r} is the group {groups[name]!r}, spelled otherwise"
            )
        groups.setdefault(name, group)
        includes.setdefault(name, []).extend(_read_group(tables, sources, group))
    for name, included in includes.items():
        for line, target in included:
            if target not in groups:
                tables.draft.defect(
                    line, f"dependency group {groups[name]!r} includes {target!r}, which is not there"
                )
    _report_cycles(tables.draft, includes)


def _read_group(tables: Tables, sources: Sources, group: str) -> list[tuple[int, str]]:
    """Add the requirements of one group; the canonical names of those that it includes, with lines."""
    included: list[tuple[int, str]] = []
    for index, item in enumerate(tables.array("dependency-groups", group)):
        line = tables.line("dependency-groups", group, index)
        if isinstance(item, str):
            sources.require(item, line, group=one_line(group))
        elif (
            isinstance(item, dict)
            and set(item) == {"include-group"}
            and isinstance(item["include-group"], str)
        ):
            included.append((line, canonicalize_name(item["include-group"])))
        else:
            tables.draft.defect(
                line,
                f"dependency group {group!r}: expected a requirement or {{include-group = …}}, got {item!r}",
                "see PEP 735",
            )
    return included


def _report_cycles(draft: Draft, includes: dict[str, list[tuple[int, str]]]) -> None:
    """A defect for every include that leads back to its own group. Walks without recursion."""
    done: set[str] = set()
    for start in includes:
        trail: dict[str, None] = {}
        pending: list[tuple[str, int]] = [] if start in done else [(start, 0)]
        while pending:
            name, position = pending.pop()
            trail.setdefault(name)
            edges = includes.get(name, [])
            if position == len(edges):
                trail.pop(name)
                done.add(name)
                continue
            pending.append((name, position + 1))
            line, target = edges[position]
            if target in trail:
                draft.defect(
                    line, f"dependency group {target!r} includes itself, by way of {name!r}", "see PEP 735"
                )
            elif target not in done:
                pending.append((target, 0))


def _is_private(tables: Tables) -> bool:
    classifiers = [
        *tables.strings("project", "classifiers"),
        *tables.strings("tool", "poetry", "classifiers"),
    ]
    return any(text.startswith("Private ::") for _, text in classifiers)


def _first_wins(tables: Tables) -> bool:
    if not tables.table("tool", "uv"):
        return False
    return tables.string("tool", "uv", "index-strategy") in {"", "first-index"}
