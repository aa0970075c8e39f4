"""Code that is hidden is found: decoders of the library, decoders by hand, layers, names that are put together."""

from __future__ import annotations

import base64
import binascii
import bz2
import codecs
import gzip
import lzma
import marshal
import zlib
from collections.abc import Callable

import pytest
from tests.vetter.python.interpreting import acts, executed, runs, walked

from stockade.model.vetting import Phase
from stockade.vetter.acts import Act, Kind, Origin

CODE = "import os\nos.system('id')"
DATA = CODE.encode()
HIDDEN = frozenset({Origin.DECODED, Origin.DECRYPTED})


def executions(source: str) -> list[Act]:
    return acts(source, Kind.EXECUTE)


def is_hidden(act: Act) -> bool:
    """Whether what is run was decoded: by its origin, or on its way from a file."""
    return any(taint.origin in HIDDEN or taint.via for taint in act.payload)


XOR = bytes(each ^ 7 for each in DATA)
NUMBERS = [ord(each) + 3 for each in CODE]
DECODERS: dict[str, str] = {
    "base64": f"import base64\nexec(base64.b64decode({base64.b64encode(DATA)!r}))",
    "base64 with decode": f"import base64\nexec(base64.b64decode({base64.b64encode(DATA).decode()!r}).decode('utf-8'))",
    "base64 by alias": f"from base64 import b64decode as d\nexec(d({base64.b64encode(DATA)!r}))",
    "base64 by getattr": f"import base64\nexec(getattr(base64, 'b64' + 'decode')({base64.b64encode(DATA)!r}))",
    "base64 by dunder import": f"exec(__import__('base64').b64decode({base64.b64encode(DATA)!r}))",
    "base64 url-safe": f"import base64\nexec(base64.urlsafe_b64decode({base64.urlsafe_b64encode(DATA)!r}))",
    "base32": f"import base64\nexec(base64.b32decode({base64.b32encode(DATA)!r}))",
    "base85": f"import base64\nexec(base64.b85decode({base64.b85encode(DATA)!r}))",
    "ascii85": f"import base64\nexec(base64.a85decode({base64.a85encode(DATA)!r}))",
    "hex": f"exec(bytes.fromhex({DATA.hex()!r}))",
    "unhexlify": f"import binascii\nexec(binascii.unhexlify({DATA.hex()!r}))",
    "a2b": f"import binascii\nexec(binascii.a2b_base64({binascii.b2a_base64(DATA)!r}))",
    "codecs hex": f"import codecs\nexec(codecs.decode({DATA.hex()!r}, 'hex'))",
    "codecs rot13": f"import codecs\nexec(codecs.decode({codecs.encode(CODE, 'rot13')!r}, 'rot13'))",
    "zlib": f"import zlib\nexec(zlib.decompress({zlib.compress(DATA)!r}))",
    "gzip": f"import gzip\nexec(gzip.decompress({gzip.compress(DATA)!r}))",
    "bz2": f"import bz2\nexec(bz2.decompress({bz2.compress(DATA)!r}))",
    "lzma": f"import lzma\nexec(lzma.decompress({lzma.compress(DATA)!r}))",
    "zlib in base64": f"import base64, zlib\nexec(zlib.decompress(base64.b64decode({base64.b64encode(zlib.compress(DATA))!r})))",
    "reversed": f"exec({CODE[::-1]!r}[::-1])",
    "reversed by join": f"exec(''.join(reversed({CODE[::-1]!r})))",
    "characters": f"exec(''.join(chr(n) for n in {[ord(each) for each in CODE]!r}))",
    "characters by map": f"exec(''.join(map(chr, {[ord(each) for each in CODE]!r})))",
    "characters in a sum": "exec(" + " + ".join(f"chr({ord(each)})" for each in CODE) + ")",
    "shifted characters": f"exec(''.join(chr(n - 3) for n in {NUMBERS!r}))",
    "characters by a loop": f"s = ''\nfor n in {NUMBERS!r}:\n    s += chr(n - 3)\nexec(s)",
    "characters by a list": f"s = []\nfor n in {NUMBERS!r}:\n    s.append(chr(n - 3))\nexec(''.join(s))",
    "characters by a function": f"def d(x):\n    return ''.join(chr(n - 3) for n in x)\nexec(d({NUMBERS!r}))",
    "characters by a lambda": f"d = lambda x: ''.join(map(lambda n: chr(n - 3), x))\nexec(d({NUMBERS!r}))",
    "characters by bytes": f"exec(bytes({list(DATA)!r}))",
    "characters by bytearray": f"b = bytearray()\nfor n in {list(DATA)!r}:\n    b.append(n)\nexec(bytes(b))",
    "characters by %c": f"exec('%c' * {len(CODE)} % tuple({[ord(each) for each in CODE]!r}))",
    "characters in octal": "exec('"
    + "".join(f"\\\\{ord(each):03o}" for each in CODE)
    + "'.encode().decode('unicode_escape'))",
    "xor": f"exec(bytes(b ^ 7 for b in {XOR!r}))",
    "xor with a key": (
        f"k = b'\\x07'\nd = {XOR!r}\nexec(''.join(chr(d[i] ^ k[i % len(k)]) for i in range(len(d))))"
    ),
    "xor by a function": f"def x(d, k):\n    return bytes(a ^ k for a in d)\nexec(x({XOR!r}, 7))",
    "xor by a loop": f"o = []\nfor b in {XOR!r}:\n    o.append(b ^ 7)\nexec(bytes(o).decode())",
    "pieces": "exec('im' + 'port os' + chr(10) + 'os.sys' + 'tem(' + repr('id') + ')')",
    "pieces in a list": f"exec(''.join({[CODE[i : i + 4] for i in range(0, len(CODE), 4)]!r}))",
    "pieces out of order": f"p = {[CODE[10:], CODE[:10]]!r}\nexec(p[1] + p[0])",
    "replaced": f"exec({CODE.replace('s', '@@')!r}.replace('@@', 's'))",
    "translated": f"exec({CODE.replace('s', '$')!r}.translate({{36: 's'}}))",
    "every second": f"exec({''.join(each + '#' for each in CODE)!r}[::2])",
    "split": f"exec(chr(10).join({CODE.replace(chr(10), '|')!r}.split('|')))",
    "big number": f"n = {int.from_bytes(DATA, 'big')}\nexec(n.to_bytes((n.bit_length() + 7) // 8, 'big'))",
    "two layers": (
        "import base64\nexec(base64.b64decode({!r}))".format(
            base64.b64encode(f"import base64\nexec(base64.b64decode({base64.b64encode(DATA)!r}))".encode())
        )
    ),
    "eval of compile": (
        f"import base64\neval(compile(base64.b64decode({base64.b64encode(DATA)!r}), '<s>', 'exec'))"
    ),
    "exec by another name": f"import base64\nrun = exec\nrun(base64.b64decode({base64.b64encode(DATA)!r}))",
    "exec of builtins": f"import base64, builtins\nbuiltins.exec(base64.b64decode({base64.b64encode(DATA)!r}))",
    "exec by getattr": (
        "import base64\n"
        f"getattr(__import__('builtins'), 'ex' + 'ec')(base64.b64decode({base64.b64encode(DATA)!r}))"
    ),
    "exec by subscript": (
        f"import base64\n__builtins__['exec'](base64.b64decode({base64.b64encode(DATA)!r}))"
    ),
    "in a variable": f"import base64\nA = {base64.b64encode(DATA)!r}\nB = A\nC = base64.b64decode(B)\nexec(C)",
    "in a class": (
        f"import base64\nclass C:\n    data = {base64.b64encode(DATA)!r}\n"
        "    def go(self):\n        exec(base64.b64decode(self.data))\nC().go()"
    ),
    "in a dictionary": f"import base64\nD = {{'a': {base64.b64encode(DATA)!r}}}\nexec(base64.b64decode(D['a']))",
    "in a docstring": f'"""{base64.b64encode(DATA).decode()}"""\nimport base64\nexec(base64.b64decode(__doc__))',
    "in a function's docstring": (
        f'import base64\ndef f():\n    """{base64.b64encode(DATA).decode()}"""\nexec(base64.b64decode(f.__doc__))'
    ),
    "in a parameter's default": (
        f"import base64\ndef f(d={base64.b64encode(DATA)!r}):\n    exec(base64.b64decode(d))\nf()"
    ),
    "lambda chain": f"(lambda f, d: f(__import__('base64').b64decode(d)))(exec, {base64.b64encode(DATA)!r})",
    "map of exec": f"import base64\nlist(map(exec, [base64.b64decode({base64.b64encode(DATA)!r})]))",
    "type of a string": f"import base64\ns = str(base64.b64decode({base64.b64encode(DATA)!r}), 'utf-8')\nexec(s)",
}


