"""Python source: bytes of any encoding and any damage to a tree, and the tricks that hide code from a reader."""

# ruff: noqa: RUF001 - letters that look like others are the subject here
from __future__ import annotations

import ast
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockade.vetter.python.source import Parsed, parse


def kinds(parsed: Parsed) -> list[str]:
    return [problem.kind for problem in parsed.problems]


def names(parsed: Parsed) -> set[str]:
    return {node.id for node in ast.walk(parsed.tree) if isinstance(node, ast.Name)}


@pytest.mark.parametrize(
    ("data", "facts"),
    [
        (b"x = '\xc3\xa9'\n", []),
        (b"\xef\xbb\xbfx = '\xc3\xa9'\n", []),
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'\n", []),
        (b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = '\xe9'\n", []),
        ("\ufeffx = 'é'\n".encode("utf-16-le"), ["encoding-unusual"]),
        ("\ufeffx = 'é'\n".encode("utf-32-be"), ["encoding-unusual"]),
        (b"# coding: no-such-thing\nx = '\xe9'\n", ["encoding-unknown"]),
        (b"# coding: base64\nx = '\xe9'\n", ["encoding-unknown"]),
        (b"x = '\xe9'\n", ["encoding-broken"]),
        (b"x\0 = '\xe9'\n", ["encoding-broken", "nul-bytes"]),
        (b"\r\n\r\nx = '\xc3\xa9'\r\n", []),
        (b"# coding: utf-7\nx = '+AOk-'\n", ["encoding-disguise"]),
    ],
)
def test_encodings(data: bytes, facts: list[str]) -> None:
    parsed = parse(data, "a.py")
    assert kinds(parsed) == facts
    assert parsed.mode == "strict"
    assert [node.value for node in ast.walk(parsed.tree) if isinstance(node, ast.Constant)] == ["é"]


def test_a_comment_may_hold_code_under_a_disguising_codec() -> None:
    parsed = parse(b"# coding: unicode_escape\n#\\nimport os\n", "a.py")
    assert kinds(parsed) == ["encoding-disguise"]
    assert isinstance(parsed.tree.body[0], ast.Import)


def test_a_cookie_counts_in_the_first_two_lines_only() -> None:
    parsed = parse(b"x = 1\ny = 2\n# coding: utf-7\nz = '+AOk-'\n", "a.py")
    assert not parsed.problems
    parsed = parse(b"x = 1\n# coding: utf-7\nz = '+AOk-'\n", "a.py")
    assert not parsed.problems


def test_line_ends_and_form_feeds_keep_line_numbers() -> None:
    parsed = parse(b"import a\rimport b\r\n\fimport c\nimport d", "a.py")
    assert [node.lineno for node in parsed.tree.body] == [1, 2, 3, 4]
    assert parsed.text.split("\n")[3] == "import d"


def test_empty_and_comments_only_are_python() -> None:
    for data in (b"", b"\n\n", b"# nothing\n", b"\xef\xbb\xbf"):
        parsed = parse(data, "a.py")
        assert (parsed.mode, parsed.problems, parsed.tree.body) == ("strict", (), [])


@pytest.mark.parametrize("data", [b"\x7fELF\x02\x01" + bytes(range(256)) * 20, b"((((", b"$$$ ??? !!!"])
def test_what_is_no_python_fails_and_says_so(data: bytes) -> None:
    parsed = parse(data, "a.py")
    if parsed.mode == "failed":
        assert "not-python" in kinds(parsed)
    assert "syntax" in kinds(parsed)


def test_python_2() -> None:
    source = b"""import os, urllib2
print "x", os.environ
print >>f, y
exec code in ns
exec "import a"
try:
    pass
except (IOError, OSError), e:
    raise ValueError, "no"
if a <> b: x = `c` + ur'd' + 0777 + 10L
def f((a, b), c):
\treturn a
"""
    parsed = parse(source, "a.py")
    assert parsed.mode == "tolerant"
    assert kinds(parsed) == []
    text = ast.unparse(parsed.tree)
    for line in (
        "print('x', os.environ)",
        "print(f, y)",
        "exec(code, ns)",
        "exec('import a')",
        "except (IOError, OSError) as e:",
        "raise ValueError('no')",
        "if a != b:",
        "x = repr(c) + 'd' + 511 + 10",
        "def f(a, b, c):",
    ):
        assert line in text
    assert [node.lineno for node in parsed.tree.body][:5] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("try:\n    f()\nexcept A, B:\n    g()\n", "except (A, B):"),
        ("try:\n    f()\nexcept* A, B:\n    g()\n", "except* (A, B):"),
        ("type X = list[call()]\nf(\n", "X = list[call()]"),
        ("x = t'{call()}'\nf(\n", "f'{call()}'"),
        ("x = f'{d['key']}'\nf(\n", "d['key']"),
        ("x = f'{'a' if b else 'c'}'\nf(\n", "if b else"),
        ("class A[T: int = str](B): pass\nf(\n", "class A(B):"),
        ("def f[T](a: T) -> T:\n    return call()\nf(\n", "def f(a: T) -> T:"),
    ],
)
def test_newer_syntax(source: str, wanted: str) -> None:
    assert wanted in ast.unparse(parse(source.encode(), "a.py").tree)


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos.system('x')\ndef broken(:\n    pass\n",
        "import os\nx = (1,\nos.system('x')\n",
        "import os\nos.system('x')\ny = '''never closed\n",
        "import os\n<<<<<<< HEAD\nos.system('x')\n=======\n>>>>>>> other\n",
        "import os\n{% if x %}\nos.system('x')\n{% endif %}\n",
        "import os\nclass A:\n    def f(self):\n        os.system('x')\n\n    def g(self, \n",
        "import os\nif True:\n    os.system('x')\n  else:\n    pass\nx = = 1\n",
        "$ python\nimport os\nos.system('x')\n",
        "import os\nx = [os.system('x'), ??]\n",
        "import os\nfoo(a b, os.system('x'))\n",
    ],
)
def test_what_surrounds_a_broken_place_is_kept(source: str) -> None:
    parsed = parse(source.encode(), "a.py")
    assert parsed.mode == "tolerant"
    assert "syntax" in kinds(parsed)
    calls = [ast.unparse(node) for node in ast.walk(parsed.tree) if isinstance(node, ast.Call)]
    assert "os.system('x')" in calls
    assert any(isinstance(node, ast.Import) for node in ast.walk(parsed.tree))


