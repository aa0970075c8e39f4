"""Says in the report which policy judged: one that lies in the assessed tree is changed with the tree."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from stockade.model.policy import Policy
from stockade.policy.loader import LoadedPolicy


def policy_notes(loaded: LoadedPolicy, root: Path) -> tuple[str, ...]:
    """One line for the policy's file with the keys that it sets, one for variables and flags; empty for neither.

    Args:
        loaded: the policy and where it came from.
        root: the assessed folder or file.
    """
    notes = []
    changed = ", ".join(_changed(loaded.policy)) or "no key to another value than its default"
    if loaded.source is not None:
        inside = loaded.source.resolve().is_relative_to(root.resolve())
        place = ", inside the assessed tree: who changes the tree can change it, unless --policy names one"
        notes.append(f"the policy is {loaded.source}{place if inside else ''}; with it in force: {changed}")
    if loaded.overridden:
        notes.append(f"set over the policy by variables or flags: {', '.join(loaded.overridden)}")
    return tuple(notes)


def _changed(policy: Policy) -> Iterator[str]:
    """The keys, as the policy file spells them, whose values are not the defaults; lists with their length."""
    yield from _differences("", policy, Policy())


def _differences(prefix: str, found: msgspec.Struct, default: msgspec.Struct) -> Iterator[str]:
    for key in found.__struct_fields__:
        value, usual = getattr(found, key), getattr(default, key)
        if value == usual:
            continue
        if isinstance(value, msgspec.Struct):
            yield from _differences(f"{prefix}{key}.", value, usual)
        elif isinstance(value, tuple | dict):
            yield f"{prefix}{key} ({len(value)})"
        else:
            yield f"{prefix}{key} = {value}"
