from __future__ import annotations

import itertools
import json
import re
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from tests.report.hostile import hidden, nasty

from stockade.report.safe import encodable, json_text, markdown_code, markdown_prose, uri, visible

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


@given(nasty)
def test_every_character_of_visible_text_can_be_seen(text: str) -> None:
    assert not hidden(visible(text))
    assert "\n" not in visible(text)


@given(nasty)
def test_what_can_be_seen_is_not_changed(text: str) -> None:
    if not hidden(text) and "\n" not in text:
        kept = re.sub("[\u034f\u17b4\u17b5\ufe00-\ufe0f\U000e0100-\U000e01ef]", "", text)
        assert visible(kept) == kept


@given(nasty)
def test_visible_is_idempotent_and_drops_nothing(text: str) -> None:
    assert visible(visible(text)) == visible(text)
    assert len(visible(text)) >= len(text)


@given(nasty, st.integers(2, 40))
def test_visible_keeps_to_its_limit(text: str, limit: int) -> None:
    assert len(visible(text, limit)) <= limit


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m", r"\x1b[31m"),
        ("a\u202eb", r"a\u202eb"),
        ("a\u00a0b", r"a\xa0b"),
        ("two\nlines\t", r"two\nlines\t"),
        ("\U000e0041", r"\U000e0041"),
        ("\udcff", r"\udcff"),
        ("\u3164", r"\u3164"),
        ("Grüße, 世界", "Grüße, 世界"),
    ],
)
def test_escapes(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(nasty)
def test_json_stays_the_same_data_and_shows_everything(text: str) -> None:
    document = {"key": text, text: ["x"]}
    for ascii_only in (True, False):
        shown = json_text(json.dumps(document, ensure_ascii=ascii_only, indent=2))
        assert not hidden(shown)
        assert json.loads(shown) == document


@given(nasty)
def test_encodable_text_can_be_written_as_utf8(text: str) -> None:
    written = encodable(text).encode()
    if "\\ud" not in encodable(text):
        assert written.decode() == text


def _inline_kinds(source: str) -> set[str]:
    kinds = set()
    for token in MARKDOWN.parse(source):
        kinds.add(token.type)
        kinds.update(child.type for child in token.children or ())
    return kinds


def _text_of(source: str) -> str:
    """What a reader of rendered Markdown sees, tags taken away."""
    return "".join(
        child.content
        for token in MARKDOWN.parse(source)
        for child in token.children or ()
        if child.type in {"text", "code_inline", "text_special"}
    )


@given(nasty)
def test_markdown_prose_is_text_and_nothing_else(text: str) -> None:
    source = f"say: {markdown_prose(text, 0)}."
    assert _inline_kinds(source) <= {"paragraph_open", "inline", "text", "text_special", "paragraph_close"}
    assert _text_of(source).replace("\u200b", "") == f"say: {visible(text)}."


@given(nasty)
def test_markdown_code_is_code_and_nothing_else(text: str) -> None:
    source = f"say: {markdown_code(text, 0)}."
    allowed = {
        "paragraph_open",
        "inline",
        "text",
        "text_special",
        "paragraph_close",
        "code_inline",
        "html_inline",
    }
    assert _inline_kinds(source) <= allowed
    tags = [
        child.content
        for token in MARKDOWN.parse(source)
        for child in token.children or ()
        if child.type == "html_inline"
    ]
    assert tags in ([], ["<code>", "</code>"])
    assert _text_of(source).replace("\u200b", "") == f"say: {visible(text)}."


@given(nasty)
def test_a_table_cell_stays_one_cell(text: str) -> None:
    row = f"| a | {markdown_prose(text)} | {markdown_code(text)} | z |"
    tokens = MARKDOWN.parse(f"| 1 | 2 | 3 | 4 |\n| --- | --- | --- | --- |\n{row}\n")
    cells = [after.content for at, after in itertools.pairwise(tokens) if at.type == "td_open"]
    assert len(cells) == 4
    assert cells[0] == "a"
    assert cells[3] == "z"


@given(nasty)
def test_no_forge_makes_a_link_or_a_mention_of_prose(text: str) -> None:
    prose = markdown_prose(text)
    assert "://" not in prose
    assert "www." not in prose.lower()
    assert not re.search(r"@\w", prose)
    assert not re.search(r"(?<!&)#\d", prose)


@given(nasty)
def test_a_relative_uri_is_relative_and_gives_the_path_back(path: str) -> None:
    parts = urlsplit(uri(path))
    if path.startswith("/"):
        assert parts.scheme == "file"
        assert parts.netloc == ""
    else:
        assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("", "", "", "")
        if path not in {"", "."} and not re.search("[\ud800-\udfff]", path):
            assert unquote(parts.path) == path


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("a b/ü#?.txt", "a%20b/%C3%BC%23%3F.txt"),
        ("c:/x", "c%3A/x"),
        (".", "./"),
        ("/etc/x", "file:///etc/x"),
        ("//evil.example/x", "file:///evil.example/x"),
        ("\udcff", "%FF"),
        ("\ud800", "%5Cud800"),
    ],
)
def test_uris(path: str, address: str) -> None:
    assert uri(path) == address
