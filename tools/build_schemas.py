"""Writes docs/schemas/: the JSON schema of each file and report, generated from its type.

    python tools/build_schemas.py           write what differs
    python tools/build_schemas.py --check   write nothing; exit 1 where something differs

A new schema is one line in SCHEMAS. Descriptions are the docstrings of the types and of their fields.
"""

from __future__ import annotations

import argparse
import json
import sys
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec import inspect

from stockade.cli.event_output import EventsReport, VerifyReport
from stockade.cli.feed import FeedReport
from stockade.cli.names import NamesReport, VariantsReport
from stockade.cli.quarantine import QuarantineReport
from stockade.cli.rules import RuleList
from stockade.cli.token import TokenReport
from stockade.model.client import DoctorReport
from stockade.model.policy import Policy
from stockade.model.vetting import VetReport
from stockade.policy.fields import field_docs, plain
from stockade.report.json import CheckReport

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "schemas"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


class Schema(NamedTuple):
    """A schema file and what it is made from."""

    filename: str
    type: type[Any]
    title: str


SCHEMAS = (
    Schema("check.schema.json", CheckReport, "stockade check --format json"),
    Schema("doctor.schema.json", DoctorReport, "stockade doctor --format json"),
    Schema("events.schema.json", EventsReport, "stockade events query --format json, and tail"),
    Schema("events-verify.schema.json", VerifyReport, "stockade events verify --format json"),
    Schema("feed.schema.json", FeedReport, "stockade feed status --format json"),
    Schema("names-check.schema.json", NamesReport, "stockade names check --format json"),
    Schema("names-variants.schema.json", VariantsReport, "stockade names variants --format json"),
    Schema("policy.schema.json", Policy, "stockade.toml, or [tool.stockade] in pyproject.toml"),
    Schema("quarantine.schema.json", QuarantineReport, "stockade quarantine list --format json"),
    Schema("rules.schema.json", RuleList, "stockade rules --format json"),
    Schema("token.schema.json", TokenReport, "stockade token list --format json"),
    Schema("vet.schema.json", VetReport, "stockade vet --format json"),
)
"""Every schema, by file name."""


def build(schema: Schema) -> str:
    """The schema's text: JSON, indented, with a newline at its end."""
    (root,), components = msgspec.json.schema_components([schema.type], ref_template="#/$defs/{name}")
    for node in _structs(schema.type):
        _describe(components[node.cls.__name__], node)
    document = {"$schema": DIALECT, "title": schema.title, **root, "$defs": components}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _describe(component: dict[str, Any], node: inspect.StructType) -> None:
    """Add what msgspec leaves out: the fields' docstrings, and which keys a map by an enumeration has."""
    docs = field_docs(node.cls)
    for field in node.fields:
        held = component["properties"][field.encode_name]
        match field.type:
            case inspect.DictType(key_type=inspect.EnumType(cls=keys)):
                held["propertyNames"] = {"enum": [_plain_value(member) for member in keys]}
            case _:
                pass
        if field.name in docs:
            held["description"] = docs[field.name]
    if "description" in component:
        component["description"] = plain(component["description"])


def _plain_value(member: Any) -> Any:
    return member.value if isinstance(member, Enum) else member


def _structs(root: type[Any]) -> list[inspect.StructType]:
    """Every struct that ``root`` reaches, each once."""
    found: dict[type[Any], inspect.StructType] = {}
    waiting: list[Any] = [inspect.type_info(root)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, inspect.StructType):
            if node.cls in found:
                continue
            found[node.cls] = node
        for value in _parts(node):
            waiting += value if isinstance(value, tuple) else [value]
    return list(found.values())


def _parts(node: Any) -> list[Any]:
    if not isinstance(node, inspect.Type | inspect.Field):
        return []
    names = ("fields", "type", "types", "item_type", "item_types", "key_type", "value_type")
    return [getattr(node, name) for name in names if hasattr(node, name)]


def main(argv: list[str] | None = None) -> int:
    """Write or check every schema."""
    parser = argparse.ArgumentParser(description="Write docs/schemas/ from the types.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where something differs")
    check = parser.parse_args(argv).check
    stale = 0
    for schema in SCHEMAS:
        path, text = FOLDER / schema.filename, build(schema)
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale += 1
        print(f"{schema.filename} {'differs from its type' if check else 'written'}")
        if not check:
            FOLDER.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
