"""The six REFLEX stages that every rule, metric and layer belongs to."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """A stage of the battlecards, in their order."""

    RECONNAISSANCE = "reconnaissance"
    EVALUATION = "evaluation"
    FORTIFY = "fortify"
    LIMIT = "limit"
    EXPOSE = "expose"
    EXERCISE = "exercise"

    @property
    def letter(self) -> str:
        """The letter in rule ids: R, E, F, L, P (exPose) or X (eXercise)."""
        return _LETTERS[self]


_LETTERS = {
    Stage.RECONNAISSANCE: "R",
    Stage.EVALUATION: "E",
    Stage.FORTIFY: "F",
    Stage.LIMIT: "L",
    Stage.EXPOSE: "P",
    Stage.EXERCISE: "X",
}
