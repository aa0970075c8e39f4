"""The TOML tokenizer agrees with tomllib on what there is, and knows where it stands."""

from __future__ import annotations

import contextlib
import json
import time
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from stockade.manifests.text import ReadError
from stockade.manifests.toml_fast import MIN_SIZE, parse_canonical
from stockade.manifests.toml_lines import line_map, load_toml

PATHS = tuple[str | int, ...]

bare_keys = st.from_regex(r"[A-Za-z0-9_-]{1,6}", fullmatch=True)
keys = st.one_of(bare_keys, st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=5))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
scalars = st.one_of(
    texts, st.integers(-(10**12), 10**12), st.booleans(), st.floats(allow_nan=False, allow_infinity=False)
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=3)),
    max_leaves=8,
)
tables = st.dictionaries(keys, values, max_size=4)


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


class Writer:
    """Renders tables as TOML in a way that the drawn choices pick, noting the line of every value."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        self.out: list[str] = []
        self.line = 1
        self.at: dict[PATHS, int] = {}

    def write(self, text: str) -> None:
        self.out.append(text)
        self.line += text.count("\n")

    def space(self) -> None:
        self.write(self.draw(st.sampled_from(["", " ", "\t "])))

    def blank(self) -> None:
        self.write(self.draw(st.sampled_from(["", "\n", "\n# a = [1, 'x'\n", " \n\n", "#]\n"])))

    def key(self, key: str) -> None:
        bare = key != "" and all(c.isascii() and (c.isalnum() or c in "_-") for c in key)
        self.write(key if bare and self.draw(st.booleans()) else quoted(key))

    def string(self, text: str) -> None:
        style = self.draw(st.integers(0, 3))
        plain = text.replace("\t", "").isprintable()
        if style == 0 and plain and "'" not in text:
            self.write(f"'{text}'")
        elif style == 1 and plain and "'''" not in text and not text.endswith("'"):
            self.write(f"'''\n{text}'''")
        elif style == 2:
            self.write('"""\\\n  ' + ("\\u0020" if text[:1] == " " else text[:1] and quoted(text[:1])[1:-1]))
            self.write(quoted(text[1:])[1:-1] + '"""')
        else:
            self.write(quoted(text))

    def value(self, path: PATHS, value: object) -> None:
        if isinstance(value, dict):
            self.write("{")
            for number, (key, inner) in enumerate(value.items()):
                self.write(", " if number else "")
                self.at[(*path, key)] = self.line
                self.key(key)
                self.write(" = ")
                self.value((*path, key), inner)
            self.write("}")
        elif isinstance(value, list):
            self.write("[")
            for number, inner in enumerate(value):
                self.write("," if number else "")
                self.blank()
                self.at[(*path, number)] = self.line
                self.value((*path, number), inner)
            self.blank()
            self.write("]")
        elif isinstance(value, str):
            self.string(value)
        else:
            self.write(json.dumps(value))

    def pairs(self, path: PATHS, table: dict[str, Any]) -> None:
        for key, value in table.items():
            self.blank()
            self.space()
            self.at[(*path, key)] = self.line
            self.key(key)
            self.space()
            self.write("=")
            self.space()
            self.value((*path, key), value)
            self.write(self.draw(st.sampled_from(["\n", " # it's\n", "\n\n"])))

    def header(self, path: PATHS, *, double: bool = False) -> None:
        self.write("[[" if double else "[")
        for number, key in enumerate(k for k in path if isinstance(k, str)):
            self.write(" . " if number else " ")
            self.key(key)
        self.write(" ]]\n" if double else " ]\n")


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[PATHS, int]]:
    writer = Writer(draw)
    root = draw(tables)
    writer.pairs((), root)
    for key in draw(st.lists(keys.filter(lambda k: k not in root), max_size=3, unique=True)):
        if draw(st.booleans()):
            writer.at[(key,)] = writer.line
            sub = draw(keys)
            writer.at[(key, sub)] = writer.line
            writer.header((key, sub))
            writer.pairs((key, sub), draw(tables))
        else:
            writer.at[(key,)] = writer.line
            for index in range(draw(st.integers(1, 3))):
                writer.at[(key, index)] = writer.line
                writer.header((key,), double=True)
                table = draw(tables)
                writer.pairs((key, index), table)
                sub = draw(keys)
                assume(sub not in table)
                writer.at[(key, index, sub)] = writer.line
                writer.header((key, sub))
                writer.pairs((key, index, sub), draw(tables))
    return "".join(writer.out), writer.at


def paths_of(value: object, path: PATHS = ()) -> Iterator[PATHS]:
    yield path
    items: Any = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, inner in items:
        yield from paths_of(inner, (*path, key))


@given(documents())
def test_every_value_of_a_document_has_its_line(document: tuple[str, dict[PATHS, int]]) -> None:
    text, at = document
    value = tomllib.loads(text)
    lines = line_map(text)
    assert {path for path in paths_of(value) if path} == set(at)
    assert {path: lines.of(*path) for path in at} == at


@given(documents(), st.data())
def test_a_damaged_document_is_read_as_tomllib_reads_it(
    document: tuple[str, dict[PATHS, int]], data: st.DataObject
) -> None:
    text = document[0]
    start = data.draw(st.integers(0, len(text)))
    damaged = (
        text[:start]
        + data.draw(st.text("[]{}\"'=,.#\\\n a1", max_size=3))
        + text[start + data.draw(st.integers(0, 3)) :]
    )
    try:
        expected = tomllib.loads(damaged)
    except tomllib.TOMLDecodeError:
        with pytest.raises(ReadError) as caught:
            load_toml(damaged)
        assert 1 <= caught.value.line <= damaged.count("\n") + 1
    else:
        assert load_toml(damaged).value == expected


