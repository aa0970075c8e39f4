"""What PowerShell text does, statement by statement: told from its commands, without a grammar.

Strings put together by ``+``, ``-f``, ``-join``, ``[char]`` and escapes are put together first; variables that are
assigned once carry text and origins. Everything is linear and bounded.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import replace
from typing import Final

from stockade.model.vetting import Phase
from stockade.vetter import places
from stockade.vetter.acts import Act, Kind, Origin, Taints
from stockade.vetter.files.powershell_text import joined, statements
from stockade.vetter.files.shell_state import MOST_ACTS, Flow, State, base_name, bounded
from stockade.vetter.places import PathKind

_MOST_LAYERS: Final = 4
_MOST_STATEMENTS: Final = 5_000
_I: Final = re.IGNORECASE

_SIGNS = re.compile(
    r"\b(?:invoke-expression|iex|invoke-webrequest|iwr|new-object\s+(?:system\.)?net\.|downloadstring|start-process|set-executionpolicy"
    r"|frombase64string|get-childitem|set-itemproperty|add-mppreference|write-host|param\s*\()|\$(?:env:|_\b|true\b|null\b)|\[system\.|\[convert\]",
    _I,
)
_ENCODED = re.compile(r"[-/\u2013]e(?:c|nc?|nco?|ncod?|ncode|ncoded|ncodedc|ncodedcommand)?$", _I)
_COMMAND = re.compile(r"[-/]c(?:o|om|omm|omma|omman|ommand)?$", _I)
_FILE = re.compile(r"[-/]f(?:i|il|ile)?$", _I)
_TAKES_VALUE = re.compile(
    r"[-/](?:w\w*|ep|ex\w*|version|psconsolefile|inputformat|outputformat|configurationname|workingdirectory)$",
    _I,
)
_URL = re.compile(r"(?:https?|ftp)://[^\s\"'`)<>,;]+", _I)

_RUNS = re.compile(
    r"(?<![\w\-.])(?:iex|invoke-expression)(?![\w\-])|\|\s*(?:iex|invoke-expression|powershell|pwsh|cmd)\b|invokescript|\[scriptblock\]::create|&\s*\(\s*\[scriptblock\]",
    _I,
)
_FETCHES = re.compile(
    r"downloadstring|downloaddata|downloadfile|openread\(|invoke-webrequest|invoke-restmethod|start-bitstransfer|\biwr\b|\birm\b"
    r"|(?<![\w\-])(?:curl|wget)(?:\.exe)?\s|getresponse\(|getstringasync|getbytearrayasync|xmlhttp|winhttprequest",
    _I,
)
_SENDS = re.compile(
    r"-method\s+['\"]?(?:post|put)|uploadstring|uploaddata|uploadfile|uploadvalues|-body\b|-infile\b|send-mailmessage|postasync|\.send\(",
    _I,
)
_OUTFILE = re.compile(
    r"(?:-outfile|-destination)\s+['\"]?([^\s'\",;)]+)|downloadfile(?:async)?\(\s*[^,()]{1,600},\s*['\"]?([^'\",;)]+)",
    _I,
)
_STARTS = re.compile(
    r"(?:start-process|saps|invoke-item|\bii\b|\[diagnostics\.process\]::start|\[system\.diagnostics\.process\]::start\(|shellexecute\()\s*\(?\s*(?:-filepath\s+)?['\"]?([^\s'\",;)]+)|(?:^|[;|{]\s*)&\s*['\"]?([^\s'\",;({]+)",
    _I,
)
_LOADS = re.compile(
    r"\[(?:system\.)?reflection\.assembly\]::load|\badd-type\b|virtualalloc|createthread|getdelegateforfunctionpointer|\bappdomain\]::currentdomain\.load",
    _I,
)
_DECODES = re.compile(
    r"frombase64string|gzipstream|deflatestream|-bxor|\[convert\]::tobyte|securestringtobstr", _I
)
_SOCKET = re.compile(r"net\.sockets\.(?:tcp|udp)client", _I)
_SOCKET_AT = re.compile(
    r"tcpclient['\"]?\s*[\(,]?\s*[\(]?\s*['\"]?([\w.\-…]+)['\"]?\s*,\s*['\"]?(\d{1,5})", _I
)
_WRITES = re.compile(
    r"(?:set-content|out-file|add-content|writealltext|writeallbytes|writealllines|tee-object|copy-item|move-item|new-item)\b([^|;]*)|>>?\s*([^\s|;]+)",
    _I,
)
_REGISTERS = re.compile(
    r"register-scheduledtask|new-scheduledtask|register-scheduledjob|new-service\b|set-wmiinstance|register-wmievent|__eventfilter|schtasks",
    _I,
)
_RUN_KEY = re.compile(r"(?:set-itemproperty|new-itemproperty|sp|reg(?:\.exe)?\s+add)\b([^|;]*)", _I)
_DEFENCES = re.compile(
    r"(?:add|set)-mppreference[^|;]*|set-executionpolicy[^|;]*|amsiutils|amsiinitfailed|set-netfirewallprofile[^|;]*|stop-service\s+\w*defend\w*|disable-\w*defender\w*|etweventwrite|vssadmin[^|;]*",
    _I,
)
_ENVIRONMENT = re.compile(
    r"(?:get-childitem|gci|dir|ls)\s+(?:-path\s+)?['\"]?env:|getenvironmentvariables\(", _I
)
_ENV_NAME = re.compile(r"\$env:(\w{1,60})|getenvironmentvariable\(\s*['\"](\w{1,60})", _I)
_HOST = re.compile(
    r"get-computerinfo|get-wmiobject|gwmi\b|get-ciminstance|\bwhoami\b|\bhostname\b|systeminfo|get-netipaddress|\bipconfig\b|\$env:(?:computername|username|userdomain)",
    _I,
)
_CLIPBOARD = re.compile(r"get-clipboard|windows\.forms\.clipboard\]::get", _I)
_SCREEN = re.compile(r"copyfromscreen", _I)
_KEYS = re.compile(r"getasynckeystate|setwindowshookex", _I)
_SECRETS = re.compile(
    r"get-storedcredential|passwordvault|protecteddata\]::unprotect|get-credential|cryptunprotectdata|netsh\s+wlan\s+show",
    _I,
)
_ASSIGNED = re.compile(r"^\s*\$([\w:]{1,60})\s*\+?=(?!=)\s*(.*)$", re.DOTALL)
_USED = re.compile(r"\$\{?(\w{1,60})")
_QUOTED = re.compile(
    r"['\"]([^'\"\n]{2,1000})['\"]|(?:^|\s)((?:[A-Za-z]:|~|\$env:\w+|\$home)[\\/][^\s'\";|)]{1,500})", _I
)
_BASE64 = re.compile(r"[A-Za-z0-9+/]{40,}={0,2}")


def is_powershell(text: str) -> bool:
    """Whether a text without a telling suffix is rather PowerShell than another shell's."""
    head = text[:4_000]
    if head.startswith("#!"):
        return "pwsh" in head.partition("\n")[0]
    if re.match(r"\s*[\"']?(?:[\w:\\/.]*[\\/])?(?:powershell|pwsh)(?:\.exe)?\b", head, _I):
        return False
    return len({each.lower() for each in _SIGNS.findall(head)[:64]}) > 1 or bool(
        re.match(r"\s*(?:iex|irm|iwr)\b", head, _I)
    )


