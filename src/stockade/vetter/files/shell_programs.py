"""What programs do when a shell starts them: which data they read, pass on, send, run."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from stockade.vetter import places
from stockade.vetter.acts import Kind, Origin, Taints
from stockade.vetter.files import powershell, shell_network, shell_windows
from stockade.vetter.files import shell_tables as tables
from stockade.vetter.files.shell_lex import SUBSTITUTION
from stockade.vetter.files.shell_state import MOST_ACTS, MOST_DEPTH, NOTHING, Flow, State, base_name, bounded
from stockade.vetter.places import PathKind

Walk = Callable[[State, str, Flow, int], Flow]
Run = Callable[[State, list[Flow], Flow, int], Flow]

_FOREIGN: Final = frozenset({Origin.FETCHED, Origin.RECEIVED, Origin.DECODED, Origin.DECRYPTED})
"""Origins of code that no honest script runs without looking."""


@dataclass(slots=True)
class Call:
    """A program, its arguments, and what flows into it."""

    state: State
    name: str
    program: Flow
    """The first word, as it stands."""
    words: list[Flow]
    stdin: Flow
    depth: int
    walk: Walk
    start: Run

    @property
    def arguments(self) -> list[str]:
        """The arguments' texts."""
        return [each.text or "" for each in self.words]

    @property
    def taints(self) -> Taints:
        """The origins of all arguments."""
        return (
            bounded(frozenset().union(*(each.taints for each in self.words))) if self.words else frozenset()
        )

    @property
    def line(self) -> str:
        """The command line in lower case, one space between words."""
        return " ".join([self.name, *self.arguments]).lower()

    @property
    def shown(self) -> str:
        """The command line as it stands."""
        return " ".join([self.name, *self.arguments])

    def files(self) -> list[str]:
        """The arguments that are no options."""
        return [each for each in self.arguments if each and not each.startswith("-")]


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
    return _reading(call) if call.name in tables.READERS else _other(call)


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


def _decoder(call: Call) -> Flow:
    """``base64 -d`` and its like; without ``-d`` the encoder."""
    source = _source(call)
    flags = " ".join(each for each in call.arguments if each.startswith("-"))
    what = tables.DECODERS[call.name]
    decoding = call.name not in ("base64", "base32", "xxd") or bool(re.search(r"-\w*[dDr]|--decode", flags))
    if not decoding:
        return Flow(None, call.state.through(source.taints, f"encoded as {what}"))
    text = _decoded(call.name, source.text) if source.text is not None else None
    taints = call.state.through(source.taints, f"decoded from {what}")
    if call.name not in ("rev", "tr", "gunzip", "zcat", "unxz", "xzcat", "bunzip2") or text is not None:
        taints |= call.state.taint(Origin.DECODED, what)
    return Flow(text, bounded(taints))


def _decoded(name: str, text: str) -> str | None:
    """What known text decodes to."""
    compact = "".join(text.split())
    try:
        if name == "base64":
            return base64.b64decode(compact + "=" * (-len(compact) % 4)).decode("utf-8", "replace")
        if name == "base32":
            return base64.b32decode(compact).decode("utf-8", "replace")
        if name == "xxd":
            return bytes.fromhex(compact).decode("utf-8", "replace")
    except (ValueError, binascii.Error):
        return None
    return text.rstrip("\n")[::-1] if name == "rev" else None


def _source(call: Call) -> Flow:
    """What a filter reads: its files, or standard input."""
    files = [
        each for each in call.files() if "/" in each or "." in each or base_name(each) in call.state.files
    ]
    if not files:
        return call.stdin
    flow = NOTHING
    for file in files[:64]:
        flow = flow.joined(call.state.reading(file))
    return flow


def _openssl(call: Call) -> Flow:
    """``openssl enc``: encrypts or decrypts."""
    arguments = call.arguments
    source = call.stdin
    if "-in" in arguments[:-1]:
        source = call.state.reading(arguments[arguments.index("-in") + 1])
    if arguments[:1] not in (["enc"], ["aes-256-cbc"], ["base64"], ["rsautl"], ["pkeyutl"]):
        return Flow(None, source.taints)
    taints = call.state.through(source.taints, "openssl " + " ".join(arguments[:2]))
    if "-d" in arguments or "-decrypt" in arguments:
        taints |= call.state.taint(Origin.DECRYPTED, "openssl")
    if "-out" in arguments[:-1]:
        call.state.writing(arguments[arguments.index("-out") + 1], Flow(None, taints), "sh:openssl")
    return Flow(None, taints)


def _reading(call: Call) -> Flow:
    """A program that puts out what its files hold."""
    source = call.stdin if call.name in tables.PASSING and not _names_file(call) else _read_all(call)
    if call.name in ("tar", "zip", "7z", "gzip", "bzip2", "xz", "zstd") and source.taints:
        taints = call.state.through(source.taints, f"packed by {call.name}")
        for file in call.files()[:2]:
            if re.search(r"\.(?:t?gz|tar|zip|7z|bz2|xz|zst)$", file):
                call.state.writing(file, Flow(None, taints), f"sh:{call.name}")
        return Flow(None, taints)
    if call.name in (
        "grep",
        "egrep",
        "fgrep",
        "sed",
        "awk",
        "gawk",
        "cut",
        "tr",
        "jq",
        "sort",
        "uniq",
        "strings",
    ):
        return Flow(None, source.taints)
    return source


