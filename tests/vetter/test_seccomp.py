"""The filter of system calls, run by a small interpreter of its own language for both architectures."""

from __future__ import annotations

import errno
import os
import platform

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockade.vetter import confine as confine_module
from stockade.vetter.confine import Confinement
from stockade.vetter.landlock import NoLandlockError
from stockade.vetter.seccomp import NoFilterError, program, set_filter
from stockade.vetter.syscalls import MACHINES, Machine

PID = 4242
ALLOW, KILL, ERROR = 0x7FFF0000, 0x80000000, 0x00050000
NO_CALL = ERROR | errno.ENOSYS
names = st.sampled_from(sorted(MACHINES))


def outcome(machine: Machine, number: int, *arguments: int, audit: int = 0) -> int:
    """What the kernel would do with a call."""
    words = {0: number, 4: audit or machine.audit}
    for at, value in enumerate((*arguments, 0, 0, 0, 0, 0, 0)[:6]):
        words[16 + 8 * at], words[20 + 8 * at] = value & 0xFFFFFFFF, value >> 32 & 0xFFFFFFFF
    code = program(machine, PID)
    at = accumulator = 0
    while True:
        kind, yes, no, operand = code[at]
        at += 1
        if kind == 0x20:
            accumulator = words[operand]
        elif kind == 0x15:
            at += yes if accumulator == operand else no
        elif kind == 0x45:
            at += yes if accumulator & operand else no
        elif kind == 0x35:
            at += yes if accumulator >= operand else no
        else:
            assert kind == 0x06
            return operand


@pytest.mark.parametrize("name", sorted(MACHINES))
def test_what_is_not_listed_does_not_exist(name: str) -> None:
    machine = MACHINES[name]
    listed = set(machine.numbers.values())
    assert len(listed) == len(machine.numbers)
    for number in range(600):
        if number not in listed:
            assert outcome(machine, number) == NO_CALL


@given(name=names, number=st.integers(0x40000000, 0xFFFFFFFF))
def test_calls_of_another_convention_do_not_exist(name: str, number: int) -> None:
    assert outcome(MACHINES[name], number) == NO_CALL


@given(name=names, number=st.integers(0, 500), audit=st.integers(1, 0xFFFFFFFF))
def test_another_architecture_ends_the_process(name: str, number: int, audit: int) -> None:
    machine = MACHINES[name]
    if audit != machine.audit:
        assert outcome(machine, number, audit=audit) == KILL


@pytest.mark.parametrize("name", sorted(MACHINES))
@pytest.mark.parametrize(
    "call",
    ["socket", "connect", "bind", "sendto", "sendmsg", "execve", "execveat", "fork", "vfork", "clone3", "ptrace",
     "kill", "unlinkat", "renameat2", "mkdirat", "fchmodat", "truncate", "ftruncate", "memfd_create", "io_uring_setup",
     "bpf", "mount", "unshare", "setns", "process_vm_readv", "pidfd_open", "open_by_handle_at", "openat2"],
)  # fmt: skip
def test_what_reaches_out_is_not_listed(name: str, call: str) -> None:
    assert call not in MACHINES[name].numbers


@pytest.mark.parametrize("name", sorted(MACHINES))
def test_files_open_for_reading_only(name: str) -> None:
    machine = MACHINES[name]
    openat = machine.numbers["openat"]
    for flags in (os.O_RDONLY, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW, os.O_RDONLY | os.O_DIRECTORY):
        assert outcome(machine, openat, 0, 0, flags) == ALLOW
    for flags in (os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC, os.O_APPEND | os.O_WRONLY, 0o20200000, 3):
        assert outcome(machine, openat, 0, 0, flags) == ERROR | errno.EACCES
    if "open" in machine.numbers:
        assert outcome(machine, machine.numbers["open"], 0, os.O_RDONLY) == ALLOW
        assert outcome(machine, machine.numbers["open"], 0, os.O_RDWR) == ERROR | errno.EACCES


@pytest.mark.parametrize("name", sorted(MACHINES))
def test_threads_but_no_processes_and_no_signals_to_others(name: str) -> None:
    machine = MACHINES[name]
    clone, tgkill, limits = (machine.numbers[call] for call in ("clone", "tgkill", "prlimit64"))
    assert outcome(machine, clone, 0x3D0F00) == ALLOW
    assert outcome(machine, clone, 17) == ERROR | errno.EPERM
    assert outcome(machine, tgkill, PID) == ALLOW
    assert outcome(machine, tgkill, PID + 1) == ERROR | errno.EPERM
    assert outcome(machine, limits, 0) == ALLOW
    assert outcome(machine, limits, PID) == ERROR | errno.EPERM


@pytest.mark.parametrize("name", sorted(MACHINES))
def test_descriptors_cannot_be_made_to_signal(name: str) -> None:
    machine = MACHINES[name]
    fcntl, ioctl = machine.numbers["fcntl"], machine.numbers["ioctl"]
    assert outcome(machine, fcntl, 3, 1030) == ALLOW
    assert outcome(machine, fcntl, 3, 8) == ERROR | errno.EPERM, "F_SETOWN"
    assert outcome(machine, ioctl, 0, 0x5401) == ALLOW
    assert outcome(machine, ioctl, 0, 0x5412) == ERROR | errno.ENOTTY, "TIOCSTI"


def test_an_unknown_machine_has_no_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(NoFilterError, match="riscv64"):
        set_filter()


def test_means_that_cannot_be_had_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_landlock(_readable: object) -> None:
        raise NoLandlockError("none here")

    def no_filter() -> None:
        raise NoFilterError("none there")

    monkeypatch.setattr(confine_module, "_limit", lambda _memory: "")
    monkeypatch.setattr(confine_module, "restrict", no_landlock)
    monkeypatch.setattr(confine_module, "set_filter", no_filter)
    monkeypatch.setattr(confine_module, "_leave_network", lambda: "not permitted")
    nothing = confine_module.confine((), memory=1)
    assert nothing == Confinement(
        held=("limits",), missing=("files: none here", "calls: none there", "namespace: not permitted")
    )
    assert not nothing.offline
    monkeypatch.setattr(confine_module, "_leave_network", lambda: "")
    assert confine_module.confine((), memory=1).held == ("limits", "namespace")
    assert confine_module.confine((), memory=1).offline
