"""Project names (PEP 503 and the name format of PEP 508), always in canonical form inside."""

from __future__ import annotations

from typing import NewType

from packaging.utils import InvalidName, canonicalize_name

from stockade.errors import InvalidValueError

ProjectName = NewType("ProjectName", str)
"""A project's canonical name: lower case, runs of ``-``, ``_`` and ``.`` folded into one ``-``."""

MAX_NAME_LENGTH = 256
"""Longer names are refused: no index registers them, and they cost time."""


def project_name(text: str) -> ProjectName:
    """Parse a project's name from outside.

    Raises:
        InvalidValueError: the text is not a project name.
    """
    if len(text) > MAX_NAME_LENGTH:
        raise InvalidValueError(
            f"project name of {len(text)} characters refused: {text[:40]!r}…",
            hint=f"a project name has at most {MAX_NAME_LENGTH} characters",
        )
    try:
        return ProjectName(canonicalize_name(text, validate=True))
    except InvalidName:
        raise InvalidValueError(
            f"not a project name: {text!r}",
            hint="a name has ASCII letters, digits, '-', '_' and '.', and starts and ends with a letter or digit",
        ) from None
