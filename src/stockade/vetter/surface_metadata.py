"""Core metadata (``METADATA``, ``PKG-INFO``) and ``entry_points.txt``, read without trust."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser

from packaging.utils import canonicalize_name

from stockade.vetter.package import Metadata

_MAX_VALUES = 2_000
"""Values of one repeated field, and entry points, that are read."""

_OBJECT = re.compile(r"\s*(?P<module>[\w.]+)\s*(?::\s*(?P<attribute>[\w.]+))?\s*(?:\[.*\])?\s*")


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """One entry point."""

    group: str
    name: str
    module: str
    attribute: str = ""


def read_metadata(text: str) -> Metadata:
    """The fields of a core metadata file; unknown or broken ones are empty. Never raises.

    The description is the body of the file, or the ``Description`` field of old versions.
    """
    message = HeaderParser().parsestr(text)
    body = message.get_payload()
    return Metadata(
        name=_field(message, "Name"),
        version=_field(message, "Version"),
        summary=_field(message, "Summary"),
        description=(body if isinstance(body, str) and body.strip() else _field(message, "Description")),
        home_pages=tuple(
            dict.fromkeys(
                [
                    page
                    for page in [_field(message, "Home-page"), _field(message, "Download-URL")]
                    if page and page != "UNKNOWN"
                ]
                + [value.partition(",")[2].strip() for value in _fields(message, "Project-URL")]
            )
        ),
        author=_field(message, "Author"),
        author_email=_field(message, "Author-email"),
        requires=tuple(_fields(message, "Requires-Dist")),
    )


def _field(message: Message, name: str) -> str:
    value = str(message.get(name) or "")
    return value if name == "Description" else " ".join(value.split())


def _fields(message: Message, name: str) -> list[str]:
    return [" ".join(str(value).split()) for value in message.get_all(name, [])[:_MAX_VALUES]]


def read_entry_points(text: str) -> list[EntryPoint]:
    """The entry points of an ``entry_points.txt`` (or of the same text in a ``setup.py``)."""
    found: list[EntryPoint] = []
    group = ""
    for row in text.split("\n"):
        line = row.strip()
        if line.startswith("[") and line.endswith("]"):
            group = line[1:-1].strip()
        elif line and line[0] not in "#;" and "=" in line and len(found) < _MAX_VALUES:
            name, _, value = line.partition("=")
            if point := entry_point(group, name, value):
                found.append(point)
    return found


def entry_point(group: str, name: str, value: str) -> EntryPoint | None:
    """One entry point from its written form ``module:attribute [extras]``; None where it is malformed."""
    match = _OBJECT.fullmatch(value.partition("#")[0][:1_000])
    if match is None:
        return None
    return EntryPoint(group.strip(), name.strip(), match["module"].strip("."), match["attribute"] or "")


def same_project(one: str, other: str) -> bool:
    """Whether two spellings name one project."""
    return bool(canonicalize_name(one) == canonicalize_name(other))
