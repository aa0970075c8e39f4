"""What is installed in an environment, read from its folders alone."""

from __future__ import annotations

import json
import os
import venv
from pathlib import Path

import pytest
from packaging.version import Version

from stockade.errors import IncompleteError, UsageError
from stockade.sources.environment import read_environment


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """An empty ``site-packages`` of an environment at ``tmp_path``."""
    folder = tmp_path / "lib" / "python3.12" / "site-packages"
    folder.mkdir(parents=True)
    return folder


def install(site: Path, name: str, version: str = "1.0", **files: str | bytes) -> Path:
    """A ``dist-info`` folder; ``files`` are further ones in it (``__`` stands for a dot)."""
    folder = site / f"{name.replace('-', '_')}-{version}.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    for file, content in files.items():
        data = content if isinstance(content, bytes) else content.encode()
        (folder / file.replace("__", ".")).write_bytes(data)
    return folder


def direct(url: str, **more: object) -> str:
    return json.dumps({"url": url, **more})


def test_a_real_environment_is_read_without_running_it(tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=False, symlinks=os.name != "nt")
    assert read_environment(tmp_path / "env") == ()
    (site,) = (tmp_path / "env").glob("lib/python3*/site-packages")
    (site / "sitecustomize.py").write_text("raise SystemExit('somebody ran the environment')\n")
    (site / "evil.pth").write_text("import sitecustomize\n")
    install(site, "Flask", "3.0.3", INSTALLER="uv\n")
    (flask,) = read_environment(tmp_path / "env")
    assert (flask.name, flask.version, flask.installer) == ("flask", Version("3.0.3"), "uv")
    assert flask.location.endswith("Flask-3.0.3.dist-info")
    assert (flask.direct_url, flask.editable) == ("", False)


def test_an_environment_and_its_site_packages_are_the_same(site: Path, tmp_path: Path) -> None:
    install(site, "zope.interface", "6.0")
    install(site, "Flask")
    assert [package.name for package in read_environment(tmp_path)] == ["flask", "zope-interface"]
    assert read_environment(site) == read_environment(tmp_path)


def test_a_linked_lib64_is_not_read_twice(site: Path, tmp_path: Path) -> None:
    install(site, "flask")
    (tmp_path / "lib64").symlink_to(tmp_path / "lib")
    assert len(read_environment(tmp_path)) == 1


def test_two_installations_of_one_project_are_both_seen(site: Path, tmp_path: Path) -> None:
    install(site, "flask", "2.0")
    install(site, "flask", "3.0")
    assert sorted(str(package.version) for package in read_environment(tmp_path)) == ["2.0", "3.0"]


def test_no_environment_is_an_error_of_use(tmp_path: Path) -> None:
    for wrong in (tmp_path, tmp_path / "missing"):
        with pytest.raises(UsageError, match="no Python environment") as caught:
            read_environment(wrong)
        assert "pyvenv.cfg" in caught.value.hint


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:hunter2@git.example/acme/lib.git", "https://git.example/acme/lib.git"),
        ("https://ghp_0123456789@git.example/acme/lib.git", "https://git.example/acme/lib.git"),
        ("https://files.example/lib.whl?token=hunter2", "https://files.example/lib.whl?token=***"),
        ("ssh://git@git.example/acme/lib.git", "ssh://git@git.example/acme/lib.git"),
        ("file:///srv/lib", "file:///srv/lib"),
    ],
)
def test_the_origin_of_a_direct_install_has_no_credentials(
    site: Path, tmp_path: Path, url: str, shown: str
) -> None:
    install(site, "lib", direct_url__json=direct(url, vcs_info={"vcs": "git", "commit_id": "0" * 40}))
    (lib,) = read_environment(tmp_path)
    assert lib.direct_url == shown
    assert "hunter2" not in repr(lib)
    assert not lib.editable


def test_an_editable_install_is_one(site: Path, tmp_path: Path) -> None:
    install(site, "lib", direct_url__json=direct("file:///srv/lib", dir_info={"editable": True}))
    install(site, "other", direct_url__json=direct("file:///srv/other", dir_info={}))
    lib, other = read_environment(tmp_path)
    assert (lib.editable, other.editable) == (True, False)


@pytest.mark.parametrize("broken", ["{", "[]", '{"url": 7}', b"\xff\xfe\x00"])
def test_an_unreadable_origin_is_not_taken_for_an_index(
    site: Path, tmp_path: Path, broken: str | bytes
) -> None:
    install(site, "lib", direct_url__json=broken)
    (lib,) = read_environment(tmp_path)
    assert lib.direct_url == "an unreadable direct_url.json"


def test_what_names_the_installer_cannot_forge_a_second_line(site: Path, tmp_path: Path) -> None:
    install(site, "lib", INSTALLER="pip\n\x1b[2Jall is well\n")
    (lib,) = read_environment(tmp_path)
    assert "\n" not in lib.installer
    assert "\x1b" not in lib.installer


def test_a_version_that_is_none_is_kept_as_unknown(site: Path, tmp_path: Path) -> None:
    install(site, "lib", "not-a-version")
    (lib,) = read_environment(tmp_path)
    assert lib.version is None


@pytest.mark.parametrize(
    "metadata",
    [
        b"",
        b"Metadata-Version: 2.1\nVersion: 1.0\n",
        b"Name: ../../etc\nVersion: 1\n",
        b"Name: \xff\xfe\n",
        None,
    ],
    ids=["empty", "no name", "no project name", "no text", "no file"],
)
def test_broken_metadata_is_incomplete_and_names_its_place(
    site: Path, tmp_path: Path, metadata: bytes | None
) -> None:
    folder = install(site, "lib")
    if metadata is None:
        (folder / "METADATA").unlink()
    else:
        (folder / "METADATA").write_bytes(metadata)
    with pytest.raises(IncompleteError, match=r"lib-1\.0\.dist-info"):
        read_environment(tmp_path)


def test_old_egg_info_is_read_as_folder_and_as_file(site: Path, tmp_path: Path) -> None:
    (site / "old-0.9.egg-info").mkdir()
    (site / "old-0.9.egg-info" / "PKG-INFO").write_text("Metadata-Version: 1.0\nName: old\nVersion: 0.9\n")
    (site / "older-0.8.egg-info").write_text("Metadata-Version: 1.0\nName: older\nVersion: 0.8\n")
    assert [(p.name, str(p.version)) for p in read_environment(tmp_path)] == [
        ("old", "0.9"),
        ("older", "0.8"),
    ]
