"""The files of ``deploy/`` are what their tools understand, and call the program as it is."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess  # noqa: TID251 - a checker of systemd's is started
from pathlib import Path
from typing import Any

import click
import kubernetes_validate  # type: ignore[import-untyped]  # it has no types
import pytest
import yaml
from tests.repo.tree import ROOT

from stockade import __version__
from stockade.cli.main import cli

DEPLOY = ROOT / "deploy"
MANIFESTS = [
    pytest.param(document, id=f"{path.stem}-{document['kind']}")
    for path in sorted((DEPLOY / "kubernetes").glob("*.yaml"))
    for document in yaml.safe_load_all(path.read_text(encoding="utf-8"))
]
UNITS = sorted((DEPLOY / "systemd").glob("stockade*"))


def require_call(arguments: list[str]) -> None:
    """Fail where the program has no such command or option."""
    context = click.Context(cli, info_name="stockade")
    command: click.Command | None = cli
    for at, word in enumerate(arguments):
        if not isinstance(command, click.Group):
            options = [each.partition("=")[0] for each in arguments[at:] if each.startswith("--")]
            known = {name for parameter in command.params for name in parameter.opts} if command else set()
            assert set(options) <= known, f"{options} are not all options of {command}"
            return
        command = command.get_command(context, word)
        assert command is not None, f"no command {word!r}"


def containers(document: dict[str, Any]) -> list[dict[str, Any]]:
    spec = document["spec"]
    if document["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    found: list[dict[str, Any]] = spec.get("template", {}).get("spec", {}).get("containers", [])
    return found


@pytest.mark.parametrize("document", MANIFESTS)
def test_kubernetes_accepts_every_manifest(document: dict[str, Any]) -> None:
    kubernetes_validate.validate(document, "1.30", strict=True)


@pytest.mark.parametrize("document", MANIFESTS)
def test_manifests_start_the_program_as_it_is_and_shut_it_in(document: dict[str, Any]) -> None:
    for container in containers(document):
        require_call(container["args"])
        assert container["image"].endswith(f":{__version__}")
        context = container["securityContext"]
        assert context["readOnlyRootFilesystem"]
        assert not context["allowPrivilegeEscalation"]
        assert context["capabilities"] == {"drop": ["ALL"]}


def test_a_manifest_that_is_wrong_would_be_found() -> None:
    wrong = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "x"},
        "spec": {"ports": [{"prot": 1}]},
    }
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, "1.30", strict=True)


def test_compose_names_what_is_there() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    services = compose["services"]
    build = services["firewall"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).is_file()
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            assert source in compose["volumes"] or (DEPLOY / source).is_file()
        for port in service.get("ports", ()):
            assert port.startswith("127.0.0.1:"), "published on loopback only, unless an operator says more"


def test_the_container_starts_the_program_as_it_is() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    command = re.search(r"^CMD (\[.*\])$", text, re.MULTILINE)
    assert command is not None
    require_call(yaml.safe_load(command[1]))
    assert re.search(r"^USER 10001$", text, re.MULTILINE)
    assert text.count("--require-hashes") == 2


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_units_start_the_program_as_it_is(unit: Path) -> None:
    for line in unit.read_text(encoding="utf-8").splitlines():
        if line.startswith("ExecStart="):
            require_call(shlex.split(line.partition("=")[2])[1:])


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace("/opt/stockade/bin/stockade", "/bin/true")
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    done = subprocess.run(  # noqa: S603 - systemd's checker
        [str(shutil.which("systemd-analyze")), "verify", *(str(tmp_path / each.name) for each in UNITS)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    said = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "stockade" in line]
    assert not said
