"""Start-up files: what every interpreter of an environment runs (``.pth`` lines, ``sitecustomize``)."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stockade.manifests.python_ast import parse_python, string
from stockade.manifests.text import ReadError
from stockade.vetter.surface_metadata import EntryPoint, entry_point

STARTUP_FILES = (".pth", ".start")
"""What :mod:`site` reads in a site folder; ``.start`` since Python 3.15 (PEP 829)."""
STARTUP_MODULES = frozenset({"sitecustomize", "usercustomize"})
_MAX_LINES = 5_000
_MAX_CODE = 64 << 10
_MAX_LAYERS = 4

_DECODERS = frozenset(
    {"base64", "binascii", "zlib", "gzip", "bz2", "lzma", "marshal", "codecs", "pickle", "b64decode"}
)
_REACH = frozenset(
    {
        "urllib",
        "requests",
        "http",
        "socket",
        "httpx",
        "ftplib",
        "subprocess",
        "ctypes",
        "aiohttp",
        "urllib3",
        "pty",
    }
)
_NAMESPACE = frozenset(
    """sys types os importlib util machinery has_mfs version_info path join _getframe f_locals p ie exists m mp modules
    setdefault module_from_spec PathFinder find_spec dirname ModuleType __dict__ append __import__ has_pep420
    """.split()  # noqa: SIM905  a list of words
)
"""Every word of the line that setuptools wrote for a namespace package (``*-nspkg.pth``)."""
_SHELL = frozenset({"system", "popen", "spawnl", "spawnv", "execv", "execl", "startfile", "fork"})


@dataclass(frozen=True, slots=True)
class PthLine:
    """One line of a ``.pth`` that :mod:`site` acts on."""

    number: int
    text: str
    executes: bool
    """Whether it is run; else it is a path to add."""


def pth_lines(text: str) -> Iterator[PthLine]:
    """The lines that :mod:`site` executes (``import`` and a space or tab) or adds to the path.

    Lines that begin with ``#`` and blank ones do nothing.
    """
    for number, line in enumerate(text.split("\n")[:_MAX_LINES], start=1):
        if line.startswith("#") or not line.strip():
            continue
        yield PthLine(number, line.rstrip(), line.startswith(("import ", "import\t")))


def start_points(text: str) -> Iterator[tuple[int, EntryPoint]]:
    """The lines of a ``.start`` file (PEP 829) with their numbers; lines in any other form are passed over."""
    for number, line in enumerate(text.split("\n")[:_MAX_LINES], start=1):
        if not line.startswith("#") and ":" in line and (point := entry_point("site", "start", line)):
            yield number, point


def grade_pth(code: str, is_own: Callable[[str], bool]) -> str:
    """The oddity's kind for an executable line: how far a reader can see what it does.

    - ``pth-unreadable``: it is no Python of this interpreter, or too large.
    - ``pth-hidden-code``: it decodes and executes.
    - ``pth-computed-code``: it executes text that is not written out in the line.
    - ``pth-reaches-out``: it starts processes or reaches for the network by itself.
    - ``pth-namespace``: what setuptools once wrote for a namespace package, and nothing else.
    - ``pth-imports-own``: it imports modules for which ``is_own`` holds (top-level name), and no others
      but ``os`` and ``sys``.
    - ``pth-executes``: anything else that can be read.
    """
    try:
        trees, computed = _trees(code)
    except ReadError:
        return "pth-unreadable"
    names = {name for tree in trees for name in _names(tree)}
    imported = {name for tree in trees for name in _imports(tree)} - {"os", "sys"}
    if names & _DECODERS:
        return "pth-hidden-code"
    if computed:
        return "pth-computed-code"
    if names & (_REACH | _SHELL):
        return "pth-reaches-out"
    if "sitedir" in code and names <= _NAMESPACE:
        return "pth-namespace"
    return "pth-imports-own" if imported and all(map(is_own, imported)) else "pth-executes"


def _trees(code: str) -> tuple[list[ast.Module], bool]:
    """The line and the constant texts that it executes, parsed; and whether it executes others as well.

    Raises:
        ReadError: one of them is no Python, or they are too large or too many.
    """
    pending, trees, computed = [code], list[ast.Module](), False
    while pending:
        text = pending.pop()
        if len(text) > _MAX_CODE or len(trees) > _MAX_LAYERS:
            raise ReadError("a start-up line too large to be read")
        trees.append(parse_python(text.strip()))
        for node in ast.walk(trees[-1]):
            if isinstance(node, ast.Call) and _called(node.func) in {"exec", "eval", "compile", "execfile"}:
                inner = node.args[0] if node.args else None
                if (constant := string(inner)) is not None:
                    pending.append(constant)
                elif not (isinstance(inner, ast.Call) and _called(inner.func) == "compile"):
                    computed = True  # the text of an inner compile() is looked at by itself
    return trees, computed


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return (
            function.attr if isinstance(function.value, ast.Name) and function.value.id == "builtins" else ""
        )
    return function.id if isinstance(function, ast.Name) else ""


def _names(tree: ast.Module) -> Iterator[str]:
    """Every module, attribute and imported word, and constants that ``__import__`` and ``getattr`` use."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Call) and _called(node.func) in {"__import__", "getattr"}:
            yield from (text.partition(".")[0] for arg in node.args if (text := string(arg)))
    yield from _imports(tree)


def _imports(tree: ast.Module) -> Iterator[str]:
    """Top-level names of the modules that the code imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]
        elif isinstance(node, ast.Call) and _called(node.func) == "__import__" and node.args:
            yield (string(node.args[0]) or "?").partition(".")[0]
