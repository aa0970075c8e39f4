"""Pages that clients see: whatever a project holds is written so that other readers read the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urljoin

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from packaging.utils import parse_sdist_filename, parse_wheel_filename
from packaging.version import Version
from pypi_simple import IndexPage, ProjectPage
from tests.firewall.projects import HELD, NAME, index_projects, rulings

from stockade.firewall.pages import (
    ShownProject,
    as_html,
    as_json,
    compose,
    from_json,
    names_as_html,
    names_as_json,
    names_from_json,
    printable,
)
from stockade.model.index import IndexFile, IndexProject, ProjectStatus
from stockade.model.names import ProjectName
from stockade.model.policy import RefusedFiles
from stockade.sources.simple_page import HTML_TYPE, JSON_TYPE, read_page

ORIGIN = "https://firewall.example"
ADDRESS = f"{ORIGIN}/simple/acme-lib/"
A, B, C = "acme_lib-1.0.tar.gz", "acme_lib-1.0-py3-none-any.whl", "acme_lib-2.0.tar.gz"


def shown(project: IndexProject, *refused: str, **options: Any) -> ShownProject:
    return compose(project, rulings(project, refused), **{"signatures": True, **options})


def project(*files: IndexFile, **more: Any) -> IndexProject:
    return IndexProject(name=NAME, files=files, **more)


def file(filename: str, version: str | None, **more: Any) -> IndexFile:
    given: dict[str, Any] = {"hashes": {"sha256": "ab"}, "size": 1, **more}
    url = f"https://files.example/{filename}"
    return IndexFile(filename=filename, version=Version(version) if version else None, url=url, **given)


def three(**more: Any) -> IndexProject:
    return project(file(A, "1.0"), file(B, "1.0"), file(C, "2.0", yanked="upstream's reason"), **more)


def expected(file: IndexFile) -> IndexFile:
    """What a reader of our page is to find of a file of an upstream's."""
    own = f"{ORIGIN}/files/acme-lib/{quote(file.filename, safe='')}"
    return msgspec.structs.replace(
        file,
        url=own,
        yanked=None if file.yanked is None else printable(file.yanked),
        requires_python=printable(file.requires_python),
        provenance=f"{own}.provenance" if file.provenance else None,
    )


def one(hashes: Mapping[str, str] | None) -> dict[str, str] | None:
    """The digest that HTML has room for."""
    if not hashes:
        return None if hashes is None else {}
    best = next(each for each in ("sha256", "sha512", "blake2b", "md5") if each in hashes)
    return {best: hashes[best]}


@given(index_projects())
def test_our_own_reader_finds_in_json_all_that_was_written(given: IndexProject) -> None:
    page = shown(given, origin=ORIGIN)
    found = read_page(NAME, as_json(page), JSON_TYPE, ADDRESS)
    files = () if given.status is ProjectStatus.QUARANTINED else tuple(map(expected, given.files))
    assert found.files == files
    assert found == msgspec.structs.replace(
        given,
        files=files,
        status_reason=printable(given.status_reason),
        provenance_offered=any(each.provenance for each in files),
        versions=found.versions,
        api_version=page.meta.api_version,
    )


@given(index_projects())
def test_our_own_reader_finds_in_html_what_it_has_room_for(given: IndexProject) -> None:
    page = shown(given, origin=ORIGIN)
    found = read_page(NAME, as_html(page), HTML_TYPE, ADDRESS)
    files = () if given.status is ProjectStatus.QUARANTINED else given.files
    assert found == msgspec.structs.replace(
        given,
        files=tuple(
            msgspec.structs.replace(
                expected(each),
                size=None,
                uploaded=None,
                hashes=one(each.hashes) or {},
                core_metadata=one(each.core_metadata),
            )
            for each in files
        ),
        status_reason=printable(given.status_reason),
        provenance_offered=any(each.provenance for each in files),
        versions=(),
        last_serial=None,
        api_version=page.meta.api_version,
    )


