"""What pyproject.toml may hold beside the samples."""

from __future__ import annotations

import pytest

from stockade.manifests.formats import format_for
from stockade.manifests.reader import read_strictly
from stockade.model.requirements import IndexRole, Manifest, ManifestKind, SourceKind


def read(text: str) -> Manifest:
    return read_strictly(format_for(ManifestKind.PYPROJECT), "app/pyproject.toml", text.encode())


def messages(manifest: Manifest) -> list[str]:
    return [f"{defect.location.line} {defect.message}" for defect in manifest.defects]


def test_an_empty_file_says_nothing() -> None:
    manifest = read("")
    assert manifest.requirements == ()
    assert manifest.defects == ()
    assert not manifest.first_wins


def test_groups_that_cannot_be_resolved() -> None:
    manifest = read(
        '[dependency-groups]\na = [{include-group = "B"}]\nb = [{include-group = "a"}, {include-group = "no"}]\n'
        'c = [{include = "a"}, 3]\nA = []\n'
    )
    found = messages(manifest)
    assert "3 dependency group 'a' includes itself, by way of 'b'" in found
    assert "3 dependency group 'b' includes 'no', which is not there" in found
    assert "5 dependency group 'A' is the group 'a', spelled otherwise" in found
    assert sum(message.startswith("4 dependency group 'c': expected a requirement") for message in found) == 2


def test_a_group_included_twice_is_no_ring() -> None:
    manifest = read(
        '[dependency-groups]\na = ["x"]\nb = [{include-group = "a"}]\nc = [{include-group = "a"}, {include-group = "b"}]\n'
    )
    assert manifest.defects == ()
    assert [(r.name, r.group) for r in manifest.requirements] == [("x", "a")]


def test_dynamic_dependencies_become_includes() -> None:
    manifest = read(
        '[project]\ndynamic = ["dependencies", "optional-dependencies"]\n[tool.setuptools.dynamic]\n'
        'dependencies = {file = ["req/base.txt", "../shared.txt"]}\noptional-dependencies.dev = {file = "dev.txt"}\n'
    )
    assert manifest.includes == ("app/req/base.txt", "shared.txt", "app/dev.txt")
    assert manifest.defects == ()


@pytest.mark.parametrize(
    ("backend", "count"),
    [("hatchling.build", 1), ("setuptools.build_meta", 0), ("poetry.core.masonry.api", 0)],
)
def test_dependencies_that_only_a_build_tells(backend: str, count: int) -> None:
    manifest = read(f'[build-system]\nbuild-backend = "{backend}"\n[project]\ndynamic = ["dependencies"]\n')
    assert len(manifest.defects) == count
    assert all("computed when the project is built" in message for message in messages(manifest))


def test_uv_indexes() -> None:
    manifest = read(
        '[tool.uv]\nindex-url = "https://a.example"\nextra-index-url = ["https://u:p@b.example"]\n'
        'find-links = ["./wheels"]\nallow-insecure-host = ["c.example"]\n[[tool.uv.index]]\nname = "d"\n'
        'url = "https://d.example"\npublish-url = "https://up.example"\n[[tool.uv.index]]\nname = "no url"\n'
        '[[tool.uv.index]]\nurl = "https://e.example"\nformat = "flat"\n'
    )
    assert [(i.role, i.url, i.credentials) for i in manifest.indexes] == [
        (IndexRole.EXTRA, "https://d.example", False),
        (IndexRole.UPLOAD, "https://up.example", False),
        (IndexRole.FIND_LINKS, "https://e.example", False),
        (IndexRole.PRIMARY, "https://a.example", False),
        (IndexRole.EXTRA, "https://b.example", True),
        (IndexRole.FIND_LINKS, "./wheels", False),
        (IndexRole.TRUSTED_HOST, "c.example", False),
    ]
    assert messages(manifest) == ["10 an index without a url: 'no url'"]
    assert manifest.first_wins


