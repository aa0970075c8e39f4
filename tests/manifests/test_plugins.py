"""Plugins and hooks of build tools run at the next build or command: they are requirements like any other."""

from __future__ import annotations

import pytest
from tests.manifests.reading import read, requirements


@pytest.mark.parametrize(
    "text",
    [
        '[tool.poetry.requires-plugins]\nhidden = "*"\n',
        '[tool.pdm]\nplugins = ["hidden"]\n',
        '[tool.hatch.env]\nrequires = ["hidden"]\n',
        '[tool.hatch.metadata.hooks.custom]\ndependencies = ["hidden"]\n',
        '[tool.uv.extra-build-dependencies]\nflask = ["hidden"]\n',
        '[tool.uv.extra-build-dependencies]\nflask = [{ requirement = "hidden", match-runtime = true }]\n',
    ],
)
def test_a_plugin_is_read(text: str) -> None:
    assert [line.split()[1] for line in requirements(read("pyproject.toml", text))] == ["hidden"]
