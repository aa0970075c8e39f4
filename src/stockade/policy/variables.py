"""``STOCKADE_…`` environment variables: each simple key of the policy has one.

``lock.cooldown_days`` is ``STOCKADE_LOCK_COOLDOWN_DAYS``; a list is separated by commas; each cause of
``[indeterminate]`` has its own (``STOCKADE_INDETERMINATE_FEED_STALE=warn``). A variable replaces the
file's value; an empty one counts as not set. ``[rules]`` and ``[[exceptions]]`` are set in the file only:
an exception belongs where it is reviewed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any

from msgspec import inspect

from stockade.manifests.lines import Path
from stockade.manifests.text import one_line
from stockade.policy.forms import SHOWN
from stockade.policy.shape import given, policy_type

RESERVED = frozenset(
    {
        "STOCKADE_CACHE",
        "STOCKADE_DATABASE",
        "STOCKADE_DEBUG",
        "STOCKADE_POLICY",
        "STOCKADE_SHARED_DATA",
        "STOCKADE_STATE",
    }
)
"""Variables that are read elsewhere and say nothing of the policy."""

_FOREIGN = re.compile(r"STOCKADE_(?:SERVICE_(?:HOST|PORT)|PORT|TEST)(?:_\w+)?")
"""What Kubernetes sets in every pod beside a service that is called ``stockade``, and what our own tests use."""

_TRUTH = {
    "1": True,
    "true": True,
    "yes": True,
    "on": True,
    "0": False,
    "false": False,
    "no": False,
    "off": False,
}


@cache
def variables() -> dict[str, tuple[Path, inspect.Type]]:
    """Every variable of the policy: its key and its type."""
    return dict(_walk((), policy_type()))


def _walk(path: Path, node: inspect.Type) -> Iterator[tuple[str, tuple[Path, inspect.Type]]]:
    plain = node.type if isinstance(node, inspect.Metadata) else node
    match plain:
        case inspect.StructType(fields=fields):
            for each in fields:
                yield from _walk((*path, each.encode_name), each.type)
        case inspect.DictType(key_type=inspect.EnumType(cls=keys), value_type=inner):
            for member in keys:
                yield from _walk((*path, str(member.value)), inner)
        case inspect.DictType() | inspect.VarTupleType(item_type=inspect.StructType()):
            return
        case _:
            yield _name(path), (path, node)


def _name(path: Path) -> str:
    return "_".join(("STOCKADE", *map(str, path))).replace("-", "_").upper()


def from_environment(environ: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """The values that the environment sets, by variable, still to be checked; and the problems of names."""
    values: dict[str, Any] = {}
    problems = []
    for name in sorted(environ):
        if not name.startswith("STOCKADE_") or name in RESERVED or _FOREIGN.fullmatch(name):
            continue
        if (known := variables().get(name)) is None:
            problems.append(f"{one_line(name, SHOWN)}: unknown variable{_advice(name)}")
        elif environ[name].strip():
            values[name] = _plain(environ[name].strip(), known[1])
    return values, problems


def _advice(name: str) -> str:
    for each in policy_type().fields:
        prefix = _name((each.encode_name,))
        if name.startswith(prefix) and not any(known.startswith(prefix) for known in variables()):
            return f"; {each.encode_name} is set in the policy file only"
    close = get_close_matches(name[:100], [*variables(), *sorted(RESERVED)], n=1)
    return (
        f"; did you mean {close[0]}?"
        if close
        else "; unset it: 'stockade init' writes a policy with every key"
    )


def _plain(text: str, node: inspect.Type) -> Any:
    """The text as the TOML value that it stands for; where it stands for none, the text itself, which the
    check of the type then refuses."""
    plain = given(node.type if isinstance(node, inspect.Metadata) else node)
    match plain:
        case inspect.BoolType():
            return _TRUTH.get(text.lower(), text)
        case inspect.IntType() | inspect.FloatType():
            return _number(text)
        case inspect.VarTupleType():
            return [part.strip() for part in text.split(",") if part.strip()]
        case _:
            return text


def _number(text: str) -> Any:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
