"""What must not stand in the tree, and what must agree with what."""

from __future__ import annotations

import ast
import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tests.repo.tree import ROOT, text_of, tracked

from stockade import __version__

# Put together from halves, so that this file does not name them itself.
REGISTRY_HOSTS = re.compile(
    "|".join(
        re.escape(front + back)
        for front, back in (
            ("pypi", ".org"),
            ("python", "hosted.org"),
            ("npm", "js.org"),
            ("npm", "js.com"),
            ("debian", ".org"),
            ("ana", "conda.org"),
        )
    )
)
MACHINE_PATHS = re.compile(r"/(?:work|root|home/[a-z][\w-]*|Users/[A-Za-z][\w-]*)/[\w.]")
LOCK = "uv.lock"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _hits(pattern: re.Pattern[str], *, but: frozenset[str] = frozenset()) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()[:100]}"
        for name in tracked()
        if name not in but
        for number, line in enumerate(text_of(name).splitlines(), 1)
        if pattern.search(line)
    ]


def test_only_the_lock_names_a_registry_host() -> None:
    assert _hits(REGISTRY_HOSTS, but=frozenset({LOCK})) == []


def test_the_pattern_of_hosts_would_find_one() -> None:
    assert REGISTRY_HOSTS.search(f"https://{'pypi'}.org/simple")
    assert not REGISTRY_HOSTS.search("https://pypi.acme.example/simple")


def test_no_path_of_a_machine() -> None:
    images = {name for name in tracked() if Path(name).name.startswith("Dockerfile")}  # paths inside an image
    assert _hits(MACHINE_PATHS, but=frozenset({"tests/repo/test_hygiene.py", *images})) == []


def test_the_pattern_of_paths_would_find_one() -> None:
    assert MACHINE_PATHS.search("see /home/ada/notes.md")
    assert MACHINE_PATHS.search("/" + "root/.cache")
    assert not MACHINE_PATHS.search("https://github.example/work")


def test_nothing_large_is_tracked() -> None:
    large = {name: (ROOT / name).stat().st_size for name in tracked() if name != LOCK}
    assert {name: size for name, size in large.items() if size > 1_000_000} == {}


def test_no_unfinished_mark() -> None:
    marks = re.compile(
        "|".join(f"\\b{front}{back}\\b" for front, back in (("TO", "DO"), ("FIX", "ME"), ("XX", "X")))
    )
    code = [name for name in tracked() if name.endswith((".py", ".sh", ".toml", ".md", "Makefile"))]
    samples = frozenset(name for name in tracked() if name.startswith(("tests/samples/", "tests/golden/")))
    assert [hit for hit in _hits(marks, but=samples) if hit.partition(":")[0] in code] == []


def _runtime() -> set[str]:
    project = PYPROJECT["project"]
    extras = [text for group in project["optional-dependencies"].values() for text in group]
    return {canonicalize_name(Requirement(text).name) for text in [*project["dependencies"], *extras]}


def _development() -> set[str]:
    return {
        canonicalize_name(Requirement(text).name)
        for group in PYPROJECT["dependency-groups"].values()
        for text in group
        if isinstance(text, str)
    }


def _rows(heading: str) -> set[str]:
    """First cells (in backticks) of the table below ``heading`` in docs/dependencies.md."""
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    section = text.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    for row in rows:
        reason = row.strip("|").split("|")[1].strip()
        assert len(reason) > 20, f"no reason in {row!r}"
    return {canonicalize_name(row.split("`")[1]) for row in rows}


def test_every_runtime_dependency_has_its_reason() -> None:
    assert _rows("At run time") == _runtime()


def test_every_runtime_dependency_is_imported() -> None:
    modules_of: dict[str, set[str]] = {}
    for module, projects in packages_distributions().items():
        for project in projects:
            modules_of.setdefault(canonicalize_name(project), set()).add(module)
    source = "\n".join(
        text_of(name) for name in tracked() if name.startswith("src/") and name.endswith(".py")
    )
    declared = [canonicalize_name(Requirement(text).name) for text in PYPROJECT["project"]["dependencies"]]
    unused = [
        project
        for project in declared
        if not any(
            re.search(rf"^\s*(?:import|from) {module}\b|import_module\(\"{module}\b", source, re.MULTILINE)
            for module in modules_of.get(project, ())
        )
    ]
    assert unused == []


