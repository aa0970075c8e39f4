"""What a release can do, boiled down so that two releases can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from stockade.errors import InvalidValueError
from stockade.model.names import project_name
from stockade.model.vetting import Phase
from stockade.vetter.acts import Act, Kind, Origin
from stockade.vetter.package import Package

NETWORK = frozenset({Kind.SEND, Kind.FETCH, Kind.CONNECT, Kind.RESOLVE, Kind.LISTEN})
NATIVE = frozenset({"elf", "pe", "macho"})
WHOLE_ENVIRONMENT = "(the whole environment)"
MOST_ENTRIES = 2_000
"""Of one kind; a release with more is cut in sorted order, the same way in every release."""

_FORGES = ("github.", "gitlab.", "bitbucket.", "codeberg.", "sr.ht")
_REPOSITORY_PARTS = 3
_UNDERLINE = 3
_HOST = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,15}://)?(?:[^/@\s]{1,200}@)?([A-Za-z0-9_.-]{1,253}|\[[0-9a-fA-F:.]{2,45}\])"
)
_DOTTED = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+|\[[0-9a-f:.]+\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Facts of one release, each tuple sorted and without repetition."""

    version: str = ""
    hosts: tuple[str, ...] = ()
    """Hosts that its code names where it speaks to the network, lower case."""
    acts: tuple[tuple[Phase, Kind], ...] = ()
    """Which kinds of effect happen in which phase."""
    variables: tuple[str, ...] = ()
    """Environment variables that flow into an effect; :data:`WHOLE_ENVIRONMENT` for all of them."""
    install_files: tuple[str, ...] = ()
    """Files that run while it is built or installed, without the folder that an sdist wraps around everything."""
    start_files: tuple[str, ...] = ()
    """Files that run at every start of the interpreter."""
    native_files: tuple[str, ...] = ()
    """Compiled code."""
    dependencies: tuple[str, ...] = ()
    """Canonical names of ``Requires-Dist``."""
    author: str = ""
    """Its author's address, else name, lower case."""
    described: int = 0
    """Characters of its summary and description."""
    title: str = ""
    """The first heading of its description, as a canonical project name; empty where it is no such name."""
    repositories: tuple[str, ...] = ()
    """Last parts of the addresses of its source repositories, as canonical project names."""

    def does(self, phases: frozenset[Phase], kinds: frozenset[Kind]) -> frozenset[tuple[Phase, Kind]]:
        """The effects of ``kinds`` that happen in ``phases``."""
        return frozenset((phase, kind) for phase, kind in self.acts if phase in phases and kind in kinds)


def profile_of(package: Package) -> Profile:
    """The profile of a release whose code has been read."""
    files, metadata = package.files.values(), package.metadata
    return Profile(
        version=metadata.version,
        author=(metadata.author_email or metadata.author).strip().lower()[:200],
        described=len(metadata.summary.strip()) + len(metadata.description.strip()),
        title=_title(metadata.description),
        repositories=_sorted(name for page in metadata.home_pages for name in [_repository(page)] if name),
        hosts=_sorted(
            host for act in package.acts if act.kind in NETWORK for host in [host_of(act.target)] if host
        ),
        acts=tuple(
            sorted({(act.phase, act.kind) for act in package.acts}, key=lambda pair: (pair[0].rank, pair[1]))
        ),
        variables=_sorted(name for act in package.acts for name in _variables(act)),
        install_files=_sorted(unwrapped(file.path) for file in files if file.phase is Phase.INSTALL),
        start_files=_sorted(unwrapped(file.path) for file in files if _starts(file.path, file.phase)),
        native_files=_sorted(unwrapped(file.path) for file in files if file.kind in NATIVE),
        dependencies=_sorted(name for line in metadata.requires for name in [_dependency(line)] if name),
    )


def host_of(target: str) -> str:
    """The host that an address names, lower case; empty where it names none that is known."""
    found = _HOST.match(target)
    host = found[1].lower().rstrip(".") if found else ""
    return host if _DOTTED.fullmatch(host) else ""


def unwrapped(path: str) -> str:
    """A path without a first folder that carries a version, so that two sdists' paths can be compared."""
    first, slash, rest = path.partition("/")
    return (
        rest if slash and re.search(r"-\d", first) and not first.endswith((".dist-info", ".data")) else path
    )


def _title(description: str) -> str:
    """The first heading (Markdown, or reStructuredText underlined) of the first lines."""
    lines = [line.strip()[:200] for line in description[:4_000].splitlines() if line.strip()]
    for line, below in zip_longest(lines, lines[1:], fillvalue=""):
        underlined = len(below) >= _UNDERLINE and len(set(below)) == 1 and below[0] in "=-~*#^"
        if line.startswith("# ") or underlined:
            return _project(line.lstrip("# ").strip())
    return ""


def _repository(page: str) -> str:
    """The repository that an address of a forge names; empty for any other address."""
    parts = page.rpartition(",")[2].strip().partition("://")[2].split("/")
    forge = len(parts) >= _REPOSITORY_PARTS and parts[0].lower().removeprefix("www.").startswith(_FORGES)
    return _project(parts[2].partition("#")[0].removesuffix(".git")) if forge else ""


def _project(text: str) -> str:
    try:
        return project_name(text)
    except InvalidValueError:
        return ""


def _starts(path: str, phase: Phase) -> bool:
    return phase is Phase.START or path.endswith(".pth")


def _variables(act: Act) -> list[str]:
    taints = act.payload | act.target_taints
    named = [taint.detail for taint in taints if taint.origin is Origin.VARIABLE and taint.detail]
    whole = any(taint.origin is Origin.ENVIRONMENT for taint in taints)
    return [*named, WHOLE_ENVIRONMENT] if whole else named


def _dependency(line: str) -> str:
    try:
        return canonicalize_name(Requirement(line).name)
    except InvalidRequirement:
        return ""


def _sorted(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values))[:MOST_ENTRIES])