def test_an_assignment_in_a_broken_place_is_put_together_again() -> None:
    parsed = parse(b"class A(:\n    key = secret()\n", "a.py")
    assert any(
        isinstance(node, ast.Assign) and ast.unparse(node) == "key = secret()"
        for node in ast.walk(parsed.tree)
    )


DEEP = {
    "sum": b"x = " + b"+".join([b"chr(1)"] * 5_000),
    "brackets": b"(" * 50_000,
    "attributes": b"a" + b".b" * 50_000,
    "calls": b"f" + b"()" * 50_000,
    "nested calls": b"f(" * 50_000 + b")" * 50_000,
    "signs": b"-" * 200_000 + b"1",
    "arms": b"if 1:\n pass\n" + b"elif 1:\n pass\n" * 20_000,
    "conditions": b"a if b else " * 20_000 + b"c",
    "lambdas": b"lambda:" * 20_000 + b"1",
    "braces": b"{" * 20_000 + b"}" * 20_000,
    "subscripts": b"x[" * 20_000,
    "backticks": b"`" * 50_000,
    "f-strings": b"f'{" * 20_000,
    "decorators": b"@a\n" * 20_000,
    "dotted import": b"import " + b"a." * 100_000 + b"b",
    "dotted name": b"x = " + b"a . \\\n" * 20_000 + b"b",
    "blocks": b"".join(b" " * depth + b"if x:\n" for depth in range(3_000)),
    "blanks": b"x" + b" " * 1_000_000 + b"y(",
    "comparisons": b"a<" * 50_000 + b"b",
    "foreign letters": ("é = 'a" + "a" * 500_000 + "'\n").encode(),
}


@pytest.mark.parametrize("name", sorted(DEEP))
def test_deep_and_long_input_ends_soon_and_never_raises(name: str) -> None:
    start = time.process_time()
    parsed = parse(DEEP[name], "a.py")
    assert time.process_time() - start < 20
    if parsed.mode == "failed":
        assert {"not-python", "too-large", "syntax"} & set(kinds(parsed))


@pytest.mark.parametrize("name", ["attributes", "calls", "nested calls", "signs", "conditions"])
def test_what_was_cut_for_depth_is_told(name: str) -> None:
    assert "too-deep" in kinds(parse(DEEP[name], "a.py"))


def test_long_sums_come_out_shallow_and_in_order() -> None:
    terms = [f"'{number}'" for number in range(3_000)]
    for source in (" + ".join(terms[:500]), "(" + "\n+ ".join(terms) + ")", "f(" + "+".join(terms) + ")"):
        parsed = parse(f"x = {source}\n".encode(), "a.py")
        value = ast.unparse(parsed.tree)
        assert [word for word in value.split("'") if word.isdigit()] == [
            str(n) for n in range(source.count("+") + 1)
        ]
        assert len(ast.dump(parsed.tree))  # within the default recursion limit


