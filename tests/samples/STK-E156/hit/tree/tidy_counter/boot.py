"""Stands for what a start-up line would run."""


def begin() -> None:
    """Do nothing."""
