"""Native code (ELF, PE, Mach-O): what it imports and exports, how it is built, what its strings name.

Honest extension modules start processes and open sockets too, so single capabilities are told as one weak oddity;
what counts are conjunctions, and addresses, commands and paths among the strings that no library has.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from stockade.model.locations import Location
from stockade.model.vetting import Phase
from stockade.vetter.files import elf, pe
from stockade.vetter.files.base import Looked
from stockade.vetter.files.native_facts import Facts
from stockade.vetter.files.native_strings import Signs, by_strings, commands
from stockade.vetter.package import Oddity

MOST_BYTES: Final = 512 << 20
_SMALL: Final = 512 << 10
"""A library this small that starts processes and speaks to the network does little else."""
_LEAST_INTERPOSED: Final = 3
_MOST_EXPORTS: Final = 400
"""A C library exports thousands of names; what stands in front of one exports few."""
_LEAST_OVERLAY: Final = 64 << 10
"""Less is padding, or names for a debugger."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_EXECUTES: Final = _words(
    """system popen execve execv execvp execl execlp execle fexecve posix_spawn posix_spawnp fork vfork CreateProcessA
    CreateProcessW ShellExecuteA ShellExecuteW ShellExecuteExA ShellExecuteExW WinExec _wsystem"""
)
_CONNECTS: Final = _words(
    """connect WSAConnect InternetOpenA InternetOpenW InternetOpenUrlA InternetOpenUrlW WinHttpOpen WinHttpConnect
    URLDownloadToFileA URLDownloadToFileW HttpSendRequestA HttpSendRequestW curl_easy_perform getaddrinfo gethostbyname"""
)
_INJECTS: Final = _words(
    """ptrace memfd_create process_vm_writev WriteProcessMemory CreateRemoteThread NtWriteVirtualMemory SetWindowsHookExA
    SetWindowsHookExW GetAsyncKeyState CryptUnprotectData NtUnmapViewOfSection QueueUserAPC"""
)
_INTERPOSED: Final = _words(
    """readdir readdir64 accept accept4 pam_authenticate pam_get_item pam_open_session execve fopen fopen64 open open64
    openat stat __xstat lstat __lxstat access unlink unlinkat rename getdents64 getpwnam getspnam crypt write read connect
    kill opendir"""
)
_PACKERS: Final[tuple[tuple[bytes, str], ...]] = (
    (b"UPX!", "UPX"),
    (b"UPX0", "UPX"),
    (b".themida", "Themida"),
    (b".vmp0", "VMProtect"),
    (b".vmp1", "VMProtect"),
    (b".aspack", "ASPack"),
    (b".MPRESS1", "MPRESS"),
    (b"MEI\x0c\x0b\x0a\x0b\x0e", "a PyInstaller bundle"),
)
_MACHO: Final = (b"\xfe\xed\xfa", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba")
_DISGUISED = re.compile(
    r"\.(?:txt|md|rst|json|ya?ml|toml|ini|cfg|csv|tsv|xml|html?|css|js|py|pyi|png|jpe?g|gif|svg|ico|webp|bmp|ttf|woff2?"
    r"|pdf|log|mp3|mp4|wav|zip|gz|pickle|pkl|docx?|xlsx?|lock|typed)$",
    re.IGNORECASE,
)
_GPU_NAME = re.compile(
    r"(?:^|/)lib(?:cuda|nvidia-(?:ml|ptxjitcompiler|opencl|cfg)|nvcuvid)\.so(?:\.\d+)*$|(?:^|/)(?:nvcuda|nvml)\.dll$"
)


def look(data: bytes, path: str, phase: Phase) -> Looked:
    """What native code is able to do.

    Oddities: ``native-disguised`` (its name says that it is something else), ``native-packed``, ``native-address``
    (hosts where stolen data are dropped), ``native-paths`` (credentials, start-up files), ``native-interposes`` (replaces
    functions of the C library), ``native-gpu-library`` (stands in for the driver's), ``native-capabilities`` (starts
    processes and speaks to the network: weak), ``native-executable`` (weak), ``native-overlay`` (weak),
    ``native-unreadable``. Acts are those of shell commands among its strings, where they fetch and run, send secrets,
    or open a shell to elsewhere.
    """
    at = Location(path)
    facts = read(data) if len(data) <= MOST_BYTES else None
    if facts is None:
        detail = "its headers are broken" if len(data) <= MOST_BYTES else f"more than {MOST_BYTES} bytes"
        return Looked(oddities=(Oddity(kind="native-unreadable", at=at, detail=detail, phase=phase),))
    signs = Signs(data)
    able = not facts.imports or not facts.imports.isdisjoint(_CONNECTS | _EXECUTES)
    found = (*_by_name(path, at), *_by_headers(facts, data, at), *by_strings(signs, at, able=able))
    return Looked(tuple(commands(signs, path, phase)), tuple(replace(each, phase=phase) for each in found))


def read(data: bytes) -> Facts | None:
    """What the headers say; None where they cannot be read."""
    if data.startswith(b"\x7fELF"):
        return elf.read(data)
    if data.startswith(b"MZ"):
        return pe.read(data)
    return _macho(data) if data.startswith(_MACHO) else None


def _macho(data: bytes) -> Facts | None:
    import lief  # noqa: PLC0415 - heavy, and few packages have code for macOS

    lief.logging.disable()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of numbers in headers that it has no name for
            fat = lief.MachO.parse(data, lief.MachO.ParserConfig.quick)
            binary = fat.at(0) if fat is not None and fat.size else None
            if binary is None:
                return None
            imports = {_name(each.name).removeprefix("_") for each in binary.imported_symbols}
            exports = {_name(each.name).removeprefix("_") for each in binary.exported_symbols}
            program = binary.header.file_type == lief.MachO.Header.FILE_TYPE.EXECUTE
            return Facts(frozenset(imports), frozenset(exports), program)
    except (ValueError, TypeError, IndexError, RuntimeError, AttributeError, MemoryError):
        return None


def _name(value: str | bytes) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _by_name(path: str, at: Location) -> Iterator[Oddity]:
    if _DISGUISED.search(path):
        yield Oddity(kind="native-disguised", at=at, detail=f"native code named {path.rpartition('/')[2]}")
    if _GPU_NAME.search(path):
        yield Oddity(kind="native-gpu-library", at=at, detail="has the name of a library of the GPU driver")


def _by_headers(facts: Facts, data: bytes, at: Location) -> Iterator[Oddity]:
    runs, speaks, injects = facts.imports & _EXECUTES, facts.imports & _CONNECTS, facts.imports & _INJECTS
    interposed = facts.exports & _INTERPOSED
    if len(interposed) >= _LEAST_INTERPOSED and len(facts.exports) < _MOST_EXPORTS:
        detail = f"replaces {', '.join(sorted(interposed)[:8])} of the C library"
        yield Oddity(kind="native-interposes", at=at, detail=detail)
    if runs and speaks:
        small = " in a small library" if len(data) < _SMALL and not facts.program else ""
        shown = ", ".join([*sorted(runs | speaks | injects)[:12], f"{facts.constructors} constructors"])
        detail = f"starts processes and speaks to the network{small}"
        yield Oddity(kind="native-capabilities", at=at, detail=detail, evidence=shown)
    edges = data[:4_096] + data[-8_192:]
    packer = next((name for sign, name in _PACKERS if sign in edges), "")
    if packer:
        yield Oddity(kind="native-packed", at=at, detail=f"packed: {packer}")
    if facts.program:
        yield Oddity(kind="native-executable", at=at, detail="a program, not a library")
    if facts.overlay > _LEAST_OVERLAY:
        detail = f"{facts.overlay} bytes behind what its headers describe"
        yield Oddity(kind="native-overlay", at=at, detail=detail)
