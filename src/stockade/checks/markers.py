"""Whether an environment marker can hold anywhere: resolvers leave out what no machine can want."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import product

from packaging.markers import InvalidMarker, Marker, UndefinedEnvironmentName
from packaging.specifiers import InvalidSpecifier, SpecifierSet

_PYTHONS = (*(f"2.{minor}" for minor in (6, 7)), *(f"3.{minor}" for minor in range(21)))
_PLATFORMS = (
    ("linux", "Linux", "posix"),
    ("darwin", "Darwin", "posix"),
    ("win32", "Windows", "nt"),
    ("cygwin", "CYGWIN", "posix"),
    ("emscripten", "Emscripten", "posix"),
)
_MACHINES = ("x86_64", "AMD64", "aarch64", "arm64", "i686", "wasm32")
_IMPLEMENTATIONS = (("cpython", "CPython"), ("pypy", "PyPy"))
_PATCHES = (0, 99)
"""The first and a late patch release: ``requires-python`` may begin in the middle of a minor version."""


@lru_cache(maxsize=1024)
def can_hold(marker: str, requires_python: str, group: str = "") -> bool:
    """Whether some usual machine satisfies ``marker`` (PEP 508) under a Python that ``requires_python`` allows.

    What cannot be evaluated counts as possible.
    """
    try:
        condition, allowed = Marker(marker), SpecifierSet(requires_python)
    except (InvalidMarker, InvalidSpecifier):
        return True
    try:
        return any(condition.evaluate(machine) for machine in _machines(allowed, group))
    except (UndefinedEnvironmentName, ValueError):  # a comparison of what cannot be compared
        return True


def _machines(allowed: SpecifierSet, group: str) -> Iterator[dict[str, str]]:
    for python, patch in product(_PYTHONS, _PATCHES):
        full = f"{python}.{patch}"
        if not allowed.contains(full, prereleases=True):
            continue
        for platform, machine, implementation in product(_PLATFORMS, _MACHINES, _IMPLEMENTATIONS):
            yield {
                "python_version": python,
                "python_full_version": full,
                "implementation_version": full,
                "implementation_name": implementation[0],
                "platform_python_implementation": implementation[1],
                "sys_platform": platform[0],
                "platform_system": platform[1],
                "os_name": platform[2],
                "platform_machine": machine,
                "platform_release": "",
                "platform_version": "",
                "extra": group,
            }
