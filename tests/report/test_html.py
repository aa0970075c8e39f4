from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from html.parser import HTMLParser

from hypothesis import given, settings
from tests.report.hostile import assessment_of, nasty
from tests.report.sample import ASSESSMENT, CLEAN, HOSTILE

from stockade.report.html import render
from stockade.report.safe import LONGEST, visible


class _Page(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.raw: dict[str, str] = {}
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in {"meta", "input", "rect"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in {"style", "script"}:
            self.raw[self.open[-1]] = self.raw.get(self.open[-1], "") + data
        else:
            self.text.append(data)

    def value(self, tag: str, name: str) -> list[str]:
        return [value for held, key, value in self.attributes if (held, key) == (tag, name)]


@settings(max_examples=40)
@given(text=nasty)
def test_hostile_text_makes_no_element_and_no_attribute(text: str) -> None:
    page, plain = _Page(render(assessment_of(text))), _Page(render(assessment_of("requests")))
    assert page.tags == plain.tags
    assert [(tag, name) for tag, name, _ in page.attributes] == [
        (tag, name) for tag, name, _ in plain.attributes
    ]
    assert page.raw == plain.raw
    assert page.open == []
    assert visible(text, LONGEST).strip() in "".join(page.text)


def test_the_page_loads_nothing_and_links_nowhere() -> None:
    page = _Page(render(ASSESSMENT))
    names = {name for _, name, _ in page.attributes}
    assert not names & {"href", "src", "action", "style", "srcset", "data", "xlink:href"}
    assert not any(name.startswith("on") for name in names)
    assert not set(page.tags) & {"link", "img", "iframe", "object", "a", "base"}
    assert "url(" not in page.raw["style"]
    assert "@import" not in page.raw["style"]


def test_the_policy_admits_just_this_style_and_this_script() -> None:
    page = _Page(render(ASSESSMENT))
    (policy,) = [value for value in page.value("meta", "content") if "default-src" in value]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(page.raw[tag].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_a_location_is_made_visible_too() -> None:
    shown = render(ASSESSMENT)
    assert "\u202e" not in shown
    assert r"na\u202eme.txt:2" in shown
    assert visible(HOSTILE).split("|")[0] in shown


def test_everything_is_on_the_page() -> None:
    text = re.sub(r"\s+", " ", "".join(_Page(render(ASSESSMENT)).text))
    for wanted in (
        "Fails: 1 critical, 2 high (threshold: high); 2 things could not be judged.",
        "Require 'acme-corp-utils', and bind it to your own index.",
        "registered-names",
        "Projects with a lockfile",
        "Templates are ours alone",
        "17,204",
        "web/node_modules",
        "'stockade init' writes one",
    ):
        assert wanted in text


def test_a_clean_page_has_no_filter() -> None:
    page = _Page(render(CLEAN))
    assert page.tags["form"] == 0
    assert page.tags["article"] == 0
