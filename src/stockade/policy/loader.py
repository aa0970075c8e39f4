"""Finds, reads and checks the policy: flag beats environment beats file beats default."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from msgspec import UNSET

from stockade.errors import ConfigError, UsageError
from stockade.manifests.lines import Lines
from stockade.manifests.lines import Path as KeyPath
from stockade.manifests.text import ReadError
from stockade.model.policy import Policy
from stockade.policy.files import mentions, read_toml
from stockade.policy.shape import MAX_PROBLEMS, Reader, TooManyProblemsError, policy_type, show
from stockade.policy.variables import from_environment, variables

FILE = "stockade.toml"
PYPROJECT = "pyproject.toml"
TABLE = ("tool", "stockade")
"""The policy's table in a ``pyproject.toml``."""

_HINT = "'stockade init' writes a commented starter policy that explains every key"


@dataclass(frozen=True, kw_only=True)
class LoadedPolicy:
    """A policy that was read and checked, and where it came from."""

    policy: Policy
    source: Path | None
    """The file; None where there is none and the defaults hold."""
    overridden: tuple[str, ...] = ()
    """The variables and flags that changed something, as the user wrote them (``STOCKADE_FAIL_ON``, ``fail_on``)."""


def load_policy(
    start: Path,
    *,
    environ: Mapping[str, str],
    today: date,
    explicit: Path | None = None,
    override: Mapping[str, object] | None = None,
) -> LoadedPolicy:
    """The policy that holds for ``start``.

    The nearest folder from ``start`` upwards that has a ``stockade.toml``, or a ``pyproject.toml`` with
    ``[tool.stockade]``, gives the file; the search ends with the first folder that holds ``.git``, or
    at the root of the file system. Without a file the defaults hold.

    Args:
        start: the file or folder that is judged.
        environ: the environment; its ``STOCKADE_…`` variables beat the file.
        today: the UTC day from which expiry dates are counted.
        explicit: a ``stockade.toml`` or ``pyproject.toml`` to use instead of searching.
        override: values of flags by dotted key (``{"lock.cooldown_days": 3}``), which beat both;
            None means that the flag was not given.

    Raises:
        ConfigError: with every problem of the file, the variables and the flags at once.
        UsageError: ``start`` or ``explicit`` does not exist.
    """
    found = _find(start) if explicit is None else _named(explicit)
    draft = _Draft(Reader(today))
    wrong: list[str] = []
    """The sources that hold a problem, in the order in which they are read."""
    source = found.path if found else None
    try:
        if found:
            with draft.noting(str(source), wrong):
                draft.take_file(found)
        with draft.noting("environment", wrong):
            draft.take_variables(environ)
        with draft.noting("command line", wrong):
            draft.take_flags(override or {})
    except TooManyProblemsError:
        draft.problems.append(f"and more: only the first {MAX_PROBLEMS} are shown")
    policy = msgspec.convert(draft.table, Policy)
    with draft.noting(str(source or "policy"), wrong):
        draft.problems += _contradictions(policy)
    if draft.problems:
        raise ConfigError(" and ".join(dict.fromkeys(wrong)), draft.problems, hint=_HINT)
    return LoadedPolicy(policy=policy, source=source, overridden=tuple(draft.overridden))


def policy_in(folder: Path) -> Path | None:
    """The file in ``folder`` itself that holds a policy, right or wrong; None where there is none.

    A ``stockade.toml`` counts whatever is in it.

    Raises:
        ConfigError: a ``pyproject.toml`` that may hold one does not parse.
    """
    if (own := folder / FILE).exists():
        return own
    shared = folder / PYPROJECT
    return shared if shared.is_file() and _in_pyproject(shared) else None


@dataclass(frozen=True)
class _Found:
    """A policy file, parsed but not checked."""

    path: Path
    table: Any
    at: KeyPath
    """Where ``table`` stands in the file."""
    lines: Lines


@dataclass
class _Draft:
    """A policy that is being put together: what is right so far, and what is wrong."""

    reader: Reader
    table: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    overridden: list[str] = field(default_factory=list)

    @contextmanager
    def noting(self, source: str, wrong: list[str]) -> Iterator[None]:
        """Add ``source`` to ``wrong`` where a problem is met within."""
        before = len(self.problems)
        try:
            yield
        finally:
            if len(self.problems) > before:
                wrong.append(source)

    def take_file(self, found: _Found) -> None:
        """Take the file's values; a problem names the line."""
        try:
            read = self.reader.read(found.table, policy_type(), ())
        finally:
            self._report(
                lambda path: f"line {found.lines.of(*found.at, *path)}: {show(path)}".removesuffix(": ")
            )
        if read is not UNSET:
            self.table = read

    def take_variables(self, environ: Mapping[str, str]) -> None:
        """Let the environment's values replace the file's."""
        values, unknown = from_environment(environ)
        self.problems += unknown
        for name, value in values.items():
            path, node = variables()[name]
            self._set(name, path, self.reader.read(value, node, path))

    def take_flags(self, override: Mapping[str, object]) -> None:
        """Let the flags' values replace both."""
        keys = {show(path): (path, node) for path, node in variables().values()}
        for name, value in override.items():
            if value is not None:
                path, node = keys[name]
                self._set(name, path, self.reader.read(value, node, path))

    def _set(self, name: str, path: KeyPath, value: Any) -> None:
        self._report(lambda _: name)
        if value is UNSET:
            return
        table = self.table
        *outer, last = map(str, path)
        for part in outer:
            table = table.setdefault(part, {})
        table[last] = value
        self.overridden.append(name)

    def _report(self, label: Callable[[KeyPath], str]) -> None:
        """Move the reader's problems into messages."""
        self.problems += [f"{label(path)}: {text}" for path, text in self.reader.problems]
        self.reader.problems.clear()


