"""What is known while shell text is walked: variables, files, and the acts so far."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from stockade.model.locations import Location
from stockade.model.vetting import Phase
from stockade.vetter import places
from stockade.vetter.acts import NO_TAINTS, Act, Kind, Origin, Taint, Taints
from stockade.vetter.files.shell_lex import LITERAL_DOLLAR, SUBSTITUTION
from stockade.vetter.places import PathKind

MOST_DEPTH: Final = 8
"""Substitutions and commands within commands."""
MOST_COMMANDS: Final = 20_000
MOST_ACTS: Final = 1_000
MOST_TEXT: Final = 1 << 20
"""Characters of one text that are walked."""
_MOST_SHOWN: Final = 2_000
_MOST_TAINTS: Final = 24
_VARIABLE = re.compile(r"\$([A-Za-z_]\w*|[\d@*])")
_PERCENT = re.compile(r"%([A-Za-z_][\w()]*)(?::[^%]{0,60})?%|!([A-Za-z_]\w*)!")
_HOST_VARIABLES: Final = frozenset(
    {"USER", "HOSTNAME", "LOGNAME", "USERNAME", "COMPUTERNAME", "USERDOMAIN", "PWD", "HOST"}
)
_FOLDERS: Final = frozenset(
    {
        "HOME",
        "USERPROFILE",
        "APPDATA",
        "LOCALAPPDATA",
        "TEMP",
        "TMP",
        "TMPDIR",
        "PROGRAMDATA",
        "PUBLIC",
        "WINDIR",
    }
)


@dataclass(frozen=True, slots=True)
class Flow:
    """What a command puts out: its text where it is known, and the origins of it."""

    text: str | None = None
    taints: Taints = NO_TAINTS

    def joined(self, other: Flow) -> Flow:
        """Both, one after the other."""
        known = self.text is not None and other.text is not None
        text = (self.text or "") + (other.text or "") if known else None
        return Flow(
            text if text is None or len(text) <= MOST_TEXT else None, bounded(self.taints | other.taints)
        )


NOTHING: Final = Flow("")


@dataclass(slots=True)
class State:
    """Shared by all commands of one text, those of its substitutions included."""

    path: str
    phase: Phase
    line0: int
    style: str
    acts: list[Act] = field(default_factory=list)
    variables: dict[str, Flow] = field(default_factory=dict)
    files: dict[str, Flow] = field(default_factory=dict)
    """What files hold that the text itself wrote, by their base names."""
    left: int = MOST_COMMANDS
    line: int = 1
    hidden: bool = False

    @property
    def at(self) -> Location:
        """Where the command that is walked stands."""
        return Location(self.path, self.line0 + self.line)

    def act(  # noqa: PLR0913 - a keyword for each part of an act
        self,
        kind: Kind,
        callee: str,
        *,
        target: str = "",
        payload: Taints = NO_TAINTS,
        target_taints: Taints = NO_TAINTS,
        content: str = "",
        note: str = "",
    ) -> None:
        """Add an act, at most 1,000."""
        if len(self.acts) >= MOST_ACTS:
            return
        self.acts.append(
            Act(
                kind=kind,
                callee=callee,
                at=self.at,
                phase=self.phase,
                scope=self.path,
                target=_shown(target),
                payload=payload,
                target_taints=target_taints,
                content=_shown(content) if kind is not Kind.EXECUTE else content,
                hidden=self.hidden,
                note=note,
            )
        )

    def taint(self, origin: Origin, detail: str) -> Taints:
        """One origin, here."""
        return frozenset({Taint(origin, _shown(detail), self.at)})

    def through(self, taints: Taints, what: str) -> Taints:
        """The same origins after one more transformation."""
        at = self.at
        return frozenset(each.through(what, at) for each in taints)

    def expanded(self, text: str) -> Flow:
        """Text with its variables put in, and what origins they bring."""
        taints: set[Taint] = set()

        def put_in(match: re.Match[str]) -> str:
            name = match[match.lastindex or 0]
            flow = self.value(name)
            taints.update(flow.taints)
            return match[0] if flow.text is None else flow.text[:_MOST_SHOWN]

        pattern = _VARIABLE if self.style == "sh" else _PERCENT
        text = pattern.sub(put_in, text)
        return Flow(text.replace(LITERAL_DOLLAR, "$"), bounded(frozenset(taints)))

    def value(self, name: str) -> Flow:
        """What a variable holds; its text is None where that is not known."""
        flow = self.variables.get(name)
        if flow is not None:
            return flow if flow.text is not None else Flow(SUBSTITUTION, flow.taints)
        if name in _FOLDERS:
            return Flow()
        if name in _HOST_VARIABLES:
            return Flow(None, self.taint(Origin.HOST, name))
        if places.variable(name):
            return Flow(None, self.taint(Origin.VARIABLE, name))
        return Flow()

    def reading(self, file: str) -> Flow:
        """What reading a file gives."""
        known = self.files.get(base_name(file))
        if known is not None:
            return known
        kinds = places.path(file)
        for kind, origin in _ORIGINS:
            if kind in kinds:
                return Flow(None, self.taint(origin, file))
        if not file or file.startswith("-") or file == "/dev/null":
            return NOTHING
        outside = file.startswith(("/", "~", "$HOME", "%", "\\")) or file[1:3] == ":\\"
        return Flow(None, self.taint(Origin.FILE, file) if outside else NO_TAINTS)

    def writing(self, file: str, flow: Flow, callee: str, note: str = "") -> None:
        """A file is written; an act where that is worth telling."""
        if not file or file in ("/dev/null", "nul", "NUL", "-", "/dev/stdout", "/dev/stderr"):
            return
        if len(self.files) < MOST_ACTS:
            name = base_name(file)
            old = self.files.get(name)
            self.files[name] = old.joined(flow) if old is not None else flow
        kinds = places.path(file)
        if flow.taints or any(kind in _NOTABLE for kind in kinds.kinds):
            self.act(Kind.WRITE, callee, target=file, payload=flow.taints, content=flow.text or "", note=note)


_ORIGINS: Final = (
    (PathKind.CREDENTIAL, Origin.CREDENTIAL),
    (PathKind.WALLET, Origin.WALLET),
    (PathKind.BROWSER, Origin.BROWSER),
)
_NOTABLE: Final = frozenset(
    {
        PathKind.STARTUP,
        PathKind.PYTHON_STARTUP,
        PathKind.GPU,
        PathKind.LOADER,
        PathKind.PACKAGE_TOOL,
        PathKind.AGENT,
        PathKind.CREDENTIAL,
        PathKind.EXECUTABLE,
    }
)


def bounded(taints: Taints) -> Taints:
    """At most two dozen origins, the same ones on every run."""
    if len(taints) <= _MOST_TAINTS:
        return taints
    return frozenset(sorted(taints, key=lambda each: (each.origin, each.detail, each.at))[:_MOST_TAINTS])


def base_name(file: str) -> str:
    """The last component of a path, of either system, in lower case."""
    return (file.replace("\\", "/").rstrip("/").rpartition("/")[2] or file).lower()


def _shown(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + SUBSTITUTION
