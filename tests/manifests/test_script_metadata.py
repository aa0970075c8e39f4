"""Inline script metadata, PEP 723."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.manifests.reading import defects, indexes, requirements

from stockade.errors import UsageError
from stockade.manifests.discovery import discover
from stockade.manifests.reader import ReadContext
from stockade.manifests.script_metadata import read_script
from stockade.model.requirements import Manifest, ManifestKind, Role

SCRIPT = """\
#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "requests<3",
#
#   "rich",
# ]
# [tool.uv]
# index-url = "https://a.example/simple"
# sources = { rich = { git = "https://git.example/rich" } }
# ///
import requests
"""


def read(text: str) -> Manifest:
    return read_script("a.py", text, ReadContext(kind=ManifestKind.SCRIPT, role=Role.COMMANDS))


def test_a_script() -> None:
    found = read(SCRIPT)
    assert requirements(found) == ["5 requests<3", "7 rich (vcs)"]
    assert found.requires_python == ">=3.11"
    assert indexes(found) == ["10 primary https://a.example/simple"]
    assert defects(found) == []


def test_the_last_end_of_the_comment_ends_the_block() -> None:
    found = read('# /// script\n# dependencies = ["a"] # ///\n# ///\n# x\n# y = """\n# ///\n')
    assert [line.split(" ")[0] for line in defects(found)] == ["3"]
    found = read('# /// script\n# dependencies = ["a"]\n# ///\n\n# ///\n')
    assert (requirements(found), defects(found)) == (["2 a"], [])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('# /// script\n# dependencies = ["a"]\nimport x\n# ///\n', "1"),
        ('# /// script\n# dependencies = ["a"\n# ///\n', "2"),
        ('# /// script\n# dependencies = "a"\n# ///\n', "2"),
        ('# /// script\n# dependencies = ["a b"]\n# ///\n', "2"),
        ("# /// script\n# dependencies = []\n# ///\n\n# /// script\n# dependencies = []\n# ///\n", "5"),
    ],
)
def test_what_cannot_be_read_is_a_defect(text: str, line: str) -> None:
    assert [defect.split(" ")[0] for defect in defects(read(text))] == [line]


@pytest.mark.parametrize("text", ["", "x = 1\n", '"""\n  # /// script\n"""\n', "# /// pyproject\n# ///\n"])
def test_other_files_say_nothing(text: str) -> None:
    assert read(text) == read("")


def test_scripts_of_a_tree_are_found(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(SCRIPT)
    (tmp_path / "late.py").write_text("#" * (1024 * 1024 - 5) + "\n" + SCRIPT)
    (tmp_path / "plain.py").write_text("import requests\n")
    (tmp_path / "tool").write_text(SCRIPT)
    (tmp_path / "noxfile.py").write_text(SCRIPT)
    (tmp_path / "b.py").symlink_to("a.py")
    os.mkfifo(tmp_path / "pipe.py")
    found = {m.path: m for m in discover(tmp_path).manifests if m.kind is ManifestKind.SCRIPT}
    assert sorted(found) == ["a.py", "late.py", "noxfile.py", "tool"]
    assert "bytes refused" in defects(found["late.py"])[0]
    assert requirements(found["tool"]) == ["5 requests<3", "7 rich (vcs)"]
    assert [m.kind for m in discover(tmp_path / "a.py").manifests] == [ManifestKind.SCRIPT]
    with pytest.raises(UsageError):
        discover(tmp_path / "plain.py")
