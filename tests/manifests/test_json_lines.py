"""JSON with line numbers: the values are json's, the lines are true, duplicates are told."""

from __future__ import annotations

import contextlib
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockade.manifests.json_lines import load_json
from stockade.manifests.text import ReadError

PATHS = tuple[str | int, ...]
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), texts
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=12,
)


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[PATHS, int], dict[str, Any]]:
    out: list[str] = []
    at: dict[PATHS, int] = {}
    root = draw(st.dictionaries(texts, values, max_size=4))

    def blank() -> None:
        out.append(draw(st.sampled_from(["", " ", "\n", "\n\t", " \n\n"])))

    def line() -> int:
        return "".join(out).count("\n") + 1

    def quoted(text: str) -> str:
        return json.dumps(text, ensure_ascii=draw(st.booleans()))

    def write(path: PATHS, value: object) -> None:
        if not isinstance(value, (dict, list)):
            out.append(quoted(value) if isinstance(value, str) else json.dumps(value))
            return
        items: Any = value.items() if isinstance(value, dict) else enumerate(value)
        out.append("{" if isinstance(value, dict) else "[")
        for number, (key, inner) in enumerate(items):
            out.append("," if number else "")
            blank()
            at[(*path, key)] = line()
            if isinstance(value, dict):
                out.append(quoted(key))
                blank()
                out.append(":")
                blank()
            write((*path, key), inner)
            blank()
        out.append("}" if isinstance(value, dict) else "]")

    write((), root)
    return "".join(out), at, root


@given(documents())
def test_every_value_has_its_line(document: tuple[str, dict[PATHS, int], dict[str, Any]]) -> None:
    text, at, value = document
    read = load_json(text)
    assert read.value == value
    assert {path: read.lines.of(*path) for path in at} == at
    assert read.faults == []


@given(st.text('{}[]:,"\\u01deanx \n', max_size=40))
def test_any_text_is_read_as_json_reads_it_or_refused(text: str) -> None:
    try:
        expected = json.loads(text)
    except ValueError:
        expected = None
    with contextlib.suppress(ReadError):
        assert load_json(text).value == expected


def test_a_key_that_stands_twice_is_told() -> None:
    read = load_json('{"a": 1,\n "b": {"c": 1,\n "\\u0063": 2},\n "a": 3}')
    assert read.value == {"a": 3, "b": {"c": 2}}
    assert [line for line, _ in read.faults] == [3, 4]
    assert "'c' stands twice" in read.faults[0][1]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('{"a": 1,\n}', 2, "Expecting property name"),
        ("", 1, "Expecting value"),
        ("[1]", 1, "not a JSON object, but an array"),
        ('"x"', 1, "not a JSON object, but a string"),
        ('{"a": NaN}', 0, "NaN is no JSON number"),
        ('{"a":\n' + "9" * 5000 + "}", 0, "integer"),
        ('{"a":\n"\\ud800"}', 2, "lone surrogate"),
        ('\n{"a":' + "[" * 100_000, 2, "deeper than"),
        ('{"a":' * 100_000, 1, "deeper than"),
    ],
)
def test_faults_have_a_line_and_a_reason(text: str, line: int, message: str) -> None:
    with pytest.raises(ReadError) as caught:
        load_json(text)
    assert message in caught.value.message
    assert caught.value.line == line


@pytest.mark.parametrize(
    "text",
    [
        '{"a": [' + "1," * 300_000 + "1]}",
        '{"a": [' + '"",\n' * 300_000 + "1]}",
        " " * 3_000_000 + "\x0b",
        '{"a": "' + '\\"' * 1_000_000 + '"}',
        "{" + ",".join(f'"k{i}": 1' for i in range(200_000)) + "}",
        '"' + "a" * 2_000_000,
    ],
)
def test_hostile_documents_take_bounded_time(text: str) -> None:
    start = time.process_time()
    with contextlib.suppress(ReadError):
        load_json(text)
    assert time.process_time() - start < 10
