"""What programs do when a shell starts them: which data they read, pass on, send, run."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from stockade.vetter.acts import Kind, Origin
from stockade.vetter.files import powershell, shell_files, shell_network, shell_windows
from stockade.vetter.files import shell_tables as tables
from stockade.vetter.files.shell_call import Call
from stockade.vetter.files.shell_lex import SUBSTITUTION
from stockade.vetter.files.shell_state import MOST_ACTS, MOST_DEPTH, NOTHING, Flow, base_name, bounded

_FOREIGN: Final = frozenset({Origin.FETCHED, Origin.RECEIVED, Origin.DECODED, Origin.DECRYPTED})
"""Origins of code that no honest script runs without looking."""


def run(call: Call) -> Flow:
    """What ``call`` puts out; its acts go to its state."""
    _beginnings(call, call.line)
    if any(each.origin in _FOREIGN for each in call.program.taints):
        return run_text(call, Flow(call.program.text, call.program.taints))
    handler = _HANDLERS.get(call.name)
    return handler(call) if handler is not None else _told_by_words(call)


def _told_by_words(call: Call) -> Flow:
    """Programs that count only with certain arguments, and all others."""
    line = call.line
    secret = next((what for start, what in tables.SECRET_COMMANDS if line.startswith(start)), None)
    if secret is not None:
        return Flow(None, call.state.taint(Origin.CREDENTIAL, f"{secret}: {call.shown}"))
    if line.startswith(tables.CLIPBOARD):
        return Flow(None, call.state.taint(Origin.CLIPBOARD, call.name))
    if call.name in tables.HOST_FACTS:
        return Flow(None, call.state.taint(Origin.HOST, call.name))
    return shell_files.reading(call) if call.name in tables.READERS else _other(call)


def _network(call: Call) -> Flow:
    """A program that speaks to the network."""
    return shell_network.other(call.state, call.name, call.words, call.stdin)


def _beginnings(call: Call, line: str) -> None:
    """Commands that are told by how they begin."""
    state = call.state
    for start, what in tables.LATER:
        if line == start or line.startswith(start + " "):
            state.act(Kind.REGISTER, f"sh:{call.name}", target=call.shown, payload=call.taints, note=what)
    for start, what in tables.DEFENCES:
        if line.startswith(start):
            state.act(Kind.PATCH, f"sh:{call.name}", target=call.shown, note=what)
    if call.name in tables.ACCOUNTS:
        state.act(Kind.REGISTER, f"sh:{call.name}", target=call.shown, note="account")


def _shell(call: Call) -> Flow:
    """A shell, or a builtin that runs text."""
    state, arguments = call.state, call.arguments
    if call.name == "busybox":
        return call.start(state, call.words, call.stdin, call.depth + 1) if call.words else NOTHING
    if call.name in ("eval", "iex"):
        return run_text(call, Flow(" ".join(arguments), call.taints))
    place = 0
    while (
        place < len(arguments)
        and arguments[place].startswith(("-", "+"))
        and call.name not in ("source", ".")
    ):
        if "c" in arguments[place] and not arguments[place].startswith("--"):
            return run_text(call, call.words[place + 1]) if place + 1 < len(call.words) else NOTHING
        if arguments[place] in ("-", "-s"):
            return run_text(call, call.stdin)
        place += 2 if arguments[place] in ("-o", "--rcfile", "--init-file") else 1
    if place >= len(arguments):
        out = run_text(call, call.stdin) if call.stdin.text or call.stdin.taints else NOTHING
        return Flow(None, bounded(out.taints | state.taint(Origin.OUTPUT, call.name)))
    return _script(call, call.words[place])


def run_text(call: Call, code: Flow) -> Flow:
    """A shell runs text: an act where the text is foreign; the text itself is walked where it is known."""
    state = call.state
    foreign = frozenset(each for each in code.taints if each.origin in _FOREIGN)
    known = code.text is not None and code.text.strip(f"{SUBSTITUTION} \n\"'") != ""
    if foreign or (code.taints and not known):
        content = code.text or ""
        state.act(Kind.SPAWN, f"sh:{call.name}", target=call.shown, payload=code.taints, content=content)
    if not known or call.depth >= MOST_DEPTH:
        return Flow(None, code.taints)
    before = state.hidden
    state.hidden = before or any(each.origin in (Origin.DECODED, Origin.DECRYPTED) for each in foreign)
    out = call.walk(state, code.text or "", NOTHING, call.depth + 1)
    state.hidden = before
    return out


def _script(call: Call, file: Flow) -> Flow:
    """A script's file is run by a shell or an interpreter."""
    name = file.text or ""
    flow = call.state.files.get(base_name(name))
    if name in ("", SUBSTITUTION, "/dev/stdin", "-"):
        flow = call.stdin if name in ("/dev/stdin", "-") else Flow(None, file.taints)
    if name.startswith(("http://", "https://")):
        flow = Flow(None, call.state.taint(Origin.FETCHED, name))
    if flow is not None and call.name in tables.SHELLS | {"source", "."}:
        return run_text(call, flow)
    payload = flow.taints if flow is not None else frozenset()
    call.state.act(Kind.SPAWN, f"sh:{call.name}", target=call.shown, payload=payload, note=f"script {name}")
    return Flow(None, call.state.taint(Origin.OUTPUT, call.shown))