@pytest.mark.parametrize(
    ("source", "kind", "url", "revision"),
    [
        ('{git = "https://u:p@h.example/a", rev = "0a"}', SourceKind.VCS, "https://h.example/a", "0a"),
        ('{git = "ssh://git@h.example/a", branch = "b"}', SourceKind.VCS, "ssh://git@h.example/a", "b"),
        ('{url = "https://h.example/a.whl"}', SourceKind.URL, "https://h.example/a.whl", ""),
        ('{path = "../a", editable = true}', SourceKind.PATH, "../a", ""),
        ("{workspace = true}", SourceKind.PATH, ".", ""),
    ],
)
def test_uv_sources(source: str, kind: SourceKind, url: str, revision: str) -> None:
    manifest = read(f'[project]\ndependencies = ["A.b>=1"]\n[tool.uv.sources]\na-b = {source}\n')
    (only,) = manifest.requirements
    assert (only.source.kind, only.source.url, only.source.revision) == (kind, url, revision)
    assert str(only.specifier) == ">=1"
    assert only.location.line == 2


def test_a_source_that_says_nothing_is_a_defect_without_its_secret() -> None:
    manifest = read('[tool.uv.sources]\na = {gti = "https://u:hunter2@h.example"}\n')
    (message,) = messages(manifest)
    assert message.startswith("2 tool.uv.sources.a: a source that cannot be read")
    assert "hunter2" not in message


def test_poetry_gives_sources_to_the_requirements_of_the_project_table() -> None:
    manifest = read(
        '[project]\ndependencies = ["a>=1", "b"]\n[tool.poetry.dependencies]\n'
        'a = {source = "ours"}\nb = {git = "https://h.example/b", tag = "v1"}\nc = "^2"\n'
    )
    assert [(r.name, r.source.index, r.source.revision, r.location.line) for r in manifest.requirements] == [
        ("a", "ours", "", 2),
        ("b", "", "v1", 2),
        ("c", "", "", 6),
    ]


def test_poetry_sources_by_priority() -> None:
    rows = [
        ("a", ""),
        ("b", 'priority = "primary"'),
        ("c", 'priority = "explicit"'),
        ("d", "secondary = true"),
    ]
    text = "".join(
        f'[[tool.poetry.source]]\nname = "{n}"\nurl = "https://{n}.example"\n{more}\n' for n, more in rows
    )
    manifest = read(text + '[[tool.poetry.source]]\nname = "nowhere"\n')
    assert [(i.name, i.role) for i in manifest.indexes] == [
        ("a", IndexRole.PRIMARY),
        ("b", IndexRole.EXTRA),
        ("c", IndexRole.EXPLICIT),
        ("d", IndexRole.EXTRA),
    ]
    assert messages(manifest) == ["17 a source without a url: 'nowhere'"]


def test_pdm_hatch_rye_and_flit() -> None:
    manifest = read(
        '[tool.pdm.dev-dependencies]\ntest = ["a", "-e file:///${PROJECT_ROOT}/sub#egg=sub"]\n'
        '[tool.pdm.resolution.overrides]\nb = "1.0"\nc = ">=2"\n'
        '[[tool.pdm.source]]\nname = "x"\nurl = "https://x.example"\nverify_ssl = false\n'
        '[tool.hatch.envs.docs]\ndependencies = ["d"]\n[tool.hatch.build.hooks.h]\ndependencies = ["e"]\n'
        '[tool.rye]\ndev-dependencies = ["f"]\n[tool.flit.metadata]\nrequires = ["g"]\nrequires-extra.doc = ["h"]\n'
    )
    assert manifest.defects == ()
    assert [(r.name, r.group, r.location.line) for r in manifest.requirements] == [
        ("a", "test", 2),
        ("sub", "test", 2),
        ("d", "docs", 11),
        ("e", "build-system", 13),
        ("f", "dev", 15),
        ("g", "", 17),
        ("h", "doc", 18),
    ]
    assert [f"{c.name}{c.specifier}" for c in manifest.constraints] == ["b==1.0", "c>=2"]
    (index,) = manifest.indexes
    assert (index.role, index.verify_tls, index.location.line) == (IndexRole.EXTRA, False, 6)
