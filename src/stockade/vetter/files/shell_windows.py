"""Programs of Windows that fetch, run, persist, as ``cmd.exe`` starts them."""

from __future__ import annotations

import re
from typing import Final

from stockade.vetter import places
from stockade.vetter.acts import Kind, Origin
from stockade.vetter.files.shell_state import Flow, State, base_name
from stockade.vetter.places import PathKind

PROGRAMS: Final = frozenset(
    {
        "cmd",
        "certutil",
        "bitsadmin",
        "mshta",
        "rundll32",
        "regsvr32",
        "wscript",
        "cscript",
        "msiexec",
        "reg",
        "setx",
        "attrib",
        "installutil",
    }
)
_ADDRESS = re.compile(r"(?:https?|ftp)://[^\s\"']+", re.IGNORECASE)


def run(state: State, name: str, words: list[Flow]) -> str | None:
    """Add the acts of a program; the command line that it starts in its turn, if any."""
    arguments = [each.text or "" for each in words]
    line = " ".join(arguments)
    if name == "cmd":
        found = re.search(r"(?:^|\s)/[ckr]\s*(.*)", line, re.IGNORECASE | re.DOTALL)
        return found[1] if found else None
    if name == "reg":
        _registry(state, arguments)
    elif name == "certutil":
        _certutil(state, arguments, line)
    elif name == "bitsadmin":
        _download(state, name, line, arguments[-1] if arguments else "")
    elif name in ("mshta", "regsvr32", "msiexec", "rundll32", "wscript", "cscript", "installutil"):
        _run_by_helper(state, name, arguments, line)
    elif name == "attrib" and "+h" in line.lower():
        state.act(Kind.WRITE, "sh:attrib", target=arguments[-1] if arguments else "", note="hidden file")
    return None


def _registry(state: State, arguments: list[str]) -> None:
    """``reg add KEY``: what starts with Windows, or takes a defence away."""
    if len(arguments) < 2 or arguments[0].lower() not in ("add", "import", "delete"):  # noqa: PLR2004 - verb and key
        return
    key = arguments[1]
    if PathKind.STARTUP in places.path(key):
        value = arguments[arguments.index("/d") + 1] if "/d" in arguments[:-1] else ""
        state.act(Kind.REGISTER, "sh:reg", target=key, content=value, note="registry Run key")
    elif re.search(
        r"windows defender|disableantispyware|disabletaskmgr|enablelua|ms-settings.*command",
        " ".join(arguments),
        re.IGNORECASE,
    ):
        state.act(Kind.PATCH, "sh:reg", target=key, note="a protection of Windows is changed")


def _certutil(state: State, arguments: list[str], line: str) -> None:
    """``certutil`` downloads and decodes."""
    if re.search(r"[-/]decode", line, re.IGNORECASE) and len(arguments) >= 3:  # noqa: PLR2004 - verb, from, to
        held = state.files.get(base_name(arguments[-2]), Flow())
        state.writing(
            arguments[-1], Flow(None, held.taints | state.taint(Origin.DECODED, "certutil")), "sh:certutil"
        )
    elif re.search(r"[-/]urlcache|[-/]verifyctl", line, re.IGNORECASE):
        _download(state, "certutil", line, arguments[-1] if arguments else "")


def _download(state: State, name: str, line: str, file: str) -> None:
    found = _ADDRESS.search(line)
    address = found[0] if found else "…"
    state.act(Kind.FETCH, f"sh:{name}", target=address)
    if file and not _ADDRESS.match(file):
        state.writing(file, Flow(None, state.taint(Origin.FETCHED, address)), f"sh:{name}")


def _run_by_helper(state: State, name: str, arguments: list[str], line: str) -> None:
    """A signed helper runs a file, an address, or script text."""
    found = _ADDRESS.search(line)
    payload = state.taint(Origin.FETCHED, found[0]) if found else frozenset()
    if found:
        state.act(Kind.FETCH, f"sh:{name}", target=found[0])
    for each in arguments:
        held = state.files.get(base_name(each.partition(",")[0]))
        payload |= held.taints if held is not None else frozenset()
    script = re.search(r"(?:javascript|vbscript):", line, re.IGNORECASE)
    state.act(
        Kind.SPAWN,
        f"sh:{name}",
        target=f"{name} {line}",
        payload=payload,
        note="script text" if script else "",
    )