@given(index_projects(), st.booleans())
def test_pypi_simple_reads_the_same(given: IndexProject, html: bool) -> None:
    page = shown(given, origin=ORIGIN)
    if html:
        found = ProjectPage.from_html(NAME, as_html(page), ADDRESS, "utf-8")
    else:
        found = ProjectPage.from_json_data(json.loads(as_json(page)), ADDRESS)
    files = () if given.status is ProjectStatus.QUARANTINED else tuple(map(expected, given.files))
    assert [each.filename for each in found.packages] == [each.filename for each in files]
    for package, each in zip(found.packages, files, strict=True):
        assert package.url == each.url
        assert package.is_yanked == (each.yanked is not None)
        assert (package.yanked_reason or "") == (each.yanked or "")
        assert (package.requires_python or "") == each.requires_python
        assert package.has_sig == each.gpg_sig
        assert bool(package.provenance_url) == bool(each.provenance)
        assert bool(package.has_metadata) == (each.core_metadata is not None)
        assert package.digests == ((one(each.hashes) or {}) if html else each.hashes)
        if not html:
            assert (package.size, package.upload_time) == (each.size, each.uploaded)
    assert found.status is not None
    assert found.status.value == given.status.value
    assert (found.status_reason or "") == printable(given.status_reason)
    assert tuple(found.tracks) == given.tracks
    assert tuple(found.alternate_locations) == given.alternate_locations
    assert found.repository_version == page.meta.api_version


@given(index_projects())
def test_versions_are_those_of_the_files_and_mandatory_facts_are_there_or_not_promised(
    given: IndexProject,
) -> None:
    page = json.loads(as_json(shown(given)))
    versions, files = page.get("versions"), page["files"]
    if page["meta"]["api-version"] == "1.0":
        assert versions is None
        assert any("size" not in each for each in files) or any(each.version is None for each in given.files)
        return
    assert all("size" in each for each in files)
    assert len(versions) == len(set(versions))
    wanted = {str(each.version) for each in given.files if each.version is not None}
    if files:
        assert wanted <= set(versions)
        assert all(any(f"-{version}" in each["filename"] for each in files) for version in versions)
    else:
        assert versions == []


@given(index_projects())
def test_packaging_reads_the_names_back_from_the_addresses(given: IndexProject) -> None:
    for each in json.loads(as_json(shown(given)))["files"]:
        parse = parse_wheel_filename if each["filename"].endswith(".whl") else parse_sdist_filename
        parsed = next((f.version for f in given.files if f.filename == each["filename"]), None)
        if parsed is not None:
            assert parse(each["filename"])[1] == parsed
        assert each["url"].startswith("../../files/acme-lib/")
        assert "/" not in each["url"].removeprefix("../../files/acme-lib/")


@given(index_projects(), st.data())
def test_a_refused_file_is_never_listed_as_one_to_take(given: IndexProject, data: st.DataObject) -> None:
    assume(given.status is not ProjectStatus.QUARANTINED)
    names = [each.filename for each in given.files]
    refused = data.draw(st.sets(st.sampled_from(names))) if names else set()
    assume(len(refused) < len(names))
    decisions = rulings(given, refused)
    yanked = {each.filename: each.yanked for each in compose(given, decisions).files}
    assert list(yanked) == names
    for name in refused:
        assert yanked[name] == decisions[name].phrase
    hidden = compose(given, decisions, refused=RefusedFiles.HIDE)
    assert [each.filename for each in hidden.files] == [each for each in names if each not in refused]


def test_a_refused_file_is_yanked_with_the_reason_while_another_is_admitted() -> None:
    page = shown(three(), A, C)
    assert [each.yanked for each in page.files] == [
        rulings(three(), {A})[A].phrase,
        False,
        rulings(three(), {C})[C].phrase,
    ]
    assert page.versions == ["1.0", "2.0"]
    html = as_html(page).decode()
    assert 'data-yanked="Stockade SK-' in html
    assert "&quot;2&quot; &lt;days&gt; &amp; ?" in html


def test_where_nothing_is_admitted_the_files_are_as_the_index_has_them() -> None:
    page = shown(three(), A, B, C)
    assert [each.yanked for each in page.files] == [False, False, "upstream's reason"]


def test_hidden_files_take_their_versions_with_them() -> None:
    page = shown(three(versions=("1.0", "2.0", "3.0")), C, refused=RefusedFiles.HIDE)
    assert ([each.filename for each in page.files], page.versions) == ([A, B], ["1.0"])
    page = shown(three(), A, B, C, refused=RefusedFiles.HIDE)
    assert (page.files, page.versions) == ([], [])


