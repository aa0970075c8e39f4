"""A filter of system calls for this process and all that comes of it, as classic BPF (seccomp(2)).

Everything that :mod:`stockade.vetter.syscalls` does not list fails with ``ENOSYS``. Of what it lists, files open
for reading only, new threads are allowed and new processes are not, and signals reach this process only.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Iterable

from stockade.vetter.syscalls import MACHINES, Machine

_LOAD, _EQUAL, _SET, _AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
"""``BPF_LD|W|ABS``, ``BPF_JMP|JEQ|K``, ``…|JSET|K``, ``…|JGE|K``, ``BPF_RET|K``."""
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER_AT, _ARCHITECTURE_AT = 0, 4
_X32 = 0x40000000
"""Calls of the x32 convention have this bit, and other numbers."""

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | 0o20000000
"""With ``__O_TMPFILE``; a call that opens with none of these cannot change a file."""
_CLONE_THREAD = 0x00010000
_IOCTLS = (0x5401, 0x5421, 0x541B, 0x5450, 0x5451)
"""TCGETS (what ``isatty`` asks), FIONBIO, FIONREAD, FIONCLEX, FIOCLEX."""
_FCNTLS = (0, 1, 2, 3, 4, 1030)
"""F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC."""

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _MODE_FILTER = 38, 22, 2

Instruction = tuple[int, int, int, int]
"""Code, jump if true, jump if false, operand."""


class NoFilterError(OSError):
    """The filter could not be set; the text says why."""


def program(machine: Machine, pid: int) -> list[Instruction]:
    """The filter for a process of number ``pid``."""
    numbers = machine.numbers
    code: list[Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_EQUAL, 1, 0, machine.audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_AT_LEAST, 0, 1, _X32),
        (_RETURN, 0, 0, _ERROR | errno.ENOSYS),
    ]
    guarded = {
        "open": _without_bits(1, _WRITING, errno.EACCES),
        "openat": _without_bits(2, _WRITING, errno.EACCES),
        "clone": [_argument(0), (_SET, 0, 1, _CLONE_THREAD), _end(), _end(errno.EPERM)],
        "ioctl": _among(1, _IOCTLS, errno.ENOTTY),
        "fcntl": _among(1, _FCNTLS, errno.EPERM),
        "tgkill": _among(0, (pid,), errno.EPERM),
        "prlimit64": _among(0, (0,), errno.EPERM),
    }
    for name, number in numbers.items():
        block = guarded.get(name, [_end()])
        code += [(_EQUAL, 0, len(block), number), *block]
    return [*code, _end(errno.ENOSYS)]


def set_filter() -> None:
    """Set the filter for the calling thread and whatever it starts. It cannot be taken off again.

    Raises:
        NoFilterError: this system has no such filter.
    """
    machine = MACHINES.get(platform.machine())
    if machine is None or platform.system() != "Linux" or ctypes.sizeof(ctypes.c_void_p) != 8:  # noqa: PLR2004 - bytes of a pointer
        raise NoFilterError(f"no list of system calls for {platform.system()} on {platform.machine()}")
    code = program(machine, os.getpid())
    packed = b"".join(struct.pack("=HBBI", *instruction) for instruction in code)
    kept = ctypes.create_string_buffer(packed, len(packed))
    header = struct.pack("@HP", len(code), ctypes.addressof(kept))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(
        _PR_SET_SECCOMP, _MODE_FILTER, header, 0, 0
    ):
        raise NoFilterError(os.strerror(ctypes.get_errno()))


def _end(error: int = 0) -> Instruction:
    return (_RETURN, 0, 0, _ERROR | error if error else _ALLOW)


def _argument(at: int) -> Instruction:
    """Load the lower half of an argument; both machines are little-endian, and what is looked at has 32 bits."""
    return (_LOAD, 0, 0, 16 + 8 * at)


def _without_bits(argument: int, bits: int, error: int) -> list[Instruction]:
    return [_argument(argument), (_SET, 0, 1, bits), _end(error), _end()]


def _among(argument: int, values: Iterable[int], error: int) -> list[Instruction]:
    block = [_argument(argument)]
    for value in values:
        block += [(_EQUAL, 0, 1, value), _end()]
    return [*block, _end(error)]
