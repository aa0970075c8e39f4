"""The squats to expect of a name, most likely first.

Every single edit of the name is a variant of the class that :mod:`~stockade.names.classes.one_edit`
gives it; wider classes add theirs. A variant's likelihood is its class's share among known squats
(``[variants]`` in ``data/weights.toml``) divided by the number of its class's variants, so a class with few
variants, such as transpositions, comes before one with hundreds.

Those shares are of squats of well-known names, which wait for a slip of the finger. Who squats an internal
name has read it somewhere, and waits for a slip of memory: the singular for the plural, a separator left
out, ``python-`` put before. No collection of such squats is known, so half of the likelihood of an own name's
variants is given to these by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import permutations

import msgspec

from stockade.model.names import MAX_NAME_LENGTH, ProjectName
from stockade.names.classes.folds import delimiter_fold
from stockade.names.classes.one_edit import classify
from stockade.names.edits import Edit, Operation, align
from stockade.names.kinds import EditClass
from stockade.names.letters import KEYBOARD_NEIGHBOURS, LOOK_ALIKE_PAIRS
from stockade.names.model import built_in_weights
from stockade.names.targets import edits_of

_VALID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MOST_WORDS = 4
"""The words of a longer name are not shuffled: there are too many orders to expect one."""
_ADDITIONS = ("sdk", "api", "cli", "core", "dev", "lib", "utils", "client", "tools", "test")
_OF_MEMORY = 0.5
"""The part of an own name's squats that is expected to be slips of memory."""
_LIKELIER = 4.0
"""How much likelier: a stray key beside the right one, the plural of the last word, a letter for a letter."""


class Variant(msgspec.Struct, frozen=True):
    """A name that may be registered to be taken for another."""

    name: ProjectName
    kind: EditClass
    likelihood: float
    """Share of the known squats of such a name that this variant is expected to be, 0 to 1."""


def variants(name: ProjectName, *, limit: int = 500, own: bool = False) -> tuple[Variant, ...]:
    """At most ``limit`` variants of ``name``, most likely first; ties by name, so the order is stable.

    ``own``: the name is an internal one, known to few, so slips of memory weigh as much as slips of the finger.
    """
    weighted: dict[str, tuple[EditClass, float]] = {}
    for text, kind, weight in (*_single_edits(name), *_wider(name)):
        if text != name and text not in weighted and _VALID.fullmatch(text) and len(text) <= MAX_NAME_LENGTH:
            weighted[text] = kind, weight
    totals: dict[EditClass, float] = {}
    for kind, weight in weighted.values():
        totals[kind] = totals.get(kind, 0.0) + weight
    shares = built_in_weights().variants
    memory = {text: share for text, share in _remembered(name).items() if text in weighted} if own else {}
    measured = 1 - _OF_MEMORY if memory else 1.0
    whole = sum(memory.values())
    found = [
        Variant(
            ProjectName(text),
            kind,
            measured * shares[kind] * weight / totals[kind]
            + (_OF_MEMORY * memory[text] / whole if text in memory else 0.0),
        )
        for text, (kind, weight) in weighted.items()
    ]
    found.sort(key=lambda variant: (-variant.likelihood, variant.name))
    return tuple(found[:limit])


def _remembered(name: str) -> dict[str, float]:
    """What people write who half remember a name, and how much more often than the rarest of it."""
    found: dict[str, float] = {}
    words = name.split("-")
    for at, word in enumerate(words):
        other = word.removesuffix("s") if word.endswith("s") else f"{word}s"
        last = at == len(words) - 1
        found["-".join((*words[:at], other, *words[at + 1 :]))] = 8.0 if last else 1.0
    for at in range(1, len(words)):
        found["-".join((*words[: at - 1], words[at - 1] + words[at], *words[at + 1 :]))] = 2.0
    found.setdefault("".join(words), 3.0)
    found |= {
        f"python-{name}": 3.0,
        f"{name}-py": 3.0,
        f"py-{name}": 2.0,
        f"{name}-lib": 2.0,
        f"{name}-python": 2.0,
    }
    return found


def _single_edits(name: str) -> Iterator[tuple[str, EditClass, float]]:
    for text in edits_of(name):
        edit = align(text, name)
        if edit is not None:
            kind, _ = classify(edit)
            yield text, kind, _slip(kind, edit)


def _slip(kind: EditClass, edit: Edit) -> float:
    """How easily fingers or eyes make this edit, against others of its class."""
    if kind in {EditClass.INSERTION_EDGE, EditClass.INSERTION_MID}:
        beside = {*edit.target[max(0, edit.at - 1) : edit.at + 1]}
        return _LIKELIER if KEYBOARD_NEIGHBOURS[edit.here] & beside else 1.0
    if kind is EditClass.PLURAL:
        return _LIKELIER if edit.at_edge else 1.0
    if edit.operation is Operation.REPLACE and edit.here.isdigit() != edit.there.isdigit():
        return 1 / _LIKELIER
    return 1.0


def _wider(name: str) -> Iterator[tuple[str, EditClass, float]]:
    for two, one in (pair.split() for pair in LOOK_ALIKE_PAIRS):
        for old, new in ((two, one), (one, two)):
            at = name.find(old)
            while at >= 0:
                yield name[:at] + new + name[at + len(old) :], EditClass.LOOK_ALIKE, 1.0
                at = name.find(old, at + 1)
    yield delimiter_fold(name), EditClass.DELIMITER, 1.0
    words = name.split("-")
    if 1 < len(words) <= _MOST_WORDS:
        for order in permutations(words):
            yield "-".join(order), EditClass.WORD_ORDER, 1.0
    for tail in ("-2", "-3", "-v2"):
        yield name + tail, EditClass.VERSION_SUFFIX, 1.0
    yield from ((text, EditClass.PYTHON_AFFIX, 1.0) for text in _python_affixes(name))
    for addition in _ADDITIONS:
        yield f"{name}-{addition}", EditClass.COMBOSQUAT, 1.0


def _python_affixes(name: str) -> Iterator[str]:
    for head in ("python-", "py-", "py"):
        yield head + name
        yield name.removeprefix(head)
    for tail in ("-python", "-py", "py"):
        yield name + tail
        yield name.removesuffix(tail)
