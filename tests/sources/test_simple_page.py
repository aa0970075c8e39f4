"""Pages of package indexes: what they say is read, what does not fit makes them unreadable."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

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
    found = page(
        full,
        {**FILE, "filename": "acme_lib-2.0-py3-none-any.whl", "yanked": True},
        {**FILE, "filename": "acme_lib-3.0.tar.gz"},
    )
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
        b'{"name": "acme-lib", "files": [{"filename": "x", "url": "x", "size": -1}]}',
        b'{"name": "acme-lib", "files": [{"filename": "x", "url": "x", "size": 99999999999999999999}]}',
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


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, None),
        ({"core-metadata": True}, {}),
        ({"core-metadata": {"sha256": "cd"}}, {"sha256": "cd"}),
        ({"core-metadata": False, "dist-info-metadata": {"sha256": "cd"}}, None),
        ({"core-metadata": None, "dist-info-metadata": True}, None),
        ({"dist-info-metadata": {"sha256": "cd"}}, {"sha256": "cd"}),
        ({"data-dist-info-metadata": {"sha256": "cd"}}, {"sha256": "cd"}),
        ({"data-dist-info-metadata": False}, None),
    ],
)
def test_core_metadata_under_each_of_its_names(
    fields: dict[str, Any], expected: dict[str, str] | None
) -> None:
    assert page({**FILE, **fields}).files[0].core_metadata == expected


def test_core_metadata_that_do_not_fit_are_an_error() -> None:
    with pytest.raises(PageError, match="data-dist-info-metadata"):
        page({**FILE, "data-dist-info-metadata": [1]})


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ("", None),
        ('data-core-metadata="sha256=cd"', {"sha256": "cd"}),
        ('data-core-metadata="true" data-dist-info-metadata="sha256=ef"', {}),
        ('data-dist-info-metadata="sha256=ef"', {"sha256": "ef"}),
        ("data-core-metadata", {}),
        ('data-core-metadata="false"', None),
    ],
)
def test_core_metadata_in_html(attributes: str, expected: dict[str, str] | None) -> None:
    assert html(f'<a href="acme_lib-1.0.tar.gz" {attributes}>x</a>').files[0].core_metadata == expected


def test_what_the_page_says_of_the_project() -> None:
    found = page(
        FILE,
        meta={"api-version": "1.5", "_last-serial": 7, "tracks": ["https://other.example/simple/acme-lib/"]},
        versions=["1.0", "2.0", "1.0"],
        namespace={"prefix": "acme", "authorized": True, "open": False, "more": [1]},
        **{"alternate-locations": ["/mirror/acme-lib/"]},
    )
    assert (found.api_version, found.last_serial, found.versions) == ("1.5", 7, ("1.0", "2.0"))
    assert found.tracks == ("https://other.example/simple/acme-lib/",)
    assert found.alternate_locations == ("https://index.example/mirror/acme-lib/",)
    assert found.namespace == {"prefix": "acme", "authorized": "true", "open": "false"}
    silent = page(FILE)
    assert (silent.last_serial, silent.versions, silent.tracks, silent.namespace) == (None, (), (), None)


def test_of_several_namespaces_the_longest() -> None:
    found = page(FILE, namespaces=[{"prefix": "acme"}, {"prefix": "acme-lib"}])
    assert found.namespace == {"prefix": "acme-lib"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("12", 12),
        (True, None),
        (-1, None),
        (1 << 63, None),
        (str(1 << 63), None),
        ("9" * 99, None),
        ("x", None),
        (None, None),
        (3.5, None),
    ],
)
def test_a_serial_that_is_no_number_says_nothing(given: Any, expected: int | None) -> None:
    assert page(FILE, meta={"api-version": "1.0", "_last-serial": given}).last_serial == expected


def test_what_html_says_of_the_project() -> None:
    found = html(
        '<meta name="pypi:repository-version" content="1.2"><meta name="pypi:tracks" content="https://a.example/x/">'
        '<meta name="pypi:tracks" content="https://b.example/x/"><meta name="pypi:alternate-locations" content="/m/">'
        '<a href="acme_lib-1.0.tar.gz" data-gpg-sig="true">x</a><a href="acme_lib-2.0.tar.gz" data-gpg-sig="no">x</a>'
    )
    assert (found.api_version, found.versions) == ("1.2", ())
    assert found.tracks == ("https://a.example/x/", "https://b.example/x/")
    assert found.alternate_locations == ("https://index.example/m/",)
    assert [each.gpg_sig for each in found.files] == [True, False]


HOSTILE = [
    "javascript:alert(1)",
    " javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "javascript://index.example/%0aalert(1)",
    "file:///etc/passwd",
    "data:text/html,x",
    "ftp://index.example/x.whl",
    "https:///x.whl",
    "https://",
    "http://[::1/x.whl",
    "https://index.example:99999/x.whl",
    "https://index.example\\@evil.example/x.whl",
    "https://index.example/a\x00b.whl",
    "https://index.example/a\u202eb.whl",
]


@pytest.mark.parametrize("address", HOSTILE)
@pytest.mark.parametrize("key", ["url", "provenance"])
def test_addresses_that_are_not_plain_http_make_the_page_unreadable(key: str, address: str) -> None:
    with pytest.raises(PageError, match="address"):
        page({**FILE, "filename": "acme_lib-0.9.tar.gz"}, {**FILE, key: address})
    with pytest.raises(PageError, match="address"):
        page(FILE, **{"alternate-locations": [address]})


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///x-1.0.zip", "https://[/x-1.0.zip"])
def test_hostile_addresses_in_html(address: str) -> None:
    with pytest.raises(PageError, match="address"):
        html(f'<a href="acme_lib-1.0.tar.gz">x</a><a href="{address}">y</a>')
    with pytest.raises(PageError, match="address"):
        html(f'<base href="{address}"><a href="acme_lib-1.0.tar.gz">x</a>')


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "a/b.whl",
        "../x.whl",
        "a\\b.whl",
        "a\x00.whl",
        "a\n.whl",
        "a\u202e.whl",
        "a\x7f.whl",
        "acme_lib-1.0.tar.gz.metadata",
        "x.provenance",
        "x.asc",
        "x" * 600,
    ],
)
def test_file_names_that_are_no_names_make_the_page_unreadable(name: str) -> None:
    with pytest.raises(PageError, match="name"):
        page(FILE, {**FILE, "filename": name})


@pytest.mark.parametrize("path", ["a%2Fb-1.0.zip", "a%00-1.0.zip", "..%2f", "%2e%2e", "a%5Cb.zip"])
def test_file_names_in_html_are_judged_decoded(path: str) -> None:
    with pytest.raises(PageError, match="name"):
        html(f'<a href="acme_lib-1.0.tar.gz">x</a><a href="https://index.example/{path}">y</a>')


def test_links_of_a_listing_that_are_no_files_are_left_out() -> None:
    found = html(
        '<a href="../">up</a><a href="?C=N;O=D">Name</a><a href="https://other.example">home</a><a name="x">y</a>'
        '<a href="MailTo:a@b">'
        '<a href=" acme_lib-1.0.tar.gz\n">f</a><a href="acme_lib-1.0.tar.gz.asc">f</a>'
    )
    assert [each.filename for each in found.files] == ["acme_lib-1.0.tar.gz"]


def test_a_file_that_stands_twice_counts_once_and_two_of_one_name_are_an_error() -> None:
    assert len(page(FILE, FILE).files) == 1
    for other in ({"hashes": {"sha256": "cd"}}, {"yanked": "why"}, {"size": 3}, {"url": "/elsewhere"}):
        with pytest.raises(PageError, match="two different files"):
            page(FILE, {**FILE, **other})
    with pytest.raises(PageError, match="two different files"):
        html('<a href="acme_lib-1.0.zip#sha256=ab">x</a><a href="acme_lib-1.0.zip#sha256=cd">x</a>')


def test_one_odd_time_leaves_the_others_known() -> None:
    good = {**FILE, "upload-time": "2026-01-02T03:04:05+02:00"}
    odd = {**FILE, "filename": "acme_lib-2.0.tar.gz", "upload-time": "0001-01-01T00:00:00+05:00"}
    worse = {**FILE, "filename": "acme_lib-3.0.tar.gz", "upload-time": "soon"}
    times = [each.uploaded for each in page(good, odd, worse).files]
    assert times == [datetime(2026, 1, 2, 1, 4, 5, tzinfo=UTC), None, None]
    assert page(good, odd).files[1].uploaded is None


def test_relative_addresses_in_every_form() -> None:
    forms = [
        "x-1.zip",
        "../x-1.zip",
        "/x-1.zip",
        "//other.example/x-1.zip",
        "a/b/x-1.zip?q=/y",
        "./x-1.zip",
        "a//x-1.zip",
    ]
    files = [{**FILE, "filename": f"x-{n}.zip", "url": each} for n, each in enumerate(forms * 2)]
    assert [each.url for each in page(*files).files] == [urljoin(ADDRESS, each) for each in forms * 2]


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
