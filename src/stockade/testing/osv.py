"""Builders of OSV records and of the forms in which they are published."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Json = dict[str, Any]


def ecosystem_range(*events: Mapping[str, str]) -> Json:
    """A range of versions: ``ecosystem_range({"introduced": "0"}, {"fixed": "1.2"})``."""
    return {"type": "ECOSYSTEM", "events": [dict(event) for event in events]}


def affected(
    project: str,
    *,
    ranges: Sequence[Json] = (),
    versions: Sequence[str] = (),
    ecosystem: str = "PyPI",
    **more: Any,
) -> Json:
    """An entry of ``affected``."""
    entry: Json = {"package": {"ecosystem": ecosystem, "name": project}, **more}
    if ranges:
        entry["ranges"] = list(ranges)
    if versions:
        entry["versions"] = list(versions)
    return entry


def record(identity: str, *entries: Json, modified: str = "2026-11-20T00:00:00Z", **more: Any) -> Json:
    """A record with the fields that the schema requires; ``more`` adds others."""
    return {"id": identity, "modified": modified, "affected": list(entries), **more}


def malicious(project: str, *versions: str, number: str = "2026-1", **more: Any) -> Json:
    """A ``MAL-`` record: of ``versions``, else of every version."""
    everything = [ecosystem_range({"introduced": "0"})]
    entry = affected(project, versions=versions, ranges=[] if versions else everything)
    return record(f"MAL-{number}", entry, summary=f"Malicious code in {project}", **more)


def json_lines(records: Iterable[Json], *, gzipped: bool = False) -> bytes:
    """One record a line."""
    data = b"".join(json.dumps(item).encode() + b"\n" for item in records)
    return gzip.compress(data, mtime=0) if gzipped else data


def bulk_zip(records: Iterable[Json], extra: Mapping[str, bytes] | None = None) -> bytes:
    """OSV's bulk form: a zip with ``<id>.json`` for each record, and ``extra`` members as they are."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for item in records:
            archive.writestr(f"{item['id']}.json", json.dumps(item))
        for name, data in (extra or {}).items():
            archive.writestr(name, data)
    return buffer.getvalue()
