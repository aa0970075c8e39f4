"""Variants of the inert malicious samples that do the same and look different, by a fixed seed.

    python -m benchmarks.mutate FOLDER TARGET [--variants 12] [--seed 1]

writes each variant of the tree in FOLDER to a folder of its own under TARGET. ``benchmarks/vet_quality.py``
uses :func:`variants` to measure what such rewriting costs a scanner. Nothing of a sample is run.
"""

from __future__ import annotations

import argparse
import ast
import random
from collections.abc import Iterator
from pathlib import Path

from benchmarks.mutations.base import Mutation, Tree
from benchmarks.mutations.constants import CONSTANTS
from benchmarks.mutations.layers import LAYERS
from benchmarks.mutations.names import NAMES
from benchmarks.mutations.structure import STRUCTURE

MUTATIONS: tuple[Mutation, ...] = (*CONSTANTS, *NAMES, *LAYERS, *STRUCTURE)

MOST_TRIES = 8
"""How often a combination is drawn anew where one does not apply."""


def variants(tree: Tree, seed: int, count: int | None = None) -> Iterator[tuple[str, Tree]]:
    """Each single mutation that applies, in a fixed order, then combinations of two and three.

    Without ``count``, the single ones only. Every variant parses wherever the sample did.
    """
    made, seen = 0, {frozenset(tree.items())}
    for mutation in MUTATIONS:
        if made == count:
            return
        found = _mutated(tree, [mutation], random.Random(f"{seed} {mutation.name}"))  # noqa: S311 - repeatable, no secret
        if found is not None and (key := frozenset(found.items())) not in seen:
            seen.add(key)
            made += 1
            yield mutation.name, found
    at = 0
    while count is not None and made < count and at < count * MOST_TRIES:
        rng = random.Random(f"{seed} combination {at}")  # noqa: S311 - repeatable, no secret
        chosen = rng.sample(MUTATIONS, rng.choice((2, 3)))
        found = _mutated(tree, chosen, rng)
        if found is not None and (key := frozenset(found.items())) not in seen:
            seen.add(key)
            made += 1
            yield " + ".join(mutation.name for mutation in chosen), found
        at += 1


def turned(tree: Tree, seed: int, combinations: int, turn: int) -> Iterator[tuple[str, Tree]]:
    """The single mutations that apply and some combinations of two and three, from the ``turn``-th on and round to it. Each
    is made when it is asked for; every variant parses wherever the sample did."""
    slots = len(MUTATIONS) + combinations
    seen = {frozenset(tree.items())}
    for step in range(slots):
        slot = (turn + step) % slots
        single = slot < len(MUTATIONS)
        word = MUTATIONS[slot].name if single else f"combination {slot - len(MUTATIONS)}"
        rng = random.Random(f"{seed} {word}")  # noqa: S311 - repeatable, no secret
        chosen = [MUTATIONS[slot]] if single else rng.sample(MUTATIONS, rng.choice((2, 3)))
        found = _mutated(tree, chosen, rng)
        if found is not None and (key := frozenset(found.items())) not in seen:
            seen.add(key)
            yield " + ".join(mutation.name for mutation in chosen), found


def _mutated(tree: Tree, chosen: list[Mutation], rng: random.Random) -> Tree | None:
    """The tree after every chosen mutation, or None where one does not apply."""
    current = tree
    for mutation in chosen:
        try:
            following = mutation.apply(current, rng)
        except ValueError:  # an f-string of the sample cannot hold what was put into it before Python 3.12
            return None
        if following is None or not _parses(following):
            return None
        current = following
    return current


def _parses(tree: Tree) -> bool:
    for path, data in tree.items():
        if path.endswith(".py"):
            try:
                ast.parse(data)
            except SyntaxError:
                return False
    return True


def read_tree(folder: Path, *, caches: bool = False) -> dict[str, bytes]:
    """The files of a folder; with ``caches`` also those in ``__pycache__``, which in a checkout may be anybody's."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and (caches or "__pycache__" not in path.parts)
    }


def write_tree(tree: Tree, folder: Path) -> None:
    """Write a tree below ``folder``, which is made."""
    for path, data in tree.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def main() -> int:
    """Write variants for a look."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--variants", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    for number, (name, tree) in enumerate(variants(read_tree(asked.folder), asked.seed, asked.variants)):
        write_tree(tree, asked.target / f"{number:03d}")
        print(f"{number:03d}  {name}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