def command_acts(arguments: list[str], state: State) -> list[Act]:
    """What ``powershell ARGUMENTS`` does: ``-EncodedCommand``, ``-Command``, or the rest of the line."""
    place = 0
    while place < len(arguments):
        option = arguments[place].strip("'\"")
        rest = arguments[place + 1 :]
        if _ENCODED.fullmatch(option) and rest:
            code = encoded(rest[0])
            inner = replace(state, acts=[], hidden=True)
            if code is None:
                inner.act(
                    Kind.SPAWN,
                    "sh:powershell",
                    target="powershell -EncodedCommand",
                    payload=inner.taint(Origin.DECODED, "base64"),
                )
            else:
                _decoded_command(inner, code)
            return inner.acts
        if _COMMAND.fullmatch(option):
            return list(_acts(replace(state, acts=[]), " ".join(rest), 0))
        if _FILE.fullmatch(option) and rest:
            inner = replace(state, acts=[])
            held = state.files.get(base_name(rest[0]))
            taints = held.taints if held is not None else frozenset()
            inner.act(
                Kind.SPAWN,
                "sh:powershell",
                target=" ".join(["powershell", *arguments]),
                payload=taints,
                note=f"script {rest[0]}",
            )
            return inner.acts
        if not option.startswith(("-", "/")):
            return list(_acts(replace(state, acts=[]), " ".join(arguments[place:]), 0))
        place += 2 if _TAKES_VALUE.fullmatch(option) else 1
    return []