def _contradictions(policy: Policy) -> list[str]:
    """What is wrong between values that are each right."""
    problems = []
    steps = policy.thresholds
    if not steps.warn <= steps.quarantine <= steps.block:
        problems.append(
            f"thresholds: warn ({steps.warn}), quarantine ({steps.quarantine}) and block ({steps.block}) "
            "must rise in this order"
        )
    seen = Counter((each.rule, each.subject, each.path) for each in policy.exceptions)
    problems += [
        f"exceptions: {rule} on {subject!r} is accepted {count} times; keep one"
        for (rule, subject, _), count in seen.items()
        if count > 1
    ]
    return problems


def _find(start: Path) -> _Found | None:
    if not start.exists():
        raise UsageError(f"no such file or folder: {start}")
    resolved = start.resolve()
    for folder in (resolved, *resolved.parents):
        try:
            if found := _in_folder(folder):
                return found
            if (folder / ".git").exists():
                return None
        except OSError as error:
            raise ConfigError(
                str(folder),
                [f"cannot be searched for a policy: {error.strerror or error}"],
                hint="make the folder readable, or name the policy with --policy FILE",
            ) from error
    return None


def _in_folder(folder: Path) -> _Found | None:
    own, shared = folder / FILE, folder / PYPROJECT
    _require_plain(own)
    if shared.is_symlink():
        _require_plain(shared)
    if not own.is_file():
        return _in_pyproject(shared) if shared.is_file() else None
    try:
        both = shared.is_file() and _in_pyproject(shared) is not None
    except ConfigError:
        both = False  # a broken pyproject.toml is reported as a manifest; the policy is the other file
    if both:
        raise ConfigError(
            str(folder),
            [f"both {FILE} and [tool.stockade] in {PYPROJECT} hold a policy"],
            hint="keep one of them",
        )
    return _in_own_file(own)


def _require_plain(path: Path) -> None:
    """Refuse a policy that was found, not named, and is no regular file or a link out of its tree: it would
    be passed over, or be somebody else's file.

    Raises:
        ConfigError: it is.
    """
    if not path.is_file():
        if path.is_symlink() or path.exists():
            raise ConfigError(
                str(path), ["it is no regular file"], hint="remove it, or name the policy with --policy FILE"
            )
        return
    top = next((folder for folder in path.parents if (folder / ".git").exists()), path.parent)
    if path.is_symlink() and not path.resolve().is_relative_to(top.resolve()):
        raise ConfigError(
            str(path),
            ["it is a symbolic link that leads out of the tree, which is not followed"],
            hint="put the file here, or name the policy with --policy FILE",
        )


def _named(path: Path) -> _Found:
    if path.is_dir() or not path.exists():
        raise UsageError(f"no policy file at {path}", hint=f"name a {FILE} or a {PYPROJECT}")
    if path.name != PYPROJECT:
        return _in_own_file(path)
    if (found := _in_pyproject(path)) is None:
        raise ConfigError(str(path), ["it has no table [tool.stockade]"], hint=_HINT)
    return found


def _in_own_file(path: Path) -> _Found:
    try:
        document = read_toml(path)
    except ReadError as error:
        raise _unreadable(path, error) from None
    return _Found(path, document.value, (), document.lines)


def _in_pyproject(path: Path) -> _Found | None:
    """The policy in a ``pyproject.toml``; None where it has none. A file without the word ``stockade`` holds
    none, whatever else is wrong with it."""
    try:
        if not mentions(path, TABLE[-1].encode()):
            return None
        document = read_toml(path)
    except ReadError as error:
        raise _unreadable(path, error) from None
    table: Any = document.value
    for part in TABLE:
        if not isinstance(table, dict) or part not in table:
            return None
        table = table[part]
    return _Found(path, table, TABLE, document.lines)


def _unreadable(path: Path, error: ReadError) -> ConfigError:
    place = f"line {error.line}: " if error.line else ""
    return ConfigError(str(path), [place + error.message], hint=error.hint or _HINT)