def _interpreter(call: Call) -> Flow:
    """Python, Perl, Ruby, Node …: code of its own on the command line, from standard input, or from a file."""
    state, arguments, option = call.state, call.arguments, tables.INTERPRETERS[call.name]
    for place, text in enumerate(arguments[:64]):
        joined = re.fullmatch(rf"-[A-Za-z]{{0,4}}{option[-1]}", text) if option.startswith("-") else None
        if (text == option or joined) and place + 1 < len(arguments):
            code = call.words[place + 1]
            payload = code.taints | call.stdin.taints
            callee = f"sh:{call.name} {option}"
            state.act(Kind.EXECUTE, callee, target=call.shown[:200], payload=payload, content=code.text or "")
            return Flow(None, state.taint(Origin.OUTPUT, f"{call.name} {option}"))
        if text == "-m" and place + 1 < len(arguments):
            return _other(call)
        if text == "-":
            break
        if not text.startswith("-"):
            return _script(call, call.words[place])
    if call.stdin.text or call.stdin.taints:
        content = call.stdin.text or ""
        state.act(
            Kind.EXECUTE, f"sh:{call.name} -", target=call.shown, payload=call.stdin.taints, content=content
        )
    return Flow(None, state.taint(Origin.OUTPUT, call.name))


def _powershell(call: Call) -> Flow:
    """PowerShell is started with a command."""
    state = call.state
    state.acts += powershell.command_acts(call.arguments, state)[: max(MOST_ACTS - len(state.acts), 0)]
    return Flow(None, state.taint(Origin.OUTPUT, "powershell"))


def _windows(call: Call) -> Flow:
    """A program of Windows."""
    inner = shell_windows.run(call.state, call.name, call.words)
    if inner is not None:
        return call.walk(call.state, inner, NOTHING, call.depth + 1)
    return NOTHING


def _screen(call: Call) -> Flow:
    """The screen or a camera is taken."""
    taints = call.state.taint(Origin.SCREEN, call.name)
    call.state.act(Kind.CAPTURE, f"sh:{call.name}", target=call.shown, payload=taints)
    for file in call.files():
        call.state.files[base_name(file)] = Flow(None, taints)
    return Flow(None, taints)


def _environment(call: Call) -> Flow:
    """``env``, ``printenv``, ``set``, ``export -p``: all of it, or one variable."""
    names = call.files()
    if not names:
        return Flow(None, call.state.taint(Origin.ENVIRONMENT, call.name))
    if call.name == "printenv":
        return call.state.value(names[0])
    return NOTHING


def _echo(call: Call) -> Flow:
    """``echo`` and ``printf`` put out their arguments."""
    arguments = call.arguments
    while arguments and re.fullmatch(r"-[neE]{1,3}", arguments[0]):
        arguments = arguments[1:]
    text = " ".join(arguments)
    if call.name == "printf" and arguments:
        text = arguments[0].replace("%s", arguments[1], 1) if len(arguments) > 1 else arguments[0]
    if call.name == "printf" or any("e" in each for each in call.arguments[:1] if each.startswith("-")):
        text = re.sub(r"\\x([0-9A-Fa-f]{2})|\\([0-7]{3})", _code, text).replace("\\n", "\n")
    return Flow(text + "\n", call.taints)


