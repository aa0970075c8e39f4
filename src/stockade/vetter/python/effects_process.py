"""Processes, shells, threads: what is started."""

from __future__ import annotations

import ast
import re
from functools import partial

from stockade.vetter import places
from stockade.vetter.acts import WRITTEN, Kind, Origin, Taint, Taints
from stockade.vetter.files.shell import shell_acts
from stockade.vetter.places import PathKind
from stockade.vetter.python import calls, effects_code, expressions_turns
from stockade.vetter.python.effects import Call, Effect
from stockade.vetter.python.frames import Frame
from stockade.vetter.python.machine import Machine
from stockade.vetter.python.values import GAP, Bound, Class, Function, Instance, Value, cap, union

_QUIET = ("CREATE_NO_WINDOW", "SW_HIDE", "DETACHED_PROCESS")


def _spawn(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    """A process: its command line is analysed as a shell's, and Python code in it as code."""
    command = call.get(0, "args", "command", "cmd", "file", "path")
    extra = (
        call.arguments[1:]
        if call.name.startswith(("os.exec", "os.spawn", "asyncio.create_subprocess_exec"))
        else []
    )
    words = _words([command, *extra] if command is not None else extra)
    text = command.shown if command is not None and command.shown and not extra else " ".join(words)
    if command is not None and not text and (listed := _argv(command)) is not None:
        words, text = listed, " ".join(listed)
    origins = union([each for each in (command, *extra) if each is not None])
    if "input" in call.keywords:
        origins = cap(origins | call.keywords["input"].all_taints())
        _reads(m, frame, node, call.keywords["input"], words)
    at = m.at(frame, node)
    origins = cap(origins | frozenset(each.through(WRITTEN, at) for each in _of_written(m, text)))
    origins = cap(origins | _wired(m, frame, node, call))
    m.act(
        frame,
        node,
        Kind.SPAWN,
        call.name,
        target=text,
        payload=origins,
        content=text,
        hidden=call.function.hidden,
        note=_note(call),
    )
    _look_inside(m, frame, node, command, words, text)
    if (clipboard := _clipboard(m, frame, node, text)) is not None:
        return clipboard
    if (cloned := _CLONE.search(text)) is not None:
        come = Taint(Origin.FETCHED, cloned[1][:200], m.at(frame, node))
        m.written[cloned[2] or cloned[1].rpartition("/")[2].removesuffix(".git")] = (frozenset({come}), "")
    output = Taint(_telling(text), text[:120], m.at(frame, node))
    return Value(name=f"{call.name}()", taints=cap(frozenset({output}) | _told(origins)))


_READS_CLIPBOARD = re.compile(
    r"\bget-clipboard\b|\bpbpaste\b|\bxclip\b.*\s-o\b|\bxsel\b.*(?:-o|--output)\b|\bwl-paste\b", re.IGNORECASE
)
_SETS_CLIPBOARD = re.compile(
    r"\bset-clipboard\s+(\S.*)|\becho\s+(\S+)\s*\|\s*(?:clip|pbcopy|xclip|xsel|wl-copy)\b", re.IGNORECASE
)


def _clipboard(m: Machine, frame: Frame, node: ast.AST, text: str) -> Value | None:
    """A command that reads or sets the clipboard."""
    if (put := _SETS_CLIPBOARD.search(text)) is not None:
        content = put[1] or put[2]
        m.act(frame, node, Kind.WRITE, "clipboard", target="clipboard", content=content)
    if _READS_CLIPBOARD.search(text) is None:
        return None
    m.act(frame, node, Kind.CAPTURE, "clipboard", target="clipboard")
    return Value(taints=frozenset({Taint(Origin.CLIPBOARD, "clipboard", m.at(frame, node))}))


def _wired(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Taints:
    """A process whose standard input is a connection takes its orders from there."""
    given = call.keywords.get("stdin")
    if given is None or not given.name.startswith("socket."):
        return frozenset()
    return frozenset({Taint(Origin.RECEIVED, given.text[:200], m.at(frame, node))})


def _reads(m: Machine, frame: Frame, node: ast.AST, data: Value, words: list[str]) -> None:
    """What an interpreter is given to read runs."""
    program = words[0].rpartition("/")[2] if words else ""
    if not data.known or not data.shown:
        return
    if program in {"sh", "bash", "zsh", "dash"}:
        m.act(frame, node, Kind.SPAWN, program, target=data.shown, payload=data.taints)
        m.add(shell_acts(data.shown, frame.module.path, frame.phase, max(m.at(frame, node).line - 1, 0)))
    elif program.startswith("python") or program == GAP or "sys.executable" in program:
        effects_code.run_text(m, frame, node, data, "python -")


_APPLE = re.compile(r'do shell script \\?"(.{1,2000}?)\\?"', re.DOTALL)
_CLONE = re.compile(r"\bgit clone\b(?:\s+-\S+(?:\s+\d+)?)*\s+(\S+)(?:\s+(\S+))?")
_TELLING = (
    (
        Origin.CREDENTIAL,
        re.compile(
            r"\bgh auth token|git config .*(?:token|credential)|git credential fill|find-(?:internet|generic)-password"
            r"|gcloud auth print"
            r"|aws configure (?:get|export)|az account get-access-token|netsh wlan show|kubectl config view"
            r"|security dump-keychain"
            r"|cmdkey /list|vaultcmd|docker-credential|op read|pass show|npm token|heroku auth"
        ),
    ),
    (Origin.FETCHED, re.compile(r"^(?:/usr/bin/)?(?:curl|wget)\b.*\bhttps?://")),
    (
        Origin.ENVIRONMENT,
        re.compile(r"^(?:/usr/bin/)?(?:env|printenv|set|export)\s*$|cmd(?:\.exe)? /c set\b"),
    ),
    (
        Origin.HOST,
        re.compile(
            r"^(?:/\w+/)*(?:whoami|hostname|id|ifconfig|ipconfig|ip a|ip addr|systeminfo|wmic|uname -a|arp|netstat"
            r"|tasklist|ps aux|last|w|who)\b|\bpip\d? (?:freeze|list)\b|\bgit config (?:-l|--list|--global)|/etc/passwd"
        ),
    ),
)


def _telling(command: str) -> Origin:
    """What a command's output tells."""
    if _SHOWS.match(command):
        kinds = [places.path(word.strip("\"'")) for word in command.split()[1:9]]
        for kind, origin in _SHOWN:
            if any(kind in each for each in kinds):
                return origin
    return next((origin for origin, pattern in _TELLING if pattern.search(command)), Origin.OUTPUT)


_SHOWS = re.compile(r"(?:/\w+/)*(?:cat|type|more|less|head|tail|tar|zip|base64|xxd|cp|find|grep|strings)\b")
_SHOWN = (
    (PathKind.BROWSER, Origin.BROWSER),
    (PathKind.WALLET, Origin.WALLET),
    (PathKind.CREDENTIAL, Origin.CREDENTIAL),
)
"""What a command that shows files tells, by their paths."""


def _told(origins: Taints) -> Taints:
    """Origins of a command that its output may tell of."""
    return frozenset(
        each for each in origins if each.origin in {Origin.RECEIVED, Origin.ENVIRONMENT, Origin.CREDENTIAL}
    )


def _argv(command: Value) -> list[str] | None:
    parts = command.items if isinstance(command.items, list) else None
    if parts is None and isinstance(command.const, list | tuple):
        return [Value(each).shown or GAP for each in command.const[:64]]
    return [each.shown or GAP for each in parts[:64]] if parts is not None else None


def _words(values: list[Value]) -> list[str]:
    words: list[str] = []
    for value in values:
        listed = _argv(value)
        words += listed if listed is not None else [value.shown or GAP]
    return words


def _note(call: Call) -> str:
    notes = []
    shell = call.keywords.get("shell")
    if shell is not None and shell.const is True:
        notes.append("shell")
    flags = call.keywords.get("creationflags")
    hidden = flags is not None and (
        any(word in flags.name for word in _QUIET) or flags.const in {0x08000000, 8}
    )
    if hidden or "startupinfo" in call.keywords:
        notes.append("no window")
    if "env" in call.keywords:
        notes.append("env")
    return ", ".join(notes)


def _of_written(m: Machine, text: str) -> Taints:
    """Origins of files that were written before and that the command line starts."""
    found: set[Taint] = set()
    started = _started(text) if m.written else ""
    for path, (taints, _) in m.written.items():
        if (len(path) > 3 and path in started) or (_MEMORY in path and _MEMORY in started):
            found |= taints
    return frozenset(found)


_MEMORY = "/proc/self/fd/"
_STARTERS = frozenset(
    {
        "sh",
        "bash",
        "zsh",
        "dash",
        "python",
        "python3",
        "pythonw",
        "pythonw.exe",
        "python.exe",
        "node",
        "perl",
        "ruby",
        "cd",
    }
    | {
        "powershell",
        "powershell.exe",
        "pwsh",
        "cmd",
        "cmd.exe",
        "start",
        "open",
        "sudo",
        "nohup",
        "wine",
        "rundll32",
        "msiexec",
    }
    | {
        "java",
        "dpkg",
        "rpm",
        "installer",
        "xdg-open",
        "explorer",
        "explorer.exe",
        "wscript",
        "cscript",
        "mshta",
        "regsvr32",
    }
    | {
        "chmod",
        "setsid",
        "exec",
        "source",
        ".",
        "env",
        "timeout",
        "sys.executable",
        "insmod",
        "docker",
        "uv",
        GAP,
    }
)
"""Programs that start what they are given: an interpreter, an opener, an installer."""


def _started(text: str) -> str:
    """Of a command line, the programs, and what is handed to a program that starts others."""
    kept: list[str] = []
    for command in re.split(r"[;&|\n]+", text):
        words = command.split()[:8]
        if words:
            program = words[0].replace("\\", "/").rpartition("/")[2].lower()
            kept += words if program in _STARTERS else words[:1]
    return " ".join(kept)


def _look_inside(
    m: Machine, frame: Frame, node: ast.AST, command: Value | None, words: list[str], text: str
) -> None:
    from stockade.vetter.python import effects_handed  # noqa: PLC0415 - mutual recursion of the walk

    inside = shell_acts(text, frame.module.path, frame.phase, max(m.at(frame, node).line - 1, 0))
    m.add(inside)
    for act in inside:
        if act.kind is Kind.EXECUTE and act.callee.startswith("sh:python"):
            effects_code.run_text(m, frame, node, Value(act.content, taints=act.payload), act.callee)
        elif act.callee.startswith("sh:osascript") and (script := _APPLE.search(act.target + act.content)):
            m.add(shell_acts(script[1], frame.module.path, frame.phase, max(m.at(frame, node).line - 1, 0)))
    for place, word in enumerate(words[:-1]):
        if word == "-c" and place and ("python" in words[place - 1] or words[place - 1] == GAP):
            parts = command.items if command is not None and isinstance(command.items, list) else None
            code = (
                parts[place + 1] if parts is not None and place + 1 < len(parts) else Value(words[place + 1])
            )
            effects_code.run_text(m, frame, node, code, "python -c")
    for path, (_, content) in list(m.written.items()):
        if content and len(path) > 3 and path in text:
            effects_code.run_text(m, frame, node, Value(content), "a file that was written")
    for word in words[:6]:
        member = m.world.beside(frame.module.path, word) if word.endswith((".py", ".pyw")) else ""
        if member:
            effects_code.run_member(m, frame, node, member)
    effects_handed.programs(m, frame, node, command, words)


def _thread(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    """A thread, process, timer or executor: its target runs."""
    from stockade.vetter.python.effects_handed import spread  # noqa: PLC0415 - mutual recursion of the walk

    target = call.keywords.get("target") or call.keywords.get("function")
    if target is None:
        named = [each for each in call.arguments if isinstance(each.ref, Function | Bound | Class | Instance)]
        chosen = call.get(_PLACES.get(call.name.rpartition(".")[2], 0))
        plain = chosen is not None and chosen.ref is None and bool(chosen.name)
        target = chosen if plain or not named else named[0]
    given = call.keywords.get("args")
    arguments = list(given.items) if given is not None and isinstance(given.items, list) else []
    if given is not None and not arguments and isinstance(given.const, tuple):
        arguments = [Value(each) for each in given.const]
    if given is None and target in call.arguments:
        after = call.arguments.index(target) + 1
        arguments = spread(call.arguments[after:]) if after < len(call.arguments) else []
    if call.name.endswith("Timer") and call.arguments:
        m.act(frame, node, Kind.WAIT, call.name, target=call.text(0))
    if target is not None and (target.ref is not None or target.name):
        keywords = call.keywords.get("kwargs")
        named_ = (
            {str(k): v for k, v in keywords.items.items()}
            if keywords and isinstance(keywords.items, dict)
            else {}
        )
        result = calls.call(m, frame, node, target, arguments, named_)
        m.later.append(partial(_again, m, frame, node, target, arguments, named_))
        return Value(name=f"{call.name}()", taints=result.all_taints())
    return Value(name=f"{call.name}()", taints=union(call.everything))


_PLACES = {
    "Timer": 1,
    "finalize": 1,
    "signal": 1,
    "enter": 2,
    "enterabs": 2,
    "call_later": 1,
    "run_in_executor": 1,
}
"""Where the function stands among the arguments; first, where nothing is said."""


def _again(
    m: Machine, frame: Frame, node: ast.AST, target: Value, arguments: list[Value], keywords: dict[str, Value]
) -> None:
    """Call a thread's function once more, when the names that it uses may hold more."""
    function = target.ref.function.ref if isinstance(target.ref, Bound) else target.ref
    if isinstance(function, Function):
        function.results.clear()
        calls.call(m, frame, node, target, arguments, keywords)


def _mapped(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    """``map(f, xs)`` and its like: every element goes through the function."""
    if len(call.arguments) < 2:
        return Value(taints=union(call.everything))
    function, *sources = call.arguments
    parts = expressions_turns.elements_of(sources[0]) if len(sources) == 1 else None
    if parts is not None and len(parts) <= expressions_turns.COMPREHENSION_TURNS:
        m.step(len(parts))
        results = [calls.call(m, frame, node, function, [each], {}) for each in parts]
        if call.name == "filter":
            kept = [each for each, test in zip(parts, results, strict=True) if not test.known or test.const]
            return _listed(kept)
        return _listed(results)
    elements = [expressions_turns.any_element(source) for source in sources]
    result = calls.call(m, frame, node, function, elements, {})
    return Value(items=[result], taints=union([result, *sources]))


def _listed(results: list[Value]) -> Value:
    if results and all(each.known for each in results):
        return Value([each.const for each in results], taints=union(results), built=True)
    return Value(items=results)


def _reduced(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:

    if len(call.arguments) < 2:
        return Value()
    parts = expressions_turns.elements_of(call.arguments[1])
    if parts is None or len(parts) > expressions_turns.COMPREHENSION_TURNS:
        each = expressions_turns.any_element(call.arguments[1])
        result = calls.call(m, frame, node, call.arguments[0], [Value(taints=each.taints), each], {})
        return Value(taints=union([result, *call.everything]))
    todo = [call.arguments[2], *parts] if len(call.arguments) > 2 else list(parts)
    if not todo:
        return Value()
    result = todo[0]
    for each in todo[1:]:
        m.step()
        result = calls.call(m, frame, node, call.arguments[0], [result, each], {})
    return result


def _keyed(m: Machine, frame: Frame, node: ast.AST, call: Call) -> None:
    """``sorted(xs, key=f)`` and its like: the function is called with every element."""
    key = call.keywords.get("key")
    if key is not None and call.arguments:
        calls.call(m, frame, node, key, [expressions_turns.any_element(call.arguments[0])], {})


def _next(_m: Machine, _frame: Frame, _node: ast.AST, call: Call) -> Value | None:

    return expressions_turns.any_element(call.arguments[0]) if call.arguments else None


def _partial(_m: Machine, _frame: Frame, _node: ast.AST, call: Call) -> Value | None:
    if not call.arguments:
        return None
    return Value(ref=Bound(call.arguments[0], None, tuple(call.arguments[1:]), dict(call.keywords)))


def _gathered(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    """``asyncio.run(f())`` and its like: what they are given was called already, unless it is a function."""
    for each in call.arguments:
        if isinstance(each.ref, Function | Bound):
            return calls.call(m, frame, node, each, [], {})
    return call.arguments[0] if len(call.arguments) == 1 else Value(taints=union(call.everything))


def _startfile(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    return _spawn(m, frame, node, call)


_SPAWNS = (
    *(
        f"subprocess.{each}"
        for each in ("Popen", "call", "run", "check_call", "check_output", "getoutput", "getstatusoutput")
    ),
    *(
        "os.system",
        "os.popen",
        "os.startfile",
        "pty.spawn",
        "pexpect.spawn",
    ),
    *(f"os.exec{each}" for each in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")),
    *(
        "asyncio.create_subprocess_exec",
        "asyncio.create_subprocess_shell",
        "subprocess.run_command",
        "pexpect.run",
    ),
    *(
        "distutils.spawn.spawn",
        "setuptools.distutils.spawn.spawn",
        "win32api.ShellExecute",
        "plumbum.local",
    ),
    *(
        "win32com.client.Dispatch().Run",
        "webbrowser.get().open",
        "wmi.WMI().Win32_Process.Create",
        "invoke.run",
    ),
    "ctypes.windll.shell32.ShellExecuteW",
    "ctypes.windll.shell32.ShellExecuteA",
)


def _spawn_second(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    """Calls whose first argument is a mode or a handle."""
    return _spawn(
        m,
        frame,
        node,
        Call(call.function, call.owner, call.arguments[2:] or call.arguments[1:], call.keywords),
    )


_THREADS = (
    "threading.Thread",
    "threading.Timer",
    "multiprocessing.Process",
    "multiprocessing.pool.ThreadPool().apply_async",
    "multiprocessing.Pool().apply_async",
    "thread.start_new_thread",
    "concurrent.futures.ThreadPoolExecutor().submit",
    "concurrent.futures.ProcessPoolExecutor().submit",
    "asyncio.get_event_loop().run_in_executor",
    "asyncio.to_thread",
    "atexit.register",
    "signal.signal",
    "weakref.finalize",
    "sys.settrace",
    "sys.setprofile",
    "sys.addaudithook",
    "sched.scheduler().enter",
    "schedule.every().day.do",
    "asyncio.get_event_loop().call_later",
    "asyncio.get_event_loop().call_soon",
    "tkinter.Tk().after",
    "PyQt5.QtCore.QTimer.singleShot",
)
_MAPS = (
    "map",
    "filter",
    "itertools.starmap",
    "concurrent.futures.ThreadPoolExecutor().map",
    "multiprocessing.Pool().map",
    "multiprocessing.pool.ThreadPool().map",
)
_RUNNERS = (
    "asyncio.run",
    "asyncio.gather",
    "asyncio.create_task",
    "asyncio.ensure_future",
    "asyncio.wait_for",
    "asyncio.get_event_loop().run_until_complete",
    "asyncio.new_event_loop().run_until_complete",
    "asyncio.get_event_loop().create_task",
    "asyncio.get_running_loop().create_task",
    "asyncio.run_coroutine_threadsafe",
    "trio.run",
    "anyio.run",
    "curio.run",
    "asgiref.sync.async_to_sync",
)

EFFECTS: dict[str, Effect] = {
    **dict.fromkeys(_SPAWNS, _spawn),
    **dict.fromkeys(
        (
            *(f"os.spawn{each}" for each in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")),
            "win32api.WinExec",
        ),
        _spawn_second,
    ),
    **dict.fromkeys(_THREADS, _thread),
    **dict.fromkeys(_MAPS, _mapped),
    **dict.fromkeys(_RUNNERS, _gathered),
    "functools.partial": _partial,
    "functools.reduce": _reduced,
    "reduce": _reduced,
    **dict.fromkeys(("sorted", "max", "min"), _keyed),
    "next": _next,
}
