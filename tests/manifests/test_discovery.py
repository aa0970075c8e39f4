"""Discovery: what is found in a tree, what is left out and why, and that nothing hostile gets through."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockade.errors import UsageError
from stockade.manifests import files as manifest_files
from stockade.manifests.discovery import discover
from stockade.manifests.formats import FORMATS, format_of
from stockade.manifests.tree import may_be_manifest, printable
from stockade.model.requirements import Inventory, ManifestKind

AS_ROOT = os.geteuid() == 0


def plant(root: Path, files: dict[str, str]) -> Path:
    """Write a tree of files."""
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root


def paths(inventory: Inventory) -> list[str]:
    return [manifest.path for manifest in inventory.manifests]


def faults(inventory: Inventory) -> list[str]:
    return [f"{defect.location} {defect.message}" for m in inventory.manifests for defect in m.defects]


def left_out(inventory: Inventory) -> dict[str, str]:
    return {entry.path: entry.reason for entry in inventory.left_out}


def test_every_kind_of_file_is_found(tmp_path: Path) -> None:
    files = {
        "requirements.txt": "",
        "requirements/dev.txt": "",
        "dev-requirements.in": "",
        "constraints-ci.txt": "",
        "Dockerfile": "",
        "docker/web.dockerfile": "",
        "Containerfile.dev": "",
        ".github/workflows/ci.yml": "",
        ".github/actions/x/action.yml": "",
        "ci/x.gitlab-ci.yml": "",
        "tox.ini": "",
        "noxfile.py": "",
        "a.ipynb": '{"cells": []}',
        "environment-dev.yml": "",
        "conda-lock.yml": "package: []",
        "x/pip.conf": "",
        "Makefile": "",
        "run.sh": "",
        "tool": "#!/usr/bin/env bash\n",
        "other-tool": "#!/usr/bin/env python\n",
        "package.json": "{}",
        "go.mod": "",
        "notes.txt": "",
        "src/app.py": "",
        "data.yml": "",
        "README": "#!/bin/sh\n",
    }
    inventory = discover(plant(tmp_path, files))
    assert {m.path: m.kind.value for m in inventory.manifests} == {
        "requirements.txt": "requirements",
        "requirements/dev.txt": "requirements",
        "dev-requirements.in": "requirements",
        "constraints-ci.txt": "constraints",
        "Dockerfile": "dockerfile",
        "docker/web.dockerfile": "dockerfile",
        "Containerfile.dev": "dockerfile",
        ".github/workflows/ci.yml": "ci",
        ".github/actions/x/action.yml": "ci",
        "ci/x.gitlab-ci.yml": "ci",
        "tox.ini": "tox",
        "noxfile.py": "nox",
        "a.ipynb": "notebook",
        "environment-dev.yml": "conda",
        "conda-lock.yml": "conda",
        "x/pip.conf": "client-config",
        "Makefile": "shell",
        "run.sh": "shell",
        "tool": "shell",
        "package.json": "package.json",
        "go.mod": "go.mod",
    }
    assert not faults(inventory)
    assert not inventory.left_out
    assert paths(inventory) == sorted(paths(inventory))


NAMES = """
requirements.txt reqs-dev.in Constraints.TXT pyproject.toml setup.cfg setup.py Pipfile Pipfile.lock
uv.lock poetry.lock pdm.lock pylock.toml pylock.dev.toml action.yml .gitlab-ci.yaml conda-lock.yaml
environment.yml tox.ini tox.toml noxfile.py Dockerfile dockerfile.web x.containerfile run.SH x.ps1
Makefile rules.mk justfile x.just Procfile n.ipynb pip.conf pip.ini uv.toml .pypirc poetry.toml
.condarc condarc pdm.toml .pdm.toml package.json package-lock.json npm-shrinkwrap.json go.mod
.bashrc .envrc GNUmakefile
"""


@given(
    st.one_of(
        st.sampled_from(NAMES.split()),
        st.text(alphabet="abdeprtyq.-_tTxXnml", max_size=20),
    ),
    st.sampled_from(["", "requirements/", ".github/workflows/", ".circleci/"]),
)
def test_the_quick_test_of_names_lets_every_manifest_through(name: str, folder: str) -> None:
    if name and name not in {".", ".."} and format_of(PurePosixPath(folder + name)) is not None:
        assert may_be_manifest(name)


def test_every_format_loads() -> None:
    for fmt in FORMATS:
        assert callable(fmt.load())


def test_folders_that_hold_no_sources_are_left_out_once_each(tmp_path: Path) -> None:
    inside = "sub/requirements.txt"
    folders = {
        ".git": "data of version control",
        "web/node_modules": "installed packages of JavaScript",
        "x/site-packages": "installed packages",
        ".tox": "environments that a tool made",
        "a/__pycache__": "a cache",
        "build/lib": "what a build left",
    }
    plant(tmp_path, {f"{folder}/{inside}": "a" for folder in folders})
    plant(
        tmp_path,
        {
            "env/pyvenv.cfg": "",
            f"env/lib/{inside}": "a",
            "env/bin/activate": "#!/bin/sh\n",
            "env/lib64/x": "",
        },
    )
    plant(tmp_path, {"conda/conda-meta/history": "", f"conda/{inside}": "a", "build/requirements.txt": "a"})
    plant(tmp_path, {"around/pyvenv.cfg": "", "around/requirements.txt": "a"})
    inventory = discover(tmp_path)
    assert paths(inventory) == ["around/requirements.txt", "build/requirements.txt"]
    assert left_out(inventory) == {
        **folders,
        "env": "an environment: it holds pyvenv.cfg",
        "conda": "an environment: it holds conda-meta",
    }


def test_exclude_patterns_are_those_of_gitignore(tmp_path: Path) -> None:
    plant(
        tmp_path,
        dict.fromkeys(
            ("requirements.txt", "old/requirements.txt", "x/dev-requirements.txt", "y/notes.txt"), "a\n"
        ),
    )
    inventory = discover(tmp_path, exclude=["/old/", "dev-*.txt", "y/"])
    assert paths(inventory) == ["requirements.txt"]
    assert left_out(inventory) == {
        "old": "excluded by the pattern '/old/'",
        "x/dev-requirements.txt": "excluded by the pattern 'dev-*.txt'",
        "y": "excluded by the pattern 'y/'",
    }
    with pytest.raises(UsageError, match="not an exclude pattern"):
        discover(tmp_path, exclude=["!"])


def test_one_file_may_be_named(tmp_path: Path) -> None:
    plant(
        tmp_path, {"requirements.txt": "-r more.list\n", "more.list": "a==1\n", "other/requirements.txt": ""}
    )
    inventory = discover(tmp_path / "requirements.txt")
    assert paths(inventory) == ["more.list", "requirements.txt"]
    with pytest.raises(UsageError, match="not a manifest by its name"):
        discover(tmp_path / "more.list")
    with pytest.raises(UsageError, match="no such file or folder"):
        discover(tmp_path / "absent")


# -- includes -----------------------------------------------------------------------------------------


def test_included_files_are_read_whatever_their_names(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {
            "requirements.txt": "-r deps/base.list\n-c deps/limits\n",
            "deps/base.list": "-r more.list\na\n",
            "deps/more.list": "b\n",
            "deps/limits": "c<2\n",
            "ci/run.sh": "pip install -r deps/from-script.list\n",
            "deps/from-script.list": "d\n",
            ".gitlab-ci.yml": "include: /deps/jobs.yml\n",
            "deps/jobs.yml": "x:\n  script: pip install e\n",
        },
    )
    inventory = discover(tmp_path)
    kinds = {manifest.path: manifest.kind for manifest in inventory.manifests}
    assert kinds["deps/base.list"] is kinds["deps/more.list"] is ManifestKind.REQUIREMENTS
    assert kinds["deps/from-script.list"] is ManifestKind.REQUIREMENTS
    assert kinds["deps/limits"] is ManifestKind.CONSTRAINTS
    assert kinds["deps/jobs.yml"] is ManifestKind.CI
    assert not faults(inventory)


def test_includes_that_lead_nowhere_or_out_are_defects_at_their_lines(tmp_path: Path) -> None:
    root = plant(
        tmp_path / "root", {"requirements.txt": "a\n-r absent.txt\n-r ../out.txt\n-r folder\n-r link/x.txt\n"}
    )
    plant(tmp_path, {"out.txt": "secret\n", "outer/x.txt": "secret\n", "root/folder/x": ""})
    (root / "link").symlink_to(tmp_path / "outer")
    inventory = discover(root)
    assert paths(inventory) == ["requirements.txt"]
    found = faults(inventory)
    assert any("requirements.txt:2" in text and "not there" in text for text in found)
    assert any("requirements.txt:3" in text and "outside the assessed root" in text for text in found)
    assert any("requirements.txt:4" in text and "is a folder" in text for text in found)
    assert any("requirements.txt:5" in text and "leads out" in text for text in found)
    assert "secret" not in repr(inventory.manifests)


def test_recursion_through_includes_is_a_defect_and_ends(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {
            "requirements.txt": "-r requirements-a.txt\n",
            "requirements-a.txt": "x\n-r requirements-b.txt\n",
            "requirements-b.txt": "-r requirements-a.txt\n",
            "requirements-self.txt": "\n-r requirements-self.txt\n",
        },
    )
    assert sorted(faults(discover(tmp_path))) == [
        "requirements-b.txt:1 includes 'requirements-a.txt', which includes this file again",
        "requirements-self.txt:2 includes 'requirements-self.txt', which includes this file again",
    ]


def test_many_includes_that_lead_nowhere_cost_little(tmp_path: Path) -> None:
    plant(tmp_path, {"requirements.txt": "".join(f"-r absent-{number}.txt\n" for number in range(20_000))})
    start = time.process_time()
    found = faults(discover(tmp_path))
    assert time.process_time() - start < 20
    assert len(found) == 200
    assert found[1] == "requirements.txt:2 includes 'absent-1.txt', which is not there"
    assert found[-1] == "requirements.txt 19,801 more includes that could not be followed"


def test_a_long_chain_of_includes_is_no_deep_recursion(tmp_path: Path) -> None:
    files = {f"{number}.list": f"-r {number + 1}.list\n" for number in range(1_500)}
    plant(tmp_path, {"requirements.txt": "-r 0.list\n", "1500.list": "end==1\n", **files})
    inventory = discover(tmp_path)
    assert len(inventory.manifests) == 1_502
    assert not faults(inventory)


# -- hostile trees ------------------------------------------------------------------------------------


def test_symbolic_links_are_never_followed_out(tmp_path: Path) -> None:
    root = plant(tmp_path / "root", {"requirements.txt": "a\n", "deps/other.list": "b\n", "sub/x.py": ""})
    plant(tmp_path, {"outside/requirements.txt": "secret\n"})
    (root / "requirements-link.txt").symlink_to("requirements.txt")
    (root / "requirements-other.txt").symlink_to("deps/other.list")
    (root / "requirements-out.txt").symlink_to(tmp_path / "outside/requirements.txt")
    (root / "requirements-none.txt").symlink_to("absent.txt")
    (root / "requirements-loop.txt").symlink_to("requirements-loop.txt")
    (root / "out").symlink_to(tmp_path / "outside")
    (root / "loop").symlink_to(root)
    (root / "sub/up").symlink_to("..")
    inventory = discover(root)
    assert paths(inventory) == [
        "deps/other.list",
        "requirements-loop.txt",
        "requirements-none.txt",
        "requirements-out.txt",
        "requirements.txt",
    ]
    assert left_out(inventory) == {
        "loop": "a symbolic link to a folder inside the root, which is read there",
        "out": "a symbolic link that leads out of the root",
        "requirements-link.txt": "a symbolic link to requirements.txt, which is read there",
        "requirements-other.txt": "a symbolic link to deps/other.list, which is read there",
        "requirements-out.txt": "a symbolic link that leads out of the root",
        "sub/up": "a symbolic link to a folder inside the root, which is read there",
    }
    assert faults(inventory) == [
        "requirements-loop.txt a symbolic link to nothing: requirements-loop.txt",
        "requirements-none.txt a symbolic link to nothing: absent.txt",
        "requirements-out.txt a symbolic link that leads out of the root: it is not read",
    ]
    assert "secret" not in repr(inventory)


def test_pipes_and_sockets_are_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "requirements.txt")
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.chdir(tmp_path)  # a socket's path may be no longer than about 100 characters
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("setup.py")
        inventory = discover(tmp_path)
    assert left_out(inventory)["pipe"] == "a named pipe: never opened"
    assert faults(inventory) == [
        "requirements.txt named as a manifest, but a named pipe: it is never opened",
        "setup.py named as a manifest, but a socket: it is never opened",
    ]


@pytest.mark.skipif(AS_ROOT, reason="root reads every file: the next test stands for it")
def test_files_without_permission_are_defects(tmp_path: Path) -> None:
    plant(tmp_path, {"requirements.txt": "a\n", "closed/requirements.txt": "a\n"})
    (tmp_path / "requirements.txt").chmod(0)
    (tmp_path / "closed").chmod(0)
    try:
        found = faults(discover(tmp_path))
    finally:
        (tmp_path / "closed").chmod(0o700)
    assert found == [
        "closed could not be read: Permission denied",
        "requirements.txt could not be read: Permission denied",
    ]


def test_files_that_the_system_refuses_are_defects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path, {"requirements.txt": "a\n", "closed/requirements.txt": "a\n"})
    scandir, opened = os.scandir, os.open

    def refuse(path: str, *args: int) -> int:
        if str(path).endswith("requirements.txt"):
            raise PermissionError(13, "Permission denied")
        return opened(path, *args)

    def refuse_folder(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "open", refuse)
    monkeypatch.setattr(os, "scandir", refuse_folder)
    inventory = discover(tmp_path)
    assert faults(inventory) == [
        "closed could not be read: Permission denied",
        "requirements.txt could not be read: Permission denied",
    ]
    assert left_out(inventory) == {"closed": "could not be read: Permission denied"}


def test_files_too_large_are_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "pyproject.toml").open("wb") as file:
        file.truncate(5 * 1024**3)  # sparse: it costs nothing unless it is read
    assert faults(discover(tmp_path)) == [
        "pyproject.toml 5,368,709,120 bytes refused: at most 4,194,304 of such a file are read"
    ]


@pytest.mark.parametrize(
    "name", ["requirements.txt", ".gitlab-ci.yml", "run.sh", "tox.ini", "Dockerfile", "go.mod", "a.ipynb"]
)
@pytest.mark.parametrize(
    "content",
    [
        b"x" * 10_000_000,
        b"[" * 500_000,
        b"{" * 500_000,
        b'{"a":' * 100_000,
        b"pip install " + b"a " * 400_000,
        b"\\\n" * 500_000,
        b"\xff\xfe\x00",
        b"pip install a\x00b",
        b"\x1b[2J pip install \xc2\x9b",
        b"(" * 300_000,
    ],
    ids=[
        "one line",
        "brackets",
        "braces",
        "objects",
        "arguments",
        "continued",
        "utf-16",
        "nul",
        "controls",
        "calls",
    ],
)
def test_hostile_content_costs_little_and_never_an_error(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    start = time.process_time()
    inventory = discover(tmp_path)
    assert time.process_time() - start < 20
    assert paths(inventory) == [name]
    for found in faults(inventory):
        assert found.isprintable()
        assert "could not be read" not in found
        assert len(found) < 1_000


def test_names_of_any_bytes_are_printable_in_the_report(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/a\nb\x1b[31m\xff"
    os.mkdir(folder)  # noqa: PTH102  the name is no text
    for name in (b"run\xfe.sh", b"requirements.txt"):
        with open(folder + b"/" + name, "wb") as file:  # noqa: PTH123  as above
            file.write(b"pip install one\n")
    inventory = discover(tmp_path)
    assert paths(inventory) == [
        "a\\nb\\x1b[31m\\udcff/requirements.txt",
        "a\\nb\\x1b[31m\\udcff/run\\udcfe.sh",
    ]
    assert [len(manifest.commands) for manifest in inventory.manifests] == [0, 1]
    (found,) = faults(inventory)
    assert found.startswith("a\\nb\\x1b[31m\\udcff/requirements.txt:1 not a requirement")
    assert found.isprintable()


@given(st.text(alphabet=st.characters(), max_size=20))
def test_printable_is(text: str) -> None:
    assert printable(text).isprintable()


def test_folders_nested_beyond_reason_are_reported(tmp_path: Path) -> None:
    folder = os.open(tmp_path, os.O_RDONLY)
    for _ in range(300):
        os.mkdir("d", dir_fd=folder)
        deeper = os.open("d", os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = deeper
    os.close(folder)
    (found,) = faults(discover(tmp_path))
    assert "folders nested deeper than 200 levels are not entered" in found


def test_manifests_are_bounded_in_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest_files, "MAX_MANIFESTS", 3)
    plant(tmp_path, {f"requirements-{number}.txt": "" for number in range(5)})
    assert faults(discover(tmp_path)) == [". 2 more manifests: at most 3 are read"]


def test_tox_in_a_pyproject_is_read_besides(tmp_path: Path) -> None:
    text = '[project]\nname = "x"\nversion = "1"\n[tool.tox.env_run_base]\ndeps = ["pytest"]\n'
    inventory = discover(plant(tmp_path, {"pyproject.toml": text}))
    assert [(m.path, m.kind.value) for m in inventory.manifests] == [
        ("pyproject.toml", "pyproject"),
        ("pyproject.toml", "tox"),
    ]
    assert inventory.manifests[1].requirements[0].location.line == 5


def test_every_manifest_of_a_large_tree_is_found(tmp_path: Path) -> None:
    for number in range(40):
        folder = tmp_path / f"package{number}"
        folder.mkdir()
        for file in range(50):
            (folder / f"module{file}.py").touch()
        (folder / "requirements.txt").write_text("a==1\n", encoding="utf-8")
    inventory = discover(tmp_path)
    assert len(inventory.manifests) == 40


@pytest.mark.parametrize("after", range(9))
def test_what_is_left_when_the_time_is_over_is_told(tmp_path: Path, after: int) -> None:
    plant(
        tmp_path,
        {"a/requirements.txt": "x\n-r more.list\n", "a/more.list": "y\n", "b/requirements.txt": "z\n"},
    )
    asked = iter(range(100))
    inventory = discover(tmp_path, expired=lambda: next(asked) >= after)
    found = {r.name for manifest in inventory.manifests for r in manifest.requirements}
    told = [fault for fault in faults(inventory) if "reading_seconds" in fault]
    assert (found == {"x", "y", "z"}) != bool(told)
