"""The tables of ``tox.toml`` and ``[tool.tox]``, the values that ``{ replace = … }`` puts in included."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stockade.manifests.command_lines import Argument
from stockade.manifests.commands import CommandDraft
from stockade.manifests.lines import Document, Path
from stockade.manifests.shell import Shell
from stockade.manifests.text import one_line
from stockade.manifests.tox_parts import COMMANDS, READ, argument, dependency, resolved, words

_BASES = ("env_run_base", "env_pkg_base", "env_base")
_MAX_VALUES = 50_000
"""Values of one file that are looked at: references to lists of references multiply."""

Value = tuple[Path, Any]
"""A value and its place in the document."""


def read_tox_tables(draft: CommandDraft, document: Document, table: dict[str, Any], base: Path) -> None:
    """Read the tables ``env_run_base``, ``env_pkg_base``, ``env.NAME`` and the top level of tox's table
    ``table``, which stands at ``base``."""
    _Tables(draft, document, table, base).read()


class _Tables:
    """The tables of one file while they are read."""

    def __init__(self, draft: CommandDraft, document: Document, table: dict[str, Any], base: Path) -> None:
        self.draft = draft
        self.document = document
        self.table = table
        self.base = base
        self._left = _MAX_VALUES
        self._read: list[Path] = []
        """The tables that are read on their own."""

    def read(self) -> None:
        """Read every table."""
        tables: list[tuple[str, Path, Any]] = [("tox", self.base, self.table)]
        tables += [(name, (*self.base, name), self.table.get(name)) for name in _BASES]
        environments = self.table.get("env")
        if isinstance(environments, dict):
            tables += [(name, (*self.base, "env", name), found) for name, found in environments.items()]
        self._read = [path for _, path, _ in tables]
        for name, path, found in tables:
            if isinstance(found, dict):
                self._table(path, found, name)

    def line(self, path: Path) -> int:
        """The line of the value at ``path``."""
        return self.document.lines.of(*path)

    def _table(self, path: Path, table: dict[str, Any], group: str) -> None:
        for key in ("requires", "deps"):
            self._dependencies((*path, key), table.get(key), group)
        shell = Shell(self.draft, self._environment(path, table))
        for key in COMMANDS:
            value = table.get(key)
            whole = key == "install_command" and isinstance(value, list)
            for place, row in self._rows((*path, key), [value] if whole else value, own=True):
                self._command(shell, place if not whole else (*path, key), row)

    def _dependencies(self, path: Path, value: object, group: str) -> None:
        for place, row in self._rows(path, value, own=True):
            for line in row.split("\n") if isinstance(row, str) else ():
                if line.strip():
                    dependency(self.draft, line.strip(), self.line(place), group)

    def _command(self, shell: Shell, path: Path, row: object) -> None:
        line = self.line(path)
        if isinstance(row, str):
            argv = words(resolved(row), line)
        else:
            argv = [
                self._word(word, place, line)
                for place, word in self._rows(path, row)
                if isinstance(word, str)
            ]
        shell.read_arguments([word for word in argv if word.text], self.draft.at(line))

    def _word(self, word: str, path: Path, line: int) -> Argument:
        return argument(resolved(word), self.line(path) if path else line)

    def _environment(self, path: Path, table: dict[str, Any]) -> dict[str, str]:
        """The variables of an environment; one that sets none has those of its bases."""
        place = (*path, "set_env")
        if "set_env" not in table and path[:-1] == (*self.base, "env"):
            bases = table.get("base", ["env_run_base"])
            for name in bases if isinstance(bases, list) else [bases]:
                for other in ((*self.base, name), (*self.base, "env", name)):
                    if self._at((*other, "set_env")) is not None:
                        place = (*other, "set_env")
        found: dict[str, str] = {}
        for where, settings in self._rows(place, self._at(place)):
            for name, value in settings.items() if isinstance(settings, dict) else ():
                self._variable(name, (*where, name), value, found)
        return found

    def _variable(self, name: str, path: Path, value: object, into: dict[str, str]) -> None:
        for place, row in self._rows(path, value):
            if not isinstance(row, str):
                continue
            if name == "file":
                self.draft.defect(
                    self.line(path), f"variables from the file {one_line(row, 120)!r} are not read"
                )
                continue
            into[name] = resolved(row)
            self.draft.set_variable(name, into[name], self.draft.at(self.line(place)))

    def _rows(
        self, path: Path, value: object, seen: frozenset[Path] = frozenset(), *, own: bool = False
    ) -> Iterator[Value]:
        """The values in a list, or the one that is none, with what ``replace`` puts in their place.

        ``own``: a reference to what is read on its own anyway gives nothing.
        """
        for place, item in self._listed(path, value):
            self._left -= 1
            if self._left <= 0:
                self.draft.stop(self.line(path), f"more than {_MAX_VALUES:,} values: the rest is not read")
            kind = item.get("replace") if isinstance(item, dict) else None
            if not isinstance(item, dict) or kind is None:
                yield place, item
            elif kind == "ref":
                yield from self._reference(place, item, seen, own=own)
            elif kind == "env":
                default = item.get("default")
                name = one_line(str(item.get("name", "")), 120)
                yield place, default if isinstance(default, str) else f"{{env:{name}}}"
            elif kind in {"posargs", "if", "glob"}:
                for key in ("default", "then", "else", "pattern"):
                    if key in item:
                        yield from self._rows((*place, key), item[key], seen, own=own)
            else:
                message = (
                    f"a replacement of the kind {one_line(repr(kind), 60)} is not known: it was not judged"
                )
                self.draft.defect(self.line(place), message)

    @staticmethod
    def _listed(path: Path, value: object) -> Iterator[Value]:
        if isinstance(value, list):
            for number, item in enumerate(value):
                yield (*path, number), item
        elif value is not None:
            yield path, value

    def _reference(
        self, path: Path, item: dict[str, Any], seen: frozenset[Path], *, own: bool
    ) -> Iterator[Value]:
        target = self._target(item)
        if target in seen:
            return
        value = self._at(target) if target else None
        if value is not None:
            if not (own and target[-1] in READ and target[:-1] in self._read):
                yield from self._rows(target, value, seen | {target}, own=own)
        elif "default" in item:
            yield from self._rows((*path, "default"), item["default"], seen, own=own)
        else:
            shown = ".".join(map(str, target)) or "nothing"
            message = f"a reference to {one_line(shown, 120)}, which is not in this file: it was not judged"
            self.draft.defect(self.line(path), message)

    def _target(self, item: dict[str, Any]) -> Path:
        """Where a reference leads: ``of = [keys from the root]``, or ``env = NAME, key = KEY``."""
        of = item.get("of")
        if isinstance(of, list):
            return tuple(str(key) for key in of)
        if isinstance(item.get("env"), str) and isinstance(item.get("key"), str):
            own: Path = (*self.base, "env", item["env"], item["key"])
            return own if self._at(own) is not None else (*self.base, "env_run_base", item["key"])
        return ()

    def _at(self, path: Path) -> Any:
        value: Any = self.document.value
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        return value
