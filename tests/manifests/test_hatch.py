"""Hatch's environments, in pyproject.toml and hatch.toml."""

from __future__ import annotations

from pathlib import Path

from tests.manifests.reading import commands, defects, indexes, read, requirements

from stockade.manifests.discovery import discover
from stockade.model.requirements import ManifestKind

TABLES = """\
[envs.test]
dependencies = [
  "a",
]
extra-dependencies = ["b"]
pre-install-commands = ["pip install c"]
[envs.test.overrides]
platform.windows.dependencies = ["d"]
matrix.version.extra-dependencies = [
  { value = "e<2", if = ["1"] },
]
env.CI.set-dependencies = ["f"]
[envs.test.env-vars]
PIP_EXTRA_INDEX_URL = "https://a.example/simple"
PIP_REQUIRE_HASHES = "1"
[envs.test.scripts]
one = "pip install {args:g}"
many = [
  "- uv pip install h",
  "pip install {env:WHICH}",
]
[build.targets.wheel]
dependencies = ["i"]
[build.targets.wheel.hooks.x]
dependencies = ["j"]
[build.hooks.y]
dependencies = ["k"]
"""
_ALL = ["3 a", "5 b", "8 d", "10 e<2", "12 f", "23 i", "25 j", "27 k"]
_COMMANDS = [
    "6 pip install | c | require_hashes",
    "17 pip install | g | require_hashes",
    "19 uv pip install | h",
]


def test_hatch_toml() -> None:
    found = read("hatch.toml", TABLES)
    assert sorted(requirements(found), key=lambda line: int(line.split()[0])) == _ALL
    assert commands(found)[:3] == _COMMANDS
    assert indexes(found) == ["14 extra https://a.example/simple"]
    assert [line.split(" ")[0] for line in defects(found)] == ["20"]


def test_the_table_of_pyproject(tmp_path: Path) -> None:
    text = TABLES.replace("[envs", "[tool.hatch.envs").replace("[build", "[tool.hatch.build")
    (tmp_path / "pyproject.toml").write_text(text)
    found = {m.kind: m for m in discover(tmp_path).manifests}
    assert sorted(found) == [ManifestKind.HATCH, ManifestKind.PYPROJECT]
    assert len(requirements(found[ManifestKind.PYPROJECT])) == len(_ALL)
    assert requirements(found[ManifestKind.HATCH]) == []
    assert commands(found[ManifestKind.HATCH])[:3] == _COMMANDS


def test_what_is_no_requirement_is_a_defect() -> None:
    found = read("hatch.toml", "[envs.a.overrides]\nenv.CI.dependencies = [1, { if = [] }]\nx = 1\n")
    assert [line.split(" ")[0] for line in defects(found)] == ["2", "2", "3"]