@pytest.mark.parametrize("source", [pytest.param(each, id=name) for name, each in DECODERS.items()])
def test_the_hidden_code_is_walked(source: str) -> None:
    assert ("id", Phase.IMPORT) in runs(source)


NO_HIDING = {
    "pieces",
    "pieces in a list",
    "pieces out of order",
    "replaced",
    "translated",
    "every second",
    "split",
}
"""What these put together was not encoded."""


@pytest.mark.parametrize(
    "source", [pytest.param(each, id=name) for name, each in DECODERS.items() if name not in NO_HIDING]
)
def test_the_code_counts_as_hidden(source: str) -> None:
    assert any(is_hidden(act) for act in executions(source))


@pytest.mark.parametrize("layers", [*range(1, 8), 24])
def test_layers_within_the_bound_are_followed(layers: int) -> None:
    assert ("id", Phase.IMPORT) in runs(_layered(layers))


def test_more_layers_are_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stockade.vetter.python.effects_code.MOST_LAYERS", 8)
    result = walked(_layered(12))
    assert result.gaps
    assert all(act.target != "id" for act in result.acts)


def test_more_decoded_text_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stockade.vetter.python.effects_code.MOST_DECODED", 2_000)
    result = walked(_layered(12))
    assert result.gaps
    assert all(act.target != "id" for act in result.acts)