@pytest.mark.parametrize("refused", [(), (A,), (A, B, C)])
def test_a_quarantined_project_has_no_files_and_no_versions(refused: tuple[str, ...]) -> None:
    given = three(status=ProjectStatus.QUARANTINED, status_reason="it's <bad>", versions=("1.0", "2.0"))
    body = json.loads(as_json(shown(given, *refused)))
    assert (body["files"], body["versions"]) == ([], [])
    assert body["project-status"] == {"status": "quarantined", "reason": "it's <bad>"}


def test_a_file_without_a_ruling_is_an_error() -> None:
    decisions = {name: each for name, each in rulings(three()).items() if name != B}
    with pytest.raises(KeyError, match=B):
        compose(three(), decisions)


def test_a_whole_page() -> None:
    given = project(
        file(
            "acme_lib-1.0+cpu-py3-none-any.whl",
            "1.0+cpu",
            uploaded=datetime(2026, 1, 2, 3, 4, 5, 678_900, tzinfo=UTC),
            requires_python=">=3.8",
            core_metadata={"sha256": "cd"},
            provenance="https://index.example/p",
            gpg_sig=False,
        ),
        file(A, "1.0", core_metadata={}, yanked=""),
        versions=("1.0", "1.0+CPU"),
        tracks=("https://index.example/simple/acme-lib/",),
        alternate_locations=("https://other.example/simple/acme-lib/",),
        last_serial=7,
    )
    page = shown(given, origin=ORIGIN)
    assert json.loads(as_json(page)) == {
        "meta": {
            "api-version": "1.4",
            "tracks": ["https://index.example/simple/acme-lib/"],
            "_last-serial": 7,
        },
        "name": "acme-lib",
        "project-status": {"status": "active"},
        "alternate-locations": ["https://other.example/simple/acme-lib/"],
        "versions": ["1.0+CPU", "1.0"],
        "files": [
            {
                "filename": "acme_lib-1.0+cpu-py3-none-any.whl",
                "url": "../../files/acme-lib/acme_lib-1.0%2Bcpu-py3-none-any.whl",
                "hashes": {"sha256": "ab"},
                "requires-python": ">=3.8",
                "size": 1,
                "upload-time": "2026-01-02T03:04:05.678900Z",
                "yanked": False,
                "core-metadata": {"sha256": "cd"},
                "provenance": f"{ORIGIN}/files/acme-lib/acme_lib-1.0%2Bcpu-py3-none-any.whl.provenance",
                "gpg-sig": False,
            },
            {
                "filename": A,
                "url": f"../../files/acme-lib/{A}",
                "hashes": {"sha256": "ab"},
                "size": 1,
                "yanked": True,
                "core-metadata": True,
            },
        ],
    }
    assert as_html(page).decode().splitlines() == [
        "<!DOCTYPE html>",
        "<html>",
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="pypi:repository-version" content="1.4">',
        '<meta name="pypi:project-status" content="active">',
        '<meta name="pypi:tracks" content="https://index.example/simple/acme-lib/">',
        '<meta name="pypi:alternate-locations" content="https://other.example/simple/acme-lib/">',
        "<title>Links for acme-lib</title>",
        "</head>",
        "<body>",
        "<h1>Links for acme-lib</h1>",
        (
            '<a href="../../files/acme-lib/acme_lib-1.0%2Bcpu-py3-none-any.whl#sha256=ab" '
            'data-requires-python="&gt;=3.8" data-core-metadata="sha256=cd" data-dist-info-metadata="sha256=cd" '
            f'data-provenance="{ORIGIN}/files/acme-lib/acme_lib-1.0%2Bcpu-py3-none-any.whl.provenance" '
            'data-gpg-sig="false">acme_lib-1.0+cpu-py3-none-any.whl</a><br>'
        ),
        (
            f'<a href="../../files/acme-lib/{A}#sha256=ab" data-yanked="" data-core-metadata="true" '
            f'data-dist-info-metadata="true">{A}</a><br>'
        ),
        "</body>",
        "</html>",
    ]


