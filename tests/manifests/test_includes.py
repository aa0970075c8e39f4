"""A file is read as what installs from it takes it for, and what cannot be seen is never passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from stockade.manifests.discovery import discover
from stockade.model.requirements import Inventory


def plant(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def faults(inventory: Inventory) -> list[str]:
    return [f"{d.location} {d.message}" for m in inventory.manifests for d in m.defects]


def names(inventory: Inventory) -> set[str]:
    return {r.name for m in inventory.manifests for r in m.requirements}


@pytest.mark.parametrize(
    ("file", "includer"),
    [
        ("Makefile", {"requirements.txt": "-r Makefile\n"}),
        ("run.sh", {"requirements.txt": "-r run.sh\n"}),
        ("environment.yml", {"Dockerfile": "FROM x\nRUN pip install -r environment.yml\n"}),
        ("list.yaml", {"Dockerfile": "FROM x\nRUN pip install -r list.yaml\n"}),
        ("run.sh", {"Dockerfile": "FROM x\nRUN pip install -r run.sh\n"}),
        (".gitlab-ci.yml", {"a.sh": "uv pip install -r .gitlab-ci.yml\n"}),
    ],
)
def test_a_requirements_file_does_not_hide_behind_another_formats_name(
    tmp_path: Path, file: str, includer: dict[str, str]
) -> None:
    plant(tmp_path, {**includer, file: "hidden==1\n"})
    assert "hidden" in names(discover(tmp_path))


def test_a_link_that_is_a_requirements_file_is_read_as_one_whatever_it_leads_to(tmp_path: Path) -> None:
    plant(tmp_path, {"run.sh": "hidden==1\n"})
    (tmp_path / "requirements.txt").symlink_to("run.sh")
    assert "hidden" in names(discover(tmp_path))


@pytest.mark.parametrize(
    "command",
    [
        "pip install -r absent.txt",
        "pip install -r https://files.example/list.txt",
        "pip install -r /dev/stdin <<< hidden",
        "curl https://files.example/list.txt | pip install -r -",
        "pip install -r <(curl https://files.example/list.txt)",
        "uv pip sync /tmp/absent.txt",
        "conda env update -f absent.yml",
    ],
)
def test_a_file_that_is_installed_from_and_not_there_is_a_defect_at_the_command(
    tmp_path: Path, command: str
) -> None:
    plant(tmp_path, {"run.sh": f"#!/bin/bash\n{command}\n"})
    (fault,) = faults(discover(tmp_path))
    assert fault.startswith("run.sh:2 installs from ")
    assert "was not judged" in fault


@pytest.mark.parametrize(
    "script",
    [
        "cd services/api && pip install -r requirements.txt",
        "pip install -r $HERE/requirements.txt",
        "pip install -r /app/requirements.txt",
        "poetry export -f requirements.txt \\\n -o locked.txt\npip install -r locked.txt",
        "uv export --locked > locked.txt; uv pip sync locked.txt",
        "uv --quiet pip compile in.txt -o locked.txt && pip install -r locked.txt",
    ],
)
def test_a_file_of_that_name_or_one_that_a_lock_is_exported_to_is_none(tmp_path: Path, script: str) -> None:
    plant(tmp_path, {"run.sh": f"{script}\n", "services/api/requirements.txt": "flask==3\n"})
    assert faults(discover(tmp_path)) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("PYPROJECT.TOML", '[project]\nname = "x"\nversion = "1"\ndependencies = ["hidden"]\n'),
        ("Setup.py", 'from setuptools import setup\nsetup(install_requires=["hidden"])\n'),
        ("SETUP.CFG", "[options]\ninstall_requires =\n  hidden\n"),
        ("pipfile", '[packages]\nhidden = "*"\n'),
        ("Tox.ini", "[testenv]\ndeps = hidden\n"),
        ("requirements dev.txt", "hidden\n"),
        ("requirements+gpu.txt", "hidden\n"),
        ("requirements (1).txt", "hidden\n"),
        ("requirements/base.pip", "hidden\n"),
        ("pyproject.toml", '[tool."tox"]\nenv_run_base.deps = ["hidden"]\n'),
        ("pyproject.toml", '[tool]\ntox = { env_run_base = { deps = ["hidden"] } }\n'),
    ],
)
def test_case_and_spelling_hide_no_manifest(tmp_path: Path, name: str, text: str) -> None:
    plant(tmp_path, {name: text})
    assert "hidden" in names(discover(tmp_path))


def test_a_file_of_an_environment_hides_no_project_beside_the_environments_own_folders(
    tmp_path: Path,
) -> None:
    plant(
        tmp_path,
        {
            "services/pyvenv.cfg": "home = /usr/bin\n",
            "services/api/requirements.txt": "hidden\n",
            "services/bin/requirements.txt": "installed\n",
            "venv/pyvenv.cfg": "home = /usr/bin\n",
            "venv/lib/python3.12/site-packages/x/requirements.txt": "installed\n",
            "venv/bin/requirements.txt": "installed\n",
        },
    )
    inventory = discover(tmp_path)
    assert names(inventory) == {"hidden"}
    assert {entry.path for entry in inventory.left_out} == {"services/bin", "venv"}