def _decoded_command(state: State, code: str) -> None:
    """An encoded command: hidden, so told, and walked."""
    state.act(
        Kind.SPAWN,
        "sh:powershell",
        target="powershell -EncodedCommand",
        payload=state.taint(Origin.DECODED, "base64"),
        content=code,
    )
    _acts(state, code, 1)


def encoded(text: str) -> str | None:
    """The text of ``-EncodedCommand``: base64 of UTF-16; None where it is not that."""
    compact = re.sub(r"[^A-Za-z0-9+/]", "", text)
    try:
        raw = base64.b64decode(compact + "=" * (-len(compact) % 4))
        return raw.decode("utf-16-le", "replace") if b"\0" in raw[:64] else raw.decode("utf-8")
    except (ValueError, binascii.Error):
        return None


def powershell_acts(text: str, path: str, phase: Phase, line0: int = 0) -> tuple[Act, ...]:
    """What a PowerShell script does; see :func:`stockade.vetter.files.shell.shell_acts`."""
    return tuple(_acts(State(path, phase, line0, "cmd"), text, 0))


def _acts(state: State, text: str, depth: int) -> list[Act]:
    first = state.line
    for number, (line, raw) in enumerate(statements(text)):
        if number >= _MOST_STATEMENTS or len(state.acts) >= MOST_ACTS:
            break
        state.line = first + line - 1
        _statement(state, raw, depth)
    state.line = first
    return state.acts


def _statement(state: State, raw: str, depth: int) -> None:
    """One statement: its origins, then its effects."""
    text = joined(raw)
    used = [
        state.variables[name.lower()] for name in _USED.findall(text)[:64] if name.lower() in state.variables
    ]
    taints = bounded(frozenset().union(*(each.taints for each in used)) | _origins(state, text))
    assigned = _ASSIGNED.match(text)
    addresses = [match[0] for match in _URL.finditer(text)] or [
        found for each in used if each.text and (found := _first_url(each.text))
    ]
    where = addresses[0] if addresses else "…"
    fetched = _network(state, text, taints, where)
    decoded = _decoding(state, text, used, depth)
    taints = bounded(taints | fetched | decoded)
    _effects(state, text, taints)
    if assigned:
        known = re.fullmatch(r"['\"]([^'\"]*)['\"]", assigned[2].strip())
        if len(state.variables) < MOST_ACTS:
            state.variables[assigned[1].lower()] = Flow(known[1] if known else None, taints)


def _first_url(text: str) -> str:
    found = _URL.search(text)
    return found[0] if found else ""


def _origins(state: State, text: str) -> Taints:
    """Where the data of a statement come from."""
    taints: Taints = frozenset()
    if _ENVIRONMENT.search(text):
        taints |= state.taint(Origin.ENVIRONMENT, "env:")
    for first, second in _ENV_NAME.findall(text)[:32]:
        if places.variable(first or second):
            taints |= state.taint(Origin.VARIABLE, first or second)
    for pattern, origin, what in (
        (_HOST, Origin.HOST, "host facts"),
        (_CLIPBOARD, Origin.CLIPBOARD, "clipboard"),
        (_SCREEN, Origin.SCREEN, "screen"),
        (_KEYS, Origin.KEYS, "keys"),
        (_SECRETS, Origin.CREDENTIAL, "Windows credentials"),
    ):
        if pattern.search(text):
            taints |= state.taint(origin, what)
            if origin in (Origin.SCREEN, Origin.KEYS, Origin.CLIPBOARD):
                state.act(Kind.CAPTURE, "ps:" + what, payload=taints)
    for first, second in _QUOTED.findall(text)[:64]:
        held = state.reading(first or second)
        if first or second:
            taints |= frozenset(each for each in held.taints if each.origin is not Origin.FILE)
    return taints


