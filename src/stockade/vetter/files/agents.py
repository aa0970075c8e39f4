"""Instructions and settings of AI agents and editors that a distribution ships: what they make tools do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from stockade.model.locations import Location
from stockade.model.vetting import Phase
from stockade.vetter import places
from stockade.vetter.acts import Act, Kind, Origin
from stockade.vetter.files.base import Looked
from stockade.vetter.files.scan import first, lowered
from stockade.vetter.files.shell import shell_acts
from stockade.vetter.package import Oddity
from stockade.vetter.places import PathKind

MOST_BYTES: Final = 2 << 20
_MOST_COMMANDS: Final = 256
_MOST_DEPTH: Final = 12
_INJECTION: Final[tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...]] = tuple(
    (what, tuple(heads.split()), re.compile(pattern, re.IGNORECASE))
    for what, heads, pattern in (
        (
            "tells an agent to drop its instructions",
            "ignore disregard forget override",
            (
                r"\b(?:ignore|disregard|forget|override)\s+(?:all\s+|any\s+|every\s+|the\s+|your\s+){0,3}(?:previous|prior|earlier|above|preceding|system|safety)\s+"
                r"(?:\w+\s+){0,2}(?:instructions?|prompts?|rules|guidelines|directions|context)"
            ),
        ),
        (
            "tells an agent to keep something from its user",
            "do never without",
            (
                r"\b(?:do\s+not|don'?t|never|without)\s+(?:mention|tell(?:ing)?|inform(?:ing)?|notify(?:ing)?|show(?:ing)?|reveal(?:ing)?"
                r"|disclos\w+|ask(?:ing)?|alert(?:ing)?)\s+"
                r"(?:\w+\s+){0,4}(?:to\s+|from\s+)?(?:the\s+)?(?:users?|humans?|developers?|operators?|owners?)\b"
            ),
        ),
        (
            "tells an agent to call this package harmless",
            "report classify mark rate flag treat consider label",
            (
                r"\b(?:report|classify|mark|rate|flag|treat|consider|label)\s+(?:this|the)\s+(?:package|code|file|project|module|library)\s+(?:\w+\s+){0,2}as\s+"
                r"(?:safe|benign|clean|harmless|trusted|legitimate|not\s+malicious)"
            ),
        ),
        (
            "tells an agent to send secrets",
            "send post upload exfiltrate transmit forward include paste append encode",
            (
                r"\b(?:send|post|upload|exfiltrate|transmit|forward|include|paste|append|encode)\s+(?:\w+\s+|['\"`~/.$]){0,8}"
                r"(?:environment variables?|env vars?|api keys?|secrets?|credentials?|tokens?|private keys?|passwords?"
                r"|\.env\b|\.ssh|id_rsa)"
                r"[^\n]{0,120}?(?:https?://|\bto\s+the\s+(?:url|server|endpoint|address)|webhook)"
            ),
        ),
    )
)
_WRITTEN_TO_MODELS = re.compile(
    r"<(?:system|important|instructions?|assistant|admin)>"
    r"|\b(?:ai|llm|language model|coding|code)\s+(?:assistants?|agents?|models?|scanners?|reviewers?)\b"
    r"|\byou are (?:an?|the) (?:ai|assistant|agent|language model)|\b(?:claude|copilot|cursor|chatgpt|gemini|codex)\b",
    re.IGNORECASE,
)
_FENCE = re.compile(r"```(?:bash|sh|shell|console|zsh|powershell|cmd|bat)?\s*\n(.{0,20000}?)```", re.DOTALL)
_INLINE = re.compile(r"`([^`\n]{8,600})`")
_WORTH: Final = frozenset(
    {
        Origin.FETCHED,
        Origin.RECEIVED,
        Origin.DECODED,
        Origin.CREDENTIAL,
        Origin.ENVIRONMENT,
        Origin.WALLET,
        Origin.BROWSER,
        Origin.VARIABLE,
    }
)
_MAY_BE_OWN = re.compile(
    r"claude|agents|gemini|skill|cursor|windsurf|rules|cline|\.roo|goose|copilot|instructions|prompts|aider|mcp|\.vscode|devcontainer"
    r"|\.zed|\.idea|\.continue|\.kiro|codex|chatmodes|settings\.json",
    re.IGNORECASE,
)
"""Cheap: what :func:`stockade.vetter.places.path` calls agent's has one of these."""
_DOCUMENTS: Final = (".md", ".mdc", ".txt", ".rst", "/pkg-info", "/metadata", "rules")
_MODEL_WORDS: Final = (
    *(
        b"assistant",
        b"llm",
        b"language model",
        b"claude",
        b"copilot",
        b"chatgpt",
        b"gemini",
        b"codex",
        b"cursor",
    ),
    *(
        b"<system>",
        b"<important>",
        b"<instruction",
        b"<admin>",
        b" agent",
        b"ai model",
        b"ai scanner",
        b"ai reviewer",
    ),
)


