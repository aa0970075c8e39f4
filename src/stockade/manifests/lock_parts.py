"""What the readers of lockfiles share. A lock holds thousands of packages: equal sources are made once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any

from stockade.manifests.pep508 import canonical
from stockade.manifests.reader import Draft
from stockade.manifests.tables import Tables
from stockade.manifests.text import ReadError, one_line
from stockade.manifests.urls import MAX_ADDRESS, strip_credentials, valid_hash
from stockade.model.names import ProjectName
from stockade.model.requirements import LockedPackage, Source, SourceKind

Table = dict[str, Any]


def read_packages(
    tables: Tables, key: str, read: Callable[[Table, int], LockedPackage | None]
) -> Iterator[LockedPackage]:
    """Read every table of the array ``key``; a package that cannot be read is a defect at its line."""
    for row in tables.rows(key):
        line = tables.line(key, row)
        tables.draft.check_room(line)
        try:
            found = read(tables.document.value[key][row], line)
        except ReadError as error:
            tables.draft.refuse(line, error)
        else:
            if found is not None:
                yield found


def text_of(table: Table, key: str) -> str:
    """The string under ``key``; empty where there is none.

    Raises:
        ReadError: it is no string.
    """
    value = table.get(key, "")
    if not isinstance(value, str):
        raise ReadError(f"{key}: expected a string, got {one_line(repr(value), 80)}")
    return value


def table_of(table: Table, key: str) -> Table:
    """The table under ``key``; empty where there is none.

    Raises:
        ReadError: it is no table.
    """
    value = table.get(key, {})
    if not isinstance(value, dict):
        raise ReadError(f"{key}: expected a table, got {one_line(repr(value), 80)}")
    return value


def list_of(table: Table, key: str, kind: type) -> list[Any]:
    """The array under ``key``, all of whose items are of ``kind``; empty where there is none.

    Raises:
        ReadError: it is no such array.
    """
    value = table.get(key, [])
    if not isinstance(value, list) or any(not isinstance(item, kind) for item in value):
        raise ReadError(f"{key}: expected an array of {'tables' if kind is dict else 'strings'}")
    return value


def named(table: Table) -> ProjectName:
    """The canonical name of a package's table.

    Raises:
        ReadError: it has none.
    """
    name = text_of(table, "name")
    if not name:
        raise ReadError("a package without a name")
    return canonical(name)


def hashes_of(artifacts: Iterable[Table], draft: Draft, line: int) -> tuple[tuple[str, ...], int]:
    """The hashes of artifacts (``hash = "algorithm:hex"``), each once, and how many artifacts have none.

    A hash that is none becomes a defect, and its artifact counts as unhashed.
    """
    found: dict[str, None] = {}
    unhashed = 0
    for artifact in artifacts:
        value = artifact.get("hash", "")
        if isinstance(value, str) and valid_hash(value):
            found[value.lower()] = None
            continue
        unhashed += 1
        if value:
            draft.defect(line, f"not a hash: {one_line(str(value), 100)!r}")
    return tuple(found), unhashed


@lru_cache(maxsize=256)
def index_source(url: str) -> Source:
    """A package from the index at ``url``; from the ordinary one where that is empty."""
    clean, credentials = strip_credentials(url)
    address = one_line(clean, MAX_ADDRESS)
    return Source(url=address, index=address, credentials=credentials)


def path_source(path: str, *, editable: bool = False) -> Source:
    """A local file or folder."""
    return Source(kind=SourceKind.PATH, url=one_line(path), editable=editable)


def names_of(rows: Iterable[Table]) -> list[ProjectName]:
    """The canonical names of tables with a ``name``.

    Raises:
        ReadError: one has none.
    """
    return [canonical(row["name"]) if isinstance(row.get("name"), str) else named(row) for row in rows]
