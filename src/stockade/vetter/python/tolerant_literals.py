"""Literals for the tolerant converter: numbers of all Pythons, strings with every prefix, f-strings."""

from __future__ import annotations

import ast
import re
import unicodedata
from typing import TYPE_CHECKING, Final

from stockade.vetter.python.tolerant_base import Base

if TYPE_CHECKING:
    from tree_sitter import Node

_ESCAPE: Final = re.compile(
    r"\\(\n|[\\'\"abfnrtv]|[0-7]{1,3}|x[0-9a-fA-F]{2}|N\{[^}\n]{1,100}\}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})"
)
_BYTES_ESCAPE: Final = re.compile(rb"\\(\n|[\\'\"abfnrtv]|[0-7]{1,3}|x[0-9a-fA-F]{2})")
_SIMPLE: Final = {
    "\n": "",
    "\\": "\\",
    "'": "'",
    '"': '"',
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
}
_SIMPLE.update({"t": "\t", "v": "\v"})
_CONVERSIONS: Final = {"s": 115, "r": 114, "a": 97}
_MOST_DIGITS: Final = 4_300


def _one_escape(found: re.Match[str]) -> str:
    body = found[1]
    if body in _SIMPLE:
        return _SIMPLE[body]
    try:
        if body[0] == "N":
            return unicodedata.lookup(body[2:-1])
        return chr(int(body[1:], 16)) if body[0] in "xuU" else chr(int(body, 8))
    except (KeyError, ValueError, OverflowError):
        return found[0]


def _one_byte(found: re.Match[bytes]) -> bytes:
    body = found[1].decode("latin-1")
    if body in _SIMPLE:
        return _SIMPLE[body].encode("latin-1")
    return bytes([(int(body[1:], 16) if body[0] == "x" else int(body, 8)) & 0xFF])


def number(text: str) -> complex | int:
    """The value of a numeric literal, Python 2's octal and long included; 0 where it has too many digits."""
    plain = text.replace("_", "").lower().rstrip("l")
    if plain.endswith("j"):
        return complex(0.0, float(plain[:-1]))
    if plain.startswith(("0x", "0o", "0b")):
        return int(plain, 0)
    if plain.isdigit():
        if len(plain) > _MOST_DIGITS:
            return 0
        is_old_octal = plain.startswith("0") and set(plain) <= set("01234567")
        return int(plain, 8) if is_old_octal else int(plain)
    return float(plain)


def _start(node: Node) -> tuple[str, bytes]:
    """Prefix in lower case, and the opening quotes."""
    first = node.children[0] if node.child_count else node
    raw = first.text or b""
    quotes = raw.lstrip(b"bBrRuUfFtT")
    return raw[: len(raw) - len(quotes)].decode("ascii", "replace").lower(), quotes


