"""The user's package index, out of the configuration of pip and uv."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from stockade.errors import ConfigError
from stockade.model.names import ProjectName
from stockade.model.verdicts import Indeterminate
from stockade.sources.client_config import PUBLIC_DEFAULT, IndexSettings, load_index_settings, public_index
from stockade.sources.index_address import Credentials
from stockade.sources.package_index import HttpPackageIndex
from stockade.sources.pip_config import Machine
from stockade.testing.fakes import FixedClock

Load = Callable[..., IndexSettings]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    (tmp_path / "home").mkdir()

    def loaded(project_uv: object = None, platform: str = "linux", **environ: str) -> IndexSettings:
        machine = Machine(platform=platform, prefix=str(tmp_path / "venv"), system_root=tmp_path / "root")
        base = {
            "HOME": str(tmp_path / "home"),
            "APPDATA": str(tmp_path / "roaming"),
            "PROGRAMDATA": str(tmp_path / "programs"),
        }
        return load_index_settings({**base, **environ}, project_uv=project_uv, machine=machine)

    return loaded


def put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def pip_conf(host: str) -> str:
    return f"[global]\nindex-url = https://{host}/simple\n"


def test_without_configuration_it_is_the_public_default(load: Load) -> None:
    settings = load()
    assert settings.index_url == public_index()
    assert (settings.default.came_from, settings.configured, settings.extra) == (PUBLIC_DEFAULT, False, ())


def test_each_source_goes_before_the_next(load: Load, tmp_path: Path) -> None:
    root, home = tmp_path / "root", tmp_path / "home"
    put(root / "etc" / "pip.conf", pip_conf("pip-global.example"))
    assert load().default.host == "pip-global.example"
    put(
        root / "etc" / "xdg" / "pip" / "pip.conf",
        "[install]\nindex_url = https://pip-install.example/simple\n",
    )
    assert load().default.host == "pip-global.example", "/etc/pip.conf is read last of the global files"
    put(home / ".pip" / "pip.conf", pip_conf("pip-legacy.example"))
    assert load().default.host == "pip-legacy.example"
    put(home / ".config" / "pip" / "pip.conf", pip_conf("pip-user.example"))
    assert load().default.host == "pip-user.example"
    put(tmp_path / "venv" / "pip.conf", pip_conf("pip-site.example"))
    assert load().default.host == "pip-site.example"
    named = put(tmp_path / "named.conf", pip_conf("pip-named.example"))
    assert load(PIP_CONFIG_FILE=str(named)).default.host == "pip-named.example"
    put(root / "etc" / "uv" / "uv.toml", 'index-url = "https://uv-system.example/simple"\n')
    assert load(PIP_CONFIG_FILE=str(named)).default.host == "uv-system.example"
    put(
        home / ".config" / "uv" / "uv.toml",
        '[[index]]\nurl = "https://uv-user.example/simple"\ndefault = true\n',
    )
    assert load().default.host == "uv-user.example"
    project = {
        "index": [{"name": "corp", "url": "https://project.example/simple", "default": True}],
        "sources": {},
    }
    assert load(project).default.host == "project.example"
    variables = {"PIP_INDEX_URL": "https://pip-variable.example/simple"}
    assert load(project, **variables).default.host == "pip-variable.example"
    variables["UV_INDEX_URL"] = "https://uv-old.example/simple"
    assert load(project, **variables).default.host == "uv-old.example"
    variables["UV_DEFAULT_INDEX"] = "corp=https://uv-variable.example/simple"
    settings = load(project, **variables)
    assert (settings.default.host, settings.default.name) == ("uv-variable.example", "corp")
    assert settings.default.came_from == "UV_DEFAULT_INDEX"


def test_a_sections_value_goes_before_the_global_one(load: Load, tmp_path: Path) -> None:
    put(
        tmp_path / "root" / "etc" / "pip.conf",
        "[install]\nindex-url = https://install.example/simple\n[global]\nindex-url = https://global.example/simple\n",
    )
    assert load().default.host == "install.example"


def test_files_are_switched_off(load: Load, tmp_path: Path) -> None:
    put(tmp_path / "home" / ".config" / "pip" / "pip.conf", pip_conf("pip-user.example"))
    put(tmp_path / "home" / ".config" / "uv" / "uv.toml", 'index-url = "https://uv.example/simple"')
    assert load(PIP_CONFIG_FILE=os.devnull, UV_NO_CONFIG="1").default.came_from == PUBLIC_DEFAULT
    named = put(tmp_path / "named.toml", 'extra-index-url = ["https://extra.example/simple"]')
    settings = load(UV_CONFIG_FILE=str(named))
    assert settings.default.host == "pip-user.example"
    assert [index.host for index in settings.extra] == ["extra.example"]
    empty = put(tmp_path / "named.conf", "")
    assert load(PIP_CONFIG_FILE=str(empty), UV_NO_CONFIG="1").default.came_from == PUBLIC_DEFAULT


@pytest.mark.parametrize(
    ("platform", "place"),
    [
        ("win32", "roaming/pip/pip.ini"),
        ("win32", "programs/pip/pip.ini"),
        ("win32", "home/pip/pip.ini"),
        ("darwin", "root/Library/Application Support/pip/pip.conf"),
        ("darwin", "home/Library/Application Support/pip/pip.conf"),
        ("darwin", "home/.config/pip/pip.conf"),
        ("linux", "root/etc/xdg/pip/pip.conf"),
    ],
)
def test_pips_places_on_every_system(load: Load, tmp_path: Path, platform: str, place: str) -> None:
    put(tmp_path / place, pip_conf("found.example"))
    assert load(platform=platform).default.host == "found.example"


@pytest.mark.parametrize(
    ("platform", "place"),
    [
        ("win32", "roaming/uv/uv.toml"),
        ("win32", "programs/uv/uv.toml"),
        ("darwin", "home/.config/uv/uv.toml"),
    ],
)
def test_uvs_places_on_every_system(load: Load, tmp_path: Path, platform: str, place: str) -> None:
    put(tmp_path / place, 'index-url = "https://found.example/simple"')
    assert load(platform=platform).default.host == "found.example"


def test_extra_indexes_come_from_everywhere_each_once(load: Load, tmp_path: Path) -> None:
    put(
        tmp_path / "root" / "etc" / "pip.conf",
        "[global]\nextra-index-url =\n    https://one.example/simple\n    https://two.example/simple\n",
    )
    project = {"index": [{"name": "corp", "url": "https://three.example/simple"}]}
    settings = load(
        project,
        UV_INDEX="four=https://four.example/simple https://one.example/simple",
        PIP_INDEX_URL="https://two.example/simple",
    )
    assert [index.host for index in settings.extra] == ["four.example", "one.example", "three.example"]


def test_credentials_are_found_and_never_shown(load: Load, tmp_path: Path) -> None:
    put(tmp_path / "home" / ".netrc", "machine netrc.example login nina password s3cret\n")
    in_address = load(PIP_INDEX_URL="https://us%40er:s3cret@index.example:8443/simple?x=s3cret")
    assert in_address.index_url == "https://index.example:8443/simple"
    assert in_address.default.credentials == Credentials("us@er", "s3cret")
    named = load(
        UV_DEFAULT_INDEX="my-corp=https://index.example/simple",
        UV_INDEX_MY_CORP_USERNAME="token",
        UV_INDEX_MY_CORP_PASSWORD="s3cret",
    )
    assert named.default.credentials == Credentials("token", "s3cret")
    from_netrc = load(PIP_INDEX_URL="https://netrc.example/simple")
    assert from_netrc.default.credentials == Credentials("nina", "s3cret")
    assert load(PIP_INDEX_URL="https://other.example/simple").default.credentials is None
    for settings in (in_address, named, from_netrc):
        assert "s3cret" not in repr(settings)
        assert "s3cret" not in str(settings.default)


@pytest.mark.parametrize("local", ["file:///srv/index", "/srv/index", "./index"])
def test_a_local_folder_is_an_index_that_is_not_asked(load: Load, local: str, tmp_path: Path) -> None:
    settings = load(PIP_INDEX_URL=local, PIP_EXTRA_INDEX_URL="file:///srv/more https://extra.example/simple")
    assert (settings.index_url, settings.default.remote, settings.default.host) == (local, False, "")
    assert [index.remote for index in settings.extra] == [False, True]
    with HttpPackageIndex(settings, tmp_path, FixedClock()) as index:
        answer = index.project(ProjectName("requests"))
    assert isinstance(answer, Indeterminate)
    assert "local folder" in answer.detail


def test_certificates_trust_and_no_index(load: Load) -> None:
    settings = load(
        PIP_CERT="/corp/ca.pem",
        SSL_CERT_FILE="/other/ca.pem",
        PIP_CLIENT_CERT="/corp/me.pem",
        PIP_TRUSTED_HOST="one.example two.example:8080",
        UV_INSECURE_HOST="three.example",
        PIP_NO_INDEX="1",
    )
    assert (settings.default.ca_file, settings.default.client_cert) == ("/corp/ca.pem", "/corp/me.pem")
    assert settings.trusted_hosts == ("one.example", "two.example:8080", "three.example")
    assert settings.no_index
    plain = load(SSL_CERT_FILE="/other/ca.pem")
    assert (plain.default.ca_file, plain.no_index) == ("/other/ca.pem", False)


def test_every_problem_is_told_at_once_and_no_secret_with_it(load: Load, tmp_path: Path) -> None:
    put(tmp_path / "root" / "etc" / "pip.conf", "index-url without a section\n")
    put(tmp_path / "home" / ".config" / "uv" / "uv.toml", "index = 3\n")
    put(tmp_path / "root" / "etc" / "uv" / "uv.toml", "= broken\n")
    put(tmp_path / "home" / ".netrc", "machine index.example lgoin s3cret\n")
    with pytest.raises(ConfigError) as caught:
        load(
            UV_DEFAULT_INDEX="ftp://user:s3cret@index.example/simple",
            UV_INDEX="https://index.example/simple https://:s3cret@[broken/simple",
            PIP_EXTRA_INDEX_URL="user:s3cret@index.example/simple",
        )
    assert len(caught.value.problems) == 7
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "index-url = https://nina:s3cret@index.example/simple\n",
        "[global]\ns3cret-without-an-equals-sign\n",
        "[global]\nx = 1\nx = s3cret\n",
        "[global]\n[global]\n",
    ],
)
def test_a_broken_file_is_told_by_its_line_not_by_its_words(load: Load, tmp_path: Path, text: str) -> None:
    path = put(tmp_path / "pip.conf", text)
    with pytest.raises(ConfigError, match=r"pip\.conf: line \d does not parse") as caught:
        load(PIP_CONFIG_FILE=str(path))
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("password", ["s3cret/x", "x?s3cret", "x#s3cret", "s3cret@"])
def test_a_password_that_was_not_quoted_is_not_told(load: Load, password: str) -> None:
    try:
        address = f"https://nina:{password}@index.example/simple"
        shown = repr(load(PIP_INDEX_URL=address))
    except ConfigError as error:
        shown = str(error)
    assert "s3cret" not in shown