def _layered(count: int) -> str:
    code = CODE
    for _ in range(count):
        code = f"import base64\nexec(base64.b64decode({base64.b64encode(code.encode())!r}))"
    return code


def test_marshalled_code_counts_as_hidden() -> None:
    data = marshal.dumps(compile("import os\nos.getcwd()", "<s>", "exec"))
    (act,) = executions(f"import marshal\nexec(marshal.loads({data!r}))")
    assert is_hidden(act)


@pytest.mark.parametrize(
    "decrypt",
    [
        "from cryptography.fernet import Fernet\nexec(Fernet(b'k' * 43 + b'=').decrypt(b'x'))",
        "from Crypto.Cipher import AES\nexec(AES.new(b'k' * 16, AES.MODE_ECB).decrypt(b'x' * 16))",
    ],
)
def test_decrypted_code_counts_as_hidden(decrypt: str) -> None:
    (act,) = executions(decrypt)
    assert Origin.DECRYPTED in {taint.origin for taint in act.payload}


def test_acts_of_hidden_code_say_so() -> None:
    source = f"import base64\nexec(base64.b64decode({base64.b64encode(DATA)!r}))"
    (act,) = acts(source, Kind.SPAWN)
    assert act.hidden
    assert act.at.line == 2


@pytest.mark.parametrize(
    "source",
    [
        "import os\ngetattr(os, 'sys' + 'tem')('id')",
        "__import__('o' + 's').system('id')",
        "import os\nglobals()['o' + 's'].system('id')",
        "import os\ngetattr(os, 'metsys'[::-1])('id')",
        "import os\nvars(os)['sys' + 'tem']('id')",
        "import base64, os\ngetattr(os, base64.b64decode('c3lzdGVt').decode())('id')",
    ],
)
def test_names_that_are_put_together_are_hidden(source: str) -> None:
    assert any(act.hidden and act.target == "id" for act in acts(source, Kind.SPAWN))


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos.system('id')",
        "import os\ngetattr(os, 'system')('id')",
        "import importlib\nimportlib.import_module('os').system('id')",
        "import os\nname = 'system'\ngetattr(os, name)('id')",
        "import os\nTABLE = {'a': os.system}\nTABLE['a']('id')",
    ],
)
def test_names_that_stand_there_are_not_hidden(source: str) -> None:
    assert not any(act.hidden for act in acts(source, Kind.SPAWN))


