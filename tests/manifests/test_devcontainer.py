"""Development containers."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from tests.manifests.reading import commands, defects, indexes, read

from stockade.manifests.discovery import discover

CONTAINER = """\
// see https://containers.example
{
  "name": "x", /* two
  lines */
  "build": { "dockerfile": "../Dockerfile", "args": { "A": "b" } },
  "features": {
    "ghcr.example/devcontainers/features/python:1": { "version": "3.12" }, // from elsewhere
    "./own": {},
  },
  "containerEnv": { "PIP_INDEX_URL": "https://a.example/simple//x" },
  "runArgs": ["--init", "-e", "PIP_REQUIREMENT=r.txt", "--env=UV_INDEX=https://b.example/simple"],
  "onCreateCommand": "pip install one && uv sync",
  "postCreateCommand": [
    "pip",
    "install",
    "two",
  ],
  "postStartCommand": {
    "a": "pip install three",
    "b": ["pipx", "install", "four"],
  },
}
"""


@pytest.mark.parametrize(
    "path", [".devcontainer/devcontainer.json", ".devcontainer.json", ".devcontainer/a/devcontainer.json"]
)
def test_commands_and_variables(path: str) -> None:
    found = read(path, CONTAINER)
    assert commands(found) == [
        "12 pip install | one | -r r.txt",
        "12 uv sync",
        "13 pip install | two | -r r.txt",
        "19 pip install | three | -r r.txt",
        "20 pipx install | four",
    ]
    assert found.commands[2].requirements[0].location.line == 16
    assert indexes(found) == ["10 primary https://a.example/simple//x", "11 extra https://b.example/simple"]
    assert defects(found) == []


def test_features_are_left_out_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / ".devcontainer").mkdir()
    (tmp_path / ".devcontainer" / "devcontainer.json").write_text(CONTAINER.replace("PIP_REQUIREMENT", "X"))
    found = discover(tmp_path)
    assert [(entry.path, entry.reason.partition(":")[0]) for entry in found.left_out] == [
        (
            ".devcontainer/devcontainer.json (ghcr.example/devcontainers/features/python:1)",
            "a feature of a development container",
        )
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{\n  "build": {"dockerfile": "image.txt"}\n}', "2"),
        ('{\n  "dockerComposeFile": ["docker-compose.yml",\n "other.stack"]\n}', "3"),
        ('{\n  "postCreateCommand": "pip install $WHICH"\n}', "2"),
        ('{\n  "name": }', "2"),
        ('{\n  "a": 1,\n  "a": 2}', "3"),
    ],
)
def test_what_cannot_be_read_is_a_defect(text: str, line: str) -> None:
    assert [defect.split(" ")[0] for defect in defects(read(".devcontainer.json", text))] == [line]


@pytest.mark.parametrize("piece", ["/*", "//", '"', ",", ", ", '"\\', "/* */", "[,"])
def test_hostile_text_ends_soon(piece: str) -> None:
    started = time.monotonic()
    assert defects(read(".devcontainer.json", piece * 100_000))
    assert time.monotonic() - started < 5
