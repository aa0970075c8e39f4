"""Reads plain values against the policy's own types and collects every problem, not just the first.

Nothing here knows a key of the policy: tables, ranges and patterns come from the types.
"""

from __future__ import annotations

import math
import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from difflib import get_close_matches
from enum import Enum
from functools import cache
from typing import Any, NamedTuple

from msgspec import UNSET, UnsetType, inspect

from stockade.manifests.lines import Path
from stockade.manifests.text import one_line
from stockade.model.policy import Policy
from stockade.policy.forms import FORMS, SHOWN, FormError

MAX_PROBLEMS = 100
"""A file with more is not looked at any further."""


MAX_SHOWN_BITS = 128
"""Python refuses to print integers of thousands of digits, which TOML can write in hexadecimal."""


class Problem(NamedTuple):
    """One thing that is wrong."""

    path: Path
    text: str


class TooManyProblemsError(Exception):
    """More than :data:`MAX_PROBLEMS`."""


@cache
def policy_type() -> inspect.StructType:
    """The types of the policy, as msgspec sees them."""
    node = inspect.type_info(Policy)
    if not isinstance(node, inspect.StructType):
        raise TypeError(f"the policy is no struct: {node!r}")
    return node


def given(node: inspect.Type) -> inspect.Type:
    """The type that a value has where it is given: of ``X | None``, X. TOML cannot say None, so that is what holds
    where the key is left out."""
    match node:
        case inspect.UnionType(types=types):
            (inner,) = (each for each in types if not isinstance(each, inspect.NoneType))
            return inner
        case _:
            return node