def test_lines_of_dotted_and_implied_tables() -> None:
    lines = line_map('a.b.c = 1\na.b.d = 2\n[x.y]\nz = [\n  "one", "two",\n  "three",\n]\n[x]\nw = {p = 1}\n')
    assert [lines.of("a"), lines.of("a", "b", "d"), lines.of("x", "y"), lines.of("x")] == [1, 2, 3, 8]
    assert [lines.of("x", "y", "z", i) for i in range(3)] == [5, 5, 6]
    assert lines.of("x", "w", "p") == 9
    assert lines.of("x", "y", "no such key") == 3


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a = 1\nb = \n", 2, "Invalid value"),
        ("a = 1\na = 2\n", 2, "overwrite"),
        ("[a\n", 1, "Expected ']'"),
        ("x = 1\n\ny = [1,\n2\n", 5, "Unclosed array"),
        ('x = "abc\n', 1, "Unterminated string"),
        ("x = " + "[" * 65 + "]" * 65, 1, "deeper than"),
        ("x = " + "[" * 100_000, 1, "deeper than"),
        ("x = " + "{a=" * 100_000, 1, "deeper than"),
        ("\n[" + "a." * 500_000 + "a]", 2, "parts refused"),
        ("\n" + "a." * 500_000 + "a = 1", 2, "parts refused"),
        ("x = " + "9" * 5000, 0, "integer"),
    ],
)
def test_faults_have_a_line_and_a_reason(text: str, line: int, message: str) -> None:
    with pytest.raises(ReadError, match=r"not TOML|deeper|refused") as caught:
        load_toml(text)
    assert message in caught.value.message
    assert caught.value.line == line


@pytest.mark.parametrize(
    "text",
    [
        "x = [" + "1," * 200_000 + "]",
        "".join(f"k{i} = 1\n" for i in range(100_000)),
        "x = '''" + "''\n" * 300_000 + "'''",
        'x = """' + '\\"' * 300_000 + '"""',
        "x = 1\n" + " " * 900_000 + "\x0b",
        "".join(f"[t{i}]\n" for i in range(50_000)) + "[",
    ],
)
def test_hostile_documents_take_bounded_time(text: str) -> None:
    start = time.process_time()
    with contextlib.suppress(ReadError):
        load_toml(text)
    assert time.process_time() - start < 10


lock_strings = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
lock_scalars = st.one_of(
    lock_strings.map(lambda s: '"' + s.replace("\\", "\\\\").replace('"', '\\"') + '"'),
    st.integers(0, 10**10).map(str),
    st.booleans().map(lambda b: str(b).lower()),
    st.datetimes().map(lambda t: t.replace(tzinfo=None).isoformat(timespec="milliseconds").zfill(23) + "Z"),
)
lock_inline = st.dictionaries(bare_keys, lock_scalars, min_size=1, max_size=4).flatmap(
    lambda t: st.sampled_from(["{{ {} }}", "{{{}}}"]).map(
        lambda form: form.format(", ".join(f"{k} = {v}" for k, v in t.items()))
    )
)
lock_lists = st.lists(lock_strings, max_size=3).map(
    lambda items: (
        "[" + ", ".join('"' + s.replace("\\", "\\\\").replace('"', '\\"') + '"' for s in items) + "]"
    )
)
lock_blocks = st.lists(lock_inline, max_size=3).map(
    lambda rows: "[\n" + "".join(f"    {r},\n" for r in rows) + "]"
)
lock_lines = st.one_of(
    st.tuples(bare_keys, st.one_of(lock_scalars, lock_inline, lock_lists, lock_blocks)).map(" = ".join),
    st.tuples(st.sampled_from(["[{}]", "[[{}]]"]), st.sampled_from(["p", "p.q", "p.q.r", "r", '"s.t"'])).map(
        lambda pair: pair[0].format(pair[1])
    ),
    st.sampled_from(["", "# comment", "x = 1.5", "y = 'literal'", "z = [1, 2]", "]"]),
)


@given(st.lists(lock_lines, max_size=15).map("\n".join))
def test_the_quick_parser_reads_what_tomllib_reads_or_gives_up(body: str) -> None:
    text = body + "\n" + "# filler\n" * (MIN_SIZE // 8)
    fast = parse_canonical(text)
    if fast is None:
        return
    assert fast.value == tomllib.loads(text)
    full = line_map(text)
    assert {path: full.of(*path) for path in fast.lines.known} == fast.lines.known


def test_the_quick_parser_reads_a_lock_wholly() -> None:
    package = (
        '[[package]]\nname = "a"\nversion = "1.0"\nsource = { registry = "https://index.example/simple" }\n'
        'wheels = [\n    { url = "https://files.example/a.whl", hash = "sha256:00", size = 5 },\n]\n\n'
        '[package.dependencies]\n"ruamel.yaml" = ">=1"\nb = {version = "*", markers = "extra == \\"x\\"", extras = ["q"]}\n'
    )
    text = "# made\nversion = 1\n" + package * 200
    fast = parse_canonical(text)
    assert fast is not None
    assert fast.value == tomllib.loads(text)
    assert fast.lines.of("package", 1, "name") == 3 + 11 + 1
