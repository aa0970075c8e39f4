"""Which manifests make a project."""

from __future__ import annotations

import pytest

from stockade.manifests.projects import home_of, projects_of
from stockade.model.locations import Location
from stockade.model.names import project_name
from stockade.model.requirements import Inventory, LockedPackage, Manifest, ManifestKind, Role


@pytest.mark.parametrize(
    ("path", "home"),
    [
        ("requirements.txt", "."),
        ("requirements/base.txt", "."),
        ("requirements/extras/redis.txt", "."),
        ("service/Requirements/deps/base.in", "service"),
        ("service/pyproject.toml", "service"),
        ("requirements-tool/requirements.txt", "requirements-tool"),
        ("deps/a/b/c/requirements.txt", "deps/a/b/c"),
    ],
)
def test_folders_for_requirements_belong_to_the_project_above(path: str, home: str) -> None:
    assert home_of(path) == home


def manifest(path: str, kind: ManifestKind, role: Role, project: str = "", *own: str) -> Manifest:
    locked = tuple(
        LockedPackage(name=project_name(name), version=None, location=Location(path, 1), own=True)
        for name in own
    )
    return Manifest(path=path, kind=kind, role=role, project=project, locked=locked)


def test_a_member_is_locked_by_its_workspace_and_a_stranger_is_not() -> None:
    lock = manifest("uv.lock", ManifestKind.UV_LOCK, Role.LOCK, "", "mem-ber")
    member = manifest("libs/member/pyproject.toml", ManifestKind.PYPROJECT, Role.DECLARATION, "Mem.Ber")
    stranger = manifest("libs/stranger/pyproject.toml", ManifestKind.PYPROJECT, Role.DECLARATION, "stranger")
    found = {p.root: p for p in projects_of(Inventory(root=".", manifests=(lock, member, stranger)))}
    assert found["libs/member"].locks == (lock,)
    assert found["libs/stranger"].locks == ()


def test_scripts_and_settings_alone_make_no_project() -> None:
    script = manifest("deploy/run.sh", ManifestKind.SHELL, Role.COMMANDS)
    limits = manifest("limits/constraints.txt", ManifestKind.CONSTRAINTS, Role.CONSTRAINT)
    assert projects_of(Inventory(root=".", manifests=(script, limits))) == ()