def test_too_much_syntax_is_not_read_and_says_so() -> None:
    parsed = parse(b"x = [" + b"1," * 1_000_000 + b"]", "a.py")
    assert (parsed.mode, kinds(parsed)) == ("failed", ["too-large"])


@given(st.binary(max_size=300))
def test_any_bytes_give_a_tree(data: bytes) -> None:
    parsed = parse(data, "a.py")
    ast.dump(parsed.tree)
    assert parsed.mode in {"strict", "tolerant", "failed"}


@given(st.text(alphabet="abdefi()[]{}:=,.'\"\\\n\t #*@+-lmpxrtcsw0123", max_size=120))
def test_any_text_gives_a_tree_whose_nodes_have_lines(text: str) -> None:
    parsed = parse(text.encode(), "a.py")
    lines = text.count("\n") + text.count("\r") + 1
    for node in ast.walk(parsed.tree):
        line = getattr(node, "lineno", None)
        assert line is None or 1 <= line <= lines + 1
    if parsed.mode == "tolerant":
        ast.unparse(parsed.tree)


# -- tricks -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("x = 1;" + " " * 200 + "exec(y)\n", 1),
        ("import os" + " " * 300 + ";os.system('x')\n", 1),
        ("if x:\n" + " " * 200 + "exec(y)\n", 2),
        ("a = f(1," + " " * 150 + "__import__('os').system('x'))\n", 1),
        ("x = 1\n\n\ny = 2;" + "\t" * 150 + "exec(y)\n", 4),
        ("print 'x';" + " " * 200 + "exec(y)\n", 1),
    ],
)
def test_code_off_screen(source: str, line: int) -> None:
    found = [
        problem for problem in parse(source.encode(), "a.py").problems if problem.kind == "off-screen-code"
    ]
    assert [problem.at.line for problem in found] == [line]


@pytest.mark.parametrize(
    "source",
    [
        "x = 1" + " " * 200 + "# a comment far away\n",
        "x = '''\n" + " " * 200 + "exec(y)\n'''\n",
        "x = 'a" + " " * 200 + "b'\n",
        "x = {\n    'a': 1," + " " * 120 + "'b': 2,\n}\n",
        "x = [\n" + " " * 60 + "f(1),\n]\n",
        "x = 1\n" + " " * 300 + "\ny = 2\n",
    ],
)
def test_innocent_blanks(source: str) -> None:
    assert kinds(parse(source.encode(), "a.py")) == []


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("x = 'user\u202e \u2066# check\u2069 \u2066'\n", 1),
        ("'''a\u2067''' ;return_()\n", 1),
        ("y = 1\n# \u202e\u2066 } if admin\n", 2),
    ],
)
def test_bidirectional_controls_that_reorder(source: str, line: int) -> None:
    found = [problem for problem in parse(source.encode(), "a.py").problems if problem.kind == "bidi-control"]
    assert [problem.at.line for problem in found] == [line]


def test_balanced_isolates_in_translations_are_innocent() -> None:
    source = "MESSAGES = {'he': '\u2067שלום\u2069 world', 'ar': 'مرحبا', 'fr': 'été'}\n"
    assert kinds(parse(source.encode(), "a.py")) == []


@pytest.mark.parametrize(
    "source",
    [
        "ｅｘｅｃ(x)\n",
        "𝐞𝐱𝐞𝐜(x)\n",
        "ｅxec(x)\n",
        "\u043es = 1\nos = 2\n",
        "def p\u0430rse(x): pass\n",
        "import \u0456mportlib\n",
    ],
)
def test_identifiers_that_read_as_others(source: str) -> None:
    assert "homoglyph-identifier" in kinds(parse(source.encode(), "a.py"))


@pytest.mark.parametrize(
    "source",
    [
        "Δx = σ * μ + λ_max + α1\nν_max = ρ\n",
        "имя = 'значение'\nфункция(имя)\n",
        "größe = 'naïve'\nñandú = größe\n",
        "变量 = 1\nprint(变量)\n",
        "x = 'ｅｘｅｃ'  # ｅｘｅｃ\n",
        "ℓ = 1\nxᵢ = ℓ\n",
        "s = 'pаypal'\n",
    ],
)
def test_honest_foreign_letters(source: str) -> None:
    assert kinds(parse(source.encode(), "a.py")) == []
