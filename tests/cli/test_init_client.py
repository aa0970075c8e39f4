"""``stockade init client``: settings that the tools themselves understand."""

from __future__ import annotations

import configparser
import tomllib
from pathlib import Path

import pytest

from stockade.cli.main import main
from stockade.sources.client_config import load_index_settings
from stockade.sources.pip_config import Machine

URL = "https://packages.example/simple/"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["init", "client", *arguments]) == 0
    return capsys.readouterr().out


def test_every_tool_is_sent_to_the_firewall_alone(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, "--url", "https://packages.example")
    assert out.count(URL) == 4
    assert "extra" not in out
    assert "twine upload --repository-url https://packages.example/legacy/" in out


@pytest.mark.parametrize("tool", ["uv", "poetry", "pdm"])
def test_what_is_printed_is_toml(capsys: pytest.CaptureFixture[str], tool: str) -> None:
    assert URL in str(tomllib.loads(printed(capsys, "--url", URL, "--tool", tool)))


def test_what_is_printed_for_pip_is_its_own_format(capsys: pytest.CaptureFixture[str]) -> None:
    parser = configparser.RawConfigParser()
    parser.read_string(printed(capsys, "--url", URL, "--tool", "pip"))
    assert parser["global"]["index-url"] == URL


def test_written_files_are_what_pip_and_uv_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, "--url", URL, "--write")
    assert "poetry" in out
    environ = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    machine = Machine(platform="linux", prefix=str(tmp_path / "none"), system_root=tmp_path / "root")
    found = load_index_settings(environ, machine=machine)
    assert (found.index_url, found.extra) == (URL, ())


def test_no_file_that_is_there_is_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "config" / "uv" / "uv.toml"
    path.parent.mkdir(parents=True)
    path.write_text("offline = true\n")
    assert main(["init", "client", "--url", URL, "--write"]) == 2
    assert "is there already" in capsys.readouterr().err
    assert path.read_text() == "offline = true\n"
    assert not (tmp_path / "config" / "pip").exists()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("https://user:secret@packages.example/", "holds a user or password"),
        ("http://packages.example/simple/", "not protected"),
        ("packages.example", "not an address"),
    ],
)
def test_addresses_that_are_refused(capsys: pytest.CaptureFixture[str], url: str, says: str) -> None:
    assert main(["init", "client", "--url", url]) == 2
    err = capsys.readouterr().err
    assert says in err
    assert "secret" not in err


def test_a_folder_called_client_can_still_get_a_policy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "client").mkdir()
    monkeypatch.chdir(tmp_path)
    assert main(["init", "./client"]) == 0
    assert (tmp_path / "client" / "stockade.toml").is_file()
