"""Makefiles, justfiles and Procfiles: the shell in their recipes."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from stockade.manifests.commands import CommandDraft
from stockade.manifests.places import Places, places_of
from stockade.manifests.reader import ReadContext
from stockade.manifests.shell import Shell, mentions_installer
from stockade.model.requirements import Manifest

_MAKE_VARIABLE = re.compile(r"(?:export\s+|override\s+)*([A-Za-z_]\w*)\s*(?::{0,3}|\?|)=\s*(.*)")
_MAKE_REFERENCE = re.compile(r"\$\(([A-Za-z_]\w*)\)|\$\$")
_JUST_VARIABLE = re.compile(r"(?:export\s+)?([A-Za-z_]\w*)\s*:=\s*['\"]([^'\"]*)['\"]\s*")
_JUST_REFERENCE = re.compile(r"\{\{\s*([A-Za-z_]\w*)\s*\}\}")
_PROCESS = re.compile(r"[\w-]+:")
_RULE_WITH_RECIPE = re.compile(r"[^\t#=:][^=]*?:[^=;]*;(?P<recipe>.*)")


def read_recipes(path: str, text: str, context: ReadContext) -> Manifest:
    """Read a file of recipes; variables with literal values are known in them."""
    draft = CommandDraft(path, context)
    if not mentions_installer(text):
        return draft.manifest()
    name = PurePosixPath(path).name.lower()
    if name == "procfile":
        _procfile(draft, text)
    elif name.endswith(("justfile", ".just")):
        _justfile(draft, text)
    else:
        _makefile(draft, text)
    return draft.manifest()


def _makefile(draft: CommandDraft, text: str) -> None:
    shell = Shell(draft)
    recipe: list[str] = []
    start = 0
    goes_on = False
    for number, line in enumerate(text.split("\n"), start=1):
        if goes_on or line.startswith("\t"):
            start = start or number
            recipe.append(line.lstrip("\t") if goes_on else line[1:].lstrip(" \t").lstrip("@-+ "))
            goes_on = line.endswith("\\")
            if not goes_on:
                _step(shell, recipe, start)
                recipe, start = [], 0
        elif found := _RULE_WITH_RECIPE.fullmatch(line):
            _step(shell, [found["recipe"].lstrip(" \t@-+")], number)
        elif variable := _MAKE_VARIABLE.fullmatch(line):
            # Make expands a variable where it is used; a literal one is the same everywhere.
            value = _make_text(variable[2].split(" #")[0].strip())
            assignment = (
                f"{variable[1]}='{value}'" if "$" not in value and "'" not in value else f"{variable[1]}=$_"
            )
            shell.read(assignment, Places((0,), (number,)))
    if recipe:
        _step(shell, recipe, start)


def _step(shell: Shell, recipe: list[str], line: int) -> None:
    """Read one recipe line, which make gives to a shell of its own."""
    text = _make_text("\n".join(recipe))
    if mentions_installer(text):
        shell.fork().read(text, places_of(text, line))


def _make_text(text: str) -> str:
    """Make's references as the shell's: ``$(NAME)`` as ``${NAME}``, ``$$`` as ``$``."""
    return _MAKE_REFERENCE.sub(lambda found: "${" + found[1] + "}" if found[1] else "$", text)


def _justfile(draft: CommandDraft, text: str) -> None:
    shell = Shell(draft)
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        if variable := _JUST_VARIABLE.fullmatch(line):
            shell.read(f"{variable[1]}='{variable[2]}'", Places((0,), (number,)))
    body = [line.lstrip().lstrip("@-") if line[:1].isspace() else "" for line in lines]
    script = _JUST_REFERENCE.sub(lambda found: "${" + found[1] + "}", "\n".join(body))
    shell.read(script, places_of(script))


def _procfile(draft: CommandDraft, text: str) -> None:
    script = "\n".join(_PROCESS.sub("", line, count=1) for line in text.split("\n"))
    Shell(draft).read(script, places_of(script))