def test_every_development_dependency_has_its_reason() -> None:
    assert _rows("For development") == _development()


def test_the_changelog_tells_this_version() -> None:
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == __version__
    assert len(headings) == len(set(headings))


def test_documents_are_there_and_say_something() -> None:
    for name in (
        "README.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "docs/architecture.md",
        "docs/threat-model.md",
        "docs/dependencies.md",
    ):
        assert len((ROOT / name).read_text(encoding="utf-8")) > 1000, name
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")


LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


@pytest.mark.parametrize(
    "name", ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "docs", "examples"]
)
def test_links_in_documents_lead_somewhere(name: str) -> None:
    start = ROOT / name
    documents = [start] if start.is_file() else sorted(start.rglob("*.md"))
    assert documents
    dead = []
    for document in documents:
        for target in LINK.findall(document.read_text(encoding="utf-8")):
            path, _, anchor = target.partition("#")
            if "://" in target or path.startswith("mailto:"):
                continue
            place = (document.parent / path) if path else document
            if not place.exists() or (anchor and anchor not in _anchors(place)):
                dead.append(f"{document.relative_to(ROOT)} -> {target}")
    assert dead == []


def _anchors(document: Path) -> set[str]:
    """The fragment ids that a forge gives to the headings of ``document``."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_make_commands_in_documents_are_targets() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"run", "test", "lint", "format", "bench", "clean", "help"} <= targets
    named = {
        (name, word)
        for name in ("README.md", "CONTRIBUTING.md", "docs/architecture.md")
        for word in re.findall(r"(?:^ *|`)make ([a-z]+)", text_of(name), re.MULTILINE)
    }
    assert {word for _, word in named} >= {"run", "test"}
    assert [pair for pair in sorted(named) if pair[1] not in targets] == []


def test_shell_scripts_parse_and_stop_at_errors() -> None:
    scripts = [name for name in tracked() if name.startswith("tools/") and name.endswith(".sh")]
    assert scripts
    for name in scripts:
        text = text_of(name)
        assert text.startswith(("#!/bin/sh\n", "# shellcheck shell=sh\n")), name
        assert text.startswith("# shellcheck") or re.search(r"^set -e?u$", text, re.MULTILINE), name


def test_every_package_has_its_place_in_the_layers() -> None:
    contracts = PYPROJECT["tool"]["importlinter"]["contracts"]
    layered = next(contract for contract in contracts if contract["type"] == "layers")
    placed = {part.strip() for layer in layered["layers"] for part in re.split(r"[|:]", layer)}
    there = {
        path.stem
        for path in (ROOT / "src" / "stockade").iterdir()
        if (path / "__init__.py").is_file() or path.suffix == ".py"
    }
    assert there - {"__init__"} - set(layered["exhaustive_ignores"]) == placed


PURE = ("model", "names", "manifests", "checks", "policy")


def test_pure_layers_are_all_forbidden_the_network() -> None:
    contracts = PYPROJECT["tool"]["importlinter"]["contracts"]
    forbidden = next(contract for contract in contracts if contract["type"] == "forbidden")
    assert {f"stockade.{name}" for name in PURE} <= set(forbidden["source_modules"])
    assert {"socket", "ssl", "http", "httpx2", "sqlalchemy", "subprocess"} <= set(
        forbidden["forbidden_modules"]
    )


def _imports(path: Path) -> set[str]:
    """Full names that a module imports, ``from a import b`` as both ``a`` and ``a.b``."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_pure_layers_do_not_import_urllib_request() -> None:
    """import-linter cannot forbid a part of an external package, and ``urllib.parse`` is welcome."""
    modules = [path for name in PURE for path in (ROOT / "src" / "stockade" / name).rglob("*.py")]
    assert any("urllib.parse" in _imports(path) for path in modules)
    assert [path.name for path in modules if "urllib.request" in _imports(path)] == []
