"""Readers of commands and settings meet documents of any shape: no error, and nothing odd passes in silence."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.manifests.reading import defects, read

KEYS = st.sampled_from(
    """run script before_script env variables steps jobs include local shell uses additional_dependencies id language
    dependencies pip channels package name version manager hash url cells source cell_type worksheets packages link
    scripts devDependencies lockfileVersion private custom_channels ssl_verify args entrypoint command value x""".split()  # noqa: SIM905  one list of plain words
)
LEAVES = st.one_of(
    st.sampled_from(
        [
            "pip install a",
            "code",
            "!pip install $x",
            "a==1",
            "https://u:p@i.example/x",
            "x.yml",
            "%%bash",
            "-r x",
            "",
        ]
    ),
    st.none(),
    st.booleans(),
    st.integers(-9, 9),
    st.text(max_size=9),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)


def check(path: str, text: str) -> None:
    for found in defects(read(path, text)):
        assert "could not be read: " not in found
        assert found.isprintable()


@given(TREES)
def test_yaml_of_any_shape(tree: object) -> None:
    text = yaml.safe_dump(tree, allow_unicode=True)
    for path in (
        ".gitlab-ci.yml",
        "action.yml",
        "environment.yml",
        "conda-lock.yml",
        ".condarc",
        ".pre-commit-config.yaml",
    ):
        check(path, text)


@given(st.dictionaries(KEYS, TREES, max_size=6))
def test_json_of_any_shape(tree: object) -> None:
    text = json.dumps(tree)
    for path in ("package.json", "package-lock.json", "x.ipynb"):
        check(path, text)


ROWS = [
    "[tox]",
    "[testenv]",
    "[x",
    "deps =",
    "deps",
    " a==1",
    "  -r",
    " {",
    " {env:",
    "commands = pip install 'a",
    "=",
    "#",
    "[a]b",
    "index-url = https://u:p@i.example",
    " https://x.example",
    "password=x",
    "repository",
    "require (",
    ")",
    "module",
    "replace a =>",
    "import nox",
    "session.install(*a, f'{b!r:>{c}}', *[], **d)",
    "session.install(x for x in y)",
    "a.b.run('pip', 'install', 1)",
]


@given(
    st.lists(
        st.sampled_from(ROWS),
        max_size=9,
    )
)
def test_lines_of_any_order(rows: list[str]) -> None:
    text = "\n".join(rows)
    for path in ("tox.ini", "pip.conf", ".pypirc", "go.mod", "noxfile.py", "Makefile", "Dockerfile"):
        check(path, text)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tox.toml", 'requires = 3\nenv = [1]\nenv_run_base = "x"\n'),
        (
            "tox.toml",
            '[env_run_base]\ndeps = 3\ncommands = ["x", ["pip", 3], []]\nset_env = [1]\ninstall_command = "x"\n',
        ),
        ("tox.toml", "legacy_tox_ini = '''\n[testenv]\ndeps = a\n  b ==\n'''\n"),
        ("pyproject.toml", "[tool]\ntox = 3\n"),
        ("uv.toml", 'index = "x"\npip = 3\nindex-url = [1]\n'),
        ("uv.toml", '[[index]]\nname = 3\nurl = "https://i.example"\n'),
        ("poetry.toml", "repositories = [1]\nhttp-basic = 3\n"),
        ("poetry.toml", "[repositories]\na = 3\n[repositories.b]\nurl = 3\n"),
        ("pdm.toml", 'pypi = "x"\n'),
        ("pdm.toml", "[pypi]\nurl = 3\n[pypi.x]\nverify_ssl = 3\n"),
    ],
)
def test_toml_of_odd_types(path: str, text: str) -> None:
    check(path, text)


def test_legacy_tox_in_toml_has_its_lines() -> None:
    manifest = read("tox.toml", "legacy_tox_ini = '''\n[testenv]\ndeps = a\n  b==1\n'''\n")
    assert [(r.location.line, r.name) for r in manifest.requirements] == [(3, "a"), (4, "b")]


def test_an_index_without_an_address_is_a_defect() -> None:
    assert defects(read("uv.toml", '[[index]]\nname = "x"\n')) == [
        "1 an index without an address: it is not read"
    ]
