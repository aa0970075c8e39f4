"""A page in all its representations: the same content, its own tag each, as old as it may get."""

from __future__ import annotations

import hashlib
import json
import zlib
from datetime import UTC, datetime, timedelta
from email.parser import Parser
from itertools import product

import pytest
import zstandard
from tests.firewall.projects import rulings

from stockade.firewall.answers import Ready
from stockade.firewall.negotiation import Coding, Kind, NotAcceptableError
from stockade.firewall.pages import as_html, as_json, compose
from stockade.firewall.rendered import MAX_AGE, OFTEN, Rendered, render, render_names
from stockade.model.index import IndexProject
from stockade.model.names import ProjectName
from stockade.sources.simple_page import read_page
from stockade.testing.index_pages import json_page

NAME = ProjectName("numpy")
NOW = datetime(2026, 5, 1, tzinfo=UTC)
VARIANTS = list(product(Kind, Coding))


def project(count: int = 40) -> IndexProject:
    body = json_page("numpy", count, rich=True)
    return read_page(NAME, body, Kind.JSON.value[0], "https://index.example/simple/numpy/")


def rendered(count: int = 40, until: datetime | None = None) -> Rendered:
    given = project(count)
    return render(given, rulings(given), until=until)


def asked(kind: Kind = Kind.JSON, coding: Coding = Coding.GZIP, tag: str = "") -> dict[bytes, bytes]:
    headers = {b"accept": kind.value[0].encode(), b"accept-encoding": coding.value[0].encode()}
    return {**headers, b"if-none-match": tag.encode()} if tag else headers


def fields(answer: Ready) -> dict[str, str]:
    return {key.lower(): value for key, value in Parser().parsestr(answer.fields.decode()).items()}


def plain(answer: Ready) -> bytes:
    match fields(answer).get("content-encoding"):
        case "gzip":
            return zlib.decompress(answer.body, 31)
        case "zstd":
            return zstandard.ZstdDecompressor().decompress(answer.body)
    return answer.body


@pytest.mark.parametrize(("kind", "coding"), VARIANTS)
def test_every_representation(kind: Kind, coding: Coding) -> None:
    page = rendered()
    answer = page.answer(asked(kind, coding), b"", NOW)
    shown = compose(project(), rulings(project()))
    assert answer.status.startswith(b"HTTP/1.1 200 ")
    assert plain(answer) == (as_json(shown) if kind is Kind.JSON else as_html(shown))
    found = fields(answer)
    assert found["content-type"].partition(";")[0] == kind.value[0]
    assert found.get("content-encoding", "identity") == coding.value[0]
    assert found["vary"] == "accept, accept-encoding"
    assert found["content-length"] == str(len(answer.body))
    assert found["cache-control"] == f"max-age={MAX_AGE}"
    assert found["x-pypi-last-serial"] == "12345678"
    assert page.body(kind) == plain(answer)
    assert found["etag"].startswith(f'"{hashlib.sha256(plain(answer)).hexdigest()[:24]}-')


def test_each_representation_has_its_own_strong_tag_and_another_page_has_others() -> None:
    page, other = rendered(), rendered(41)
    tags = [
        fields(each.answer(asked(*variant), b"", NOW))["etag"]
        for each in (page, other)
        for variant in VARIANTS
    ]
    assert len(set(tags)) == len(tags)
    assert all(tag[0] == tag[-1] == '"' for tag in tags)
    again = [fields(rendered().answer(asked(*variant), b"", NOW))["etag"] for variant in VARIANTS]
    assert again == tags[: len(VARIANTS)]


@pytest.mark.parametrize(("kind", "coding"), VARIANTS)
def test_whoever_has_it_is_told_so_without_a_body(kind: Kind, coding: Coding) -> None:
    page = rendered()
    tag = fields(page.answer(asked(kind, coding), b"", NOW))["etag"]
    for given in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        answer = page.answer(asked(kind, coding, given), b"", NOW)
        assert (answer.status, answer.body) == (b"HTTP/1.1 304 Not Modified\r\n", b"")
        found = fields(answer)
        assert (found["etag"], found["vary"]) == (tag, "accept, accept-encoding")
        assert "content-length" not in found
    other = fields(
        page.answer(asked(kind, Coding.IDENTITY if coding is not Coding.IDENTITY else Coding.GZIP), b"", NOW)
    )
    for given in (other["etag"], '"x"', tag[1:-1]):
        assert page.answer(asked(kind, coding, given), b"", NOW).body


def test_nothing_is_at_hand_before_it_was_made() -> None:
    page = rendered()
    assert page.at_hand(asked(), b"", NOW) is None
    made = page.answer(asked(), b"", NOW)
    assert page.at_hand(asked(), b"", NOW) is made
    assert page.at_hand(asked(Kind.HTML), b"", NOW) is None
    with pytest.raises(NotAcceptableError):
        page.at_hand({b"accept": b"image/png"}, b"", NOW)


@pytest.mark.parametrize(
    ("left", "expected"), [(3600, MAX_AGE), (60, 60), (59.9, 59), (7, 7), (0.5, 0), (-5, 0)]
)
def test_no_client_keeps_a_page_past_the_moment_at_which_it_changes(left: float, expected: int) -> None:
    page = rendered(until=NOW + timedelta(seconds=left))
    tag = fields(page.answer(asked(), b"", NOW))["etag"]
    for headers in (asked(), asked(tag=tag), asked(tag="*")):
        for answer in (page.answer(headers, b"", NOW), page.at_hand(headers, b"", NOW)):
            assert answer is not None
            assert fields(answer)["cache-control"] == f"max-age={expected}"


def test_a_page_that_is_asked_for_often_is_compressed_harder_once() -> None:
    page = rendered(600)
    first = page.answer(asked(), b"", NOW)
    answers = 1
    while not page.claim_improvement():
        page.answer(asked(), b"", NOW)
        answers += 1
    assert answers == OFTEN
    assert not page.claim_improvement()
    page.improve()
    better = page.answer(asked(), b"", NOW)
    assert len(better.body) < len(first.body)
    assert plain(better) == plain(first)
    before, after = fields(first)["etag"], fields(better)["etag"]
    assert before != after
    old = page.answer(asked(tag=before), b"", NOW)
    assert (old.body, fields(old)["etag"]) == (b"", before)
    assert page.answer(asked(tag=after), b"", NOW).body == b""


def test_answers_that_say_unchanged_are_no_reason_to_compress_harder() -> None:
    page = rendered()
    for _ in range(OFTEN * 2):
        page.answer(asked(tag="*"), b"", NOW)
    assert not page.claim_improvement()


def test_pages_with_html_may_load_nothing() -> None:
    assert (
        "default-src 'none'"
        in fields(rendered().answer(asked(Kind.TEXT), b"", NOW))["content-security-policy"]
    )


def test_the_list_of_projects() -> None:
    page = render_names([NAME, ProjectName("acme")])
    assert json.loads(plain(page.answer(asked(), b"", NOW)))["projects"] == [
        {"name": "numpy"},
        {"name": "acme"},
    ]
    assert b'<a href="acme/">acme</a>' in plain(page.answer({}, b"", NOW))
