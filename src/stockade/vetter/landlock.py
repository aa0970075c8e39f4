"""Which files this process may read, by Landlock (landlock(7)); nothing may be written, made, removed or started."""

from __future__ import annotations

import ctypes
import os
import platform
import struct
from collections.abc import Iterable
from pathlib import Path

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_ASK_VERSION = 1
_PATH_BENEATH = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_PR_SET_NO_NEW_PRIVS = 38

_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
"""How many rights over files each version of the interface knows; from version 5 on there are 16."""
_NEWEST_RIGHTS = 16
_WITH_NETWORK, _WITH_SCOPES = 4, 6
_BOTH = 0b11
"""TCP bind and connect; abstract sockets and signals."""


class NoLandlockError(OSError):
    """The rules could not be set; the text says why."""


def restrict(readable: Iterable[Path]) -> int:
    """Let this process read what is below ``readable`` and nothing else. It cannot be taken back.

    What of ``readable`` does not exist is passed over.

    Returns:
        the version of the interface that holds.

    Raises:
        NoLandlockError: this system has none.
    """
    if platform.system() != "Linux":
        raise NoLandlockError(f"{platform.system()} has none")
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint(_ASK_VERSION))
    if version < 1:
        raise _error()
    fields = [(1 << _RIGHTS.get(version, _NEWEST_RIGHTS)) - 1]
    fields += [_BOTH] if version >= _WITH_NETWORK else []
    fields += [_BOTH] if version >= _WITH_SCOPES else []
    attributes = struct.pack(f"={len(fields)}Q", *fields)
    rules = libc.syscall(_CREATE, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint(0))
    if rules < 0:
        raise _error()
    try:
        for path in readable:
            _admit(libc, rules, path)
        if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.syscall(_RESTRICT, rules, ctypes.c_uint(0)):
            raise _error()
    finally:
        os.close(rules)
    return int(version)


def _admit(libc: ctypes.CDLL, rules: int, path: Path) -> None:
    try:
        held = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there needs no rule
    try:
        rights = _READ_FILE | _READ_DIR if path.is_dir() else _READ_FILE
        rule = struct.pack("=Qi", rights, held)
        if libc.syscall(_ADD, rules, _PATH_BENEATH, rule, ctypes.c_uint(0)):
            raise _error()
    finally:
        os.close(held)


def _error() -> NoLandlockError:
    return NoLandlockError(os.strerror(ctypes.get_errno()))
