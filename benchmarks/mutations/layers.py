"""Mutations that put one more layer around code: encoded, compressed, or in a file of data."""

from __future__ import annotations

import ast
import base64
import bz2
import codecs
import lzma
import random
import zlib
from collections.abc import Callable

from benchmarks.mutations.base import (
    Mutation,
    Tree,
    each_module,
    expression,
    free_name,
    head_length,
    is_docstring,
    modules,
    names_in,
    source_of,
    statements,
)

Wrap = Callable[[bytes], str]
"""Source of an expression that is the given bytes."""

LONG = 40
"""Constants at least this long are taken for payloads."""


def _b64(data: bytes) -> str:
    return f"__import__('base64').b64decode({base64.b64encode(data)!r})"


def _b85(data: bytes) -> str:
    return f"__import__('base64').b85decode({base64.b85encode(data)!r})"


def _b32(data: bytes) -> str:
    return f"__import__('base64').b32decode({base64.b32encode(data)!r})"


def _hex(data: bytes) -> str:
    return f"bytes.fromhex({data.hex()!r})"


def _zlib(data: bytes) -> str:
    return f"__import__('zlib').decompress({_b64(zlib.compress(data))})"


def _bz2(data: bytes) -> str:
    return f"__import__('bz2').decompress({_b85(bz2.compress(data))})"


def _lzma(data: bytes) -> str:
    return f"__import__('lzma').decompress({_b64(lzma.compress(data))})"


def _reversed(data: bytes) -> str:
    return f"__import__('base64').b64decode({base64.b64encode(data)[::-1]!r}[::-1])"


def _xor(data: bytes) -> str:
    return f"bytes(_b ^ 91 for _b in bytes.fromhex({bytes(byte ^ 91 for byte in data).hex()!r}))"


def _rot13(data: bytes) -> str:
    text = codecs.encode(base64.b64encode(data).decode(), "rot13")
    return f"__import__('base64').b64decode(__import__('codecs').decode({text!r}, 'rot13'))"


def _numbers(data: bytes) -> str:
    return f"bytes({list(data)!r})"


WRAPS: dict[str, Wrap] = {
    "base64": _b64,
    "base85": _b85,
    "base32": _b32,
    "hex": _hex,
    "zlib": _zlib,
    "bz2": _bz2,
    "lzma": _lzma,
    "reversed base64": _reversed,
    "xor": _xor,
    "rot13": _rot13,
    "numbers": _numbers,
}


def encoded_module(tree: Tree, rng: random.Random) -> Tree | None:
    """A whole module becomes ``exec`` of its encoded text."""
    changed = dict(tree)
    for path, module in modules(tree):
        kept, moved = _parts(module)
        if moved:
            code = source_of(ast.Module(moved, []))
            wrap = WRAPS[rng.choice(sorted(WRAPS))]
            call = rng.choice(("exec({0})", "exec(compile({0}, '<string>', 'exec'))", "exec({0}.decode())"))
            changed[path] = source_of(ast.Module([*kept, *statements(call.format(wrap(code)))], []))
    return None if changed == tree else changed


def module_from_file(tree: Tree, rng: random.Random) -> Tree | None:
    """A whole module becomes ``exec`` of a file beside it, plain or encoded."""
    changed = dict(tree)
    for path, module in modules(tree):
        kept, moved = _parts(module)
        if moved:
            code = source_of(ast.Module(moved, []))
            name = f"{rng.choice(('table', 'messages', 'schema', 'LICENSE', 'defaults'))}-{rng.randrange(99)}"
            suffix = rng.choice((".dat", ".txt", ".bin", ".json", ".css"))
            beside = path.rpartition("/")[0]
            hidden = rng.random() < 0.5  # noqa: PLR2004 - a coin
            changed[f"{beside}/{name}{suffix}".lstrip("/")] = base64.b64encode(code) if hidden else code
            read = f"(__import__('pathlib').Path(__file__).resolve().parent / {name + suffix!r}).read_bytes()"
            text = f"__import__('base64').b64decode({read})" if hidden else read
            changed[path] = source_of(ast.Module([*kept, *statements(f"exec({text})")], []))
    return None if changed == tree else changed