def look(data: bytes, path: str, phase: Phase) -> Looked:
    """What instructions and settings make an agent or editor do.

    Of files that agents and editors read by themselves (``CLAUDE.md``, ``.cursorrules``, ``.vscode/tasks.json``, tool
    servers): acts for the commands in them that fetch and run, or send secrets, with ``agent:`` before their callee;
    ``agent-injection`` for words that turn an agent against its user, ``agent-autorun`` for tasks and hooks that start
    by themselves, ``agent-file`` for the bare presence. Of other documents ``agent-injection`` only where the words
    speak to a model.
    """
    own = bool(_MAY_BE_OWN.search(path)) and PathKind.AGENT in places.path(path)
    if len(data) > MOST_BYTES or not (own or path.lower().endswith(_DOCUMENTS)):
        return Looked()
    lower = data.lower()
    if not own and not any(word in lower for word in _MODEL_WORDS):
        return Looked()
    text = data.decode("utf-8", "replace")
    oddities = [replace(each, phase=phase) for each in _words(text, path, own=own)]
    if not own:
        return Looked(oddities=tuple(oddities))
    what = places.path(path).what(PathKind.AGENT)
    oddities.append(Oddity(kind="agent-file", at=Location(path), detail=what, phase=phase))
    structured = path.endswith(".json")
    if structured and re.search(
        r'"runOn"\s*:\s*"folderOpen"|"hooks"\s*:\s*\{|"task\.allowAutomaticTasks"\s*:\s*"?(?:on|true)', text
    ):
        oddities.append(
            Oddity(kind="agent-autorun", at=Location(path), detail="starts commands by itself", phase=phase)
        )
    return Looked(tuple(_acts(text, path, phase, structured=structured)), tuple(oddities))


def _words(text: str, path: str, *, own: bool) -> Iterator[Oddity]:
    """Words that turn an agent against its user, the first of each kind."""
    lower = lowered(text)
    for what, heads, pattern in _INJECTION:
        found = pattern.search(text) if lower is None else first(pattern, text, heads, lower)
        if found is None:
            continue
        near = text[max(found.start() - 600, 0) : found.end() + 600]
        if own or _WRITTEN_TO_MODELS.search(near):
            at = Location(path, text.count("\n", 0, found.start()) + 1)
            yield Oddity(
                kind="agent-injection", at=at, detail=what, evidence=" ".join(found[0].split())[:300]
            )


def _acts(text: str, path: str, phase: Phase, *, structured: bool) -> Iterator[Act]:
    """Commands that send what is secret, or run what is hidden; in settings also those that fetch and run, which documents
    tell of every installer."""
    commands = _in_json(text) if structured else _in_markdown(text)
    for number, (line, command) in enumerate(commands):
        if number >= _MOST_COMMANDS:
            return
        for act in shell_acts(command, path, phase, line):
            foreign = any(
                each.origin in _WORTH and (structured or each.origin is not Origin.FETCHED)
                for each in act.payload
            )
            if act.kind in (Kind.SPAWN, Kind.EXECUTE, Kind.SEND) and foreign:
                target = act.target if act.kind is Kind.SEND else command.strip()[:500]
                yield replace(act, callee=f"agent:{act.callee}", target=target)


def _in_markdown(text: str) -> Iterator[tuple[int, str]]:
    for pattern in (_FENCE, _INLINE):
        for found in pattern.finditer(text):
            yield text.count("\n", 0, found.start(1)), re.sub(r"^\s*\$ ", "", found[1], flags=re.MULTILINE)


def _in_json(text: str) -> Iterator[tuple[int, str]]:
    """The commands of settings; comments and trailing commas are taken out first."""
    plain = re.sub(r",(\s*[}\]])", r"\1", re.sub(r"^\s*//[^\n]*$", "", text, flags=re.MULTILINE))
    try:
        value = json.loads(plain)
    except (ValueError, RecursionError):
        return
    stack: list[tuple[object, int]] = [(value, 0)]
    while stack:
        item, depth = stack.pop()
        if depth > _MOST_DEPTH:
            continue
        if isinstance(item, dict):
            command, arguments = item.get("command"), item.get("args")
            if isinstance(command, str):
                rest = (
                    [each for each in arguments if isinstance(each, str)]
                    if isinstance(arguments, list)
                    else []
                )
                yield (
                    max(text.count("\n", 0, text.find(json.dumps(command)[1:-1])), 0),
                    " ".join([command, *map(_quoted, rest)]),
                )
            stack += [(each, depth + 1) for each in item.values()]
        elif isinstance(item, list):
            stack += [(each, depth + 1) for each in item[:1_000]]


def _quoted(text: str) -> str:
    return text if re.fullmatch(r"[\w@%+=:,./-]+", text) else "'" + text.replace("'", "'\\''") + "'"
