"""HTML pages as tokens: read as HTML5 has them, or refused."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockade.sources.html_links import HtmlError, read_links

VALUES = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=20)
NAMES = st.sampled_from(["href", "data-yanked", "data-requires-python", "HREF", "class", "x:y"])


class _Oracle(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found: dict[str, str] = {}
        for key, value in attrs:
            found.setdefault(key, value or "")
        if tag == "a" and "href" in found:
            self.links.append(found)


@st.composite
def pages(draw: st.DrawFn) -> str:
    parts = []
    for _ in range(draw(st.integers(0, 6))):
        attributes = draw(st.lists(st.tuples(NAMES, VALUES, st.sampled_from("\"'")), max_size=4))
        text = " ".join(f"{name}={quote}{escape(value)}{quote}" for name, value, quote in attributes)
        parts.append(f"<{draw(st.sampled_from(['a', 'A', 'p', 'b', 'br']))} {text}>{escape(draw(VALUES))}")
        parts.append(
            draw(st.sampled_from(["</a>", "</b >", "<!-- a <a href=x> -->", "<!DOCTYPE html>", "\n"]))
        )
    return "".join(parts)


@given(pages())
def test_well_formed_pages_are_read_as_pythons_own_parser_reads_them(text: str) -> None:
    oracle = _Oracle()
    oracle.feed(text)
    oracle.close()
    assert read_links(text).links == oracle.links


@given(st.text("<>/a=\"' !-?&;#x\n\0\rbr", max_size=40) | st.text(max_size=30))
def test_any_text_is_a_page_or_an_error(text: str) -> None:
    try:
        found = read_links(text)
    except HtmlError:
        return
    assert all("href" in each for each in found.links)


@pytest.mark.parametrize(
    "text",
    [
        "<a href=x",
        "<a href='x>",
        '<a href="x',
        "<a " * 10_000,
        "<a b='" * 10_000,
        "<!-- <a href=x>",
        "<!-- --!> <a href=x> -->",
        "<![CDATA[ <a href=x> ]]>",
        "<!doctype",
        "</",
        "</ a>",
        "<script><a href=x>",
        "<script><!--<script></script><a href=x></script>--></script>",
        "<title>",
        "<plaintext><a href=x>",
        "<template><a href=x></template>",
        "<a title=x\"href='y'>",
        "\0",
    ],
)
def test_what_breaks_the_grammar_is_refused(text: str) -> None:
    with pytest.raises(HtmlError):
        read_links(text)


def test_links_in_text_elements_and_comments_are_no_links() -> None:
    text = (
        "<title><a href=1></title><style><a href=2></style><script>'<a href=3>'</script ><!--<a href=4>-->"
        "<textarea><a href=5></textarea><?x <y?><a href=6>"
    )
    assert [each["href"] for each in read_links(text).links] == ["6"]


def test_of_two_attributes_of_one_name_the_first_counts() -> None:
    assert read_links("<a href=1 HREF=2 href='3'>").links == [{"href": "1"}]


def test_references_are_decoded_where_they_are_complete() -> None:
    text = '<a href="?a=1&amp;b=2&copy=3&lt" data-requires-python="&gt;=3.8&#44;&#x3c;4">'
    assert read_links(text).links == [{"href": "?a=1&b=2&copy=3&lt", "data-requires-python": ">=3.8,<4"}]


def test_bare_values_and_slashes() -> None:
    assert read_links("<a href=/a/b?c=d data-yanked/><a/href='x'y=1>").links == [
        {"href": "/a/b?c=d", "data-yanked": ""},
        {"href": "x", "y": "1"},
    ]


def test_the_first_base_counts_and_metas_are_kept_in_order() -> None:
    found = read_links(
        '<base target=x><base href="/a/"><base href="/b/"><META NAME="Pypi:tracks" content="1">'
        '<meta name="pypi:tracks" content="2"><meta charset=utf-8><meta name=empty>'
    )
    assert found.base == "/a/"
    assert found.meta == {"pypi:tracks": ["1", "2"], "empty": [""]}
