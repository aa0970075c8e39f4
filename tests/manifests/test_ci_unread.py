"""What a pipeline hides from the reader is said."""

from __future__ import annotations

import pytest
from tests.manifests.reading import commands, defects, read


@pytest.mark.parametrize(
    "include", ["  local: 'ci/*.yml'", "  - local: '/ci/**/*.yml'", "  - 'ci/$NAME.yml'"]
)
def test_an_include_by_pattern_is_a_defect(include: str) -> None:
    found = read(".gitlab-ci.yml", f"include:\n{include}\n")
    assert found.includes == ()
    assert len(defects(found)) == 1
    assert defects(found)[0].startswith("2 includes ")


@pytest.mark.parametrize(
    "include",
    [
        "  remote: https://bot:hunter2@ci.example/install.yml",
        "  - remote: https://ci.example/install.yml",
        "  - project: acme/pipelines\n    file: install.yml",
        "  - https://ci.example/install.yml",
    ],
)
def test_an_include_from_elsewhere_is_a_defect(include: str) -> None:
    found = read(".gitlab-ci.yml", f"include:\n{include}\n")
    assert len(defects(found)) == 1
    assert defects(found)[0].startswith("2 includes ")
    assert "hunter2" not in defects(found)[0]


@pytest.mark.parametrize(
    "script",
    [
        "subprocess.run(['pip', 'install', 'evil'])",
        "pip.main(['install', 'evil'])",
        "os.system('uv pip install evil')",
    ],
)
def test_a_python_step_that_installs_is_a_defect(script: str) -> None:
    text = (
        f"jobs:\n  a:\n    steps:\n    - shell: python\n      run: |\n        import os\n        {script}\n"
    )
    found = read(".github/workflows/a.yml", text)
    assert commands(found) == []
    assert len(defects(found)) == 1
    assert defects(found)[0].startswith("7 a script for 'python' seems to install packages")


def test_a_python_step_that_installs_nothing_says_nothing() -> None:
    text = "jobs:\n  a:\n    steps:\n    - shell: python\n      run: print('pip is old')\n    - run: pip install a\n"
    found = read(".github/workflows/a.yml", text)
    assert (commands(found), defects(found)) == (["6 pip install | a"], [])


def test_a_list_of_gitlab_is_a_list_of_command_lines() -> None:
    found = read(".gitlab-ci.yml", 'a:\n  script: ["pip install x", "pip", "install y"]\n')
    assert commands(found) == ["2 pip install | x"]
