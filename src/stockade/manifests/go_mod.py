"""``go.mod``: names for the footprint (https://go.dev/ref/mod#go-mod-file)."""

from __future__ import annotations

import re

from stockade.manifests.commands import CommandDraft
from stockade.manifests.reader import ReadContext
from stockade.model.requirements import ForeignDependency, Manifest

_BLOCK = re.compile(r"(\w+)\s*\(\s*")
_WORD = re.compile(r'"([^"]*)"|`([^`]*)`|([^\s"`]+)')
_READ = frozenset({"require", "replace", "tool"})
_OTHERS = frozenset({"module", "go", "toolchain", "exclude", "retract", "godebug", "ignore"})


def read_go_mod(path: str, text: str, context: ReadContext) -> Manifest:
    """Read a ``go.mod``: what it requires, and what it puts in the place of a required module."""
    draft = CommandDraft(path, context)
    module, block = "", ""
    for number, written in enumerate(text.split("\n"), start=1):
        line = written.partition("//")[0].strip()
        if not line:
            continue
        if block and line == ")":
            block = ""
            continue
        if not block and (opening := _BLOCK.fullmatch(line)):
            block = opening[1]
            continue
        words = [found[1] or found[2] or found[3] or "" for found in _WORD.finditer(line)]
        directive, arguments = (block, words) if block else (words[0], words[1:])
        if directive == "module" and arguments:
            module = arguments[0]
        elif directive in _READ:
            _take(draft, directive, arguments, number)
        elif directive not in _OTHERS:
            draft.defect(number, f"the directive {directive[:40]!r} is not known, and not read")
    if block:
        draft.defect(0, f"the block of {block!r} is never closed")
    return draft.manifest(project=module)


def _take(draft: CommandDraft, directive: str, arguments: list[str], line: int) -> None:
    if directive == "require" and len(arguments) == 2:  # noqa: PLR2004  NAME VERSION
        name, version = arguments
    elif directive == "replace" and "=>" in arguments:
        target = arguments[arguments.index("=>") + 1 :]
        if target and target[0].startswith((".", "/")):
            return  # a folder of one's own
        name, version = (*target, "", "")[:2]
    elif directive == "tool":
        return  # a package of a module that is required above
    else:
        name, version = "", ""
    if name:
        draft.foreign.append(
            ForeignDependency(ecosystem="go", name=name, version=version, location=draft.at(line))
        )
    else:
        draft.defect(line, f"not a {directive} directive that can be read: {' '.join(arguments)[:80]!r}")
