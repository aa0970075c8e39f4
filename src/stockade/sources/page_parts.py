"""What pages of an index have in common, whether they are JSON or HTML."""

from __future__ import annotations

from collections.abc import Sequence

from stockade.errors import InvalidValueError
from stockade.model.index import IndexFile, ProjectStatus
from stockade.sources.distribution_names import refused_name

MAJOR = "1"
"""The major version of the API that is understood; another one may mean another thing by the same words."""


class PageError(InvalidValueError):
    """The page cannot be read."""


def require_version(version: object) -> None:
    """Raise :class:`PageError` for another major version of the API than ours."""
    if str(version).partition(".")[0] != MAJOR:
        raise PageError(f"the page speaks version {str(version)[:20]!r} of the API, expected {MAJOR}.x")


def require_names(names: Sequence[str]) -> None:
    """Raise :class:`PageError` where a file name is refused."""
    refused = refused_name(names)
    if refused is not None:
        raise PageError(f"the page has a file of a name that is refused: {refused[:80]!r}")


def once(files: Sequence[IndexFile]) -> tuple[IndexFile, ...]:
    """Without repetitions; two files of one name are an error, since nobody could tell which one is meant."""
    by_name = {each.filename: each for each in files}
    if len(by_name) != len(files):
        for each in files:
            if by_name[each.filename] != each:
                raise PageError(f"the page has two different files of the name {each.filename[:80]!r}")
    return tuple(by_name.values())


def marker(given: object) -> ProjectStatus:
    """PEP 792's status as a page writes it; an unknown one raises :class:`PageError`."""
    if given is None:
        return ProjectStatus.ACTIVE
    try:
        return ProjectStatus(str(given))
    except ValueError:
        raise PageError(f"the project's status {str(given)[:60]!r} is unknown") from None