def _network(state: State, text: str, taints: Taints, where: str) -> Taints:
    """Requests and sockets; the origins of what comes back."""
    if _SOCKET.search(text):
        found = _SOCKET_AT.search(text)
        where = f"{found[1]}:{found[2]}" if found else where
        state.act(Kind.CONNECT, "ps:TCPClient", target=where)
        state.variables["…socket"] = Flow(None, state.taint(Origin.RECEIVED, where))
        return state.taint(Origin.RECEIVED, where)
    sends = bool(_SENDS.search(text))
    if sends and (_FETCHES.search(text) or re.search(r"upload|send-mail|postasync|\.send\(", text, _I)):
        state.act(Kind.SEND, "ps:request", target=where, payload=taints)
        return frozenset()
    if not _FETCHES.search(text):
        return frozenset()
    state.act(Kind.FETCH, "ps:request", target=where)
    got = state.taint(Origin.FETCHED, where)
    found = _OUTFILE.search(text)
    if found:
        state.writing(found[1] or found[2], Flow(None, got), "ps:OutFile")
    return got


def _decoding(state: State, text: str, used: list[Flow], depth: int) -> Taints:
    """Hidden text: what is known of it is walked too."""
    if not _DECODES.search(text):
        return frozenset()
    taints = state.taint(Origin.DECODED, "base64" if "base64" in text.lower() else "hidden text")
    if depth >= _MOST_LAYERS or not _RUNS.search(text):
        return taints
    for blob in [*_BASE64.findall(text), *(each.text for each in used if each.text)][:4]:
        code = encoded(blob)
        if code and code.isprintable() is False and "\ufffd" in code:
            continue
        if code:
            before, state.hidden = state.hidden, True
            state.act(Kind.EXECUTE, "ps:iex", target=code, payload=taints, content=code)
            _acts(state, code, depth + 1)
            state.hidden = before
    return taints


def _effects(state: State, text: str, taints: Taints) -> None:
    """What is run, loaded, written, registered."""
    socket = state.variables.get("…socket")
    if _RUNS.search(text):
        payload = taints | (socket.taints if socket is not None else frozenset())
        note = "reverse shell" if socket is not None else ""
        state.act(Kind.EXECUTE, "ps:iex", target=text, payload=payload, note=note)
    if _LOADS.search(text):
        state.act(Kind.LOAD, "ps:load", target=text, payload=taints)
    for first, second in _STARTS.findall(text)[:16]:
        program = first or second
        held = state.files.get(base_name(program))
        payload = taints | (held.taints if held is not None else frozenset())
        state.act(Kind.SPAWN, "ps:Start-Process", target=program, payload=payload)
    for first, second in _WRITES.findall(text)[:16]:
        for file in [second] if second else [match[0] or match[1] for match in _QUOTED.findall(first)[:4]]:
            if file and places.path(file):
                state.writing(file, Flow(None, taints), "ps:write")
    _lasting(state, text, taints)


def _lasting(state: State, text: str, taints: Taints) -> None:
    """What stays: tasks, registry keys, protections that are changed."""
    if _REGISTERS.search(text):
        state.act(
            Kind.REGISTER, "ps:scheduled task", target=text, payload=taints, note="Windows task scheduler"
        )
    for rest in _RUN_KEY.findall(text)[:16]:
        if PathKind.STARTUP in places.path(
            re.sub(r"^[\s\-\w]*?['\"]?(?=HK|Registry)", "", rest, flags=_I).strip()
        ) or re.search(r"currentversion\\run", rest, _I):
            state.act(
                Kind.REGISTER, "ps:registry", target=rest.strip(), payload=taints, note="registry Run key"
            )
    found = _DEFENCES.search(text)
    if found and not re.search(
        r"set-executionpolicy.*(?:-scope\s+process|remotesigned|restricted)", text, _I
    ):
        state.act(Kind.PATCH, "ps:defence", target=found[0], note="a protection of Windows is changed")