def show(path: Path) -> str:
    """A path as a person writes it: ``exceptions[0].rule``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            name = part if re.fullmatch(r"[A-Za-z0-9_-]{1,60}", part) else repr(one_line(part, SHOWN))
            text += f".{name}" if text else name
    return text


@dataclass
class Reader:
    """Reads values; what is wrong goes to ``problems``, and the value is left out of the result."""

    today: date
    problems: list[Problem] = field(default_factory=list)

    def read(self, value: Any, node: inspect.Type, path: Path) -> Any:
        """The value in plain, canonical form, or ``UNSET`` where it is refused."""
        match node := given(node):
            case inspect.Metadata():
                return self._formed(value, node, path)
            case inspect.StructType():
                return self._table(value, node, path)
            case inspect.DictType():
                return self._map(value, node, path)
            case inspect.VarTupleType():
                return self._list(value, node, path)
            case inspect.EnumType():
                return self._choice(value, node, path)
            case _:
                return self._plain(value, node, path)

    def refuse(self, path: Path, text: str) -> UnsetType:
        """Note a problem."""
        if len(self.problems) >= MAX_PROBLEMS:
            raise TooManyProblemsError
        self.problems.append(Problem(path, text))
        return UNSET

    def _formed(self, value: Any, node: inspect.Metadata, path: Path) -> Any:
        read = self.read(value, node.type, path)
        if read is UNSET:
            return UNSET
        try:
            return FORMS[(node.extra or {})["form"]](read, self.today)
        except FormError as error:
            return self.refuse(path, str(error))

    def _table(self, value: Any, node: inspect.StructType, path: Path) -> Any:
        if not isinstance(value, dict):
            return self.refuse(path, f"expected a table, got {_describe(value)}")
        known = {each.encode_name: each for each in node.fields}
        missing = [name for name, each in known.items() if each.required and name not in value]
        for name in missing:
            self.refuse(path, f"{name} is missing")
        table = {}
        for key, inner in value.items():
            if key not in known:
                self.refuse((*path, key), "unknown key" + suggestion(key, list(known)))
            elif (read := self.read(inner, known[key].type, (*path, key))) is not UNSET:
                table[key] = read
        required = [name for name, each in known.items() if each.required]
        return table if all(name in table for name in required) else UNSET

    def _map(self, value: Any, node: inspect.DictType, path: Path) -> Any:
        if not isinstance(value, dict):
            return self.refuse(path, f"expected a table, got {_describe(value)}")
        table = {}
        for key, inner in value.items():
            read_key = self.read(key, node.key_type, (*path, key))
            read = self.read(inner, node.value_type, (*path, key))
            if read_key is not UNSET and read is not UNSET:
                table[read_key] = read
        if len(value) < (node.min_length or 0):
            return self.refuse(path, "must not be empty")
        return table if len(table) >= (node.min_length or 0) else UNSET

    def _list(self, value: Any, node: inspect.VarTupleType, path: Path) -> Any:
        if not isinstance(value, list | tuple):
            return self.refuse(path, f"expected a list, got {_describe(value)}")
        read = [self.read(inner, node.item_type, (*path, index)) for index, inner in enumerate(value)]
        return [each for each in read if each is not UNSET]

    def _choice(self, value: Any, node: inspect.EnumType, path: Path) -> Any:
        members = [str(member.value) for member in node.cls]
        if isinstance(value, Enum):
            value = value.value
        if value in members:
            return value
        one_of = ", ".join(members)
        close = suggestion(value, members) if isinstance(value, str) else ""
        return self.refuse(path, f"expected one of {one_of}; got {_describe(value)}{close}")

    def _plain(self, value: Any, node: inspect.Type, path: Path) -> Any:
        if isinstance(node, inspect.DateTimeType):
            return self._moment(value, path)
        expected, right = _KINDS[type(node)]
        if not right(value):
            return self.refuse(path, f"expected {expected}, got {_describe(value)}")
        if isinstance(node, inspect.DateType) and isinstance(value, str):
            try:
                value = date.fromisoformat(value)
            except ValueError:
                return self.refuse(path, f"expected a date (YYYY-MM-DD), got {_describe(value)}")
        if isinstance(node, inspect.IntType | inspect.FloatType):
            return self._ranged(value, node, path)
        if isinstance(node, inspect.StrType):
            return self._text(value, node, path)
        return value

    def _moment(self, value: Any, path: Path) -> Any:
        """An aware moment in UTC; text, as environment variables have it, in the form of RFC 3339."""
        moment = value
        if isinstance(value, str):
            with suppress(ValueError):
                moment = datetime.fromisoformat(value)
        if not isinstance(moment, datetime) or moment.tzinfo is None:
            return self.refuse(
                path,
                f"expected a date and time with an offset (2026-01-31T12:00:00Z), got {_describe(value)}",
            )
        try:
            return moment.astimezone(UTC)
        except OverflowError:
            return self.refuse(path, f"{_describe(value)} is no moment that UTC can tell")

    def _ranged(self, value: float, node: inspect.IntType | inspect.FloatType, path: Path) -> Any:
        low = -math.inf if node.ge is None else node.ge
        high = math.inf if node.le is None else node.le
        if not low <= value <= high:  # also for NaN
            return self.refuse(path, f"expected a number from {low} to {high}, got {_describe(value)}")
        return value

    def _text(self, value: str, node: inspect.StrType, path: Path) -> Any:
        if node.pattern and not re.fullmatch(node.pattern, value):
            return self.refuse(
                path, f"{one_line(value, SHOWN)!r} does not look like {node.pattern.strip('^$')}"
            )
        if len(value) < (node.min_length or 0):
            return self.refuse(path, "must not be empty")
        return value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_KINDS: dict[type[inspect.Type], tuple[str, Any]] = {
    inspect.StrType: ("a string", lambda value: isinstance(value, str)),
    inspect.BoolType: ("true or false", lambda value: isinstance(value, bool)),
    inspect.IntType: ("a whole number", lambda value: isinstance(value, int) and not isinstance(value, bool)),
    inspect.FloatType: ("a number", _is_number),
    inspect.DateType: (
        "a date (YYYY-MM-DD)",
        lambda value: isinstance(value, str | date) and not isinstance(value, datetime),
    ),
}


def _describe(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case dict():
            return "a table"
        case list() | tuple():
            return "a list"
        case str():
            return repr(one_line(value, SHOWN))
        case int() if value.bit_length() > MAX_SHOWN_BITS:
            return f"a number of {value.bit_length():,} bits"
        case _:
            return one_line(str(value), SHOWN)


@cache
def _homes() -> dict[str, str]:
    """From the name of a key in a table of the policy to its dotted name, for keys that stand in the wrong place; in
    the first table that has it."""
    return {
        inner.encode_name: f"{outer.encode_name}.{inner.encode_name}"
        for outer in reversed(policy_type().fields)
        if isinstance(outer.type, inspect.StructType)
        for inner in outer.type.fields
    }


def suggestion(word: str, known: list[str]) -> str:
    """``; did you mean 'x'?`` for the nearest of ``known``, else for a key of another table, else nothing."""
    plain = word[:100].replace("-", "_").lower()
    by_plain = {each.replace("-", "_").lower(): each for each in known}
    if close := get_close_matches(plain, list(by_plain), n=1):
        return f"; did you mean {by_plain[close[0]]!r}?"
    if home := _homes().get(plain):
        return f"; did you mean {home!r}?"
    return ""
