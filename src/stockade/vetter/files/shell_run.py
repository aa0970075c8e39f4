"""Walks shell text: pipelines, groups, redirections, substitutions; what each program does is told elsewhere."""

from __future__ import annotations

import re
from typing import Final

from stockade.vetter.acts import Kind, Origin
from stockade.vetter.files import shell_programs as programs
from stockade.vetter.files import shell_tables as tables
from stockade.vetter.files.shell_call import Call
from stockade.vetter.files.shell_lex import SUBSTITUTION, Command, Redirect, Style, Word, lex
from stockade.vetter.files.shell_state import MOST_DEPTH, NOTHING, Flow, State

_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)(\+?)=", re.ASCII)
_DEVICE = re.compile(r"/dev/(tcp|udp)/([^/]+)/(.+)")
_EXE: Final = (".exe", ".com", ".cmd", ".bat")


def walk(state: State, text: str, stdin: Flow, depth: int) -> Flow:
    """Walk ``text``; what all its commands put out together."""
    if depth > MOST_DEPTH or state.left <= 0:
        return Flow()
    style: Style = "cmd" if state.style == "cmd" else "sh"
    stack: list[tuple[Flow, Flow]] = []
    outer, feed, out, whole = stdin, stdin, NOTHING, NOTHING
    first = state.line
    for event in lex(text, style):
        if isinstance(event, Command):
            state.left -= 1 + len(event.words) // 8
            if state.left <= 0:
                break
            state.line = first + event.line - 1
            out = _command(state, event, feed, depth)
        elif event.sign == "|":
            feed, out = out, NOTHING
        elif event.sign == ";":
            whole, out, feed = whole.joined(out), NOTHING, outer
        elif event.sign == "(":
            stack.append((whole, outer))
            outer, whole = feed, NOTHING
        elif stack:
            out = whole.joined(out)
            whole, outer = stack.pop()
    state.line = first
    for held, _ in stack:
        whole = whole.joined(held)
    return whole.joined(out)


def _command(state: State, command: Command, stdin: Flow, depth: int) -> Flow:
    """A simple command with its redirections; what goes into the pipe behind it."""
    redirects = [(each, _word(state, each.word, depth)) for each in command.redirects]
    device = next((found for _, flow in redirects if (found := _DEVICE.fullmatch(flow.text or ""))), None)
    for redirect, flow in redirects:
        stdin = _input(state, redirect, flow, stdin)
    words = [_word(state, each, depth) for each in command.words]
    words = _past_assignments(state, command.words, words)
    if device is not None:
        descriptor = next((each.operator[0] for each in command.redirects if each.operator[:1].isdigit()), "")
        state.variables["fd" + descriptor] = Flow(
            None, state.taint(Origin.RECEIVED, f"{device[2]}:{device[3]}")
        )
        return _over_socket(state, words, stdin, f"{device[2]}:{device[3]}", depth)
    out = run(state, words, stdin, depth) if words else stdin
    for redirect, flow in redirects:
        sign = redirect.operator.lstrip("012&")
        if sign.startswith(">") and redirect.word.text and not redirect.operator.startswith("2"):
            state.writing(flow.text or "", out, "sh:>>" if sign.startswith(">>") else "sh:>")
            out = NOTHING
    return out


def run(state: State, words: list[Flow], stdin: Flow, depth: int) -> Flow:
    """A program with its arguments."""
    words = _unwrapped(words)
    if not words:
        return stdin
    first = (words[0].text or "").strip()
    if state.style == "sh" and re.search(r"\s", first) and SUBSTITUTION not in first and depth < MOST_DEPTH:
        return walk(state, " ".join([first, *(each.text or "" for each in words[1:])]), stdin, depth + 1)
    call = Call(state, program_name(first), words[0], words[1:], stdin, depth, walk, run)
    return programs.run(call)


def program_name(word: str) -> str:
    """The program that a first word names: no folder, no suffix, lower case."""
    name = word.lstrip("@").replace("\\", "/").rpartition("/")[2].lower()
    for suffix in _EXE:
        name = name.removesuffix(suffix)
    return re.sub(r"^(python|pip|pypy)[\d.]+$", r"\1", name)


