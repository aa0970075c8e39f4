"""What pip and uv on a machine are told, from variables and files."""

from __future__ import annotations

from pathlib import Path

from stockade.model.client import Told
from stockade.sources.client_facts import client_facts
from stockade.sources.pip_config import Machine


def machine(tmp_path: Path) -> Machine:
    return Machine(platform="linux", prefix=str(tmp_path / "prefix"), system_root=tmp_path / "root")


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_variables_come_before_files_and_files_from_the_strongest(tmp_path: Path) -> None:
    user = write(
        tmp_path / "home" / ".config" / "pip" / "pip.conf",
        "[global]\nindex-url = https://a.example/simple/\n",
    )
    site = write(tmp_path / "prefix" / "pip.conf", "[install]\nindex-url = https://b.example/simple/\n")
    facts = client_facts(
        {"HOME": str(tmp_path / "home"), "PIP_INDEX_URL": "https://c.example/simple/"}, machine(tmp_path)
    )
    assert [(each.value, each.source, each.variable) for each in facts.of("pip", "index-url")] == [
        ("https://c.example/simple/", "PIP_INDEX_URL", True),
        ("https://b.example/simple/", str(site), False),
        ("https://a.example/simple/", str(user), False),
    ]


def test_each_of_several_values_stands_alone(tmp_path: Path) -> None:
    facts = client_facts(
        {
            "HOME": str(tmp_path),
            "PIP_EXTRA_INDEX_URL": "https://a.example/ https://b.example/",
            "UV_INDEX": "own=https://c.example/",
        },
        machine(tmp_path),
    )
    assert [each.value for each in facts.of("pip", "extra-index-url")] == [
        "https://a.example/",
        "https://b.example/",
    ]
    assert [each.value for each in facts.of("uv", "extra-index-url")] == ["https://c.example/"]


def test_uv_files(tmp_path: Path) -> None:
    path = write(
        tmp_path / "home" / ".config" / "uv" / "uv.toml",
        'index-strategy = "unsafe-best-match"\nno-index = true\n'
        '[[index]]\nurl = "https://a.example/simple/"\ndefault = true\n'
        '[[index]]\nurl = "https://b.example/simple/"\n'
        '[[index]]\nurl = "https://only.example/simple/"\nexplicit = true\n'
        '[pip]\nfind-links = ["https://c.example/files/"]\n',
    )
    facts = client_facts({"HOME": str(tmp_path / "home")}, machine(tmp_path))
    assert {(each.key, each.value) for each in facts.told} == {
        ("index-url", "https://a.example/simple/"),
        ("extra-index-url", "https://b.example/simple/"),
        ("find-links", "https://c.example/files/"),
        ("index-strategy", "unsafe-best-match"),
        ("no-index", "true"),
    }
    assert all(
        each == Told(tool="uv", key=each.key, value=each.value, source=str(path), variable=False)
        for each in facts.told
    )


def test_no_config_switches_uv_files_off(tmp_path: Path) -> None:
    write(tmp_path / "home" / ".config" / "uv" / "uv.toml", 'index-url = "https://a.example/"\n')
    facts = client_facts({"HOME": str(tmp_path / "home"), "UV_NO_CONFIG": "1"}, machine(tmp_path))
    assert facts.told == ()


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    write(tmp_path / "home" / ".config" / "uv" / "uv.toml", "index-url = [\n")
    write(tmp_path / "home" / ".config" / "pip" / "pip.conf", "no section\n")
    facts = client_facts({"HOME": str(tmp_path / "home")}, machine(tmp_path))
    assert len(facts.problems) == 2
    assert facts.told == ()
