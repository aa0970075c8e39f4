"""Reads packages as command lines name them: PEP 508, ``name@version``, conda's way, addresses, paths."""

from __future__ import annotations

import re

from packaging.specifiers import SpecifierSet

from stockade.errors import InvalidValueError
from stockade.manifests.command_lines import Argument
from stockade.manifests.conda_spec import conda_spec
from stockade.manifests.install_options import Grammar, Operands, Spelling
from stockade.manifests.reader import Draft
from stockade.manifests.text import one_line
from stockade.manifests.urls import requirement_from_pep508
from stockade.model.locations import Location
from stockade.model.names import project_name
from stockade.model.requirements import ForeignDependency, Requirement, Source

_ARCHIVE = re.compile(r"\.(?:whl|tar\.gz|tgz|tar\.bz2|tar\.xz|tar|zip|egg)(?:\[[^\]]*\])?$", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:git|hg|svn|bzr)\+|[A-Za-z][A-Za-z0-9+.-]*://|git@")
_AT = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*(?:\[[^\]]*\])?)@(?P<version>[\w.^~<>=!,*+ -]+)")
_KNOWN_NAME = re.compile(r"(?P<name>[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)(?P<extras>\[[^\]$]*\])?\s*(?:[=<>!~@;]|\[)")
_LOCAL_VARIABLE = re.compile(
    r"whl|wheel|dist|sdist|tarball|pwd|dir\b|_dir|path|root|workspace|home|here|artifact|file", re.IGNORECASE
)
"""A variable, or the command whose output stands there, that names a file or folder of one's own."""


class Packages:
    """Sorts the packages of one command into requirements and local paths."""

    def __init__(self, draft: Draft, place: Location, grammar: Grammar) -> None:
        self.requirements: list[Requirement] = []
        self.local: list[str] = []
        self.channel = ""
        """The first channel that a conda command names."""
        self._draft = draft
        self._place = place
        self._spelling = grammar.spelling
        self._runs = grammar.operands is Operands.COMMAND

    def add(self, argument: Argument, *, editable: bool = False) -> bool:
        """Take one package; False where a variable hides which."""
        text = argument.text.strip()
        if not text:
            return True
        line = argument.line or self._place.line
        if argument.opaque and not _is_address(text):
            return self._opaque(argument, line)
        if self._spelling is Spelling.CONDA:
            self._conda(text, line)
        elif _is_local(text):
            self.local.append(one_line(text))
        else:
            self._python(text, line, editable=editable)
        return True

    def _opaque(self, argument: Argument, line: int) -> bool:
        """Take a package that is known in part: the name alone is enough."""
        text = argument.text.strip()
        known = argument.known or 0
        found = _KNOWN_NAME.match(text)
        if found is not None and found.end() <= known and "/" not in text[:known]:
            if self._spelling is Spelling.CONDA:
                self._conda(found["name"], line)
            else:
                extras = found["extras"] or ""
                self._python(found["name"] + extras, line, text=text)
            return True
        if "/" in text or text.startswith(".") or _ARCHIVE.search(text) or _LOCAL_VARIABLE.search(text):
            self.local.append(one_line(text))
            return True
        return False

    def _at(self, line: int) -> Location:
        return self._place if line == self._place.line else Location(path=self._place.path, line=line)

    def _conda(self, text: str, line: int) -> None:
        add_conda(self._draft, text, self._at(line), channel=self.channel, into=self.requirements)

    def _python(self, text: str, line: int, *, editable: bool = False, text_shown: str = "") -> None:
        at = _AT.fullmatch(text) if self._spelling is Spelling.AT else None
        spelled = _from_at(at["name"], at["version"]) if at else text
        try:
            found = requirement_from_pep508(spelled, self._at(line), text=text_shown or text, editable=editable)
        except InvalidValueError as error:
            self._draft.refuse(line, error)
            return
        self.requirements.append(found)