def _names_file(call: Call) -> bool:
    return any("/" in each or "." in each[1:] or base_name(each) in call.state.files for each in call.files())


def _read_all(call: Call) -> Flow:
    """All files that a program is given, and standard input."""
    flow = call.stdin if call.stdin.taints or not call.files() else NOTHING
    for file in call.files()[:64]:
        flow = flow.joined(call.state.reading(file))
    return Flow(
        flow.text if call.name in ("cat", "head", "tail", "type", "more", "less") else None,
        flow.taints | call.taints,
    )


def _copy(call: Call) -> Flow:
    """``cp``, ``mv``, ``ln``, ``install``: the last argument becomes what the others are."""
    files = call.files()
    if len(files) < 2:  # noqa: PLR2004 - from and to
        return NOTHING
    flow = NOTHING
    for file in files[:-1][:64]:
        flow = flow.joined(call.state.reading(file))
    to = files[-1]
    if to.endswith(("/", "\\")) or PathKind.PYTHON_STARTUP in places.path(to):
        to = f"{to.rstrip('/')}/{base_name(files[0])}"
    call.state.writing(to, Flow(flow.text, flow.taints), f"sh:{call.name}", note=f"from {files[0]}")
    return NOTHING


def _tee(call: Call) -> Flow:
    """``tee`` writes and passes on."""
    for file in call.files():
        call.state.writing(file, call.stdin, "sh:tee")
    return call.stdin


def _dd(call: Call) -> Flow:
    """``dd if= of=``."""
    parts = dict(each.split("=", 1) for each in call.arguments if "=" in each)
    flow = call.state.reading(parts["if"]) if "if" in parts else call.stdin
    if "of" in parts:
        call.state.writing(parts["of"], flow, "sh:dd")
    return flow


def _chmod(call: Call) -> Flow:
    """A file is made executable, or set-user-id."""
    files = call.files()
    mode = files[0] if files else ""
    if call.arguments[:1] and re.fullmatch(r"[-+][rwxst]+", call.arguments[0]):
        mode, files = call.arguments[0], ["", *files]
    for file in files[1:9]:
        flow = call.state.files.get(base_name(file))
        if re.search(r"\+\w*s|^[2467]\d{3}$", mode):
            call.state.act(Kind.WRITE, "sh:chmod", target=file, note=f"mode {mode} (set-user-id)")
        elif flow is not None and flow.taints and re.search(r"x|7|5|1", mode):
            call.state.act(
                Kind.WRITE, "sh:chmod", target=file, payload=flow.taints, note=f"mode {mode} (executable)"
            )
    return NOTHING


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


def _find(call: Call) -> Flow:
    """``find … -exec PROGRAM {} ;``: what it looks for tells what the program reads."""
    arguments = call.arguments
    flow = _read_all(call)
    for option in ("-exec", "-execdir", "-ok"):
        if option in arguments:
            start = arguments.index(option) + 1
            end = next(
                (place for place in range(start, len(arguments)) if arguments[place] in (";", "+")),
                len(arguments),
            )
            words = [
                Flow(None if "{}" in (each.text or "") else each.text, each.taints)
                for each in call.words[start:end]
            ]
            words = [Flow(SUBSTITUTION, flow.taints) if each.text is None else each for each in words]
            return call.start(call.state, words, flow, call.depth + 1)
    return flow


def _read_variable(call: Call) -> Flow:
    """``read NAME``: a variable gets what comes in."""
    for name in call.files():
        call.state.variables[name] = Flow(call.stdin.text, call.stdin.taints)
    return NOTHING


def _delete(call: Call) -> Flow:
    """Files are deleted: worth telling of homes, roots, histories and logs."""
    for file in call.files():
        broad = re.fullmatch(
            r"/|/\*|~/?\*?|\$HOME/?\*?|[A-Za-z]:\\?\*?|/(?:home|root|etc|usr|var|boot|Users)(?:/\*)?/?", file
        )
        history = places.path(file).what(PathKind.CREDENTIAL) == "shell history" or file.startswith(
            "/var/log"
        )
        if broad or history:
            note = "everything" if broad else "traces"
            call.state.act(Kind.DELETE, f"sh:{call.name}", target=file, note=note)
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
    **dict.fromkeys(tables.DECODERS, _decoder),
    **dict.fromkeys(("cp", "mv", "ln", "install", "copy", "xcopy", "move", "robocopy"), _copy),
    **dict.fromkeys(("rm", "shred", "unlink", "del", "rd", "rmdir", "erase", "srm", "wipe"), _delete),
    **dict.fromkeys(("sleep", "usleep"), _wait),
    "openssl": _openssl,
    "tee": _tee,
    "dd": _dd,
    "chmod": _chmod,
    "crontab": _crontab,
    "xargs": _xargs,
    "parallel": _xargs,
    "find": _find,
    "read": _read_variable,
}
