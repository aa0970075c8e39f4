"""Here-documents that are written to files, and then installed from or run."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from tests.manifests.reading import commands, defects, indexes, read, requirements

from stockade.manifests.discovery import discover
from stockade.manifests.documents import MAX_DOCUMENTS


def test_requirements_of_a_dockerfile_belong_to_the_command_that_installs_them(tmp_path: Path) -> None:
    text = (
        "FROM a\nCOPY --chmod=644 <<EOF /app/list\nevil==1\n# why\n\nother==2 --hash=sha256:"
        + "a" * 64
        + "\nEOF\n"
        "RUN pip install -r /app/list \\\n  x\n"
    )
    found = read("Dockerfile", text)
    assert commands(found) == ["8-9 pip install | x | evil==1 | other==2 | require_hashes"] or commands(
        found
    ) == ["8-9 pip install | x | evil==1 | other==2"]
    assert [r.location.line for r in found.commands[0].requirements] == [9, 3, 6]
    assert {r.location.path for r in found.commands[0].requirements} == {"Dockerfile"}
    (tmp_path / "Dockerfile").write_text(text)
    assert [defects(manifest) for manifest in discover(tmp_path).manifests] == [[]]


def test_documents_in_a_folder_are_named_as_they_end() -> None:
    found = read(
        "Dockerfile",
        "FROM a\nCOPY <<one <<two /app/\nx\none\npip install y\ntwo\nRUN uv pip install -r /app/one\n",
    )
    assert commands(found) == ["7 uv pip install | x", "5 pip install | y"]


def test_files_by_their_names() -> None:
    found = read(
        "Dockerfile",
        "FROM a\nCOPY <<EOF /etc/pip.conf\n[global]\nindex-url = https://a.example/simple\nEOF\n"
        "COPY <<EOF /app/requirements.txt\nr\n-r base.txt\nEOF\n"
        'COPY <<EOF pyproject.toml\n[project]\nname = "p"\ndependencies = ["d"]\nEOF\n'
        "COPY <<EOF setup.sh\npip install s\nEOF\n",
    )
    assert indexes(found) == ["4 primary https://a.example/simple"]
    assert requirements(found) == ["7 r", "13 d"]
    assert found.includes == ("base.txt",)
    assert commands(found) == ["16 pip install | s"]


@pytest.mark.parametrize(
    "head",
    [
        "cat <<EOF > x.sh",
        "cat > x.sh <<EOF",
        "sudo tee /opt/x <<'EOF'",
        "cat <<EOF | tee -a x",
        "cat <<-EOF >> run.bash",
    ],
)
def test_a_script_that_a_script_writes_is_read(head: str) -> None:
    found = read("a.sh", f"set -e\n{head}\n#!/bin/sh\npip install evil\nEOF\nsh x.sh\n")
    assert commands(found) == ["4 pip install | evil"]


def test_requirements_that_a_script_writes() -> None:
    found = read("a.sh", "cat > deps <<EOF\nevil\nEOF\npip install -r ./deps -r other.txt\n")
    assert commands(found) == ["4 pip install | evil | -r other.txt"]


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        (
            "Dockerfile",
            "FROM a\nRUN <<EOF\n#!/usr/bin/env python3\nrun(['pip', 'install', 'evil'])\nEOF\n",
            4,
        ),
        ("Dockerfile", "FROM a\nRUN python3 - <<EOF\nimport pip\npip.main(['install', 'evil'])\nEOF\n", 4),
        ("Dockerfile", "FROM a\nCOPY <<EOF /x.py\nrun(['pip', 'install', 'evil'])\nEOF\n", 3),
        ("a.sh", "cat > x <<EOF\n#!/usr/bin/python\nrun(['pip', 'install', 'evil'])\nEOF\n", 3),
    ],
)
def test_a_script_of_another_language_that_seems_to_install_is_a_defect(
    path: str, text: str, line: int
) -> None:
    assert [defect.split(" ")[0] for defect in defects(read(path, text))] == [str(line)]


@pytest.mark.parametrize(
    "text", ["cat <<EOF\npip install x\nEOF\n", "cat > README.md <<EOF\npip install x\nEOF\n"]
)
def test_prose_is_no_script(text: str) -> None:
    found = read("a.sh", text)
    assert (commands(found), defects(found)) == ([], [])


def test_very_many_documents_end_soon() -> None:
    started = time.monotonic()
    found = read("Dockerfile", "FROM a\n" + "COPY <<EOF requirements.txt\npip\nEOF\n" * 20_000)
    assert len(requirements(found)) == MAX_DOCUMENTS
    assert [line.split(" ")[0] for line in defects(found)] == [str(3 * MAX_DOCUMENTS + 3)]
    assert time.monotonic() - started < 20
