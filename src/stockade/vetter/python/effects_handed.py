"""Calls that reach what they do by a detour: functions that are handed over, programs that are fed, buffers that are
printed into, values that are set in one place and read in another.
"""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Sequence

from stockade.vetter.acts import Kind, Origin, Taint
from stockade.vetter.files.shell import shell_acts
from stockade.vetter.python import (
    calls,
    calls_outside,
    effects_code,
    effects_files,
    expressions_turns,
)
from stockade.vetter.python.effects import Call, Effect
from stockade.vetter.python.frames import Frame
from stockade.vetter.python.machine import Machine
from stockade.vetter.python.values import File, Value, cap, union
from stockade.vetter.surface_tree import NESTED

MOST_FOLDERS = 16
"""Folders on the module search path that are remembered."""
MOST_SCRIPT = 64 << 10
"""Bytes of a shell's program that are read."""
MOST_COMMAND = 4_096
"""Characters of a command line that is cut into words."""

_TELLING = frozenset(
    {"exec", "eval", "os.system", "os.popen", "os.startfile", "requests.post", "requests.get", "httpx.post"}
    | {f"subprocess.{each}" for each in ("run", "Popen", "call", "check_call", "check_output", "getoutput")}
    | {f"os.{each}" for each in ("execl", "execlp", "execv", "execvp", "execve", "execvpe")}
    | {"urllib.request.urlopen", "pickle.loads", "marshal.loads"}
)
"""Functions that do harm by themselves, given the arguments."""


def handed(m: Machine, frame: Frame, node: ast.AST, arguments: Sequence[Value]) -> None:
    """Call a telling function that is handed to a function outside the package, with the arguments after it."""
    for place, each in enumerate(arguments[:8]):
        rest = spread(arguments[place + 1 :]) if each.ref is None and each.name in _TELLING else []
        if rest:
            calls.call(m, frame, node, each, rest, {})


def spread(values: Sequence[Value]) -> list[Value]:
    """Arguments that are passed one by one or as one list."""
    out: list[Value] = []
    for value in values[:8]:
        plain = value.items is not None or isinstance(value.const, list | tuple)
        out += (expressions_turns.elements_of(value) or [])[:16] if plain else [value]
    return out


def _split(_m: Machine, _frame: Frame, _node: ast.AST, call: Call) -> Value | None:
    """``shlex.split`` of a known text."""
    value = call.get(0, "s")
    if value is None or not value.shown or len(value.shown) > MOST_COMMAND:
        return None
    try:
        words = shlex.split(value.shown)
    except ValueError:
        return None
    return Value(items=[Value(word, taints=value.taints) for word in words])


def programs(m: Machine, frame: Frame, node: ast.AST, command: Value | None, words: Sequence[str]) -> None:
    """Walk what an interpreter is told to run: a member of any name, a module after ``-m``, an archive."""
    parts = command.items if command is not None and isinstance(command.items, list) else []
    for place, word in enumerate(words[1:6], start=1):
        before = words[place - 1].rpartition("/")[2]
        program = parts[place - 1].name if place <= len(parts) else ""
        is_python = before.startswith("python") or program == "sys.executable"
        if before == "-m" and place > 1:
            path = m.world.modules.get(f"{word}.__main__") or m.world.modules.get(word)
            if path is not None:
                effects_code.run_member(m, frame, node, path)
        elif is_python and not word.startswith("-") and not word.endswith((".py", ".pyw")):
            member = m.world.beside(frame.module.path, word)
            inner = f"{member}{NESTED}__main__.py"
            if member:
                found = m.world.beside(frame.module.path, inner)
                effects_code.run_member(m, frame, node, found or member)
        elif before in _SHELLS and not word.endswith(".sh"):
            _shell_member(m, frame, m.world.beside(frame.module.path, word))


_SHELLS = frozenset({"sh", "bash", "zsh", "dash"})


def _shell_member(m: Machine, frame: Frame, member: str) -> None:
    try:
        data = m.world.read(member) if member else b""
    except KeyError:
        return
    m.add(shell_acts(data[:MOST_SCRIPT].decode("utf-8", "replace"), member, frame.phase, 0))