class Literals(Base):
    """Numbers and strings."""

    def expr(self, node: Node) -> ast.expr:
        """The expression of a node."""
        raise NotImplementedError

    def number_node(self, node: Node) -> ast.expr:
        """A number."""
        try:
            value = number(self.text(node))
        except (ValueError, OverflowError):
            return self.missing(self.place(node))
        return ast.Constant(value=value, **self.place(node))

    def string_node(self, node: Node) -> ast.expr:
        """One string."""
        return self.strings([node], node)

    def concatenated_node(self, node: Node) -> ast.expr:
        """Adjacent strings."""
        return self.strings([part for part in self.named(node) if part.type == "string"], node)

    def strings(self, nodes: list[Node], whole: Node) -> ast.expr:
        """Adjacent strings as one node, as ``ast`` joins them."""
        if len(nodes) == 1 and _start(nodes[0])[1] == b"`":
            return self.backticks(nodes[0])
        pieces: list[ast.expr | str | bytes] = []
        formatted = False
        for node in nodes:
            prefix, quotes = _start(node)
            if "f" in prefix or "t" in prefix:
                formatted = True
                pieces.extend(self.formatted(node, raw="r" in prefix))
            else:
                pieces.append(self.plain(node, prefix, quotes))
        if formatted:
            return ast.JoinedStr(values=self.merged(pieces, whole), **self.place(whole))
        kind = "u" if nodes and _start(nodes[0])[0] == "u" else None
        if all(isinstance(piece, bytes) for piece in pieces) and pieces:
            joined: str | bytes = b"".join(piece for piece in pieces if isinstance(piece, bytes))
        else:
            joined = "".join(_as_text(piece) for piece in pieces)
        return ast.Constant(value=joined, kind=kind, **self.place(whole))

    def plain(self, node: Node, prefix: str, quotes: bytes) -> str | bytes:
        """The value of a string without values in it."""
        raw = node.text or b""
        body = raw[len(prefix) + len(quotes) :]
        if node.children and node.children[-1].type == "string_end" and not node.children[-1].is_missing:
            body = body[: len(body) - len(quotes)]
        if "b" in prefix:
            return body if "r" in prefix else _BYTES_ESCAPE.sub(_one_byte, body)
        text = body.decode("utf-8", "surrogatepass")
        return text if "r" in prefix else _ESCAPE.sub(_one_escape, text)

    def formatted(self, node: Node, *, raw: bool) -> list[ast.expr | str | bytes]:
        """Texts and values of an f-string; the texts are what stands between the values."""
        out: list[ast.expr | str | bytes] = []
        data = node.text or b""
        at = 0 if not node.children else node.children[0].end_byte - node.start_byte
        for child in node.children[1:]:
            if child.type in {"interpolation", "string_end"}:
                out.append(self.content(data[at : child.start_byte - node.start_byte], raw=raw))
                at = child.end_byte - node.start_byte
            if child.type == "interpolation":
                out.extend(self.interpolation(child))
            elif child.type == "ERROR":
                self.broken(child)
        out.append(self.content(data[at:], raw=raw))
        return out

    def content(self, data: bytes, *, raw: bool) -> str:
        """Text between the values of an f-string."""
        text = data.decode("utf-8", "surrogatepass").replace("{{", "{").replace("}}", "}")
        return text if raw else _ESCAPE.sub(_one_escape, text)

    def interpolation(self, node: Node) -> list[ast.expr | str | bytes]:
        """A value in an f-string, with the text that ``{a=}`` shows."""
        value_node = node.child_by_field_name("expression")
        if value_node is None:
            self.named(node)
            return []
        out: list[ast.expr | str | bytes] = []
        conversion_node = node.child_by_field_name("type_conversion")
        spec_node = next((child for child in node.children if child.type == "format_specifier"), None)
        conversion = -1 if conversion_node is None else _CONVERSIONS.get(self.text(conversion_node)[1:2], -1)
        equals = next((child for child in node.children if child.type == "="), None)
        if equals is not None:
            last = conversion_node or spec_node or node.children[-1]
            start = node.children[0].end_byte - node.start_byte
            shown = (node.text or b"")[start : last.start_byte - node.start_byte]
            out.append(shown.decode("utf-8", "surrogatepass"))
            if conversion_node is None and spec_node is None:
                conversion = _CONVERSIONS["r"]
        spec = None if spec_node is None else self.specifier(spec_node)
        if value_node.type == "named_expression":  # {x:=10} is x with the format "=10"
            source = value_node.text or b""
            text = source[source.find(b":") + 1 :].decode("utf-8", "surrogatepass")
            spec = ast.JoinedStr(values=self.merged([text], value_node), **self.place(value_node))
            value_node = value_node.child_by_field_name("name") or value_node
        value = self.expr(value_node)
        out.append(
            ast.FormattedValue(value=value, conversion=conversion, format_spec=spec, **self.place(node))
        )
        return out

    def specifier(self, node: Node) -> ast.JoinedStr:
        """The format of a value in an f-string."""
        pieces: list[ast.expr | str | bytes] = []
        raw = node.text or b""
        at = 1
        for child in node.children[1:]:
            start, end = child.start_byte - node.start_byte, child.end_byte - node.start_byte
            pieces.append(raw[at:start].decode("utf-8", "surrogatepass"))
            if child.type in {"format_expression", "interpolation"}:
                pieces.extend(self.interpolation(child))
            else:
                pieces.append(_ESCAPE.sub(_one_escape, self.text(child)))
            at = end
        pieces.append(raw[at:].decode("utf-8", "surrogatepass"))
        return ast.JoinedStr(values=self.merged(pieces, node), **self.place(node))

    def merged(self, pieces: list[ast.expr | str | bytes], whole: Node) -> list[ast.expr]:
        """Adjacent texts made one constant; empty ones left out."""
        out: list[ast.expr] = []
        pending: list[str] = []
        for piece in [*pieces, None]:
            if piece is not None and not isinstance(piece, ast.expr):
                pending.append(_as_text(piece))
                continue
            text = "".join(pending)
            pending.clear()
            if text:
                out.append(ast.Constant(value=text, **self.place(whole)))
            if piece is not None:
                out.append(piece)
        return out

    def backticks(self, node: Node) -> ast.expr:
        """Python 2's ``repr``; what stands between them is kept as its text."""
        inner = (node.text or b"").strip(b"`").decode("utf-8", "surrogatepass")
        place = self.place(node)
        argument: ast.expr = ast.Constant(value=inner, **place)
        if inner.strip().isidentifier():
            argument = ast.Name(id=inner.strip(), ctx=ast.Load(), **place)
        return ast.Call(
            func=ast.Name(id="repr", ctx=ast.Load(), **place), args=[argument], keywords=[], **place
        )


def _as_text(piece: object) -> str:
    if isinstance(piece, bytes):
        return piece.decode("latin-1")
    return piece if isinstance(piece, str) else ""
