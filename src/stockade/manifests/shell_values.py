"""What shell variables are known to hold, and the arguments that words expand to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from stockade.manifests.command_lines import Argument
from stockade.manifests.shell_tokens import Part, PartKind, Word

MAX_EXPANSION = 4096
"""Characters of one variable's value, and fields of a list, that are kept; more is known at run time only."""


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a variable."""

    fields: tuple[str, ...]
    """One string, or the elements of an array or of a loop's list."""
    listed: bool = False
    """It is an array or a loop's list: it can only be a word of its own."""


class Variables:
    """The variables whose values the text itself gives. All others are known at run time only."""

    def __init__(self, known: dict[str, str] | None = None) -> None:
        self._values: dict[str, Value | None] = {n: Value((v,)) for n, v in (known or {}).items()}

    def plain(self) -> dict[str, str]:
        """The variables that hold one known string."""
        return {
            name: value.fields[0]
            for name, value in self._values.items()
            if value is not None and not value.listed
        }

    def copy(self) -> Variables:
        """These variables, for a scope that does not change ours."""
        other = Variables()
        other._values = dict(self._values)
        return other

    def set(
        self, name: str, fields: Iterable[Argument], *, listed: bool = False, certain: bool = True
    ) -> None:
        """Note an assignment; one that is not ``certain`` to happen leaves the value unknown, unless it is
        the value that is known already."""
        arguments = list(fields)
        value: Value | None = Value(tuple(argument.text for argument in arguments), listed)
        too_long = len(arguments) > MAX_EXPANSION or sum(len(a.text) for a in arguments) > MAX_EXPANSION
        if too_long or any(argument.opaque for argument in arguments):
            value = None
        if not certain and self._values.get(name) != value:
            value = None
        self._values[name] = value

    def get(self, part: Part) -> Value | None:
        """The value of a variable in a word, its default included; None: known at run time only."""
        value = self._values.get(part.name)
        if value is None and part.default is not None and part.name not in self._values:
            return Value((part.default,))
        return value

    def expand(self, word: Word, line_at: Callable[[int], int]) -> list[Argument]:
        """The arguments that a word becomes: one, or several for a list or an unquoted value with blanks."""
        line = line_at(word.start)
        parts = [part for part in word.parts if part.text or part.kind is not PartKind.LITERAL]
        if len(parts) == 1 and parts[0].kind is PartKind.VARIABLE:
            value = self.get(parts[0])
            if value is not None:
                split = not parts[0].quoted
                fields = [f for field in value.fields for f in (field.split() if split else [field])]
                return [Argument(field, line=line) for field in fields]
        text: list[str] = []
        length, known = 0, None
        for part in parts:
            value = self.get(part) if part.kind is PartKind.VARIABLE else None
            certain = part.kind is PartKind.LITERAL or (value is not None and not value.listed)
            piece = value.fields[0] if value is not None and not value.listed else part.text
            if not certain and known is None:
                known = length
            text.append(piece)
            length += len(piece)
        return [Argument("".join(text), known, line)]
