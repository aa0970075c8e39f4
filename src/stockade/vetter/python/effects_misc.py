"""The rest: the environment, packaging commands, persistence by interfaces, Windows, bots, delays, probes."""

from __future__ import annotations

import ast

from stockade.model.vetting import Phase
from stockade.vetter.acts import Kind, Origin, Taint
from stockade.vetter.python import calls, calls_functions, calls_outside
from stockade.vetter.python.effects import Call, Effect
from stockade.vetter.python.frames import Frame
from stockade.vetter.python.machine import Machine
from stockade.vetter.python.values import Bound, Class, Function, Value, union

INSTALL_COMMANDS = frozenset(
    {
        "install",
        "develop",
        "egg_info",
        "build",
        "build_py",
        "build_ext",
        "build_clib",
        "build_scripts",
        "install_lib",
    }
    | {
        "install_scripts",
        "install_data",
        "install_egg_info",
        "bdist_wheel",
        "bdist_egg",
        "dist_info",
        "editable_wheel",
    }
)
"""Commands that installing or building runs. ``test``, ``upload`` and the like run only when somebody types them."""


def _getenv(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    name = call.get(0, "key")
    value = calls_outside.variable(m, frame, node, name if name is not None else Value())
    default = call.get(1, "default")
    if default is not None and (default.shown or default.name):
        return Value(text=default.shown, taints=value.taints | default.taints)
    if name is not None and name.const in _FOLDERS:
        return Value(text=f"%{name.const}%")
    return value


_FOLDERS = frozenset(
    {"APPDATA", "LOCALAPPDATA", "TEMP", "TMP", "USERPROFILE", "HOME", "PROGRAMDATA", "PUBLIC", "HOMEPATH"}
)
"""Variables that name folders: paths are made of them, and they hold no secret."""


def _setup(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    """``setup(cmdclass={…})``: the commands that an installation runs, run."""
    commands = call.keywords.get("cmdclass")
    if commands is None and "**" in call.keywords:
        return Value()
    if commands is not None and isinstance(commands.items, dict):
        for name, value in commands.items.items():
            named = (
                name
                if isinstance(name, str)
                else _command_name(value.ref)
                if isinstance(value.ref, Class)
                else ""
            )
            command(m, frame, node, named or "install", value)
    elif commands is not None:
        for value in list(frame.module.functions):
            if isinstance(value.ref, Class) and (named := _command_name(value.ref)):
                command(m, frame, node, named, value)
    return Value()


def _command_name(cls: Class) -> str:
    bases = {base.rpartition(".")[2].lower() for base in cls.outer_bases()}
    return next((name for name in sorted(bases) if name.replace("command", "") in INSTALL_COMMANDS), "")


def command(m: Machine, frame: Frame, node: ast.AST, name: str, value: Value) -> None:
    """Run a command class as setuptools does."""
    if not isinstance(value.ref, Class):
        if value.ref is not None:
            calls.call(m, frame, node, value, [], {})
        return
    runner = frame
    if name.strip("_") not in INSTALL_COMMANDS:
        runner = Frame(
            module=frame.module, names=frame.names, scope=frame.scope, phase=min(frame.phase, Phase.CALL)
        )
    made = calls_functions.instantiate(m, runner, node, value, [Value()], {})
    for hook in ("initialize_options", "finalize_options", "run"):
        found = value.ref.find(hook)
        if found is not None and isinstance(found.ref, Function):
            calls.call(m, runner, node, found, [made], {})
    for base in value.ref.bases:  # install.run(self) of a class that was passed through
        if isinstance(base.ref, Function):
            calls.call(m, runner, node, base, [made], {})


def _sleep(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    m.act(frame, node, Kind.WAIT, call.name, target=call.text(0, "secs", "delay"))
    return Value(None)


def _dup2(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    source = call.get(0)
    target = call.text(1)
    text = source.text if source is not None else ""
    wired = source is not None and source.name == "socket.fileno()"
    m.act(frame, node, Kind.PATCH, "os.dup2", target=target, content=text, note="socket" if wired else "")
    return Value()


def _registers(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    m.act(
        frame,
        node,
        Kind.REGISTER,
        call.name,
        target=" ".join(each.shown or each.name for each in call.arguments[:6])[:500],
        payload=union(call.everything),
    )
    return Value(
        name=f"{call.name}()", text=" ".join(each.shown or each.name for each in call.arguments[:3])[:300]
    )


def _sets_value(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    handle = call.get(0)
    where = handle.text if handle is not None else ""
    shown = " ".join(each.shown for each in call.arguments[1:] if each.shown)
    m.act(
        frame, node, Kind.REGISTER, call.name, target=f"{where} {shown}"[:500], payload=union(call.everything)
    )
    return Value()


def _probe(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    m.act(frame, node, Kind.PROBE, call.name, target=call.text(0))
    return Value(name=f"{call.name}()")


def _memfd(m: Machine, frame: Frame, node: ast.AST, _call: Call) -> Value:
    text = m.unknown_text("/proc/self/fd/")
    m.act(frame, node, Kind.WRITE, "os.memfd_create", target=text, note="memfd")
    return Value(text=text, name="os.memfd_create()")


def _os_write(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    handle, data = call.get(0), call.get(1)
    if handle is not None and data is not None and handle.text:
        m.written[handle.text] = (data.all_taints(), data.shown if data.known else "")
        m.act(frame, node, Kind.WRITE, "os.write", target=handle.text, payload=data.all_taints())
    return Value()


_SHELLCODE = (
    "VirtualAlloc",
    "RtlMoveMemory",
    "CreateThread",
    "CreateRemoteThread",
    "WriteProcessMemory",
    "VirtualProtect",
)
_SHELLCODE_CALLS = frozenset(
    {*_SHELLCODE, "memfd_create", "mprotect", "mmap", "dlopen", "syscall", "NtCreateThreadEx", "QueueUserAPC"}
)


_NATIVE_STARTS = frozenset(
    {"system", "execve", "execv", "popen", "WinExec", "ShellExecuteA", "ShellExecuteW"}
)
_NATIVE_PROBES = frozenset({"IsDebuggerPresent", "CheckRemoteDebuggerPresent"})
_NATIVE_PATCHES = frozenset({"SystemParametersInfoW", "RtlAdjustPrivilege", "NtRaiseHardError", "BlockInput"})
_MEMFD = frozenset({319, 279})
"""Numbers of ``memfd_create`` on x86-64 and 64-bit ARM."""
NATIVE_METHODS = _NATIVE_STARTS | _NATIVE_PROBES | _NATIVE_PATCHES | _SHELLCODE_CALLS | {"CryptUnprotectData"}


def windows(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value | None:
    """Functions of native libraries that are reached through ``ctypes``."""
    if not call.name.startswith(("ctypes.windll", "ctypes.CDLL()", "ctypes.WinDLL", "ctypes.cdll")):
        return None
    method = call.name.rpartition(".")[2]
    if method in _NATIVE_STARTS:
        from stockade.vetter.python.effects import apply  # noqa: PLC0415 - mutual recursion of the walk

        place = 2 if method.startswith("ShellExecute") else 0
        spawn = Call(
            Value(name="os.system", hidden=call.function.hidden),
            call.owner,
            call.arguments[place:],
            call.keywords,
        )
        return apply(m, frame, node, spawn)
    number = call.get(0)
    if method == "memfd_create" or (method == "syscall" and number is not None and number.const in _MEMFD):
        return _memfd(m, frame, node, call)
    if method in _SHELLCODE_CALLS:
        m.act(frame, node, Kind.LOAD, call.name, target=method, payload=union(call.everything), note="memory")
        return Value(name=f"{call.name}()", taints=union(call.everything))
    if method in _NATIVE_PROBES:
        m.act(frame, node, Kind.PROBE, call.name, target=method)
    if method in _NATIVE_PATCHES:
        m.act(frame, node, Kind.PATCH, call.name, target=method)
    if method == "CryptUnprotectData":
        return Value(
            taints=frozenset({Taint(Origin.BROWSER, "data protected by Windows", m.at(frame, node))})
        )
    return None


_BOTS = (
    "discord.",
    "nextcord.",
    "disnake.",
    "telebot.",
    "aiogram.",
    "pyrogram.",
    "telethon.",
    "telegram.",
    "socketio.",
)
_BOT_DECORATORS = frozenset(
    {
        "command",
        "event",
        "message_handler",
        "on",
        "on_message",
        "listen",
        "callback_query_handler",
        "channel_post_handler",
    }
)


BOT_METHODS = frozenset({*_BOT_DECORATORS, *(f"{each}()" for each in _BOT_DECORATORS)})


def clipboard(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value | None:
    """The clipboard of a window toolkit."""
    if call.name.endswith((".clipboard_get", ".GetClipboardData")):
        return _paste(m, frame, node, call)
    return _clipboard(m, frame, node, call)


CLIPBOARD_METHODS = frozenset({"clipboard_get", "clipboard_append", "GetClipboardData", "SetClipboardText"})


def bots(m: Machine, frame: Frame, _node: ast.AST, call: Call) -> Value | None:
    """A handler that is registered with a bot or a socket gets orders from whoever writes to it."""
    if not call.name.startswith(_BOTS):
        return None
    method = call.name.removesuffix("()").rpartition(".")[2]
    if method not in _BOT_DECORATORS:
        return None
    handlers = [each for each in call.arguments if isinstance(each.ref, Function | Bound)]
    for each in handlers:
        if isinstance(each.ref, Function):
            calls_functions.call_unknown(m, each, frame.phase, Origin.RECEIVED)
    if handlers:
        return handlers[0]
    return Value(name=f"{call.name}()")


def _clipboard(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    """What is put into the clipboard; a constant there is a sign of a swapped address."""
    value = call.get(0, "text")
    m.act(
        frame,
        node,
        Kind.WRITE,
        "clipboard",
        target="clipboard",
        payload=value.all_taints() if value is not None else frozenset(),
        content=call.text(0),
    )
    return Value()


def _paste(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value:
    m.act(frame, node, Kind.CAPTURE, call.name, target="clipboard")
    return Value(taints=frozenset({Taint(Origin.CLIPBOARD, "clipboard", m.at(frame, node))}))


def _maps(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value | None:
    """Memory that may be run, asked for by hand."""
    rights = call.get(3, "prot")
    if rights is None or not isinstance(rights.const, int) or not rights.const & _EXECUTABLE:
        return None
    m.act(frame, node, Kind.LOAD, call.name, target="mmap", note="memory")
    return Value(name="mmap.mmap()", text="executable memory")


_EXECUTABLE = 4


def _points(m: Machine, frame: Frame, node: ast.AST, call: Call) -> Value | None:
    """A function made of an address."""
    where = call.get(0)
    if where is not None and where.ref is None and not where.known:
        taints = union(call.everything)
        m.act(frame, node, Kind.LOAD, call.name, target="CFUNCTYPE", payload=taints, note="memory")
    return None


EFFECTS: dict[str, Effect] = {
    "mmap.mmap": _maps,
    **dict.fromkeys(("ctypes.CFUNCTYPE()", "ctypes.WINFUNCTYPE()", "ctypes.PYFUNCTYPE()"), _points),
    "pyperclip.copy": _clipboard,
    "clipboard.copy": _clipboard,
    "win32clipboard.SetClipboardText": _clipboard,
    "win32clipboard.SetClipboardData": _clipboard,
    "pyperclip.paste": _paste,
    "clipboard.paste": _paste,
    "tkinter.Tk().clipboard_get": _paste,
    "os.getenv": _getenv,
    "os.environ.get": _getenv,
    "os.environ.pop": _getenv,
    "os.environ.setdefault": _getenv,
    "os.environ.__getitem__": _getenv,
    "setuptools.setup": _setup,
    "distutils.core.setup": _setup,
    "setup": _setup,
    "numpy.distutils.core.setup": _setup,
    "skbuild.setup": _setup,
    "time.sleep": _sleep,
    "asyncio.sleep": _sleep,
    "os.dup2": _dup2,
    "os.memfd_create": _memfd,
    "os.write": _os_write,
    "winreg.SetValueEx": _sets_value,
    "winreg.SetValue": _sets_value,
    "winreg.CreateKey": _registers,
    "winreg.CreateKeyEx": _registers,
    "winreg.OpenKey": _registers,
    "winreg.OpenKeyEx": _registers,
    "crontab.CronTab": _registers,
    "crontab.CronTab().new": _registers,
    "win32com.client.Dispatch().CreateShortCut": _registers,
    "win32com.client.Dispatch": _registers,
    "sys.gettrace": _probe,
    "locale.getdefaultlocale": _probe,
    "locale.getlocale": _probe,
    "psutil.pids": _probe,
}
