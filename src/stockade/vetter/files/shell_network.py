"""Programs that speak to the network, as a shell starts them: what they fetch, what they send."""

from __future__ import annotations

import re
from typing import Final

from stockade.vetter import places
from stockade.vetter.acts import Kind, Origin, Taints
from stockade.vetter.files import shell_tables as tables
from stockade.vetter.files.shell_lex import SUBSTITUTION
from stockade.vetter.files.shell_state import NOTHING, Flow, State, base_name, bounded
from stockade.vetter.places import AddressKind

_REMOTE = re.compile(r"(?:[\w.\-]+@)?[\w.\-…]+:.*|\w+://.*|s3:.*|gs:.*", re.DOTALL)
_NAMES: Final = re.compile(r"[\w…$\-]+(?:\.[\w…$\-]+)+\.?")


class _Request:
    """One request while its options are read."""

    def __init__(self, state: State, callee: str, stdin: Flow) -> None:
        self.state = state
        self.callee = callee
        self.stdin = stdin
        self.urls: list[Flow] = []
        self.data: set[Flow] = set()
        self.sends = False
        self.output = ""
        self.named_remotely = False

    def value(self, option: str, flow: Flow, data_options: frozenset[str]) -> None:
        """An option with its value."""
        text = flow.text or ""
        if option in ("-o", "--output", "-O", "--output-document"):
            self.output = text
        elif option == "--url":
            self.urls.append(flow)
        elif option in ("-K", "--config") and text == "-":
            self.urls.append(self.stdin)
        elif option in data_options or option.startswith(("--post", "--body")):
            self.take(option, text, flow)

    def take(self, option: str, text: str, flow: Flow) -> None:
        """Data that leave: from standard input, a file, or as they stand."""
        header = option in ("-H", "--header", "-u", "--user", "-b", "--cookie")
        self.sends = self.sends or not header
        if flow.taints:
            self.data.add(flow)
        if header:
            return
        from_file = option in ("-T", "--upload-file", "--post-file", "--body-file")
        file = text if from_file else next(iter(re.findall(r"(?:^|[=;])[@<](.+?)(?:;|$)", text)), "")
        if file == "-" or (from_file and file == "."):
            self.data.add(Flow(None, self.stdin.taints))
        elif file and file != SUBSTITUTION:
            self.data.add(Flow(None, self.state.reading(file).taints))

    def done(self) -> Flow:
        """The act, and what comes back."""
        address = " ".join(each.text or "" for each in self.urls) or SUBSTITUTION
        in_address = (
            bounded(frozenset().union(*(each.taints for each in self.urls))) if self.urls else frozenset()
        )
        payload = (
            bounded(frozenset().union(*(each.taints for each in self.data))) if self.data else frozenset()
        )
        metadata = any(_is_metadata(each.text or "") for each in self.urls)
        if self.sends or payload or in_address:
            self.state.act(
                Kind.SEND,
                self.callee,
                target=address,
                payload=bounded(payload | in_address),
                target_taints=in_address,
            )
        if not self.sends:
            self.state.act(Kind.FETCH, self.callee, target=address, target_taints=in_address)
        origin = Origin.METADATA_SERVICE if metadata else Origin.FETCHED
        got = Flow(None, self.state.taint(origin, address))
        if self.named_remotely and not self.output and self.urls:
            self.output = base_name((self.urls[0].text or "").partition("?")[0])
        if self.output and self.output not in ("-", "/dev/stdout"):
            self.state.writing(self.output, got, self.callee)
            return NOTHING
        return got


def curl(state: State, words: list[Flow], stdin: Flow) -> Flow:
    """``curl``: a download, an upload, or both."""
    request = _Request(state, "sh:curl", stdin)
    place = 0
    while place < len(words):
        flow = words[place]
        text = flow.text or ""
        following = words[place + 1] if place + 1 < len(words) else NOTHING
        place += 1
        if text.startswith("--"):
            option, equals, glued = text.partition("=")
            if option in tables.CURL_LONG_VALUES:
                request.value(option, Flow(glued, flow.taints) if equals else following, tables.CURL_DATA)
                place += not equals
            request.named_remotely |= option in ("--remote-name", "--remote-name-all")
        elif text.startswith("-") and len(text) > 1:
            place += _curl_letters(request, text, flow, following)
        else:
            request.urls.append(flow)
    return request.done()


def _curl_letters(request: _Request, text: str, flow: Flow, following: Flow) -> int:
    """Options of one letter in one word; how many more words they take."""
    for place, letter in enumerate(text[1:64], start=1):
        if letter == "O":
            request.named_remotely = True
        elif letter in tables.CURL_VALUES:
            glued = text[place + 1 :]
            request.value("-" + letter, Flow(glued, flow.taints) if glued else following, tables.CURL_DATA)
            return 0 if glued else 1
    return 0


def wget(state: State, words: list[Flow], stdin: Flow) -> Flow:
    """``wget``: writes a file unless ``-O -`` says otherwise."""
    request = _Request(state, "sh:wget", stdin)
    request.named_remotely = True
    place = 0
    while place < len(words):
        flow = words[place]
        text = flow.text or ""
        following = words[place + 1] if place + 1 < len(words) else NOTHING
        place += 1
        short = re.fullmatch(r"-[a-zA-Z]*?([OPUteTwo])(.*)", text)
        if text.startswith("--"):
            option, equals, glued = text.partition("=")
            if option in tables.WGET_DATA or option == "--output-document":
                request.value(
                    option, Flow(glued, flow.taints) if equals else following, frozenset(tables.WGET_DATA)
                )
                place += not equals
        elif short:
            value = Flow(short[2], flow.taints) if short[2] else following
            place += not short[2]
            if short[1] == "O":
                request.value("-O", value, frozenset())
        elif not text.startswith("-"):
            request.urls.append(flow)
    if request.output == "-":
        request.named_remotely = False
    return request.done()


