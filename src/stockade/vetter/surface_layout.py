"""Where importable modules lie: in what is installed as it is, and in a source tree."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field

from stockade.model.vetting import Phase
from stockade.vetter.surface_settings import Settings
from stockade.vetter.surface_tree import DEEP, NESTED, Tree, module_name

TESTS = frozenset({"test", "tests", "testsuite", "unit_test", "unit_tests", "unittests", "t"})
DOCS = frozenset(
    {"doc", "docs", "documentation", "manpages", "news", "newsfragments", "changelog", "changelogs"}
)
EXAMPLES = frozenset(
    "example examples sample samples demo demos tutorial tutorials exercise exercises notebooks".split()  # noqa: SIM905  a list of words
)
BENCHMARKS = frozenset({"benchmark", "benchmarks", "bench", "asv_bench", "perf"})
_PARTS = {
    word: part
    for words, part in ((TESTS, "tests"), (DOCS, "docs"), (EXAMPLES, "examples"), (BENCHMARKS, "benchmarks"))
    for word in words
}
_ASIDE = frozenset(
    """ci .ci bin debian tools tool util utils build dist scripts script tasks contrib admin devtools dev etc
    packaging release vendor third_party extern external hooks devscripts bootloader maint misc recipes fuzz fuzzing fuzzers
    .github integration_tests integration typings stubs conda docker noxfile tox fabfile""".split()  # noqa: SIM905  a list of words
)
"""Folders of a source tree that automatic discovery leaves out."""
_ASIDE_STARTS = ("docs_", "doc_", "test_", "tests_", "testing", "example_", "examples_", "benchmark")
_UNINSTALLED = TESTS | DOCS | EXAMPLES | BENCHMARKS | _ASIDE
_UNINSTALLED_MODULES = frozenset(
    "setup conftest noxfile tasks fabfile toxfile dodo versioneer ez_setup distribute_setup pavement runtests".split()  # noqa: SIM905  a list of words
)
_SOURCE_FOLDERS = ("src", "lib", "python", "source", "Lib")


@dataclass(slots=True)
class Layout:
    """What a tree makes importable, and when by place alone."""

    modules: dict[str, str] = field(default_factory=dict)
    """Importable name to path in the archive."""
    phases: dict[str, Phase] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    """What only ``setup.py`` can import from the source root: name to path."""
    roots: list[str] = field(default_factory=list)
    """Folders of a source tree that are on the import path."""

    def add(self, name: str, path: str, phase: Phase, part: str) -> None:
        """Enter a Python file; sources go before compiled files of one name, packages before modules."""
        held = self.modules.setdefault(name, path)
        if held is not path and _strength(path) > _strength(held):
            self.modules[name] = path
        self.raise_to(path, phase)
        self.parts[path] = part

    def raise_to(self, path: str, phase: Phase) -> None:
        """Let a file run in ``phase``, unless it runs in a stronger one already."""
        held = self.phases.get(path)
        if held is None or held.rank < phase.rank:
            self.phases[path] = phase


def _strength(path: str) -> tuple[bool, bool]:
    """Which of two files an import takes: a package before a module, source before compiled."""
    stem = posixpath.basename(path)
    return stem.startswith("__init__."), not stem.endswith(".pyc")


def part_of(relative: str) -> str:
    """What a file of a source tree is a part of, by its folders alone."""
    *folders, base = relative.lower().split("/")
    for folder in folders:
        if part := _PARTS.get(folder):
            return part
        if folder.endswith((".dist-info", ".egg-info", "egg-info")):
            return "metadata"
    is_test = base == "conftest.py" or base.startswith("test_") or base.endswith("_test.py")
    return "tests" if is_test else "other"


def installed_phase(name: str, part: str) -> Phase:
    """The phase of an installed module by its place.

    A module runs when it is imported. One below a folder of tests, docs or examples inside the
    installed package is importable as well, but nobody imports it by using the package: it counts as
    code that is called, and rises when something reaches it. So does one whose folders cannot stand in an
    import statement (templates).
    """
    if part in {"tests", "docs", "examples", "benchmarks"}:
        return Phase.CALL
    folders = name.split(".")[:-1]
    return Phase.IMPORT if all(folder.isidentifier() for folder in folders) else Phase.CALL


def installed(tree: Tree, layout: Layout, own: frozenset[str] = frozenset()) -> None:
    """Enter all modules below a folder that is on the import path of an installation (``site-packages``).

    A project that is called ``demo``, or that holds nothing but a folder called so, means that folder to be imported:
    ``own`` are the names of the distribution, in small letters.
    """
    named = [(module_name(relative), relative, path) for relative, path in tree.files.items()]
    other = any(
        name and NESTED not in relative and part_of(relative) == "other" for name, relative, _ in named
    )
    for name, relative, path in named:
        if not name or NESTED in relative:
            continue
        top, _, rest = relative.partition("/")
        meant = not other or top.lower().partition(".")[0] in own
        part = part_of(rest or "module.py") if meant else part_of(relative)
        shown = part if part != "other" else "package"
        layout.add(name, path, installed_phase(name, part), shown)


def source_tree(tree: Tree, settings: Settings, declared: set[str]) -> Layout:
    """The modules of a source tree, by its settings where they are static, by custom where not.

    ``declared`` are top-level names that the metadata of the tree says (``top_level.txt``); they add to what is found
    and never take away.
    """
    layout = Layout()
    roots = layout.roots = _import_roots(tree, settings)
    places = _Places(roots, settings)
    chosen = _Chosen(tree, settings, declared)
    later: list[tuple[str, str]] = []
    for relative, path in tree.files.items():
        whole = module_name(relative)
        if not whole or NESTED in relative:
            continue
        root, name = places.of(relative, whole)
        part = part_of(places.inside(relative))
        if name and chosen.installs(name, relative, root, part):
            shown = part if part != "other" else "package"
            layout.add(name, path, installed_phase(name, part), shown)
        else:
            layout.phases.setdefault(path, Phase.NEVER)
            layout.parts.setdefault(path, part)
        later.append((whole, path))
        if name != whole:
            later.append((name, path))
    for relative, path in tree.files.items():
        if settings.placed and (name := places.placed(relative)):
            layout.add(name, path, installed_phase(name, "other"), "package")
    for name, path in later:
        if name and name not in layout.modules:
            layout.sources.setdefault(name, path)
    return layout


def _import_roots(tree: Tree, settings: Settings) -> list[str]:
    """Folders of the import path, the deepest first; the project's own folder is always the last."""
    roots = {root for root in settings.roots if root in tree.folders}
    for folder in _SOURCE_FOLDERS:
        if folder in tree.folders and not tree.is_package(folder) and _holds_python(tree, folder):
            roots.add(folder)
    return [*sorted(roots, key=lambda root: (-root.count("/"), root)), ""]


