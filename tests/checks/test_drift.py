"""STK-E018: an environment beside its lockfile."""

from __future__ import annotations

import pytest
from tests.checks import locks
from tests.checks.locks import pyproject
from tests.checks.trees import Tree, World, findings, installed, tree, unknowns

from stockade.model.environment import InstalledPackage
from stockade.model.findings import Finding, Severity
from stockade.model.verdicts import Cause

__all__ = ["tree"]

LOCK = {"pyproject.toml": pyproject("flask"), "uv.lock": locks.uv({"flask": "3.0.3", "click": "8.1"})}


def drift(folder: Tree, files: dict[str, str], *environment: InstalledPackage) -> dict[str, str]:
    """``{name: kind}`` of what drifts."""
    found = found_in(folder, files, *environment)
    assert len({one.subject for one in found}) == len(found)
    return {one.subject: dict(one.evidence)["kind"] for one in found}


def found_in(folder: Tree, files: dict[str, str], *environment: InstalledPackage) -> list[Finding]:
    return findings("STK-E018", World(environment=environment).facts(folder(files)))


FLASK, CLICK = installed("flask", "3.0.3"), installed("click", "8.1")


def test_an_environment_as_it_is_locked(tree: Tree) -> None:
    assert drift(tree, LOCK, FLASK, CLICK) == {}


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ((FLASK, CLICK, installed("evil")), {"evil": "extra"}),
        ((FLASK, CLICK, installed("evil", None)), {"evil": "extra"}),
        ((FLASK, CLICK, installed("pip", "25.0"), installed("setuptools", "80")), {}),
        ((FLASK, CLICK, installed("shop", "1.0", editable=True)), {}),
        ((installed("flask", "3.0.2"), CLICK), {"flask": "other-version"}),
        ((installed("flask", None), CLICK), {"flask": "other-version"}),
        ((installed("flask", "3.0.3+local"), CLICK), {}),
        ((installed("flask", "3.0.3.0"), CLICK), {}),
        ((installed("flask", "3.0.3.post1"), CLICK), {"flask": "other-version"}),
        ((CLICK,), {"flask": "missing"}),
        ((installed("flask", "3.0.3", direct_url="file:///srv/flask"), CLICK), {"flask": "other-origin"}),
        ((FLASK, FLASK, CLICK), {}),
    ],
)
def test_kinds_of_drift(
    tree: Tree, environment: tuple[InstalledPackage, ...], expected: dict[str, str]
) -> None:
    assert drift(tree, LOCK, *environment) == expected


def test_what_drifts_has_its_weight_and_its_place(tree: Tree) -> None:
    files = {**LOCK, "uv.lock": locks.uv({"flask": "3.0.3", "click": "8.1"})}
    environment = installed("evil"), installed("click", "1"), installed("pip", "25")
    found = {one.subject: one for one in found_in(tree, files, *environment)}
    assert {name: one.severity for name, one in found.items()} == {
        "evil": Severity.HIGH,
        "click": Severity.HIGH,
        "flask": Severity.LOW,
    }
    assert found["evil"].location is None
    assert {str(found[name].location).partition(":")[0] for name in ("click", "flask")} == {"uv.lock"}
    assert found["click"].message == "click 1 is installed; 8.1 is locked"


def test_two_copies_of_one_project_are_both_compared(tree: Tree) -> None:
    (found,) = found_in(tree, LOCK, FLASK, installed("flask", "2.0"), CLICK)
    assert found.message == "flask 2.0 is installed; 3.0.3 is locked"


def test_any_locked_version_will_do(tree: Tree) -> None:
    other = locks.uv({"flask": "2.9"})
    forked = LOCK["uv.lock"] + "\n" + other[other.rindex("[[package]]") :]
    files = {**LOCK, "uv.lock": forked}
    assert drift(tree, files, installed("flask", "2.9"), CLICK) == {}
    (found,) = found_in(tree, files, installed("flask", "1.0"), CLICK)
    assert found.message == "flask 1.0 is installed; 2.9 or 3.0.3 is locked"


@pytest.mark.parametrize(
    ("lock", "text", "missing"),
    [
        ("uv.lock", locks.uv({"flask": "3", "click": "8"}), {"flask"}),  # click may be another platform's
        ("poetry.lock", locks.poetry({"flask": "3", "click": "8"}), {"flask", "click"}),
        ("poetry.lock", locks.poetry({"flask": "3", "click": "8"}, groups='["dev"]'), set()),
        ("poetry.lock", locks.poetry({"flask": "3", "click": "8"}, groups='["main", "dev"]'), {"flask", "click"}),
        ("pdm.lock", locks.pdm({"flask": "3", "click": "8"}), {"flask", "click"}),
        ("pylock.toml", locks.pylock({"flask": "3", "click": "8"}), {"flask", "click"}),
        ("requirements.txt", locks.requirements({"flask": "3", "click": "8"}), {"flask", "click"}),
        ("requirements.txt", f"flask==3 ; python_version < '3' --hash={locks.SHA}\n", set()),
    ],
)  # fmt: skip
def test_only_what_every_environment_needs_is_missing(
    tree: Tree, lock: str, text: str, missing: set[str]
) -> None:
    files = {
        "pyproject.toml": pyproject("flask", extra='[dependency-groups]\ntest = ["click"]\n'),
        lock: text,
    }
    assert drift(tree, files, installed("pip", "25")) == dict.fromkeys(missing, "missing")


def test_a_marker_excuses_a_main_dependency(tree: Tree) -> None:
    files = {**LOCK, "pyproject.toml": pyproject("flask ; sys_platform == 'win32'")}
    assert drift(tree, files, installed("pip", "25")) == {}


def test_a_source_that_is_locked_is_no_other_origin(tree: Tree) -> None:
    git = "https://git.example/team/tool.git"
    files = {
        "pyproject.toml": pyproject(f"tool @ git+{git}@{locks.COMMIT}"),
        "uv.lock": locks.uv({"tool": f"git+{git}?rev={locks.COMMIT}"}),
    }
    assert drift(tree, files, installed("tool", "1.0", direct_url=git)) == {}


def test_nothing_to_compare_with_is_a_gap(tree: Tree) -> None:
    facts = World(environment=(FLASK,)).facts(tree({"requirements.txt": "flask\n"}))
    (gap,) = unknowns("STK-E018", facts)
    assert (gap.cause, gap.subject) == (Cause.FACT_MISSING, "environment")
    assert findings("STK-E018", facts) == []


def test_without_an_environment_there_is_no_question(tree: Tree) -> None:
    facts = World().facts(tree(LOCK))
    assert (findings("STK-E018", facts), unknowns("STK-E018", facts)) == ([], [])
