"""Variables and replacements of tox's files, and tox's sections of setup.cfg."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.manifests.reading import commands, defects, indexes, read, requirements

from stockade.manifests.discovery import discover
from stockade.manifests.reader import ReadContext
from stockade.manifests.tox import read_tox
from stockade.model.requirements import Manifest, ManifestKind, Role


def setup_cfg(text: str) -> Manifest:
    return read_tox("setup.cfg", text, ReadContext(kind=ManifestKind.TOX, role=Role.COMMANDS))


@pytest.mark.parametrize("key", ["setenv", "set_env"])
def test_variables_that_install_or_name_an_index(key: str) -> None:
    found = read(
        "tox.ini",
        f"[testenv]\n{key} =\n    PIP_REQUIREMENT = hidden.txt\n    PIP_EDITABLE = git+https://git.example/x\n"
        "    py311: PIP_INDEX_URL = https://a.example/simple\n    PIP_EXTRA_INDEX_URL={env:U:https://b.example/simple}\n"
        "    UV_DEFAULT_INDEX = https://c.example/simple\ndeps = a\n",
    )
    assert [command.partition(" | ")[0] for command in commands(found)] == ["3 pip install", "4 pip install"]
    assert found.commands[1].requirements[0].source.url == "https://git.example/x"
    assert found.commands[0].requirement_files == ("hidden.txt",)
    assert indexes(found) == [
        "5 primary https://a.example/simple",
        "6 extra https://b.example/simple",
        "7 primary https://c.example/simple",
    ]


def test_a_command_that_takes_the_variable_is_told_once() -> None:
    found = read("tox.ini", "[testenv]\nsetenv = PIP_REQUIREMENT = r.txt\ncommands = pip install x\n")
    assert commands(found) == ["3 pip install | x | -r r.txt"]


def test_a_file_that_a_variable_hides_is_a_defect(tmp_path: Path) -> None:
    (tmp_path / "tox.ini").write_text("[testenv]\nsetenv = PIP_REQUIREMENT = {env:WHICH}\n")
    (manifest,) = discover(tmp_path).manifests
    assert [line.partition(":")[0] for line in defects(manifest)] == ["2 installs from '{env"]


def test_variables_of_another_section_are_followed_and_inherited() -> None:
    found = read(
        "tox.ini",
        "[testenv]\nsetenv =\n    PIP_REQUIRE_HASHES = 1\n[testenv:a]\ncommands = pip install x\n"
        "[testenv:b]\nsetenv =\n    {[testenv]setenv}\n    Y = 1\ncommands = pip install x\n"
        "[testenv:c]\nsetenv = Y = 1\ncommands = pip install x\n"
        "[testenv:d]\nsetenv = PIP_INDEX_URL = {[base]url}\n[base]\nurl = https://d.example/simple\n",
    )
    assert commands(found) == [
        "5 pip install | x | require_hashes",
        "10 pip install | x | require_hashes",
        "13 pip install | x",
    ]
    assert indexes(found) == ["15 primary https://d.example/simple"]


def test_what_is_not_read_is_a_defect() -> None:
    found = read(
        "tox.ini",
        "[testenv]\nsetenv =\n    file|.env\n    {[none]setenv}\n    PIP_CONFIG_FILE = ci/other.cfg\n"
        "[testenv:a]\nsetenv =\n    PIP_CONFIG_FILE = {toxinidir}/pip.conf\n    UV_CONFIG_FILE = /dev/null\n",
    )
    assert [line.split(" ")[0] for line in defects(found)] == ["4", "3", "5"]


def test_index_servers() -> None:
    found = read(
        "tox.ini",
        "[tox]\nindexserver =\n    default = https://a.example/simple\n    b = https://b.example/simple\n",
    )
    assert indexes(found) == ["3 primary https://a.example/simple", "4 explicit https://b.example/simple"]


def test_setup_cfg_is_read_as_both(tmp_path: Path) -> None:
    text = "[options]\ninstall_requires = a\n[tox:tox]\n[testenv]\ndeps = b\n"
    (tmp_path / "setup.cfg").write_text(text)
    found = discover(tmp_path).manifests
    assert {manifest.kind: requirements(manifest) for manifest in found} == {
        ManifestKind.SETUP_CFG: ["2 a"],
        ManifestKind.TOX: ["5 b"],
    }


def test_tox_in_setup_cfg() -> None:
    found = setup_cfg(
        "[options]\ninstall_requires =\n    other\n[tox:tox]\nrequires = tox-uv\n[testenv]\ndeps =\n    a\n"
        "    {[base]more}\ncommands = pip install b\n[base]\nmore = c\ndeps = not-mine\n"
    )
    assert requirements(found) == ["5 tox-uv", "8 a", "12 c"]
    assert commands(found) == ["10 pip install | b"]


def test_references_in_toml() -> None:
    found = read(
        "tox.toml",
        """\
[env_run_base]
deps = ["a"]
set_env = { PIP_REQUIREMENT = "hidden.txt", UV_INDEX_URL = { replace = "env", name = "U", default = "https://u.example/simple" } }

[env.one]
deps = [{ replace = "ref", of = ["env_run_base", "deps"] }, { replace = "ref", of = ["extra", "names"], extend = true }]
commands = [["pip", "install", { replace = "ref", of = ["extra", "names"] }, { replace = "posargs", default = ["p"] }]]
set_env.PIP_REQUIRE_HASHES = "1"
more = ["m"]

[env.two]
deps = { replace = "ref", env = "one", key = "more" }
commands = [{ replace = "ref", of = ["extra", "run"], extend = true }]

[extra]
names = [
  "x",
  "y",
]
run = [["pip", "install", "z"]]
""",
    )
    assert requirements(found) == ["2 a", "17 x", "18 y", "9 m"]
    assert commands(found) == [
        "7 pip install | x | y | p | require_hashes",
        "20 pip install | z | -r hidden.txt",
    ]
    assert found.indexes[0].url == "https://u.example/simple"
    assert defects(found) == []


def test_a_replacement_that_cannot_be_followed_is_a_defect() -> None:
    found = read(
        "tox.toml",
        """\
[env.a]
deps = [
  { replace = "ref", of = ["none"] },
  { replace = "env", name = "HIDDEN" },
  { replace = "weather" },
  { replace = "if", condition = "x", then = ["t"], else = ["e"] },
]
set_env = { file = ".env" }
""",
    )
    assert requirements(found) == ["6 t", "6 e"]
    assert sorted(line.split(" ")[0] for line in defects(found)) == ["3", "4", "5", "8"]


def test_references_in_circles_or_that_multiply_end() -> None:
    rows = "\n".join(
        f'n{i} = [{{ replace = "ref", of = ["x", "n{i + 1}"] }}, {{ replace = "ref", of = ["x", "n{i + 1}"] }}]'
        for i in range(30)
    )
    found = read(
        "tox.toml", f'[env.a]\ndeps = {{ replace = "ref", of = ["x", "n0"] }}\n[x]\n{rows}\nn30 = ["a"]\n'
    )
    assert "more than 50,000 values" in defects(found)[-1]
    circle = read(
        "tox.toml",
        '[env.a]\nmore = { replace = "ref", of = ["env", "a", "more"] }\ndeps = { replace = "ref", env = "a", key = "more" }\n',
    )
    assert (requirements(circle), defects(circle)) == ([], [])
