"""Programs that read, pack, decode, copy, change and delete files, as a shell starts them."""

from __future__ import annotations

import base64
import binascii
import re

from stockade.vetter import places
from stockade.vetter.acts import Kind, Origin
from stockade.vetter.files import shell_tables as tables
from stockade.vetter.files.shell_call import Call
from stockade.vetter.files.shell_lex import SUBSTITUTION
from stockade.vetter.files.shell_state import NOTHING, Flow, base_name, bounded
from stockade.vetter.places import PathKind


def decoder(call: Call) -> Flow:
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


def openssl(call: Call) -> Flow:
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


def reading(call: Call) -> Flow:
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


def copy(call: Call) -> Flow:
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


def tee(call: Call) -> Flow:
    """``tee`` writes and passes on."""
    for file in call.files():
        call.state.writing(file, call.stdin, "sh:tee")
    return call.stdin


def dd(call: Call) -> Flow:
    """``dd if= of=``."""
    parts = dict(each.split("=", 1) for each in call.arguments if "=" in each)
    flow = call.state.reading(parts["if"]) if "if" in parts else call.stdin
    if "of" in parts:
        call.state.writing(parts["of"], flow, "sh:dd")
    return flow


def chmod(call: Call) -> Flow:
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


def find(call: Call) -> Flow:
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


def delete(call: Call) -> Flow:
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
