from __future__ import annotations

import re

import msgspec
import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt
from tests.report.hostile import FRAGMENTS, assessment_of, nasty
from tests.report.sample import ASSESSMENT, CLEAN, many

from stockade.model.assessment import Assessment
from stockade.report.markdown import render
from stockade.report.options import Options

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
OUR_TAGS = re.compile(r"</?(code|details|summary)>")


def _shape(source: str) -> list[str]:
    """The kinds of everything but running text, in order."""
    kinds: list[str] = []
    for token in MARKDOWN.parse(source):
        kinds += [token.type] if token.type != "inline" else []
        kinds += [
            child.type
            for child in token.children or ()
            if child.type not in {"text", "text_special", "html_inline", "code_inline"}
        ]
    return kinds


@settings(max_examples=40)
@given(text=nasty)
def test_hostile_text_changes_nothing_of_the_structure(text: str) -> None:
    assert _shape(render(assessment_of(text))) == _shape(render(assessment_of("requests")))


@settings(max_examples=40)
@given(text=nasty)
def test_the_only_html_is_ours(text: str) -> None:
    for token in MARKDOWN.parse(render(assessment_of(text))):
        pieces = [token, *(token.children or ())]
        for piece in pieces:
            if piece.type in {"html_block", "html_inline"}:
                rest = OUR_TAGS.sub("", piece.content)
                assert "<" not in rest


def test_the_short_table_counts_by_severity() -> None:
    shown = render(ASSESSMENT)
    assert "| critical | 1 | 0 |" in shown
    assert "| high | 2 | 1 |" in shown
    assert "| info |" not in shown


def test_details_are_folded_and_the_outcome_is_not() -> None:
    shown = render(ASSESSMENT)
    head = shown.split("<details>")[0]
    assert "Fails: 1 critical, 2 high" in head
    assert "**Next:** STK-R001" in head
    assert "pyyaml:8" not in head
    assert shown.count("<details>") == shown.count("</details>") == 7


def _worst(count: int) -> Assessment:
    text = "".join(FRAGMENTS)
    big = assessment_of(text)
    return msgspec.structs.replace(big, incomplete=big.incomplete * count, accepted=big.accepted * count)


@pytest.mark.parametrize("limit", [30_000, 60_000])
@pytest.mark.parametrize("assessment", [many(3000), _worst(300)])
def test_it_keeps_to_its_limit_and_says_what_it_left_out(assessment: Assessment, limit: int) -> None:
    shown = render(assessment, Options(markdown_limit=limit))
    assert len(shown) <= limit
    assert re.search(r"[0-9,]+ more", shown)
    assert shown.count("<details>") == shown.count("</details>")


def test_shown_and_left_out_add_up() -> None:
    shown = render(many(3000))
    left = re.search(r"([0-9,]+) more findings did not fit", shown)
    assert left
    assert shown.count("**Mend:**") + int(left[1].replace(",", "")) == 3000


def test_a_clean_report_is_short() -> None:
    shown = render(CLEAN)
    assert "Clean: everything that was asked for was judged, and nothing was found." in shown
    assert len(shown) < 400