@pytest.mark.parametrize(
    "source",
    [
        "x = 'print(1)'\nexec(x)",
        "exec(open('pkg/version.txt').read())",
        "exec('def f():\\n    return 1')",
        "eval('1 + 1')",
        "exec(f'x = {1}')",
        "exec(compile('x = 1', 'f', 'exec'))",
    ],
)
def test_plain_code_does_not_count_as_hidden(source: str) -> None:
    assert executions(source)
    assert not any(is_hidden(act) for act in executions(source))


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("'a' 'b'", "ab"),
        ("'a' + 'b'", "ab"),
        ("'%s-%s' % ('a', 'b')", "a-b"),
        ("'{}-{}'.format('a', 'b')", "a-b"),
        ("'{x}'.format(x='a')", "a"),
        ("f'{\"a\"}b'", "ab"),
        ("'-'.join(['a', 'b'])", "a-b"),
        ("'-'.join(x for x in ('a', 'b'))", "a-b"),
        ("'abc'[1:]", "bc"),
        ("'abc'[-1]", "c"),
        ("'AB'.lower()", "ab"),
        ("'a' * 3", "aaa"),
        ("str(12)", "12"),
        ("chr(97) + chr(98)", "ab"),
        ("'a,b'.split(',')[1]", "b"),
        ("' a '.strip()", "a"),
        ("hex(255)", "0xff"),
        ("{'k': 'v'}['k']", "v"),
        ("('a', 'b')[1]", "b"),
        ("'x' if True else 'y'", "x"),
        ("(lambda a, b='c': a + b)('x')", "xc"),
        ("b'ab'.decode()", "ab"),
        ("'a' + str(1 + 2)", "a3"),
        ("''.join(sorted('ba'))", "ab"),
        ("''.join(dict(a=1))", "a"),
        ("max('a', 'b')", "b"),
    ],
)
def test_texts_that_are_put_together_are_known(expression: str, text: str) -> None:
    assert executed(f"exec({expression})") == [text]


_BIG: tuple[Callable[[int], str], ...] = (
    lambda n: "x = " + "[" * n + "]" * n,
    lambda n: "x = " + "(" * n + "1" + ")" * n,
    lambda n: "x = " + " + ".join(["1"] * n),
    lambda n: "x = " + "-" * n + "1",
    lambda n: "x = a" + ".b" * n,
    lambda n: "x = f" + "()" * n,
    lambda n: "x = a" + "[0]" * n,
    lambda n: "\n".join(f"def f{i}(): return f{i + 1}()" for i in range(n)) + "\nf0()",
    lambda n: "\n".join("    " * i + "if x:" for i in range(min(n, 90))) + "\n" + "    " * min(n, 90) + "y",
    lambda n: "x = 'a'\n" + "x = x + x\n" * n + "exec(x)",
    lambda n: "x = []\n" + "x = [x, x]\n" * n + "exec(str(x))",
    lambda n: "x = 2\n" + "x = x ** x\n" * n,
    lambda n: f"x = 'a' * {n}00000000000\nexec(x)",
    lambda n: "def f(x):\n    return f(f(x)) + f(x)\nf(1)\n" * (n // 100),
    lambda n: "for a in range(10000):\n" * 1 + "    for b in range(10000):\n        c = a * b\n" + f"d = {n}",
    lambda n: "x = [" + ", ".join(["1"] * n) + "]\n" + "y = [a * b for a in x for b in x]",
    lambda n: "class A0: pass\n" + "\n".join(f"class A{i + 1}(A{i}): pass" for i in range(n)) + f"\nA{n}().x",
    lambda n: "x = " + "lambda: " * n + "1",
    lambda n: "x = " + " if a else ".join(["1"] * n),
    lambda n: "x = " + " and ".join(["a"] * n),
    lambda n: "import zlib\nexec(zlib.decompress(" + repr(zlib.compress(b"a" * (n * 10_000))) + "))",
)


@pytest.mark.parametrize("made", _BIG)
@pytest.mark.parametrize("size", [100, 3000])
def test_size_is_bounded(made: Callable[[int], str], size: int) -> None:
    result = walked(made(size), budget=200_000)
    assert result.steps <= 220_000 or result.gaps