def _unwrapped(words: list[Flow]) -> list[Flow]:
    """The words without programs that only start another one."""
    for _ in range(8):
        if not words:
            break
        name = program_name(words[0].text or "")
        if name == "env":
            rest = words[1:]
            while rest and ((rest[0].text or "").startswith("-") or _ASSIGNMENT.match(rest[0].text or "")):
                unset = rest[0].text in ("-u", "--unset", "-C", "--chdir")
                rest = rest[2 if unset else 1 :]
            if not rest:
                break
            words = rest
        elif name in tables.WRAPPERS and len(words) > 1:
            words = _past_options(words[1:], tables.WRAPPERS[name])
        else:
            break
    return words


def _past_options(words: list[Flow], skipped: int) -> list[Flow]:
    """What a wrapper starts."""
    place = 0
    while place < len(words):
        text = words[place].text or ""
        if text == "--":
            place += 1
            break
        if text == "-c" and place + 1 < len(words):
            return [Flow("sh"), *words[place:]]
        if not text.startswith(("-", "/")) or (text.startswith("/") and len(text) > 4):  # noqa: PLR2004 - /min, /b
            break
        following = (words[place + 1].text or "") if place + 1 < len(words) else ""
        place += 2 if text in tables.WRAPPER_VALUES or (text == "-n" and following.isdecimal()) else 1
    return words[place + skipped :]


def _past_assignments(state: State, raw: list[Word], words: list[Flow]) -> list[Flow]:
    """Take ``NAME=value`` before the program, and ``export NAME=value``, ``set NAME=value``."""
    place = 0
    while place < len(words):
        text = words[place].text or ""
        found = _ASSIGNMENT.match(text)
        if found is None:
            if place or text not in ("export", "local", "readonly", "declare", "typeset", "set", "setx"):
                break
            if text == "set" and (len(words) == 1 or not _ASSIGNMENT.match(words[1].text or "")):
                break
            place += 1
            continue
        value: str | None = text[found.end() :]
        if raw[place].inner and value == SUBSTITUTION:
            value = None
        flow = Flow(value, words[place].taints)
        if found[2] and found[1] in state.variables:
            flow = state.variables[found[1]].joined(flow)
        state.variables[found[1]] = flow
        place += 1
    loop = [each.text or "" for each in words[:4]]
    if loop[:1] in (["for"], ["select"]) and loop[2:3] == ["in"]:
        state.variables[loop[1]] = Flow(
            " ".join(each.text or "" for each in words[3:]), _all(words[3:]).taints
        )
        return []
    return words[place:]


def _all(words: list[Flow]) -> Flow:
    flow = NOTHING
    for each in words:
        flow = flow.joined(each)
    return flow


def _word(state: State, word: Word, depth: int) -> Flow:
    """A word with its variables and substitutions put in."""
    flow = state.expanded(word.text)
    if not word.inner:
        return flow
    text, taints = flow.text or "", flow.taints
    for inner in word.inner[:64]:
        got = walk(state, inner, NOTHING, depth + 1)
        taints |= got.taints
        if got.text is not None and SUBSTITUTION in text:
            text = text.replace(SUBSTITUTION, got.text.rstrip("\n"), 1)
    return Flow(text, taints)


def _input(state: State, redirect: Redirect, flow: Flow, stdin: Flow) -> Flow:
    """What standard input is after a redirection."""
    operator = redirect.operator.lstrip("0")
    if operator in ("<<<", "<<", "<<-"):
        return flow
    if operator.startswith("<&"):
        return state.variables.get("fd" + operator[2:], stdin)
    if operator == "<":
        text = flow.text or ""
        return Flow(None, flow.taints) if text == SUBSTITUTION else state.reading(text)
    return stdin


def _over_socket(state: State, words: list[Flow], stdin: Flow, where: str, depth: int) -> Flow:
    """A command whose input or output is a socket: a shell there is a reverse shell."""
    name = program_name(words[0].text or "") if words else ""
    state.act(Kind.CONNECT, "sh:/dev/tcp", target=where)
    received = state.taint(Origin.RECEIVED, where)
    if name in tables.SHELLS:
        state.act(
            Kind.SPAWN, f"sh:{name}", target=f"{name} over {where}", payload=received, note="reverse shell"
        )
        return Flow(None, received)
    out = run(state, words, stdin, depth) if words and name != "exec" else Flow(None, received)
    if out.taints - received:
        state.act(Kind.SEND, "sh:/dev/tcp", target=where, payload=out.taints)
    return Flow(None, received)
