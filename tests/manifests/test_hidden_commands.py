"""Install commands that somebody hid from a reader: quoted apart, written by number, fed by pipes and variables."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.manifests.reading import defects, read

from stockade.manifests.discovery import discover


@pytest.mark.parametrize(
    "script",
    [
        'p""ip install hidden',
        "p'i'p install hidden",
        "pi\\\np install hidden",
        "pip $'\\x69nstall' hidden",
        "$'\\160ip' install $'\\u0068idden'",
        "python -Im pip install hidden",
        "python -Iimpip install hidden",
        "python3 -sEm pip install hidden",
        "python $(which pip) install hidden",
        "python3 /usr/local/bin/pip3 install hidden",
        "function get { pip install hidden; }",
        "trap 'pip install hidden' EXIT",
    ],
)
def test_a_command_is_found(script: str) -> None:
    manifest = read("run.sh", f"{script}\n")
    assert [r.name for c in manifest.commands for r in c.requirements] == ["hidden"]
    assert not defects(manifest)


@pytest.mark.parametrize("script", ["echo hidden | xargs pip install", "xargs -n 1 uv pip install -q < list"])
def test_packages_from_standard_input_are_a_defect(script: str) -> None:
    manifest = read("run.sh", f"{script}\n")
    assert [text for text in defects(manifest) if "packages given by standard input" in text]


def test_packages_beside_what_xargs_adds_are_no_defect() -> None:
    assert not defects(read("run.sh", "xargs -a list pip install -r requirements.txt\n"))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".github/workflows/a.yml", 'jobs:\n  j:\n    steps:\n    - run: "\\u0070ip install hidden"\n'),
        ("Dockerfile", 'FROM x\nRUN ["p\\u0069p", "install", "hidden"]\n'),
    ],
)
def test_escapes_of_the_file_hide_nothing(path: str, text: str) -> None:
    assert [r.name for c in read(path, text).commands for r in c.requirements] == ["hidden"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pip.conf", "[install]\nrequirement = list.any\n"),
        ("run.sh", "PIP_REQUIREMENT=list.any pip install\n"),
        ("run.sh", "export PIP_REQUIREMENT=list.any\npip install -U\n"),
        ("Dockerfile", "FROM x\nENV PIP_REQUIREMENT=list.any\nRUN pip install\n"),
        (".gitlab-ci.yml", "variables:\n  PIP_REQUIREMENT: list.any\nj:\n  script: pip install\n"),
    ],
)
def test_what_settings_install_is_read(tmp_path: Path, path: str, text: str) -> None:
    (tmp_path / path).write_text(text)
    (tmp_path / "list.any").write_text("hidden==1\n")
    found = {r.name for m in discover(tmp_path).manifests for r in m.requirements}
    assert found == {"hidden"}


def test_what_settings_install_editable_is_read() -> None:
    manifest = read("pip.conf", "[install]\neditable = git+https://git.example/hidden\n")
    assert [r.name for r in manifest.requirements] == ["hidden"]
    (command,) = read("run.sh", "PIP_EDITABLE=git+https://git.example/hidden pip install\n").commands
    assert [r.name for r in command.requirements] == ["hidden"]
