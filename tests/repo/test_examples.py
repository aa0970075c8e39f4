"""The example projects are what their READMEs say, and hold together as files."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tests.repo.tree import ROOT

from stockade.policy.loader import load_policy

EXAMPLES = ROOT / "examples"
STORIES = {"acme-shop": "acme-corp-util", "acme-ml": "torch-utilites"}
TWINS = [f"{name}-clean" for name in STORIES]
ALL = [*STORIES, *TWINS]
MANIFESTS = ("requirements*.txt", "pyproject.toml", "Dockerfile", "*.yml", "*.ipynb")


def _mentions(project: str, name: str) -> list[str]:
    """Manifests of an example that hold ``name`` as a whole word."""
    word = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
    files = [path for pattern in MANIFESTS for path in (EXAMPLES / project).rglob(pattern)]
    return sorted(
        str(path.relative_to(EXAMPLES)) for path in files if word.search(path.read_text(encoding="utf-8"))
    )


def test_there_are_no_other_examples() -> None:
    assert sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir()) == sorted([*ALL, "packages"])
    packages = sorted(path.name for path in (EXAMPLES / "packages").iterdir() if path.is_dir())
    assert packages == sorted(f"{squat}{twin}" for squat in STORIES.values() for twin in ("", "-clean"))


@pytest.mark.parametrize("project", ALL)
def test_files_parse(project: str) -> None:
    folder = EXAMPLES / project
    for path in folder.rglob("*.py"):
        ast.parse(path.read_text(encoding="utf-8"), str(path))
    for path in folder.rglob("*.ipynb"):
        assert json.loads(path.read_text(encoding="utf-8"))["nbformat"] == 4
    for path in [*folder.rglob("*.yml"), *folder.rglob(".*.yml")]:
        assert isinstance(yaml.safe_load(path.read_text(encoding="utf-8")), dict)
    for path in folder.rglob("*.toml"):
        tomllib.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("project", "squat"), STORIES.items())
def test_the_squat_is_in_the_story_and_gone_from_its_twin(project: str, squat: str) -> None:
    assert f"{project}/requirements.txt" in _mentions(project, squat)
    assert _mentions(f"{project}-clean", squat) == []


def _locked(project: str) -> dict[str, list[str]]:
    """Hashes of every requirement of a twin's lock, by name."""
    text = (EXAMPLES / project / "requirements.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    locked: dict[str, list[str]] = {}
    for line in text.splitlines():
        requirement, *options = re.split(r"\s+--hash=", line.strip())
        if requirement and not requirement.startswith("#"):
            parsed = Requirement(requirement)
            assert [each.operator for each in parsed.specifier] == ["=="], line
            locked[canonicalize_name(parsed.name)] = options
    return locked


@pytest.mark.parametrize("project", TWINS)
def test_locks_of_the_twins_pin_and_hash_everything(project: str) -> None:
    locked = _locked(project)
    for name, hashes in locked.items():
        assert hashes, f"{name} has no hash"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes), name
    pyproject = tomllib.loads((EXAMPLES / project / "pyproject.toml").read_text(encoding="utf-8"))
    declared = {canonicalize_name(Requirement(text).name) for text in pyproject["project"]["dependencies"]}
    assert declared <= set(locked)
    assert len(locked) > len(declared)


@pytest.mark.parametrize("project", TWINS)
def test_twins_install_with_hashes_from_one_index(project: str) -> None:
    folder = EXAMPLES / project
    texts = [
        path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.suffix in {".yml", ".sh", ""} and path.is_file()
    ]
    installs = [text for text in texts if "pip install" in text]
    assert len(installs) >= 2
    for text in installs:
        assert "--extra-index-url" not in text
        assert text.count("pip install") == text.count("--require-hashes")


@pytest.mark.parametrize("project", ALL)
def test_policies_are_valid(project: str, tmp_path: Path) -> None:
    loaded = load_policy(
        EXAMPLES / project,
        explicit=None,
        environ={"HOME": str(tmp_path)},
        today=date(2026, 11, 22),
        override={},
    )
    assert loaded.policy.protect.patterns == ("acme-*",)
