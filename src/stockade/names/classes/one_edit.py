"""The classes of a single edit: one function each.

A function looks at an :class:`~stockade.names.edits.Edit` and returns its evidence, in human words, or
None where the edit is not of its class. :data:`ONE_EDIT_CLASSES` asks them in order; the first that
answers names the edit, so the tellings come before the catch-alls.
"""

from __future__ import annotations

from collections.abc import Callable

from stockade.names.edits import Edit, Operation
from stockade.names.kinds import EditClass
from stockade.names.letters import KEYBOARD_NEIGHBOURS, VOWELS, looks_like, one_bit_apart


def transposition(edit: Edit) -> str | None:
    """Two neighbours have changed places."""
    if edit.operation is not Operation.SWAP:
        return None
    pair = edit.target[edit.at : edit.at + 2]
    return f"{pair[0]!r} and {pair[1]!r} swapped at {edit.at + 1}"


def delimiter(edit: Edit) -> str | None:
    """A separator is put in or left out."""
    if edit.operation is Operation.INSERT and edit.here == "-":
        return f"'-' put in at {edit.at + 1}"
    if edit.operation is Operation.DELETE and edit.there == "-":
        return f"'-' left out at {edit.at + 1}"
    return None


def plural(edit: Edit) -> str | None:
    """A word's final ``s`` is added or left out."""
    if edit.operation is Operation.INSERT and edit.here == "s" and _ends_word(edit.name, edit.at):
        return f"plural 's' added at {edit.at + 1}" if not _doubles(edit.name, edit.at) else None
    if edit.operation is Operation.DELETE and edit.there == "s" and _ends_word(edit.target, edit.at):
        return f"plural 's' left out at {edit.at + 1}" if not _doubles(edit.target, edit.at) else None
    return None


def repetition(edit: Edit) -> str | None:
    """A character is doubled."""
    if edit.operation is Operation.INSERT and _doubles(edit.name, edit.at):
        return f"{edit.here!r} doubled at {edit.at + 1}"
    return None


def version_suffix(edit: Edit) -> str | None:
    """A digit is added at the end."""
    at_end = edit.operation is Operation.INSERT and edit.at == len(edit.target)
    return f"version {edit.here!r} added at the end" if at_end and edit.here.isdigit() else None


def omission(edit: Edit) -> str | None:
    """A character is left out."""
    if edit.operation is Operation.DELETE:
        return f"{edit.there!r} left out at {edit.at + 1}"
    return None


def insertion_digit(edit: Edit) -> str | None:
    """A digit is put in."""
    if edit.operation is Operation.INSERT and edit.here.isdigit():
        return f"digit {edit.here!r} put in at {edit.at + 1}"
    return None


def insertion_edge(edit: Edit) -> str | None:
    """A letter is added at the start or the end."""
    if edit.operation is Operation.INSERT and edit.at in {0, len(edit.target)}:
        return f"{edit.here!r} added at the {'end' if edit.at else 'start'}"
    return None


def insertion_mid(edit: Edit) -> str | None:
    """A letter is put in between."""
    return f"{edit.here!r} put in at {edit.at + 1}" if edit.operation is Operation.INSERT else None


def look_alike(edit: Edit) -> str | None:
    """A character that looks like the right one."""
    if edit.operation is Operation.REPLACE and looks_like(edit.here, edit.there):
        return f"look-alike {edit.here!r} for {edit.there!r} at {edit.at + 1}"
    return None


def vowel_swap(edit: Edit) -> str | None:
    """A vowel for another."""
    if edit.operation is Operation.REPLACE and edit.here in VOWELS and edit.there in VOWELS:
        return f"vowel {edit.here!r} for {edit.there!r} at {edit.at + 1}"
    return None


def keyboard(edit: Edit) -> str | None:
    """A neighbouring key."""
    if edit.operation is Operation.REPLACE and edit.here in KEYBOARD_NEIGHBOURS[edit.there]:
        return f"neighbouring key {edit.here!r} for {edit.there!r} at {edit.at + 1}"
    return None


def bit_flip(edit: Edit) -> str | None:
    """A character one bit away."""
    if edit.operation is Operation.REPLACE and one_bit_apart(edit.here, edit.there):
        return f"{edit.here!r} for {edit.there!r}, one bit apart, at {edit.at + 1}"
    return None


def substitution(edit: Edit) -> str | None:
    """Any other character."""
    if edit.operation is Operation.REPLACE:
        return f"{edit.here!r} for {edit.there!r} at {edit.at + 1}"
    return None


ONE_EDIT_CLASSES: tuple[tuple[EditClass, Callable[[Edit], str | None]], ...] = (
    (EditClass.TRANSPOSITION, transposition),
    (EditClass.DELIMITER, delimiter),
    (EditClass.PLURAL, plural),
    (EditClass.REPETITION, repetition),
    (EditClass.VERSION_SUFFIX, version_suffix),
    (EditClass.OMISSION, omission),
    (EditClass.INSERTION_DIGIT, insertion_digit),
    (EditClass.INSERTION_EDGE, insertion_edge),
    (EditClass.INSERTION_MID, insertion_mid),
    (EditClass.LOOK_ALIKE, look_alike),
    (EditClass.VOWEL_SWAP, vowel_swap),
    (EditClass.KEYBOARD, keyboard),
    (EditClass.BIT_FLIP, bit_flip),
    (EditClass.SUBSTITUTION, substitution),
)
"""Every single edit has exactly one class: the first here that answers."""


def classify(edit: Edit) -> tuple[EditClass, str]:
    """The class of ``edit`` and its evidence."""
    for kind, answers in ONE_EDIT_CLASSES:
        evidence = answers(edit)
        if evidence is not None:
            return kind, evidence
    raise AssertionError(f"an edit without a class: {edit}")


def _ends_word(text: str, at: int) -> bool:
    return at == len(text) - 1 or text[at + 1] == "-"


def _doubles(text: str, at: int) -> bool:
    return at > 0 and text[at - 1] == text[at]
