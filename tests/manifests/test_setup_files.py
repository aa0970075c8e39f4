"""The forms in which setup.py and setup.cfg say their requirements."""

from __future__ import annotations

import pytest

from stockade.manifests.formats import format_for
from stockade.manifests.reader import read_manifest, read_strictly
from stockade.model.requirements import Manifest, ManifestKind


def read_py(text: str) -> Manifest:
    return read_strictly(format_for(ManifestKind.SETUP_PY), "lib/setup.py", text.encode())


def names(manifest: Manifest) -> list[str]:
    return [f"{r.location.line} {r.name}{r.specifier}" for r in manifest.requirements]


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("['a>=1', 'b']", ["2 a>=1", "2 b"]),
        ("('a',)", ["2 a"]),
        ("'a==1'", ["2 a==1"]),
        ("'''\na\nb<2\n'''", ["3 a", "4 b<2"]),
        ("['a'] + ['b']", ["2 a", "2 b"]),
        ("['a', *['b']]", ["2 a", "2 b"]),
        ("list(('a',))", ["2 a"]),
        ("['a'] if x else ['b']", ["2 a", "2 b"]),
        ("['a' '>=1']", ["2 a>=1"]),
        ("['a' + '>=1']", ["2 a>=1"]),
        ("{'k': ['a']}['k']", ["2 a"]),
        ("None", []),
        ("[]", []),
        ("(w := ['a'])", ["2 a"]),
    ],
)
def test_values_that_stand_in_the_source(argument: str, expected: list[str]) -> None:
    manifest = read_py(f"from setuptools import setup\nsetup(install_requires={argument})\n")
    assert names(manifest) == expected
    assert manifest.defects == ()


@pytest.mark.parametrize(
    "argument",
    [
        "open('requirements.txt').read().splitlines()",
        "[line.strip() for line in open('requirements.txt')]",
        "read('requirements.txt').split('\\n')",
        "list(map(str, parse_requirements('requirements.txt', session=False)))",
        "Path(__file__).with_name('requirements.txt').read_text().split()",
        "helper()",
        "[r for r in TEXT.splitlines() if r]",
    ],
)
def test_files_that_are_read_are_included(argument: str) -> None:
    manifest = read_py(
        "def helper():\n    with open('requirements.txt') as f:\n        return list(f)\n"
        f"TEXT = open('requirements.txt').read()\nsetup(install_requires={argument})\n"
    )
    assert manifest.includes == ("lib/requirements.txt",)
    assert manifest.defects == ()


@pytest.mark.parametrize(
    "argument", ["compute()", "os.environ['X'].split()", "['a', f'b=={v}']", "[get('base.txt')]"]
)
def test_what_only_a_run_tells_is_a_defect(argument: str) -> None:
    manifest = read_py(f"import os\nsetup(name='x',\n  install_requires={argument})\n")
    assert [d.location.line for d in manifest.defects] == [3]
    assert "computed at run time, cannot be read" in manifest.defects[0].message


def test_arguments_from_a_dictionary() -> None:
    manifest = read_py(
        "import setuptools\nARGS = dict(name='lib', install_requires=['a'])\nARGS['extras_require'] = {'x': ['b']}\n"
        "ARGS.update({'python_requires': '>=3.9'})\nsetuptools.setup(**ARGS)\n"
    )
    assert names(manifest) == ["2 a", "3 b"]
    assert (manifest.project, manifest.requires_python) == ("lib", ">=3.9")
    assert manifest.defects == ()
    unknown = read_py("from setuptools import setup\nsetup(**load())\n")
    assert "arguments of setup() are computed at run time" in unknown.defects[0].message


def test_other_functions_called_setup_say_nothing() -> None:
    assert names(read_py("app.setup(install_requires=['a'])\n")) == []


def test_source_that_is_not_python() -> None:
    manifest = read_manifest(format_for(ManifestKind.SETUP_PY), "setup.py", b"x = 1\nprint 'hello'\n")
    assert manifest.defects[0].location.line == 2
    assert "not Python" in manifest.defects[0].message
    assert read_py("x = '\\d'\nsetup(install_requires=['a'])").defects == ()


def test_a_bad_setup_cfg_keeps_what_is_good() -> None:
    text = (
        "[options]\ninstall_requires =\n    a\nnonsense\n[options]\nx = 1\n[options.extras_require]\nd = b\n"
    )
    manifest = read_strictly(format_for(ManifestKind.SETUP_CFG), "setup.cfg", text.encode())
    assert names(manifest) == ["3 a", "8 b"]
    assert [d.location.line for d in manifest.defects] == [5]
    assert "the section [options] stands twice" in manifest.defects[0].message
