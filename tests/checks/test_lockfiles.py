"""STK-E001 and STK-E002: when a lockfile counts, and when it fits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.markers import Marker
from tests.checks import locks
from tests.checks.locks import COMMIT, NATIVE, OTHER_COMMIT, pyproject
from tests.checks.trees import Tree, World, findings, tree

from stockade.checks.lockfiles import CHECK, lock_of, misfits
from stockade.checks.markers import can_hold
from stockade.manifests.discovery import discover
from stockade.manifests.projects import projects_of

__all__ = ["tree"]

GIT = "https://git.example/team/tool.git"
BOTH = [*NATIVE, "requirements.lock.txt"]


def stale(folder: Tree, files: dict[str, str]) -> list[tuple[str, int, str]]:
    """``(path, line, name)`` of every stale requirement."""
    found = findings("STK-E002", World().facts(folder(files)))
    return [(f.location.path, f.location.line, f.subject) if f.location else ("", 0, "") for f in found]


@pytest.mark.parametrize("lock", NATIVE)
@pytest.mark.parametrize(
    ("declared", "held", "fits"),
    [
        ("flask>=3", "3.0.3", True),
        ("flask>=3", "2.9", False),
        ("flask==3.0", "3.0.0", True),
        ("flask==3.0", "3.0+cpu", True),
        ("flask==3.*", "4.0", False),
        ("flask~=3.0", "3.9", True),
        ("flask", "4.0rc1", True),
        ("flask>=3", "4.0rc1", True),  # somebody has allowed it when they locked
        ("flask>=4.0rc1", "4.0rc2", True),
        ("flask>=4.0", "4.0rc2", False),
        ("flask!=3.0.3", "3.0.3", False),
        ("Flask[async]>=3", "3.0.3", True),
        ("FLASK", "1!2.0", True),
    ],
)
def test_a_lock_fits_where_it_holds_what_is_declared(
    tree: Tree, lock: str, declared: str, held: str, fits: bool
) -> None:
    files = {
        "pyproject.toml": pyproject("click", declared),
        lock: NATIVE[lock]({"click": "8.1", "flask": held}),
    }
    assert stale(tree, files) == ([] if fits else [("pyproject.toml", 6, "flask")])


@pytest.mark.parametrize("lock", NATIVE)
def test_a_main_dependency_that_the_lock_lacks_makes_it_stale(tree: Tree, lock: str) -> None:
    files = {"pyproject.toml": pyproject("click", "flask"), lock: NATIVE[lock]({"click": "8.1"})}
    (found,) = findings("STK-E002", World().facts(tree(files)))
    assert found.message == f"'flask' is declared, and {lock} does not hold it"
    assert dict(found.evidence) == {"lockfile": lock}


GROUPS = '[dependency-groups]\ntest = ["pytest"]\n[project.optional-dependencies]\nsocks = ["pysocks"]\n'


@pytest.mark.parametrize(
    ("lock", "expected"),
    [
        ("uv.lock", {"pytest", "pysocks"}),  # uv locks every group and extra
        ("poetry.lock", {"pytest", "pysocks"}),
        ("pdm.lock", set()),  # PDM locks the groups that it is told to: this one names only "default"
        ("pylock.toml", set()),  # exported for some groups
        ("requirements.txt", set()),
    ],
)
def test_groups_and_extras_count_where_the_lock_is_to_hold_them(
    tree: Tree, lock: str, expected: set[str]
) -> None:
    files = {"pyproject.toml": pyproject("click", extra=GROUPS), lock: NATIVE[lock]({"click": "8.1"})}
    assert {name for _, _, name in stale(tree, files)} == expected


def test_a_group_that_pdm_has_locked_is_compared(tree: Tree) -> None:
    lock = locks.pdm({"click": "8.1"}) + locks.pdm({"mypy": "1.0"}, groups='["test"]').partition("\n\n")[2]
    files = {"pyproject.toml": pyproject("click", extra=GROUPS), "pdm.lock": lock}
    assert {name for _, _, name in stale(tree, files)} == {"pytest"}


@pytest.mark.parametrize("lock", NATIVE)
@pytest.mark.parametrize(
    ("marker", "universal"),
    [
        ("sys_platform == 'win32'", True),
        ("python_version < '3.11'", False),  # requires-python is >=3.11: no resolver keeps it
        ("python_version < '3.13'", True),
        ("python_full_version < '3.11.1'", True),
        ("python_version < '3.11' and sys_platform == 'win32'", False),
        ("python_version < '3.11' or sys_platform == 'darwin'", True),
        ("platform_python_implementation == 'PyPy'", True),
        ("platform_machine == 'arm64' and sys_platform == 'darwin'", True),
    ],
)
def test_a_marker_excuses_absence_only_where_it_can_hold_nowhere(
    tree: Tree, lock: str, marker: str, universal: bool
) -> None:
    files = {
        "pyproject.toml": pyproject("click", f"colorama ; {marker}"),
        lock: NATIVE[lock]({"click": "8.1"}),
    }
    one_platform = lock in {"pylock.toml", "requirements.txt"}
    expected = [] if one_platform or not universal else [("pyproject.toml", 6, "colorama")]
    assert stale(tree, files) == expected


@given(
    st.sampled_from(["python_version", "sys_platform", "platform_machine", "os_name", "implementation_name"]),
    st.sampled_from(["==", "!=", "<", ">=", "in"]),
    st.sampled_from(["3.11", "linux", "win32", "x86_64", "posix", "cpython", "plan9"]),
)
def test_whatever_holds_here_can_hold(variable: str, operator: str, value: str) -> None:
    marker = f"{variable} {operator} '{value}'"
    try:
        here = Marker(marker).evaluate()
    except Exception:  # noqa: BLE001 - a comparison of what cannot be compared is none of ours
        here = True
    assert can_hold(marker, "") or not here


@pytest.mark.parametrize("broken", ["python_version <", "no_such_variable == '1'"])
def test_a_marker_that_cannot_be_evaluated_counts_as_possible(broken: str) -> None:
    assert can_hold(broken, "")
    assert can_hold("python_version > '3'", "not a specifier")


def test_the_right_version_of_several_is_enough(tree: Tree) -> None:
    newer = locks.uv({"numpy": "2.1"})
    two = locks.uv({"numpy": "1.26"}) + newer[newer.rindex("[[package]]") :]
    files = {"pyproject.toml": pyproject("numpy>=2"), "uv.lock": two}
    assert stale(tree, files) == []


def test_what_no_python_lock_holds_is_not_missed(tree: Tree) -> None:
    build = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
    files = {"pyproject.toml": pyproject("click", extra=build), "uv.lock": locks.uv({"click": "8.1"})}
    assert stale(tree, files) == []


@pytest.mark.parametrize(
    ("declared", "locked", "fits"),
    [
        (f"tool @ git+{GIT}@{COMMIT}", f"git+{GIT}?rev={COMMIT}", True),
        (f"tool @ git+{GIT}@{OTHER_COMMIT}", f"git+{GIT}?rev={COMMIT}", False),
        (f"tool @ git+{GIT}@main", f"git+{GIT}?rev=main", True),
        (f"tool @ git+{GIT}@{COMMIT}", "1.0", False),
        (f"tool @ git+{GIT}", "1.0", False),
    ],
)
def test_a_vcs_requirement_is_locked_at_its_commit(
    tree: Tree, declared: str, locked: str, fits: bool
) -> None:
    files = {"pyproject.toml": pyproject(declared), "uv.lock": locks.uv({"tool": locked})}
    assert stale(tree, files) == ([] if fits else [("pyproject.toml", 5, "tool")])


@pytest.mark.parametrize(
    ("override", "held", "stale_name"),
    [
        ("flask==2.0", "2.0", ""),  # instead of what is required
        ("flask==2.0", "3.0", "flask"),
        ("flask==2.0 ; sys_platform == 'win32'", "2.0", ""),
        ("flask==2.0", "", "flask"),
        ("flask==2.0 ; python_version < '3'", "", ""),
        ("click==1", "3.0", ""),  # nobody requires it, so the lock need not hold it
    ],
)
def test_an_override_holds_instead_of_what_is_required(
    tree: Tree, override: str, held: str, stale_name: str
) -> None:
    table = f'[tool.uv]\nconstraint-dependencies = ["flask<9"]\noverride-dependencies = ["{override}"]\n'
    lock = locks.uv({"flask": held} if held else {"other": "1"})
    files = {
        "pyproject.toml": pyproject("flask>=3" if "click" not in override else "flask", extra=table),
        "uv.lock": lock,
    }
    assert [name for _, _, name in stale(tree, files)] == ([stale_name] if stale_name else [])


def test_a_lock_tells_the_overrides_of_its_workspace(tree: Tree) -> None:
    made_with = '[manifest]\nmembers = ["shop"]\noverrides = [{ name = "flask", specifier = "==2.0" }]\n'
    lock = locks.uv({"flask": "2.0"})
    files = {"pyproject.toml": pyproject("flask>=3"), "uv.lock": lock}
    assert [name for _, _, name in stale(tree, files)] == ["flask"]
    assert stale(tree, {**files, "uv.lock": lock.replace("[[package]]", made_with + "[[package]]", 1)}) == []


def test_overrides_of_pdm(tree: Tree) -> None:
    table = '[tool.pdm.resolution.overrides]\nflask = "2.0"\n'
    files = {"pyproject.toml": pyproject("flask>=3", extra=table), "pdm.lock": locks.pdm({"flask": "2.0"})}
    assert stale(tree, files) == []


def test_a_pipfile_is_compared_with_both_sections_of_its_lock(tree: Tree) -> None:
    declared = '[packages]\nflask = ">=3"\nclick = "*"\n[dev-packages]\npytest = "==8.0"\nmypy = "*"\n'
    lock = locks.pipfile({"flask": "2.0", "click": "8.1"}, {"mypy": "1.0"})
    assert stale(tree, {"Pipfile": declared, "Pipfile.lock": lock}) == [
        ("Pipfile", 2, "flask"),
        ("Pipfile", 5, "pytest"),
    ]


def test_poetrys_own_words_are_compared(tree: Tree) -> None:
    declared = (
        '[tool.poetry]\nname = "shop"\n[tool.poetry.dependencies]\npython = "^3.11"\nflask = "^3.0"\n'
        'tomli = {version = "*", python = "<3.11"}\n[tool.poetry.group.dev.dependencies]\npytest = "^8"\n'
    )
    lock = locks.poetry({"flask": "4.0"})
    assert stale(tree, {"pyproject.toml": declared, "poetry.lock": lock}) == [
        ("pyproject.toml", 5, "flask"),
        ("pyproject.toml", 8, "pytest"),
    ]


@pytest.mark.parametrize("folder", ["", "requirements/"])
def test_each_requirements_file_is_compared_with_the_one_compiled_from_it(tree: Tree, folder: str) -> None:
    files = {
        f"{folder}base.in" if folder else "requirements.in": "flask>=3\n",
        f"{folder}base.txt" if folder else "requirements.txt": locks.requirements({"flask": "2.0"}),
        f"{folder}dev.in" if folder else "dev-requirements.in": "pytest\n",
        f"{folder}dev.txt" if folder else "dev-requirements.txt": locks.requirements({"pytest": "8.0"}),
    }
    assert [name for _, _, name in stale(tree, files)] == ["flask"]


def test_a_lock_that_belongs_to_a_requirements_file_is_not_the_pyprojects(tree: Tree) -> None:
    files = {
        "pyproject.toml": pyproject("pandas"),
        "requirements.in": "flask>=3\n",
        "requirements.txt": locks.requirements({"flask": "3.0"}),
    }
    assert stale(tree, files) == []


def test_a_constraints_file_is_no_lock_and_needs_none(tree: Tree) -> None:
    files = {
        "requirements.txt": "flask>=3\n-c constraints.txt\n",
        "constraints.txt": "flask==2.0\njinja2==3\n",
    }
    facts = World().facts(tree(files))
    assert findings("STK-E002", facts) == []
    assert [f.subject for f in findings("STK-E001", facts)] == ["."]


def test_a_member_is_locked_by_its_workspace(tree: Tree) -> None:
    root = '[tool.uv.workspace]\nmembers = ["packages/*"]\n'
    member = '[project]\nname = "shop"\ndependencies = ["flask>=3"]\n'
    stranger = '[project]\nname = "stranger"\ndependencies = ["flask>=3"]\n'
    files = {
        "pyproject.toml": root,
        "uv.lock": locks.uv({"flask": "2.0"}, own="shop"),
        "packages/shop/pyproject.toml": member,
        "packages/stranger/pyproject.toml": stranger,
    }
    assert stale(tree, files) == [("packages/shop/pyproject.toml", 3, "flask")]
    facts = World().facts(tree({}))
    assert [f.subject for f in findings("STK-E001", facts)] == ["packages/stranger"]


def test_locks_are_no_neighbours_of_other_projects(tree: Tree) -> None:
    files = {
        "a/pyproject.toml": pyproject("flask"),
        "a/uv.lock": locks.uv({"flask": "3.0"}),
        "b/pyproject.toml": pyproject("flask", "click"),
    }
    found = findings("STK-E001", World().facts(tree(files)))
    assert [(f.subject, f.message) for f in found] == [("b", "2 direct dependencies, no lockfile (0 pinned)")]


@pytest.mark.parametrize(
    ("requirements", "message"),
    [
        ("flask", "1 direct dependency, no lockfile (0 pinned)"),
        ("flask==3.0\nclick", "2 direct dependencies, no lockfile (1 pinned)"),
        (
            "flask==3.0\nclick==8.1",
            "2 direct dependencies, no lockfile: the direct ones are pinned, what they bring is not",
        ),
    ],
)
def test_pins_are_no_lock(tree: Tree, requirements: str, message: str) -> None:
    (found,) = findings("STK-E001", World().facts(tree({"requirements.txt": requirements})))
    assert found.message == message
    assert found.location is not None
    assert found.location.path == "requirements.txt"


def test_a_project_without_dependencies_needs_no_lock(tree: Tree) -> None:
    build = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
    assert findings("STK-E001", World().facts(tree({"pyproject.toml": pyproject(extra=build)}))) == []


def test_a_broken_lock_is_not_called_stale(tree: Tree) -> None:
    folder = tree({"pyproject.toml": pyproject("flask"), "uv.lock": "version = 1\n[[package\n"})
    inventory = discover(folder)
    (project,) = projects_of(inventory)
    (declaration,) = project.declarations
    lock = lock_of(declaration, project)
    assert lock is not None
    assert lock.defects
    assert [requirement.name for requirement, _ in misfits(declaration, lock)] == ["flask"]
    assert list(CHECK.run(World().facts(folder))) == []
