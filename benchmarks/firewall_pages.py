"""What a page of 4,415 files costs the firewall from reading to the compressed answer, in processor time.

Usage: ``python -m benchmarks.firewall_pages``. Prints a table and writes ``benchmarks/results/firewall-pages.json``. The
time of a fixed loop stands beside the figures, since machines differ; each figure is the best of several.
"""

from __future__ import annotations

import os
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from html.parser import HTMLParser

import zstandard
from benchmarks.measure import save

from stockade.errors import InvalidValueError
from stockade.firewall.pages import as_html, as_json, compose
from stockade.firewall.rendered import render
from stockade.model.firewall import Origin, Ruling
from stockade.model.index import IndexProject
from stockade.model.names import ProjectName
from stockade.model.verdicts import Action, Reason, Verdict
from stockade.sources.html_links import read_links
from stockade.sources.simple_page import HTML_TYPE, JSON_TYPE, read_page
from stockade.testing.index_pages import html_page, json_page

FILES, TRIES, LOOKUPS = 4_415, 15, 10_000
HOSTILE = "<a " * 2_000
"""Tags that are opened and never closed: 6 KB."""
NAME, ADDRESS = ProjectName("numpy"), "https://index.example/simple/numpy/"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
PIP = {
    b"accept": b"application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01",
    b"accept-encoding": b"gzip, deflate",
}
UV = {
    b"accept": b"application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01",
    b"accept-encoding": b"gzip, deflate, zstd",
}


def main() -> None:
    """Measure everything, print it, write it down."""
    result: dict[str, object] = {
        "processors": os.cpu_count(),
        "files": FILES,
        "fixed loop, ms": _milliseconds(lambda: sum(i * i for i in range(100_000))),
    }
    for title, rich in (("lean", False), ("with metadata and provenance", True)):
        body = json_page(NAME, FILES, rich=rich)
        result[f"{title}: JSON, bytes"] = len(body)
        result |= {f"{title}: {key}": value for key, value in _page(body).items()}
    html = html_page(NAME, FILES)
    text = html.decode()
    result["HTML, bytes"] = len(html)
    result["HTML: read, ms"] = _milliseconds(lambda: read_page(NAME, html, HTML_TYPE, ADDRESS))
    result["HTML: links alone, ms"] = _milliseconds(lambda: read_links(text))
    result["HTML: tags alone by html.parser, ms"] = _milliseconds(lambda: _by_html_parser(text))
    result["hostile HTML of 6 KB, ms"] = _milliseconds(_hostile)
    result["hostile HTML of 6 KB by html.parser, ms"] = _milliseconds(lambda: _by_html_parser(HOSTILE), 3)
    width = max(map(len, result))
    for title, value in result.items():
        print(f"{title:<{width}}  {value}")
    save("firewall-pages", result)


def _page(body: bytes) -> dict[str, object]:
    project = read_page(NAME, body, JSON_TYPE, ADDRESS)
    few, most = _rulings(project, FILES // 40), _rulings(project, FILES - 10)
    page = compose(project, few, origin="https://firewall.example")
    json, warm = as_json(page), render(project, few)
    warm.answer(PIP, b"", NOW)

    def cold(headers: dict[bytes, bytes]) -> None:
        render(read_page(NAME, body, JSON_TYPE, ADDRESS), few).answer(headers, b"", NOW)

    def hot() -> None:
        for _ in range(LOOKUPS):
            warm.at_hand(PIP, b"", NOW)

    return {
        "read, ms": _milliseconds(lambda: read_page(NAME, body, JSON_TYPE, ADDRESS)),
        "compose, few refused, ms": _milliseconds(lambda: compose(project, few)),
        "compose, most refused, ms": _milliseconds(lambda: compose(project, most)),
        "as JSON, ms": _milliseconds(lambda: as_json(page)),
        "as HTML, ms": _milliseconds(lambda: as_html(page)),
        "gzip -1, ms": _milliseconds(lambda: zlib.compress(json, 1, 31)),
        "gzip -1, bytes": len(zlib.compress(json, 1, 31)),
        "gzip -6, ms": _milliseconds(lambda: zlib.compress(json, 6, 31)),
        "gzip -6, bytes": len(zlib.compress(json, 6, 31)),
        "zstd -1, ms": _milliseconds(lambda: zstandard.ZstdCompressor(level=1).compress(json)),
        "zstd -1, bytes": len(zstandard.ZstdCompressor(level=1).compress(json)),
        "read, render, answer pip (gzip), ms": _milliseconds(lambda: cold(PIP)),
        "read, render, answer uv (zstd), ms": _milliseconds(lambda: cold(UV)),
        "answer at hand, us": round(_milliseconds(hot) * 1e3 / LOOKUPS, 2),
    }


def _rulings(project: IndexProject, refused: int) -> dict[str, Ruling]:
    fine = Verdict.of(Reason("STK-F900", "nothing against it", Action.ALLOW))
    held = Verdict.of(Reason("STK-F901", "published 2 days ago, 7 wanted", Action.QUARANTINE))
    return {
        each.filename: Ruling(
            project=project.name,
            version=str(each.version),
            filename=each.filename,
            origin=Origin.UPSTREAM,
            sha256=each.hashes["sha256"],
            verdict=held if place < refused else fine,
            content_judged=False,
        )
        for place, each in enumerate(reversed(project.files))
    }


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.links.append(dict(attrs))


def _by_html_parser(text: str) -> int:
    parser = _Tags()
    parser.feed(text)
    parser.close()
    return len(parser.links)


def _hostile() -> None:
    try:
        read_links(HOSTILE)
    except InvalidValueError:
        return
    raise AssertionError("a page of tags that are not closed was read")


def _milliseconds(work: Callable[[], object], tries: int = TRIES) -> float:
    """The least processor time of several tries."""
    best = float("inf")
    for _ in range(tries):
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return round(1e3 * best, 2)


if __name__ == "__main__":
    main()
