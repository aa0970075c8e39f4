"""What a value of the policy must look like beyond its type: the forms that :mod:`stockade.model.policy` names.

Each form takes a value and returns it in its canonical shape, or raises :class:`FormError`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from stockade.errors import InvalidValueError
from stockade.manifests.text import one_line
from stockade.model.names import project_name
from stockade.model.verdicts import Action

MAX_EXCEPTION_DAYS = 366
"""An exception may not be accepted for longer: somebody must look again."""

SHOWN = 60
"""Characters of a refused value that a message repeats."""


class FormError(ValueError):
    """A value that is refused; the message says what was expected, in one line."""


def _project_name(value: str, _today: date) -> str:
    try:
        return project_name(value)
    except InvalidValueError as error:
        raise FormError(f"{one_line(error.message, 100)}; {error.hint}") from None


_NAME_PATTERN = re.compile(r"(?:[a-z0-9*?-]|\[!?[a-z0-9-]+\])+")


def _name_pattern(value: str, _today: date) -> str:
    if _NAME_PATTERN.fullmatch(value) is None:
        canonical = re.sub(r"[._]", "-", value.lower())
        better = f": write {canonical!r}" if _NAME_PATTERN.fullmatch(canonical) else ""
        raise FormError(
            f"{one_line(value, SHOWN)!r} matches no canonical name (a-z, 0-9, '-', and the wildcards * ? [abc]){better}"
        )
    return _with_a_letter(value, "would make every project yours")


def _subject(value: str, _today: date) -> str:
    return _with_a_letter(value, "would accept every subject")


_LICENCE_PATTERN = re.compile(r"(?:[A-Za-z0-9.+*?-]|\[!?[A-Za-z0-9.+-]+\])+")


def _licence_pattern(value: str, _today: date) -> str:
    if _LICENCE_PATTERN.fullmatch(value) is None:
        raise FormError(
            f"{one_line(value, SHOWN)!r} matches no SPDX identifier (letters, digits, '.', '+', '-', and the wildcards "
            "* ? [abc])"
        )
    return _with_a_letter(value, "would hold every licence back")


def _with_a_letter(value: str, consequence: str) -> str:
    if not re.sub(r"\[!?[^\]]*\]|[*?\s]", "", value):
        raise FormError(f"{one_line(value, SHOWN)!r} {consequence}; name what you mean")
    return value


def _path_pattern(value: str, _today: date) -> str:
    from pathspec import GitIgnoreSpec  # noqa: PLC0415  needed only by the few policies that exclude paths

    try:
        GitIgnoreSpec.from_lines([value])
    except ValueError as error:
        raise FormError(
            f"{one_line(value, SHOWN)!r} is no gitignore pattern: {one_line(str(error), 100)}"
        ) from None
    if not value.strip() or value.startswith("#") or "\n" in value:
        raise FormError(f"{one_line(value, SHOWN)!r} matches nothing")
    return value


def _exclusion(value: str, today: date) -> str:
    if not _path_pattern(value, today).strip().strip("/*"):
        raise FormError(f"{one_line(value, SHOWN)!r} would exclude everything; name what you mean")
    return value


_HOST = re.compile(
    r"(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?\.?(?::\d{1,5})?"
)


def _index(value: str, _today: date) -> str:
    if "://" not in value:
        if _HOST.fullmatch(value.lower()) is None:
            raise FormError(f"{one_line(value, SHOWN)!r} is neither a host nor an http(s) address")
        return value.lower()
    return _address(value, ("https", "http"))


def _feed_address(value: str, _today: date) -> str:
    return _address(value, ("https", "http", "file")) if value else value


def _address(value: str, schemes: tuple[str, ...]) -> str:
    """An absolute address without credentials. Messages do not repeat it: it may hold a secret."""
    expected = " or ".join(f"{scheme}://" for scheme in schemes)
    try:
        parts = urlsplit(value)
        held = (parts.username, parts.password)
        complete = bool(parts.hostname) or parts.scheme == "file"
        _ = parts.port
    except ValueError:
        raise FormError(f"not an address; expected one that begins with {expected}") from None
    if parts.scheme not in schemes or not complete or not value.isprintable() or " " in value:
        raise FormError(f"not a complete address; expected one that begins with {expected}")
    if any(held):
        raise FormError("an address with credentials in it; keep them in the client's configuration or netrc")
    return value


def _issuer(value: str, _today: date) -> str:
    parts = urlsplit(_address(value, ("https", "http")))
    if parts.query or parts.fragment:
        raise FormError("an issuer has neither a query nor a fragment")
    if parts.scheme == "http" and parts.hostname not in {"127.0.0.1", "::1", "localhost"}:
        raise FormError("an issuer's keys are fetched over https; http is only for this machine")
    return value


def _claim_pattern(value: str, _today: date) -> str:
    if not value.isprintable():
        raise FormError(f"{one_line(value, SHOWN)!r} has control characters")
    return _with_a_letter(value, "would take every job of everybody who uses that CI system")


def _sentence(value: str, _today: date) -> str:
    if not any(character.isalpha() for character in value):
        raise FormError(f"{one_line(value, SHOWN)!r} says nothing; write why")
    return value


def _expiry(value: date, today: date) -> date:
    latest = today + timedelta(days=MAX_EXCEPTION_DAYS)
    if value > latest:
        raise FormError(
            f"{value} is more than {MAX_EXCEPTION_DAYS} days ahead; the latest day that is accepted is {latest}"
        )
    return value


def _never_allow(value: str, _today: date) -> str:
    if value == Action.ALLOW:
        raise FormError("'allow' is refused: what could not be judged is never clean; 'warn' is the laxest")
    return value


FORMS: dict[str, Callable[[Any, date], object]] = {
    "claim-pattern": _claim_pattern,
    "exclusion": _exclusion,
    "expiry": _expiry,
    "feed-address": _feed_address,
    "index": _index,
    "issuer": _issuer,
    "licence-pattern": _licence_pattern,
    "name-pattern": _name_pattern,
    "never-allow": _never_allow,
    "path-pattern": _path_pattern,
    "project-name": _project_name,
    "sentence": _sentence,
    "subject": _subject,
}
"""From the name of a form, as ``Meta(extra={"form": …})`` gives it, to its check: ``(value, today)``."""
