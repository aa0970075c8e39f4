"""Pages of package indexes: what they say is read, what does not fit makes them unreadable."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from stockade.model.index import IndexProject, Ownership, ProjectStatus
from stockade.model.names import ProjectName
from stockade.sources.simple_page import (
    HTML_TYPE,
    JSON_TYPE,
    PageError,
    read_ownership,
    read_page,
    version_of,
)

NAME = ProjectName("acme-lib")
ADDRESS = "https://index.example/simple/acme-lib/"
FILE: dict[str, Any] = {
    "filename": "acme_lib-1.0.tar.gz",
    "url": "../../files/acme_lib-1.0.tar.gz",
    "hashes": {"sha256": "ab"},
}


def page(*files: dict[str, Any], **more: Any) -> IndexProject:
    body = {"meta": {"api-version": "1.4"}, "name": "Acme.Lib", "files": list(files), **more}
    return read_page(NAME, json.dumps(body).encode(), JSON_TYPE, ADDRESS)


def html(text: str) -> IndexProject:
    return read_page(NAME, text.encode(), "text/html; charset=utf-8", ADDRESS)


def test_a_json_page() -> None:
    full = {
        **FILE,
        "size": 12,
        "upload-time": "2026-01-02T03:04:05.678900Z",
        "yanked": "broken",
        "provenance": "/integrity/x",
        "requires-python": ">=3.9",
        "_private": 1,
    }
    found = page(full, {**FILE, "filename": "acme_lib-2.0-py3-none-any.whl", "yanked": True}, FILE)
    first, second, third = found.files
    assert first.url == "https://index.example/files/acme_lib-1.0.tar.gz"
    assert (first.version, first.size, first.hashes) == (Version("1.0"), 12, {"sha256": "ab"})
    assert first.uploaded == datetime(2026, 1, 2, 3, 4, 5, 678_900, tzinfo=UTC)
    assert (first.yanked, second.yanked, third.yanked) == ("broken", "", None)
    assert first.provenance == "https://index.example/integrity/x"
    assert second.version == Version("2.0")
    assert (third.size, third.uploaded, third.provenance) == (None, None, None)
    assert found.provenance_offered
    assert not page(FILE).provenance_offered
    assert page({**FILE, "provenance": None}).provenance_offered


@pytest.mark.parametrize("text", ["2026-01-02T03:04:05", "yesterday", "", "2026-13-01T00:00:00Z"])
def test_a_time_that_is_not_sure_is_unknown(text: str) -> None:
    assert page({**FILE, "upload-time": text}).files[0].uploaded is None


@pytest.mark.parametrize(
    "fields",
    [
        {"project-status": {"status": "quarantined", "reason": "why"}},
        {"project-status": "quarantined", "meta": {"api-version": "1.4"}},
        {"meta": {"api-version": "1.4", "project-status": "quarantined", "project-status-reason": "why"}},
        {"meta": {"api-version": "1.4", "project-status": {"status": "quarantined"}}},
    ],
)
def test_the_status_in_every_spelling(fields: dict[str, Any]) -> None:
    assert page(**fields).status is ProjectStatus.QUARANTINED


def test_no_status_is_active_and_an_unknown_one_is_no_status() -> None:
    assert page().status is ProjectStatus.ACTIVE
    with pytest.raises(PageError, match="unknown"):
        page(**{"project-status": {"status": "on fire"}})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b'{"name": "acme-lib"}',
        b'{"name": "other", "files": []}',
        b'{"name": "acme-lib", "files": [{"url": "x"}]}',
        b'{"name": "acme-lib", "files": [{"filename": "x", "url": "x", "yanked": 3}]}',
        b'{"meta": {"api-version": "2.0"}, "name": "acme-lib", "files": []}',
        b'{"name": "acme-lib", "files": ' + b"[" * 100_000,
        b"\xff",
    ],
)
def test_a_malformed_page_is_an_error_not_an_empty_one(body: bytes) -> None:
    with pytest.raises(PageError):
        read_page(NAME, body, JSON_TYPE, ADDRESS)


def test_an_html_page() -> None:
    found = html(
        '<!DOCTYPE html><html><head><base href="/files/"><meta name="pypi:repository-version" content="1.4">'
        '<meta name="pypi:project-status" content="archived"><meta name="pypi:project-status-reason" content="done">'
        '</head><body><a href="acme_lib-1.0.tar.gz#sha256=ab" data-yanked data-requires-python="&gt;=3.9">x</a>'
        '<a href="https://other.example/acme_lib-2.0%2Bcpu-py3-none-any.whl" data-yanked="bad &amp; worse" '
        'data-provenance="/p">y</a></body></html>'
    )
    first, second = found.files
    assert (found.status, found.status_reason, found.provenance_offered) == (
        ProjectStatus.ARCHIVED,
        "done",
        True,
    )
    assert (first.url, first.hashes) == ("https://index.example/files/acme_lib-1.0.tar.gz", {"sha256": "ab"})
    assert (first.yanked, first.requires_python, first.uploaded, first.size) == ("", ">=3.9", None, None)
    assert (second.version, second.yanked, second.hashes) == (Version("2.0+cpu"), "bad & worse", {})
    assert second.provenance == "https://other.example/p"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html><body><h1>Log in</h1><a href='/login'>here</a></body></html>",
        '<meta name="pypi:repository-version" content="2.0">',
        '<meta name="pypi:repository-version" content="1.4"><meta name="pypi:project-status" content="odd">',
    ],
)
def test_html_that_is_no_page_of_an_index_is_an_error(text: str) -> None:
    with pytest.raises(PageError):
        html(text)


def test_an_old_html_page_is_known_by_its_files_and_a_new_one_may_be_empty() -> None:
    assert len(html('<a href="acme_lib-1.0.tar.gz">x</a>').files) == 1
    assert html('<meta name="pypi:repository-version" content="1.0">').files == ()


def test_other_content_types_are_refused() -> None:
    with pytest.raises(PageError, match="content type 'application/octet-stream'"):
        read_page(NAME, b"{}", "application/octet-stream", ADDRESS)
    assert (
        read_page(NAME, b'{"name": "acme-lib", "files": []}', f"{JSON_TYPE}; charset=utf-8", ADDRESS).files
        == ()
    )
    with pytest.raises(PageError):
        read_page(NAME, b'{"name": "acme-lib", "files": []}', HTML_TYPE, ADDRESS)


@pytest.mark.parametrize(
    ("filename", "version"),
    [
        ("acme_lib-1.0-py3-none-any.whl", "1.0"),
        ("Acme.Lib-1.0rc1.tar.gz", "1!1.0rc1".removeprefix("1!")),
        ("acme-lib-1.0.zip", "1.0"),
        ("acme-lib-1.0-1.tar.gz", None),
        ("other-1.0.tar.gz", None),
        ("acme-lib-2004d.tar.gz", None),
        ("acme_lib-1.0-py3.9.egg", None),
        ("acme_lib-1.0.exe", None),
        ("", None),
    ],
)
def test_versions_of_file_names(filename: str, version: str | None) -> None:
    assert version_of(filename, NAME) == (Version(version) if version else None)


@given(
    st.binary(max_size=60) | st.text('{}[]",:<>a/ =meta', max_size=60).map(str.encode),
    st.sampled_from([JSON_TYPE, "text/html"]),
)
def test_any_bytes_are_a_page_or_an_error(body: bytes, kind: str) -> None:
    try:
        found = read_page(NAME, body, kind, ADDRESS)
    except PageError:
        return
    assert found.name == NAME


def test_ownership() -> None:
    roles = [
        {"role": "Owner", "user": "ann"},
        {"role": "Maintainer", "user": "ann"},
        {"role": "Owner", "user": "bo"},
    ]
    assert read_ownership(
        json.dumps({"ownership": {"roles": roles, "organization": None}}).encode()
    ) == Ownership(users=("ann", "bo"))
    assert read_ownership(b'{"ownership": {"roles": [], "organization": "acme"}}') == Ownership(
        users=(), organization="acme"
    )
    for silent in (b"{}", b'{"ownership": null}', b'{"ownership": {"roles": []}}'):
        assert read_ownership(silent) is None
    for broken in (b"[]", b"no", b'{"ownership": {"roles": [{"role": "Owner"}]}}'):
        with pytest.raises(PageError):
            read_ownership(broken)
