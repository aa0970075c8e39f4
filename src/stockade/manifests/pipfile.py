"""Pipfile: the declarations of pipenv."""

from __future__ import annotations

from stockade.manifests.poetry_tables import poetry_requirement
from stockade.manifests.reader import Draft, ReadContext
from stockade.manifests.tables import Tables
from stockade.manifests.text import ReadError, one_line
from stockade.manifests.toml_lines import load_toml
from stockade.manifests.urls import index_reference
from stockade.model.requirements import IndexRole, Manifest

_NO_PACKAGES = frozenset({"source", "requires", "scripts", "pipenv", "pipfile", "build-system", "project"})


def read_pipfile(path: str, text: str, context: ReadContext) -> Manifest:
    """Read a Pipfile. ``[packages]`` are the main dependencies; every other table of packages is a group."""
    draft = Draft(path, context)
    tables = Tables(draft, load_toml(text))
    read_sources(tables, ("source",))
    for category in tables.table():
        if category in _NO_PACKAGES:
            continue
        group = {"packages": "", "dev-packages": "dev"}.get(category, one_line(category))
        for key, value in tables.table(category).items():
            line = tables.line(category, key)
            try:
                draft.requirements.append(poetry_requirement(key, value, draft.at(line), group))
            except ReadError as error:
                draft.refuse(line, error)
    full, python = (tables.string("requires", key) for key in ("python_full_version", "python_version"))
    wanted = f"=={full}" if full else f"=={python}.*" if python else ""
    return draft.manifest(requires_python=one_line(wanted))


def read_sources(tables: Tables, root: tuple[str, ...]) -> None:
    """Pipenv's sources: the first is the ordinary one, each further one is asked only for packages bound to it."""
    for row in tables.rows(*root):
        path: tuple[str | int, ...] = (*root, row)
        url, name = tables.string(*path, "url"), tables.string(*path, "name")
        verify = "verify_ssl" not in tables.table(*path) or tables.flag(*path, "verify_ssl")
        place = tables.draft.at(tables.line(*path))
        role = IndexRole.EXPLICIT if row else IndexRole.PRIMARY
        if url:
            tables.draft.indexes.append(index_reference(url, role, place, name=name, verify_tls=verify))
        else:
            tables.draft.defect(place.line, f"a source without a url: {one_line(name)!r}")