def other(state: State, name: str, words: list[Flow], stdin: Flow) -> Flow:
    """Netcat and its kin, copiers, mailers, and programs that look names up."""
    if name in tables.LINES:
        return _line(state, name, words, stdin)
    if name in tables.RESOLVERS:
        return _resolve(state, name, words)
    taints = _all_taints(words)
    if name in tables.MAILERS:
        payload = bounded(stdin.taints | taints)
        state.act(Kind.SEND, f"sh:{name}", target=_shown(name, words), payload=payload)
        return NOTHING
    return _copy(state, name, words)


def _line(state: State, name: str, words: list[Flow], stdin: Flow) -> Flow:
    """A socket wired to a pipe, or to a program."""
    arguments = [each.text or "" for each in words]
    shown = _shown(name, words)
    listens = any(
        re.fullmatch(r"-\w*l\w*|TCP-LISTEN:.*", each, re.IGNORECASE) for each in arguments if name != "socat"
    ) or any(re.match(r"(?:tcp|udp|openssl)\d?-listen:", each, re.IGNORECASE) for each in arguments)
    where = _where(name, arguments)
    state.act(Kind.LISTEN if listens else Kind.CONNECT, f"sh:{name}", target=where)
    received = state.taint(Origin.RECEIVED, where)
    program = re.search(
        r"(?:^|\s)-\w*[ec]\s|--(?:exec|sh-exec)|(?:^|[\s,])(?:exec|system):", shown, re.IGNORECASE
    )
    if program:
        note = "bind shell" if listens else "reverse shell"
        state.act(Kind.SPAWN, f"sh:{name}", target=shown, payload=received, note=note)
    shell = any(each.origin is Origin.OUTPUT and each.detail in tables.SHELLS for each in stdin.taints)
    if shell and not program:
        state.act(Kind.SPAWN, f"sh:{name}", target=shown, payload=received, note="reverse shell")
    if stdin.taints and not listens:
        state.act(Kind.SEND, f"sh:{name}", target=where, payload=stdin.taints)
    return Flow(None, received)


def _where(name: str, arguments: list[str]) -> str:
    """The address of a socket as ``host:port``."""
    if name == "socat":
        found = next(
            (
                each
                for each in arguments
                if re.match(r"(?:tcp|udp|openssl|ssl)\d?(?:-\w+)?:", each, re.IGNORECASE)
            ),
            "",
        )
        return found.partition(":")[2].partition(",")[0]
    plain = [each for each in arguments if not each.startswith("-")]
    port = next((each for each in plain if each.isdecimal()), "")
    host = next((each for each in plain if not each.isdecimal() and places.address(each) is not None), "")
    host = host or next((each for each in plain if not each.isdecimal() and "/" not in each), SUBSTITUTION)
    return f"{host}:{port}" if port else host


def _resolve(state: State, name: str, words: list[Flow]) -> Flow:
    """Names that are looked up: data may be a part of them."""
    for each in words:
        text = each.text or ""
        if each.taints and _NAMES.search(text):
            state.act(Kind.RESOLVE, f"sh:{name}", target=text, payload=each.taints, target_taints=each.taints)
        elif (
            not text.startswith("-")
            and (address := places.address(text))
            and AddressKind.OAST in address.kinds
        ):
            state.act(Kind.RESOLVE, f"sh:{name}", target=text)
    return Flow(None, state.taint(Origin.FETCHED, _shown(name, words)))


def _copy(state: State, name: str, words: list[Flow]) -> Flow:
    """``scp``, ``rsync``, ``aws s3 cp`` …: the last argument is where to."""
    files = [each for each in words if each.text and not each.text.startswith("-")]
    if name in ("aws", "gsutil", "s3cmd", "mc", "rclone"):
        verb = next(
            (place for place, each in enumerate(files) if each.text in ("cp", "sync", "mv", "put", "copy")),
            None,
        )
        if verb is None:
            return _cloud_secret(state, name, words)
        files = files[verb + 1 :]
    if len(files) < 2:  # noqa: PLR2004 - from and to
        return NOTHING
    to, sources = (
        files[-1].text or "",
        [each for each in files[:-1] if not _REMOTE.fullmatch(each.text or "")],
    )
    if not _REMOTE.fullmatch(to):
        if len(sources) < len(files) - 1:
            state.act(Kind.FETCH, f"sh:{name}", target=_shown(name, words))
            state.writing(to, Flow(None, state.taint(Origin.FETCHED, files[0].text or "")), f"sh:{name}")
        return NOTHING
    taints: set[Flow] = set()
    for each in sources[:64]:
        taints |= {state.reading(each.text or ""), Flow(None, each.taints)}
    payload = bounded(frozenset().union(*(each.taints for each in taints))) if taints else frozenset()
    state.act(Kind.SEND, f"sh:{name}", target=to, payload=payload)
    return NOTHING


def _cloud_secret(state: State, name: str, words: list[Flow]) -> Flow:
    line = _shown(name, words).lower()
    secret = next((what for start, what in tables.SECRET_COMMANDS if line.startswith(start)), None)
    return NOTHING if secret is None else Flow(None, state.taint(Origin.CREDENTIAL, f"{secret}: {line}"))


def _all_taints(words: list[Flow]) -> Taints:
    return bounded(frozenset().union(*(each.taints for each in words))) if words else frozenset()


def _shown(name: str, words: list[Flow]) -> str:
    return " ".join([name, *(each.text or "" for each in words)])


def _is_metadata(text: str) -> bool:
    address = places.address(text)
    return address is not None and AddressKind.METADATA_SERVICE in address.kinds
