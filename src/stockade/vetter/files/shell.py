"""What shell text does: scripts and command lines of POSIX shells, ``cmd.exe`` and PowerShell."""

from __future__ import annotations

import re

from stockade.model.locations import Location
from stockade.model.vetting import Phase
from stockade.vetter.acts import Act
from stockade.vetter.files.base import Looked
from stockade.vetter.files.powershell import is_powershell, powershell_acts
from stockade.vetter.files.shell_run import walk
from stockade.vetter.files.shell_state import MOST_TEXT, NOTHING, State
from stockade.vetter.package import Oddity

_WINDOWS = re.compile(
    r"\s*@?(?:echo\s+off|cmd(?:\.exe)?\s+/|rem\s|reg(?:\.exe)?\s+(?:add|delete|query)|schtasks|start\s+/|setx?\s+\w|certutil|bitsadmin|mshta"
    r"|rundll32|regsvr32|wmic|powershell|pwsh|net\s+user|netsh|vssadmin|msiexec|copy\s|del\s|attrib\s|taskkill)",
    re.IGNORECASE,
)
_DRIVE = re.compile(r"(?:^|[\s\"'=])(?:[A-Za-z]:\\|%[A-Za-z_]\w*%|\.\\\w)")


def shell_acts(text: str, path: str, phase: Phase, line0: int = 0) -> tuple[Act, ...]:
    """What a shell script or command line does, with flow through pipes, variables and files as taints.

    Which shell it is for is told from the suffix of ``path`` (``.bat``, ``.cmd``, ``.ps1``) or from the text. Code
    of another language that is passed on a command line becomes an act ``EXECUTE`` with that code, whole, as its
    ``content`` and ``sh:python -c`` (or its like) as its callee. Only the first MiB of text is walked, at most
    20,000 commands, and at most 1,000 acts are told.

    Args:
        text: the script or command line.
        path: the file it stands in, for locations and scope.
        phase: when it runs.
        line0: lines of the file before the text.
    """
    text = text[:MOST_TEXT]
    suffix = path.lower().rpartition(".")[2]
    if suffix in ("ps1", "psm1") or (suffix not in ("sh", "bat", "cmd") and is_powershell(text)):
        return powershell_acts(text, path, phase, line0)
    windows = suffix in ("bat", "cmd") or (
        suffix != "sh" and (_WINDOWS.match(text) or _DRIVE.search(text[:2_000]))
    )
    state = State(path, phase, line0, "cmd" if windows else "sh")
    walk(state, text, NOTHING, 0)
    return tuple(state.acts)


def look(data: bytes, path: str, phase: Phase) -> Looked:
    """What a shell, batch or PowerShell file does."""
    text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
    odd: tuple[Oddity, ...] = ()
    if len(text) > MOST_TEXT:
        detail = f"{len(text)} characters, of which the first {MOST_TEXT} were read"
        odd = (Oddity(kind="shell-unreadable", at=Location(path), detail=detail, phase=phase),)
    return Looked(shell_acts(text, path, phase), odd)
