"""A program as a shell starts it: its name, its arguments, and what flows into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stockade.vetter.acts import Taints
from stockade.vetter.files.shell_state import Flow, State, bounded

Walk = Callable[[State, str, Flow, int], Flow]
Run = Callable[[State, list[Flow], Flow, int], Flow]


@dataclass(slots=True)
class Call:
    """A program, its arguments, and what flows into it."""

    state: State
    name: str
    program: Flow
    """The first word, as it stands."""
    words: list[Flow]
    stdin: Flow
    depth: int
    walk: Walk
    start: Run

    @property
    def arguments(self) -> list[str]:
        """The arguments' texts."""
        return [each.text or "" for each in self.words]

    @property
    def taints(self) -> Taints:
        """The origins of all arguments."""
        return (
            bounded(frozenset().union(*(each.taints for each in self.words))) if self.words else frozenset()
        )

    @property
    def line(self) -> str:
        """The command line in lower case, one space between words."""
        return " ".join([self.name, *self.arguments]).lower()

    @property
    def shown(self) -> str:
        """The command line as it stands."""
        return " ".join([self.name, *self.arguments])

    def files(self) -> list[str]:
        """The arguments that are no options."""
        return [each for each in self.arguments if each and not each.startswith("-")]
