"""Which release, and which of its files, an installer on this machine would choose."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import cache

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.tags import Tag, sys_tags
from packaging.utils import InvalidWheelFilename, parse_wheel_filename
from packaging.version import Version

from stockade.model.index import IndexFile
from stockade.stages.vet_wanted import Wanted


def chosen(wanted: Wanted, files: Iterable[IndexFile]) -> Version | None:
    """The release that an installer would choose: the newest that fits, yanked ones only where pinned (PEP 592),
    pre-releases only where nothing else fits or they are asked for (PEP 440)."""
    pinned = any(each.operator in {"==", "==="} for each in wanted.specifier)
    yanked: dict[Version, bool] = {}
    for file in files:
        if file.version is not None:
            yanked[file.version] = yanked.get(file.version, True) and file.yanked is not None
    usable = [version for version, withdrawn in yanked.items() if pinned or not withdrawn]
    fitting = list(wanted.specifier.filter(usable))
    return max(fitting, default=None)


def fits_here(filename: str) -> bool:
    """Whether a wheel's tags admit this machine and Python; False for a name that is none."""
    try:
        return bool(parse_wheel_filename(filename)[3] & _tags())
    except InvalidWheelFilename:
        return False


@cache
def _tags() -> frozenset[Tag]:
    return frozenset(sys_tags())


def python_fits(requires: str) -> bool:
    """Whether this Python is among those that a file asks for (``Requires-Python``); an odd wish excludes nobody."""
    if not requires:
        return True
    here = ".".join(map(str, sys.version_info[:3]))
    try:
        return SpecifierSet(requires).contains(here, prereleases=True)
    except InvalidSpecifier:
        return True