def _holds_python(tree: Tree, folder: str) -> bool:
    """Whether modules or packages lie right in a folder."""
    start = f"{folder}/"
    return any(
        relative.startswith(start)
        and relative.count("/") <= start.count("/") + 1
        and relative.endswith((".py", ".pyc", ".pyw"))
        for relative in tree.files
    )


class _Places:
    """Which import root a file belongs to: the deepest that the settings name. Depth is bounded, number is not."""

    def __init__(self, roots: list[str], settings: Settings) -> None:
        self._roots = set(roots)
        self._targets = settings.placed
        self._packages = {folder: package for package, folder in settings.package_dirs.items()}

    def placed(self, relative: str) -> str:
        """The module that a file becomes which the settings put somewhere else, whatever it is called here."""
        parts = relative.split("/", DEEP)
        for depth in range(len(parts), 0, -1):
            source = "/".join(parts[:depth])
            if source in self._targets:
                return module_name(self._targets[source] + relative[len(source) :])
        return ""

    def inside(self, relative: str) -> str:
        """The path below the folder that the settings name as a package: what that is called tells nothing."""
        folder = next((each for each in self._packages if each and relative.startswith(f"{each}/")), "")
        return relative[len(folder) + 1 :] if folder else relative

    def of(self, relative: str, whole: str) -> tuple[str, str]:
        """The root, and the module's name there; ``whole`` is its name from the project's own folder."""
        parts = relative.split("/", DEEP)
        for depth in range(len(parts) - 1, 0, -1):
            folder = "/".join(parts[:depth])
            if package := self._packages.get(folder):
                inner = module_name(relative[len(folder) + 1 :])
                # the package's own __init__ has no name below its folder
                return folder, f"{package}.{inner}" if inner else package
            if folder in self._roots:
                return folder, module_name(relative[len(folder) + 1 :])
        if package := self._packages.get(""):
            return "", f"{package}.{whole}" if whole else package
        return "", whole


def _aside(top: str) -> bool:
    """Whether a top-level folder of a source tree is by its name one that is not meant to be installed."""
    name = top.lower()
    return name in _UNINSTALLED or name.startswith(_ASIDE_STARTS) or name.endswith(("_tests", "_test"))


class _Chosen:
    """Which modules of a source tree are installed. In doubt they are."""

    def __init__(self, tree: Tree, settings: Settings, declared: set[str]) -> None:
        self._tree = tree
        self._settings = settings
        self._declared = declared | {name.partition(".")[0] for name in settings.modules}
        self._points = {point.module for point in settings.entry_points}
        self._tops = {package.partition(".")[0] for package in settings.packages}
        name = settings.name.lower().replace("-", "_").replace(".", "_")
        self._own = {name, name.removeprefix("python_"), name.removeprefix("py")} - {""}
        self._namespaces = {
            relative.partition("/")[0]
            for relative in tree.files
            if relative.count("/") == 2 and relative.endswith("/__init__.py")  # noqa: PLR2004 - top/package/__init__.py
        }
        """Top-level folders that hold packages, as those of a namespace do."""

    def installs(self, name: str, relative: str, root: str, part: str) -> bool:
        """Whether a module is part of the installation."""
        top, _, rest = name.partition(".")
        package = name if relative.rpartition("/")[2].startswith("__init__.") else name.rpartition(".")[0]
        # Below a listed package everything may be installed: as a package, or as its data.
        if name in self._points or top in self._declared or top in self._tops:
            return True
        if self._settings.complete:
            return False
        if not package:
            return self._module(top, root)
        return self._package(top, root, part, inner=bool(rest))

    def _package(self, top: str, root: str, part: str, *, inner: bool) -> bool:
        if top.lower() in self._own:
            return True
        if root:
            return part == "other" or inner
        if not self._tree.is_package(top):
            return part == "other" and not _aside(top) and top in self._namespaces
        return self._settings.finds_all or not _aside(top)

    def _module(self, top: str, root: str) -> bool:
        if top in _UNINSTALLED_MODULES or top.startswith("test_") or top.endswith("_test"):
            return False
        return bool(root) or top.lower() in self._own or f"{top}.py" in self._settings.scripts