def _code(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else chr(int(match[2], 8))


def _crontab(call: Call) -> Flow:
    """``crontab -l`` reads, everything else replaces the table."""
    if "-l" in call.arguments:
        return Flow("", frozenset())
    if "-r" not in call.arguments:
        text = call.stdin.text or ""
        taints = call.stdin.taints
        for file in call.files()[:1]:
            if file != "-":
                held = call.state.files.get(base_name(file), NOTHING)
                text, taints = held.text or "", held.taints
        call.state.act(
            Kind.REGISTER, "sh:crontab", target="crontab", payload=taints, content=text, note="cron"
        )
    return NOTHING


def _xargs(call: Call) -> Flow:
    """``xargs`` runs a program with standard input as its arguments."""
    words = call.words
    while words and (words[0].text or "").startswith("-"):
        takes = re.fullmatch(r"-[IdnPLsE]", words[0].text or "")
        words = words[2 if takes else 1 :]
    if not words:
        return call.stdin
    return call.start(call.state, [*words, call.stdin], call.stdin, call.depth + 1)


def _read_variable(call: Call) -> Flow:
    """``read NAME``: a variable gets what comes in."""
    for name in call.files():
        call.state.variables[name] = Flow(call.stdin.text, call.stdin.taints)
    return NOTHING


def _wait(call: Call) -> Flow:
    """``sleep``, ``timeout /t``."""
    call.state.act(Kind.WAIT, f"sh:{call.name}", target=next(iter(call.files()), ""))
    return NOTHING


def _other(call: Call) -> Flow:
    """Any other program: worth telling where it is a file that came from elsewhere, or its name did."""
    state, program = call.state, call.name
    held = state.files.get(base_name(call.program.text or ""))
    if held is not None and held.taints:
        state.act(Kind.SPAWN, "sh:run", target=call.shown, payload=held.taints)
    elif program in (
        "pip",
        "pip3",
        "npm",
        "npx",
        "uv",
        "pipx",
        "conda",
        "gem",
        "cargo",
        "go",
        "apt-get",
        "apt",
        "yum",
        "dnf",
        "brew",
    ):
        state.act(Kind.SPAWN, f"sh:{program}", target=call.shown, payload=call.taints, note="package tool")
    elif program.endswith((".sh", ".py", ".pl", ".exe", ".bat", ".ps1", ".bin", ".elf")):
        state.act(Kind.SPAWN, "sh:run", target=call.shown, note=f"script {program}")
    return Flow(None, call.stdin.taints | call.taints)


_HANDLERS: Final[dict[str, Callable[[Call], Flow]]] = {
    **dict.fromkeys(tables.SCREEN, _screen),
    **dict.fromkeys(tables.LINES | tables.COPIERS | tables.MAILERS | tables.RESOLVERS, _network),
    **dict.fromkeys(shell_windows.PROGRAMS, _windows),
    **dict.fromkeys(("powershell", "pwsh"), _powershell),
    **dict.fromkeys(tables.INTERPRETERS, _interpreter),
    **dict.fromkeys(tables.SHELLS | {"eval", "source", ".", "iex"}, _shell),
    "curl": lambda call: shell_network.curl(call.state, call.words, call.stdin),
    **dict.fromkeys(("wget", "wget2"), lambda call: shell_network.wget(call.state, call.words, call.stdin)),
    **dict.fromkeys(("env", "printenv", "set", "export", "declare", "compgen"), _environment),
    **dict.fromkeys(("echo", "printf"), _echo),
    **dict.fromkeys(tables.DECODERS, shell_files.decoder),
    **dict.fromkeys(("cp", "mv", "ln", "install", "copy", "xcopy", "move", "robocopy"), shell_files.copy),
    **dict.fromkeys(
        ("rm", "shred", "unlink", "del", "rd", "rmdir", "erase", "srm", "wipe"), shell_files.delete
    ),
    **dict.fromkeys(("sleep", "usleep"), _wait),
    "openssl": shell_files.openssl,
    "tee": shell_files.tee,
    "dd": shell_files.dd,
    "chmod": shell_files.chmod,
    "crontab": _crontab,
    "xargs": _xargs,
    "parallel": _xargs,
    "find": shell_files.find,
    "read": _read_variable,
}
