"""The starter policy: every key with its default, explained by the words under the field in its type."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any

import msgspec
from msgspec import inspect

from stockade.model.findings import Severity
from stockade.model.policy import OidcIssuer, Policy, PolicyException
from stockade.model.verdicts import Action, Cause
from stockade.policy.fields import field_docs, plain
from stockade.policy.shape import policy_type

WIDTH = 100

_INTRO = """\
The policy of Stockade. Every key stands here with its default, so this file changes nothing yet:
edit what you need and delete the rest. A key that is not known is an error. The environment
(STOCKADE_LOCK_COOLDOWN_DAYS) beats this file, and a flag beats both.
"""


def starter_policy(today: date, *, table: str = "") -> str:
    """TOML that loads as exactly the defaults.

    Args:
        today: the day that the expiry date of the example exception is counted from.
        table: where the policy stands in its file: ``tool.stockade`` in a ``pyproject.toml``, empty in
            a file of its own.
    """
    prefix = f"{table}." if table else ""
    defaults = Policy()
    docs = field_docs(Policy)
    lines = [*_comment(_INTRO), ""]
    if table:
        lines += [f"[{table}]"]
    fields = policy_type().fields
    for each in fields:
        if not _is_table(each.type):
            lines += _entry(each.encode_name, getattr(defaults, each.encode_name), docs[each.encode_name])
    for each in fields:
        match each.type:
            case inspect.StructType(cls=cls):
                lines += _table(f"{prefix}{each.encode_name}", cls)
            case inspect.DictType():
                examples = _EXAMPLES[each.encode_name]
                lines += [
                    "",
                    *_comment(_heading(docs[each.encode_name])),
                    f"[{prefix}{each.encode_name}]",
                    *examples,
                ]
            case _:
                pass
    lines += ["", *_comment(_heading(docs["exceptions"])), *_exception(f"{prefix}exceptions", today)]
    return "\n".join(lines) + "\n"


_EXAMPLES = {
    "indeterminate": [f"# {cause} = {msgspec.json.encode(Action.BLOCK).decode()}" for cause in Cause],
    "rules": ['# STK-R001 = "critical"'],
    "cooldown": ['# "acme-*" = 0'],
}
_UNSET: dict[str, object] = {
    "cooldown_days": 7,
    "nothing_after": datetime(2026, 1, 31, 12, tzinfo=UTC),
    "vulnerabilities": Severity.CRITICAL,
}
"""What a key that nothing is set for may be set to."""


def _is_table(node: inspect.Type) -> bool:
    match node:
        case inspect.StructType() | inspect.DictType() | inspect.VarTupleType(item_type=inspect.StructType()):
            return True
        case _:
            return False


def _table(name: str, struct: type[Any]) -> Iterator[str]:
    docs = field_docs(struct)
    yield ""
    yield from _comment(_heading(plain((struct.__doc__ or "").replace("\n\n", " "))))
    yield f"[{name}]"
    defaults = struct()
    tables = []
    for field in msgspec.structs.fields(struct):
        value = getattr(defaults, field.name)
        if field.name in _REPEATED:
            tables += [
                "",
                *_comment(docs[field.encode_name]),
                *_example(f"{name}.{field.name}", *_REPEATED[field.name]),
            ]
        elif isinstance(value, dict):
            tables += ["", *_comment(docs[field.encode_name]), f"[{name}.{field.encode_name}]"]
            tables += _EXAMPLES[field.encode_name]
        else:
            yield from _entry(field.encode_name, value, docs[field.encode_name])
    yield from tables


def _entry(name: str, value: object, doc: str) -> Iterator[str]:
    """A key with its default; commented out where the default is the empty string or nothing."""
    yield from _comment(doc)
    if value is None:
        yield f"# {name} = {_toml(_UNSET[name])}"
    else:
        yield f"{'# ' if value == '' else ''}{name} = {_toml(value)}"


def _exception(name: str, today: date) -> Iterator[str]:
    example = {
        "rule": "STK-R001",
        "subject": "acme-utils",
        "reason": "Ours, and older than the project that it resembles.",
        "expires": today + timedelta(days=90),
        "path": "services/*",
        "approved_by": "security@acme.example",
    }
    return _example(name, PolicyException, example)


_REPEATED: dict[str, tuple[type[Any], dict[str, object]]] = {
    "oidc": (
        OidcIssuer,
        {
            "issuer": "https://ci.example",
            "audience": "stockade",
            "claims": {"repository": "acme/shop", "ref": "refs/heads/main"},
            "role": "publish",
            "projects": ["acme-*"],
            "minutes": 15,
        },
    )
}
"""Tables that may stand several times within another, each with an example."""


def _example(name: str, struct: type[Any], example: dict[str, object]) -> Iterator[str]:
    """A table that may stand several times, commented out."""
    docs = field_docs(struct)
    yield f"# [[{name}]]"
    for field in msgspec.structs.fields(struct):
        optional = "" if field.required else "Optional. "
        yield from (f"# {line}" for line in _comment(optional + docs[field.encode_name]))
        yield f"# {field.encode_name} = {_toml(example[field.encode_name])}"


def _heading(doc: str) -> str:
    """A table's docstring without the ``[table]:`` that it begins with."""
    head, _, rest = doc.partition(": ")
    text = rest if head.startswith("`[") else doc
    return text[:1].upper() + text[1:]


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(text, WIDTH - 4, break_on_hyphens=False)]


def _toml(value: object) -> str:
    """A default as TOML. JSON's strings, numbers, booleans and lists are TOML's too."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, date):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Enum):
        value = value.value
    return msgspec.json.encode(value).decode()
