"""Mutations of constants: text that is put together or decoded when the code runs."""

from __future__ import annotations

import ast
import base64
import random
from collections.abc import Callable
from typing import TypeVar

from benchmarks.mutations.base import (
    STATIC_KEYWORDS,
    Mutation,
    Rewrite,
    each_module,
    expression,
    is_docstring,
    is_setup_call,
)

Build = Callable[[str, random.Random], ast.expr]
"""An expression that is the text."""

Node = TypeVar("Node", ast.Expr, ast.Call)

SHORTEST = 4
"""Shorter texts stay as they are."""


def concatenated(text: str, rng: random.Random) -> ast.expr:
    """``"ab" + "cd"``."""
    parts = _cut(text, rng)
    result: ast.expr = ast.Constant(parts[0])
    for part in parts[1:]:
        result = ast.BinOp(result, ast.Add(), ast.Constant(part))
    return result


def joined(text: str, rng: random.Random) -> ast.expr:
    """``"".join(["ab", "cd"])``."""
    return expression(f'"".join({_cut(text, rng)!r})')


def characters(text: str, _rng: random.Random) -> ast.expr:
    """``"".join(map(chr, [97, 98]))``."""
    return expression(f'"".join(map(chr, {[ord(letter) for letter in text]!r}))')


def formatted(text: str, rng: random.Random) -> ast.expr:
    """``"{}b{}".format("a", "c")`` or ``"%s%s" % (…)``."""
    parts = _cut(text, rng)
    if rng.random() < 0.5:  # noqa: PLR2004 - a coin
        return expression(f"{'{}' * len(parts)!r}.format(*{parts!r})")
    return expression(f"{'%s' * len(parts)!r} % {tuple(parts)!r}")


def interpolated(text: str, rng: random.Random) -> ast.expr:
    """``f"{'ab'}{'cd'}"``."""
    pieces: list[ast.expr] = [
        ast.FormattedValue(ast.Constant(part), conversion=-1, format_spec=None)
        if at % 2 and part.isprintable() and not set("\\'\"{}") & set(part)
        else ast.Constant(part)
        for at, part in enumerate(_cut(text, rng))
    ]
    return ast.JoinedStr(pieces)


def backwards(text: str, _rng: random.Random) -> ast.expr:
    """``"dcba"[::-1]``."""
    return expression(f"{text[::-1]!r}[::-1]")


def xored(text: str, rng: random.Random) -> ast.expr:
    """``bytes(b ^ 7 for b in b"…").decode()``."""
    key = rng.randrange(1, 256)
    hidden = bytes(byte ^ key for byte in text.encode())
    return expression(f"bytes(_b ^ {key} for _b in {hidden!r}).decode()")


def hexed(text: str, _rng: random.Random) -> ast.expr:
    """``bytes.fromhex("…").decode()``."""
    return expression(f"bytes.fromhex({text.encode().hex()!r}).decode()")


def base64ed(text: str, _rng: random.Random) -> ast.expr:
    """``__import__("base64").b64decode("…").decode()``."""
    hidden = base64.b64encode(text.encode()).decode()
    return expression(f'__import__("base64").b64decode({hidden!r}).decode()')


def replaced(text: str, rng: random.Random) -> ast.expr:
    """``"a~~b".replace("~~", "")``."""
    mark = next(mark for mark in ("~~", "@#", "|_|", "<->", "\x01") if mark not in text)
    return expression(f"{mark.join(_cut(text, rng))!r}.replace({mark!r}, '')")


def _is_encodable(text: str) -> bool:
    """Whether the text has UTF-8 bytes: lone surrogates have none."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _cut(text: str, rng: random.Random) -> list[str]:
    """The text in two to five parts, none empty."""
    marks = sorted(rng.sample(range(1, len(text)), min(len(text) - 1, rng.randrange(1, 5))))
    return [text[start:end] for start, end in zip([0, *marks], [*marks, len(text)], strict=True)]


class _Rebuild(ast.NodeTransformer):
    """Puts ``build``'s expression where a text stands."""

    def __init__(self, build: Build, rng: random.Random) -> None:
        self.build, self.rng, self.count = build, rng, 0

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        """Rebuild one text."""
        if not isinstance(node.value, str) or len(node.value) < SHORTEST:
            return node
        if not _is_encodable(node.value):
            return node
        self.count += 1
        return self.build(node.value, self.rng)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        """Texts inside an f-string cannot be replaced."""
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        """Docstrings stay."""
        return node if is_docstring(node) else self._inside(node)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """What tools read from ``setup(…)`` without running it stays."""
        if is_setup_call(node):
            for keyword in node.keywords:
                if keyword.arg not in STATIC_KEYWORDS:
                    keyword.value = self.visit(keyword.value)
            return node
        return self._inside(node)

    def visit_arguments(self, node: ast.arguments) -> ast.arguments:
        """Defaults and annotations stay."""
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt:
        """Annotations stay."""
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_match_case(self, node: ast.match_case) -> ast.match_case:
        """A pattern must be literal."""
        node.body = [self.visit(statement) for statement in node.body]
        return node

    def _inside(self, node: Node) -> Node:
        self.generic_visit(node)
        return node


def _rewrite(build: Build) -> Rewrite:
    def rewrite(module: ast.Module, _path: str, rng: random.Random) -> bool:
        transformer = _Rebuild(build, rng)
        transformer.visit(module)
        return transformer.count > 0

    return rewrite


BUILDS: dict[str, Build] = {
    "strings: concatenated": concatenated,
    "strings: joined": joined,
    "strings: character codes": characters,
    "strings: formatted": formatted,
    "strings: interpolated": interpolated,
    "strings: reversed": backwards,
    "strings: xor": xored,
    "strings: hex": hexed,
    "strings: base64": base64ed,
    "strings: replaced marks": replaced,
}

CONSTANTS: tuple[Mutation, ...] = tuple(each_module(name, _rewrite(build)) for name, build in BUILDS.items())