def _puts_on_path(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value | None:
    """``sys.path.insert(0, folder)``: what lies in a folder or archive of the distribution can be imported."""
    place = call.text(1 if call.name == "sys.path.insert" else 0)
    known = len(place.strip("…/.")) > 2  # a place of which nothing is known says nothing
    taints = effects_files.importable_below(m, place) if known else frozenset()
    if taints:  # what is imported next was written before
        m.act(frame, node, Kind.EXECUTE, call.name, target=place, payload=taints, note="search path")
    text = place.strip("/")
    archive = m.world.beside(frame.module.path, text) if text else ""
    beside = f"{frame.module.path.rpartition('/')[0]}/{text}".strip("/")
    more = (f"{archive}{NESTED.rstrip('/')}",) if archive else (text, beside)
    m.folders = tuple(dict.fromkeys((*m.folders, *more)))[:MOST_FOLDERS] if text else m.folders
    return Value(name=f"{call.name}()")


def _from_archive(m: Machine, frame: Frame, _node: ast.AST, call: Call) -> Value | None:
    from stockade.vetter.python.statements import import_module  # noqa: PLC0415 - mutual recursion of the walk

    return import_module(m, frame, call.text(0, "fullname"))


def _fed(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value | None:
    """What a started program is given to read: a shell reads commands."""
    data = call.get(0, "input")
    if data is not None and isinstance(data.const, str | bytes) and len(data.shown) <= MOST_COMMAND:
        m.act(
            frame, node, Kind.SPAWN, call.name, target=data.shown, payload=data.taints, note="standard input"
        )
        m.add(shell_acts(data.shown, frame.module.path, frame.phase, max(m.at(frame, node).line - 1, 0)))
    return None


def _installs(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value | None:
    """``pip.main([…])`` is a command line without a process."""
    words = spread(call.arguments)
    started = Call(Value(name="subprocess.run"), None, [Value(items=[Value("pip"), *words])], {})
    return _apply(m, frame, node, started)


def _apply(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value | None:
    from stockade.vetter.python.effects import apply  # noqa: PLC0415 - mutual recursion of the walk

    return apply(m, frame, node, call)


def _by_words(first: str, skipped: int = 0) -> Effect:
    """Interfaces whose arguments are a command's words, after the program's name."""

    def start(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value | None:
        words = spread(call.arguments[skipped:])
        if len(words) == 1 and not first:
            return _apply(m, frame, node, Call(Value(name="os.system"), None, words, {}))
        command = Value(items=[*([Value(first)] if first else []), *words])
        return _apply(m, frame, node, Call(Value(name="subprocess.run"), None, [command], {}))

    return start


def _prints(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value | None:
    """``print(…, file=buffer)`` and ``pprint``: the buffer holds what was printed."""
    into = call.keywords.get("file") or call.keywords.get("stream")
    into = into if into is not None else m.printed
    if into is None:
        return None
    taints = union(call.everything)
    if isinstance(into.ref, File):
        effects_files.write(m, frame, node, into.ref.path, Value(taints=taints, text=call.text(0)))
    elif into.name != "sys.stderr":
        into.taints = cap(into.taints | taints)
    return Value(None)


def _redirects(m: Machine, _frame: Frame, _node: ast.AST, call: Call) -> Value | None:
    m.printed = call.get(0, "new_target")
    return m.printed


_RUN_BY_OTHERS = frozenset(
    {
        "CC",
        "CXX",
        "CPP",
        "LD",
        "AR",
        "LDSHARED",
        "LDCXXSHARED",
        "FC",
        "BASH_ENV",
        "ENV",
        "PROMPT_COMMAND",
        "GIT_SSH",
    }
    | {
        "GIT_SSH_COMMAND",
        "GIT_EDITOR",
        "GIT_PAGER",
        "GIT_ASKPASS",
        "SSH_ASKPASS",
        "EDITOR",
        "VISUAL",
        "PAGER",
        "BROWSER",
    }
    | {"MAKE", "CMAKE_COMMAND", "SHELL", "LESSOPEN", "CMAKE_C_COMPILER_LAUNCHER", "RUSTC_WRAPPER"}
)
"""Variables of which other programs start what they hold."""
_SEVERAL = re.compile(r"[;|`\n]|\$\(|&&")


def put_into_environment(m: Machine, frame: Frame, node: ast.AST, name: str, value: Value) -> None:
    """A variable that is set: what is read from it later, and a command line that another program will start."""
    shown = value.shown
    m.written[f"{calls_outside.VARIABLE}{name}"] = (value.all_taints(), shown if value.known else "")
    if name in _RUN_BY_OTHERS and len(shown) <= MOST_COMMAND and _SEVERAL.search(shown):
        m.act(
            frame,
            node,
            Kind.SPAWN,
            f"os.environ[{name!r}]",
            target=shown,
            payload=value.all_taints(),
            note="variable",
        )
        m.add(shell_acts(shown, frame.module.path, frame.phase, max(m.at(frame, node).line - 1, 0)))


def _puts(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value | None:
    """``os.putenv``, ``os.environ.setdefault`` and ``os.environ.update``."""
    first, second = call.get(0), call.get(1)
    if call.name.endswith(".update"):
        given = first.items if first is not None and isinstance(first.items, dict) else {}
        for name, value in [*given.items(), *call.keywords.items()]:
            put_into_environment(m, frame, node, str(name), value)
        return Value(None)
    if first is not None and second is not None and isinstance(first.const, str):
        put_into_environment(m, frame, node, first.const, second)
    return None


_VARIABLE = re.compile(r"\$\{?(\w{1,80})\}?|%(\w{1,80})%")


def _expands(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    """``os.path.expandvars``: the text holds the variables that it names."""
    value = call.get(0, "path") or Value()
    at = m.at(frame, node)
    named = {found[1] or found[2] for found in list(_VARIABLE.finditer(value.shown[:MOST_COMMAND]))[:16]}
    taints = frozenset(Taint(Origin.VARIABLE, name, at) for name in named - {"HOME", "PATH", "TEMP", "TMP"})
    return Value(text=value.shown, taints=cap(value.taints | taints))


_LOOPS = tuple(f"asyncio.{each}()" for each in ("new_event_loop", "get_event_loop", "get_running_loop"))

EFFECTS: dict[str, Effect] = {
    **dict.fromkeys(
        ("sys.path.insert", "sys.path.append", "site.addsitedir", "zipimport.zipimporter"), _puts_on_path
    ),
    "zipimport.zipimporter().load_module": _from_archive,
    "shlex.split": _split,
    "subprocess.Popen().communicate": _fed,
    "subprocess.Popen().stdin.write": _fed,
    **dict.fromkeys(
        ("pip.main", "pip._internal.main", "pip._internal.main.main", "pip._internal.cli.main.main"),
        _installs,
    ),
    **dict.fromkeys((f"{loop}.subprocess_shell" for loop in _LOOPS), _by_words("", 1)),
    **dict.fromkeys((f"{loop}.subprocess_exec" for loop in _LOOPS), _by_words("", 1)),
    "_posixsubprocess.fork_exec": lambda m, frame, node, call: _by_words("")(
        m, frame, node, Call(call.function, call.owner, call.arguments[:1], {})
    ),
    "os.posix_spawn": lambda m, frame, node, call: _by_words("")(
        m, frame, node, Call(call.function, call.owner, call.arguments[1:2], {})
    ),
    "os.posix_spawnp": lambda m, frame, node, call: _by_words("")(
        m, frame, node, Call(call.function, call.owner, call.arguments[1:2], {})
    ),
    **dict.fromkeys(("sh.bash", "sh.sh", "plumbum.local[]"), _by_words("sh")),
    **dict.fromkeys(
        (
            "IPython.get_ipython().system",
            "IPython.get_ipython().getoutput",
            "numpy.distutils.exec_command.exec_command",
            "distutils.ccompiler.new_compiler().spawn",
            "setuptools.distutils.ccompiler.new_compiler().spawn",
        ),
        _by_words(""),
    ),
    **dict.fromkeys(
        (
            "ctypes.pythonapi.PyRun_SimpleString",
            "ctypes.pythonapi.PyRun_SimpleStringFlags",
            "IPython.get_ipython().run_cell",
            "IPython.get_ipython().ex",
        ),
        effects_code.EFFECTS["exec"],
    ),
    **dict.fromkeys(
        (
            "pdb.run",
            "pdb.runeval",
            "bdb.Bdb().run",
            "bdb.Bdb().runeval",
            "pdb.Pdb().run",
            "trace.Trace().run",
        ),
        effects_code.EFFECTS["timeit.timeit"],
    ),
    **dict.fromkeys(("ast.parse", "codeop.compile_command"), effects_code.EFFECTS["compile"]),
    **dict.fromkeys(("print", "pprint.pprint", "pprint.pp"), _prints),
    "contextlib.redirect_stdout": _redirects,
    "os.path.expandvars": _expands,
    "os.putenv": _puts,
    "os.environ.update": _puts,
}