def constants_from_file(tree: Tree, rng: random.Random) -> Tree | None:
    """Long constants, so payloads and addresses, are read from a file beside the module."""
    changed = dict(tree)
    for path, module in modules(tree):
        beside, stem = path.rpartition("/")[0], path.rpartition("/")[2].removesuffix(".py")
        taken = names_in(module)
        mover = _MoveConstants(free_name(rng, taken), 12)
        mover.visit(module)
        if mover.lines:
            name = f"{stem.strip('_')}.lst"
            changed[f"{beside}/{name}".lstrip("/")] = b"\n".join(mover.lines) + b"\n"
            reader = (
                f"import base64 as {mover.name}_b\nfrom pathlib import Path as {mover.name}_p\n"
                f"{mover.name} = [{mover.name}_b.b64decode(line) for line in "
                f"({mover.name}_p(__file__).resolve().parent / {name!r}).read_bytes().splitlines()]"
            )
            at = head_length(module)
            module.body[at:at] = statements(reader)
            changed[path] = source_of(module)
    return None if changed == tree else changed


class _MoveConstants(ast.NodeTransformer):
    """Replaces long constants inside functions and calls by entries of a list."""

    def __init__(self, name: str, shortest: int) -> None:
        self.name, self.shortest, self.lines = name, shortest, list[bytes]()

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        value = node.value
        if not isinstance(value, str | bytes) or len(value) < self.shortest:
            return node
        data = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
        if isinstance(value, str) and b"\xed" in data:
            return node
        self.lines.append(base64.b64encode(data))
        decode = ".decode()" if isinstance(value, str) else ""
        return expression(f"{self.name}[{len(self.lines) - 1}]{decode}")

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        return node if is_docstring(node) else self.generic_visit(node)

    def visit_match_case(self, node: ast.match_case) -> ast.match_case:
        node.body = [self.visit(statement) for statement in node.body]
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Name) and node.func.id == "setup":
            return node
        return self.generic_visit(node)


def deeper(module: ast.Module, _path: str, rng: random.Random) -> bool:
    """One more layer around what is executed: ``exec(x)``'s constants, or any long constant."""
    layer = _Layer(rng)
    for node in ast.walk(module):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in {"exec", "eval"}
        ):
            node.args = [layer.visit(argument) for argument in node.args]
    if not layer.count:
        layer.shortest = LONG
        for at, statement in enumerate(module.body):
            if not is_docstring(statement):
                module.body[at] = layer.visit(statement)
    return layer.count > 0


class _Layer(ast.NodeTransformer):
    def __init__(self, rng: random.Random) -> None:
        self.rng, self.count, self.shortest = rng, 0, 8

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        value = node.value
        if not isinstance(value, str | bytes) or len(value) < self.shortest:
            return node
        try:
            data = value.encode() if isinstance(value, str) else value
        except UnicodeEncodeError:
            return node
        self.count += 1
        text = WRAPS[self.rng.choice(sorted(WRAPS))](data)
        return expression(f"{text}.decode()" if isinstance(value, str) else text)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        return node if is_docstring(node) else self.generic_visit(node)

    def visit_match_case(self, node: ast.match_case) -> ast.match_case:
        node.body = [self.visit(statement) for statement in node.body]
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Name) and node.func.id == "setup":
            return node
        return self.generic_visit(node)


def _parts(module: ast.Module) -> tuple[list[ast.stmt], list[ast.stmt]]:
    """What must stay in the module, and what can be executed from text."""
    at = head_length(module)
    kept, moved = list(module.body[:at]), list(module.body[at:])
    if any(isinstance(node, ast.Return | ast.Await) for statement in moved for node in [statement]):
        return [*kept, *moved], []
    return kept, moved


LAYERS: tuple[Mutation, ...] = (
    Mutation("layers: module encoded", encoded_module),
    Mutation("layers: module in a data file", module_from_file),
    Mutation("layers: constants in a data file", constants_from_file),
    each_module("layers: one more around a payload", deeper),
)
