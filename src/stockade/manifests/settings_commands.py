"""Commands that install nothing but say where installs come from: ``pip config set``, ``twine upload``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from stockade.manifests.command_lines import Argument, find_program
from stockade.manifests.urls import index_reference
from stockade.model.locations import Location
from stockade.model.requirements import IndexRole

if TYPE_CHECKING:
    from stockade.manifests.commands import CommandDraft

_PIP_KEYS = {
    "index-url": IndexRole.PRIMARY,
    "extra-index-url": IndexRole.EXTRA,
    "find-links": IndexRole.FIND_LINKS,
    "trusted-host": IndexRole.TRUSTED_HOST,
}
_POETRY_PRIORITIES = {
    "primary": IndexRole.PRIMARY,
    "default": IndexRole.PRIMARY,
    "explicit": IndexRole.EXPLICIT,
}


def add_settings(draft: CommandDraft, argv: Sequence[Argument], place: Location) -> None:
    """Add the index addresses that a command sets, if it is one that does."""
    name, arguments = find_program(argv)
    words = [argument.text for argument in arguments]
    operands = [word for word in words if not word.startswith("-")]
    if name == "pip" and operands[:2] == ["config", "set"] and len(operands) > 3:  # noqa: PLR2004  set KEY VALUE
        role = _PIP_KEYS.get(operands[2].rpartition(".")[2])
        if role is not None:
            draft.indexes.extend(index_reference(url, role, place) for url in operands[3].split())
    elif name == "poetry" and operands[:2] == ["source", "add"] and len(operands) > 3:  # noqa: PLR2004  add NAME URL
        _poetry_source(draft, words, place)
    elif name == "poetry" and operands[:1] == ["config"] and len(operands) > 2:  # noqa: PLR2004  config KEY VALUE
        key = operands[1].removesuffix(".url")
        if key.startswith("repositories."):
            label = key.partition(".")[2]
            draft.indexes.append(index_reference(operands[2], IndexRole.UPLOAD, place, name=label))
    elif name in {"twine", "uv"}:
        option = "--repository-url" if name == "twine" else "--publish-url"
        url = _value(words, option)
        if url:
            draft.indexes.append(index_reference(url, IndexRole.UPLOAD, place))
    elif name in {"echo", "printf"}:
        _exported(draft, words, place)


def _poetry_source(draft: CommandDraft, words: list[str], place: Location) -> None:
    """``poetry source add [--priority=P] NAME URL``."""
    priority = _value(words, "--priority") or "primary"
    operands = [word for word in words if not word.startswith("-") and word != priority]
    url = next((word for word in operands if "://" in word), "")
    if url:
        role = _POETRY_PRIORITIES.get(priority, IndexRole.EXTRA)
        draft.indexes.append(index_reference(url, role, place, name=operands[2]))


def _value(words: list[str], option: str) -> str:
    for position, word in enumerate(words):
        if word == option and position + 1 < len(words):
            return words[position + 1]
        if word.startswith(option + "="):
            return word[len(option) + 1 :]
    return ""


def _exported(draft: CommandDraft, words: list[str], place: Location) -> None:
    """``echo NAME=value >> "$GITHUB_ENV"``."""
    for word in words:
        name, equals, value = word.partition("=")
        if equals:
            draft.set_variable(name, value, place)