def test_metadata_that_we_made_are_announced_where_the_index_has_none() -> None:
    given = project(
        file(B, "1.0"), file("acme_lib-2.0-py3-none-any.whl", "2.0", core_metadata={"sha256": "cd"})
    )
    made = {B: "12", "acme_lib-2.0-py3-none-any.whl": "34"}
    assert [each.core_metadata for each in shown(given, metadata=made).files] == [
        {"sha256": "12"},
        {"sha256": "cd"},
    ]


def test_a_signature_is_announced_only_where_it_is_served() -> None:
    given = project(file(A, "1.0", gpg_sig=True), file(B, "1.0", gpg_sig=False), file(C, "2.0"))
    for signatures, expected in ((True, ["true", "false"]), (False, ["false", "false"])):
        page = shown(given, signatures=signatures)
        assert [str(each.gpg_sig).lower() for each in page.files[:2]] == expected
        assert "gpg-sig" not in json.loads(as_json(page))["files"][2]


def test_provenance_is_announced_only_with_a_whole_address() -> None:
    given = project(file(A, "1.0", provenance="https://index.example/p"))
    assert b"provenance" not in as_json(shown(given)) + as_html(shown(given))


def test_a_file_of_unknown_version_or_size_lowers_what_is_promised() -> None:
    assert shown(project(file(A, "1.0"))).meta.api_version == "1.4"
    assert shown(project(file(A, "1.0", size=None))).meta.api_version == "1.0"
    assert shown(project(file("setup.exe", None))).meta.api_version == "1.0"
    egg = project(
        file("acme_lib-1.0-py3.9.egg", None), file("acme_lib-2004d.zip", None), versions=("1.0", "2004d")
    )
    assert (shown(egg).meta.api_version, shown(egg).versions) == ("1.4", ["1.0", "2004d"])


def test_versions_are_not_looked_for_in_thousands_of_odd_names() -> None:
    eggs = [file(f"acme_lib-{number}-py3.9.egg", None) for number in range(400)]
    versions = tuple(map(str, range(400)))
    assert shown(project(*eggs[:20], versions=versions)).versions == list(map(str, range(20)))
    assert shown(project(*eggs, versions=versions)).meta.api_version == "1.0"


@given(index_projects())
def test_json_holds_all_that_html_needs(given: IndexProject) -> None:
    page = shown(given, origin=ORIGIN)
    assert as_html(from_json(as_json(page))) == as_html(page)


def test_what_steers_a_terminal_does_not_pass() -> None:
    assert (
        printable("a\x1b[31m\x9b\x07\u202e\x00b\r\nc\td\ud800")
        == "a\ufffd[31m\ufffd\ufffd\ufffd\ufffdb\nc\td\ufffd"
    )


def test_the_list_of_projects() -> None:
    names = [ProjectName("acme-lib"), ProjectName("b")]
    body = names_as_json(names)
    assert json.loads(body) == {
        "meta": {"api-version": "1.4"},
        "projects": [{"name": "acme-lib"}, {"name": "b"}],
    }
    assert names_from_json(body) == names
    assert IndexPage.from_json_data(json.loads(body)).projects == names
    html = names_as_html(names)
    assert IndexPage.from_html(html).projects == names
    assert b'<a href="acme-lib/">acme-lib</a>' in html


@given(index_projects())
def test_each_link_of_html_is_one_line(given: IndexProject) -> None:
    page = shown(given, origin=ORIGIN)
    lines = as_html(page).decode().split("\n")
    assert sum(line.startswith("<a ") and line.endswith("</a><br>") for line in lines) == len(page.files)
    assert sum(line.startswith("<meta ") for line in lines) == len(lines) - len(page.files) - 10


def test_a_name_stays_one_part_of_an_address() -> None:
    page = shown(project(file("../x?y#z.zip", None)))
    assert page.files[0].url == "../../files/acme-lib/..%2Fx%3Fy%23z.zip"


def test_links_lead_to_our_own_files() -> None:
    assert urljoin(ADDRESS, shown(three()).files[0].url) == f"{ORIGIN}/files/acme-lib/{A}"
    assert b"files.example" not in as_json(shown(three())) + as_html(shown(three()))
    assert HELD.reasons
