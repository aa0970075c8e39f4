"""Shuts a worker in before it touches what may be hostile: no network, no writing, no new process, few files.

Each means is tried, none is configured; what holds and what does not is told and never passed over. The means:

* ``limits``: resource limits for memory, open files, core dumps and the size of written files;
* ``calls``: a filter of system calls (:mod:`stockade.vetter.seccomp`): no socket, no program, no new process, no
  file opened for writing;
* ``files``: Landlock (:mod:`stockade.vetter.landlock`): only the input and Python's own files can be read;
* ``namespace``: an empty network of its own, tried only where ``calls`` cannot be had.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

import stockade
from stockade.vetter.landlock import NoLandlockError, restrict
from stockade.vetter.seccomp import NoFilterError, set_filter

OPEN_FILES = 256
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_PDEATHSIG = 1
_SIGKILL = 9
_SYSTEM = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime",
           "/usr/share/zoneinfo", "/dev/null", "/dev/urandom", "/proc/cpuinfo", "/proc/meminfo",
           "/sys/devices/system/cpu")  # fmt: skip
"""What C libraries and extension modules read; nobody's secrets are there."""


class Confinement(msgspec.Struct, frozen=True, kw_only=True):
    """What shuts a worker in."""

    held: tuple[str, ...] = ()
    """The means that hold: ``limits``, ``calls``, ``files``, ``namespace``."""
    missing: tuple[str, ...] = ()
    """The means that could not be had, each with its reason."""

    @property
    def offline(self) -> bool:
        """Nothing can leave this machine."""
        return "calls" in self.held or "namespace" in self.held


def confine(readable: Iterable[Path], *, memory: int) -> Confinement:
    """Shut the calling process in, for good.

    Args:
        readable: the inputs: files, or folders with all that is below them.
        memory: the most bytes of memory that it may take.
    """
    held: list[str] = []
    missing: list[str] = []
    problem = _limit(memory)
    (missing if problem else held).append(f"limits: {problem}" if problem else "limits")
    try:
        restrict((*_own_files(), *readable))
        held.append("files")
    except NoLandlockError as error:
        missing.append(f"files: {error}")
    try:
        set_filter()
        held.append("calls")
    except NoFilterError as error:
        missing.append(f"calls: {error}")
        problem = _leave_network()
        (missing if problem else held).append(f"namespace: {problem}" if problem else "namespace")
    return Confinement(held=tuple(held), missing=tuple(missing))


def die_with_parent() -> None:
    """Have this process killed when the one that started it ends, where the system can do so."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)


def _limit(memory: int) -> str:
    """Set resource limits; gives what went wrong.

    Address space is not limited: the engine for byte patterns reserves much of it and uses little.
    """
    wanted = {
        "RLIMIT_DATA": memory,
        "RLIMIT_NOFILE": OPEN_FILES,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_CORE": 0,
    }
    problems = []
    for name, value in wanted.items():
        try:
            which = getattr(resource, name)
            hard = resource.getrlimit(which)[1]
            bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(which, (bound, bound))
        except (AttributeError, OSError, ValueError) as error:
            problems.append(f"{name}: {error}")
    return ", ".join(problems)


def _leave_network() -> str:
    """Enter an empty network; gives what went wrong."""
    if sys.platform != "linux":
        return f"{sys.platform} has none"
    if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWUSER | _CLONE_NEWNET):
        return os.strerror(ctypes.get_errno())
    with suppress(OSError, ValueError):  # a further means where the filter of calls is not to be had
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    return ""


def _own_files() -> Iterator[Path]:
    """Python, its libraries, Stockade itself: what is imported late is read late."""
    yield from map(Path, _SYSTEM)
    yield Path(stockade.__file__).parent
    yield from {
        Path(path) for name, path in sysconfig.get_paths().items() if name.endswith(("lib", "stdlib"))
    }
    for entry in sys.path:
        path = Path(entry)
        if path.name in {"site-packages", "dist-packages"} or path.is_relative_to(sys.base_prefix):
            yield path
