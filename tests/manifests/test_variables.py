"""Variables that make installers install something, or read a configuration file, wherever they are set."""

from __future__ import annotations

import pytest
from tests.manifests.reading import commands, defects, indexes, read

_SET = [
    ("Dockerfile", "FROM a\nENV PIP_REQUIREMENT=r.txt\n", 2),
    ("Dockerfile", "FROM a\nARG PIP_REQUIREMENT=r.txt\nRUN ./build.sh\n", 2),
    (".github/workflows/a.yml", "env:\n  PIP_REQUIREMENT: r.txt\njobs: {}\n", 2),
    (
        ".github/workflows/a.yml",
        "jobs:\n  a:\n    env:\n      CIBW_ENVIRONMENT: PIP_REQUIREMENT=r.txt A=b\n",
        4,
    ),
    (".gitlab-ci.yml", "variables:\n  PIP_REQUIREMENT:\n    value: r.txt\n", 3),
    ("docker-compose.yml", "services:\n  a:\n    environment:\n      - PIP_REQUIREMENT=r.txt\n", 4),
    ("a.sh", "set -e\nexport PIP_REQUIREMENT=r.txt\n./build\n", 2),
    ("a.ps1", "$env:PIP_REQUIREMENT = 'r.txt'\n", 1),
    ("Makefile", "export PIP_REQUIREMENT = r.txt\n", 1),
    ("noxfile.py", 'def a(session):\n    session.env["PIP_REQUIREMENT"] = "r.txt"\n', 2),
    ("noxfile.py", 'def a(session):\n    session.run("x", env={\n        "PIP_REQUIREMENT": "r.txt"})\n', 3),
]


@pytest.mark.parametrize(("path", "text", "line"), _SET)
def test_a_file_that_a_variable_installs_is_read_as_a_command_would(path: str, text: str, line: int) -> None:
    assert commands(read(path, text)) == [f"{line} pip install | -r r.txt"]


def test_a_later_command_takes_the_variable() -> None:
    found = read("Dockerfile", "FROM a\nENV PIP_REQUIREMENT=r.txt PIP_EDITABLE=./lib\nRUN pip install x\n")
    assert commands(found) == ["3 pip install | x | -r r.txt | local ./lib"]


def test_a_hidden_value_is_a_defect() -> None:
    found = read("a.sh", "export PIP_REQUIREMENT=$WHICH\n")
    assert [line.partition(" in ")[0] for line in defects(found)] == [
        "1 requirements file given by a variable: $WHICH"
    ]


def test_a_configuration_file_by_another_name_is_a_defect() -> None:
    found = read("a.sh", "export PIP_CONFIG_FILE=ci/pip.cfg\nUV_CONFIG_FILE=/etc/uv.toml uv sync\n")
    assert [line.split(" ")[:2] for line in defects(found)] == [["1", "PIP_CONFIG_FILE"]]
    found = read("a.sh", "UV_CONFIG_FILE=x.toml uv sync\n")
    assert [line.split(" ")[:2] for line in defects(found)] == [["1", "UV_CONFIG_FILE"]]


def test_nox_sets_an_index() -> None:
    found = read("noxfile.py", 'def a(s):\n    s.env["PIP_INDEX_URL"] = "https://a.example/simple"\n')
    assert indexes(found) == ["2 primary https://a.example/simple"]
