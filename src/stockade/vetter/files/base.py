"""What looking at one file that is not Python yields."""

from __future__ import annotations

from dataclasses import dataclass, field

from stockade.vetter.acts import Act
from stockade.vetter.package import Oddity


@dataclass(frozen=True, slots=True)
class Code:
    """Python text found in a file of another kind, for the interpreter."""

    text: str
    line: int = 1
    """The 1-based line of the file at which the text begins, as near as can be told."""
    why: str = ""
    """Where it stood: ``cell 3``, ``python -c``."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file does, and what is odd about it."""

    acts: tuple[Act, ...] = ()
    oddities: tuple[Oddity, ...] = ()
    code: tuple[Code, ...] = field(default=())
