"""The tolerant reading gives the tree that ``ast.parse`` gives, wherever ``ast.parse`` gives one."""

from __future__ import annotations

import ast
import sysconfig
import warnings
from pathlib import Path

import pytest

from stockade.vetter.python.tolerant import count_nodes, read_tolerantly

SAMPLE = """
import a.b as c, d
from . import e as f
from ..g import (h, i as j,)
from __future__ import k
from l import *
x: int = 1
(y): str
z.a: List[int, "b"] | None | C[d] = 2
w = v = u, *t = s
a += 1; b //= 2
@dec(1).x
async def fn(a, b: int = 1, /, c=2, *args: str, d, e=3, **kw) -> None:
    'doc'
    async with a as b, c: await d
    async for i, in x: yield
    else: return *a, b
    return (yield from x)
class A(B, metaclass=C, **k):
    def m(self): nonlocal q; global r
with (a as b, c): pass
with (a, b) as (c, d), e: pass
with (open(x)
      as y): pass
try: pass
except A: raise
except (B, C) as e: raise D from e
else: del a, b[0], (c, d)
finally: assert a, b
try: pass
except* G: continue_
while not a and b or c and (d and e): break
else: continue_
if a: pass
elif b: pass
elif c: pass
else: pass
f(*a, b, c=1, **d, e=(yield))(g)[h].i[1:2, ::3, ..., *j, k:]
f(x for x in y if z if w for a, in b)
{**a, 'b': c}; {1, *d}; {}; (); (1,); [*a, b]; {a: b async for a in c}; {a for b in c}
lambda: 0; lambda a, *b, c=1, **d: (a, b); lambda *, a: a
a if b else c if d else e
a < b <= c is not d not in e in f != g
-a ** -b @ c ; ~a | b ^ c & d << e >> f
0x1F + 0o17 + 0b11 + 1_000 + 1e5 + .5 + 3j + 1_0.0_1J
'a' "b" r'\\c'; b'\\x00\\'' rb'\\d'; u'e'
'''f
g''' '\\N{BULLET}\\u00e9\\U0001F600\\101\\q\\
'
f'{a}{b!r:>{c}.{d}}x{{y}}{e=}{f = !s}{g:%Y-%m}' rf'\\d{h}' 'i'
f'{x:=10}' f'{(x:=10)}'
type(m).n = 'foo'
print(x, file=y)
match x, y:
    case 1 | -1 | -1.5 + 2j | 'a' 'b' | None | True: pass
    case [a, *_, b] | (c, *d) if e: pass
    case {'k': v, a.b: w, **rest}: pass
    case P(x, y=Z(), z=[q]) as r: pass
    case (s): pass
    case t, *u: pass
    case _: pass
match = case = type = 1
match(x); type(y)
"""


def same(source: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wanted = ast.parse(source)
    read = read_tolerantly(source)
    assert read.tree is not None
    assert ast.dump(read.tree) == ast.dump(wanted)
    assert starts(read.tree) == starts(wanted)


def starts(tree: ast.Module) -> list[tuple[str, int, int]]:
    """Where everything begins, but the parts of f-strings, which older interpreters put at the string's start."""
    out: list[tuple[str, int, int]] = []
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.JoinedStr):
            continue
        if isinstance(node, ast.expr | ast.stmt | ast.arg | ast.alias | ast.keyword):
            out.append((type(node).__name__, node.lineno, node.col_offset))
        stack.extend(ast.iter_child_nodes(node))
    return sorted(out)


def test_every_kind_of_syntax() -> None:
    same(SAMPLE)


def standard_library() -> list[Path]:
    root = Path(sysconfig.get_paths()["stdlib"])
    found = [path for path in sorted(root.rglob("*.py")) if "site-packages" not in path.parts]
    return [path for path in found if "lib2to3" not in path.parts and path.stat().st_size < 200_000]


# What the grammar reads otherwise, and means the same or nothing: an annotated name in brackets, a star import of
# __future__, a string with a form that only warns.
EXCEPTIONS = {"badsyntax_future8.py"}


def test_the_standard_library_reads_the_same_both_ways() -> None:
    files = [path for path in standard_library() if path.name not in EXCEPTIONS][::8]
    differing: list[str] = []
    compared = 0
    for path in files:
        try:
            source = path.read_bytes().decode().replace("\r\n", "\n").replace("\r", "\n")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                wanted = ast.parse(source)
        except (UnicodeDecodeError, SyntaxError, ValueError):
            continue
        compared += 1
        read = read_tolerantly(source)
        if read.tree is None or ast.dump(read.tree) != ast.dump(wanted):
            differing.append(path.name)
    assert compared > 120
    assert len(differing) <= compared // 200, differing


@pytest.mark.parametrize(
    "source",
    [
        "f(x)(y).z[0]",
        "x = {*self.document.settings\n     .strip_elements}",
        "def f(a: A[T] | B | C | D): pass",
        "'%s' % (a) + b % c",
        "x = not a in b",
        "a = yield",
        "for x in *a, b: pass",
        "x = (a for a in b), [c]",
        "if (n := len(a)) > 10: pass",
        "d = {'a': (yield), **b}",
        "class A: x: int; y = 1",
        "async def f():\n    return [x async for x in y if await z]",
        "raise",
        "x = a[b:c, d]\ny = a[b,]",
        "@a\n@b.c\nclass D: pass",
        "x = -1 ** 2",
        "a ^ b & c ^ d",
        "a & b ^ c & d & e | f ^ g & h << 1",
        "(a ^ b) & c ^ d + 1 & 255",
        "lambda x=lambda: 0, *, y: x",
        "def f(a, *, b=lambda: 0, c): pass",
        "'' ''\nf''\nf'' ''",
        "x = '\\\n'\ny = b'\\\n'",
    ],
)
def test_pieces_of_syntax(source: str) -> None:
    same(source)


def test_nodes_are_counted() -> None:
    assert (count_nodes(b"f(x)\n") or 0) > 4
    assert count_nodes(b"1,\n" * 600_000) is None
