"""Reads packages as command lines name them: PEP 508, ``name@version``, conda's way, addresses, paths."""

from __future__ import annotations

import re

import msgspec
from packaging.specifiers import SpecifierSet

from stockade.errors import InvalidValueError
from stockade.manifests.command_lines import Argument
from stockade.manifests.conda_spec import conda_spec
from stockade.manifests.install_options import Grammar, Spelling
from stockade.manifests.pep508 import requirement_from_pep508
from stockade.manifests.reader import Draft
from stockade.manifests.specifiers import poetry_specifier
from stockade.manifests.text import one_line
from stockade.manifests.urls import redact
from stockade.model.locations import Location
from stockade.model.names import project_name
from stockade.model.requirements import ForeignDependency, Requirement, Source

_ARCHIVE = re.compile(r"\.(?:whl|tar\.gz|tgz|tar\.bz2|tar\.xz|tar|zip|egg)(?:\[[^\]]*\])?$", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:git|hg|svn|bzr)\+|[A-Za-z][A-Za-z0-9+.-]*://|git@")
_AT = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*(?:\[[^\]]*\])?)@(?P<version>[\w.^~<>=!,*+ -]+)")
_KNOWN_NAME = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)(?P<extras>\[[^\]$]*\])?\s*(?:[=<>!~@;]|\[)"
)
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
            self.local.append(one_line(redact(text)))
        else:
            self._python(text, line, editable=editable)
        return True

    def _opaque(self, argument: Argument, line: int) -> bool:
        """Take a package that is known in part: the name alone is enough."""
        text = argument.text.strip()
        if name := _known_name(argument):
            if self._spelling is Spelling.CONDA:
                self._conda(name, line)
            else:
                self._python(name, line, shown=text)
            return True
        if _looks_local(text):
            self.local.append(one_line(redact(text)))
            return True
        return False

    def _at(self, line: int) -> Location:
        return self._place if line == self._place.line else Location(path=self._place.path, line=line)

    def _conda(self, text: str, line: int) -> None:
        add_conda(self._draft, text, self._at(line), channel=self.channel, into=self.requirements)

    def _python(self, text: str, line: int, *, editable: bool = False, shown: str = "") -> None:
        found = _read(self._draft, text, self._at(line), self._spelling, editable=editable, shown=shown)
        if found is not None:
            self.requirements.append(found)


def add_requirement(
    draft: Draft, argument: Argument, place: Location, *, group: str = "", editable: bool = False
) -> None:
    """Add a requirement that stands in a list of its own (``deps``, ``additional_dependencies``).

    A local path is no requirement; a package that a variable hides is a defect.
    """
    text = argument.text.strip()
    if argument.opaque and not _is_address(text):
        name = _known_name(argument)
        if name:
            text = name
        elif not _looks_local(text):
            draft.defect(place.line, f"package given by a variable: {one_line(text, 80)}")
            return
    if not text or _is_local(text):
        return
    found = _read(
        draft, text, place, Spelling.PEP508, editable=editable, shown=argument.text.strip(), group=group
    )
    if found is not None:
        draft.requirements.append(found)


def _read(  # noqa: PLR0913  a requirement has this many sides
    draft: Draft,
    text: str,
    place: Location,
    spelling: Spelling,
    *,
    editable: bool,
    shown: str,
    group: str = "",
) -> Requirement | None:
    """One Python requirement; None, and a defect, where it cannot be read."""
    try:
        at = _AT.fullmatch(text) if spelling is Spelling.AT else None
        if at is None:
            return requirement_from_pep508(text, place, text=shown, group=group, editable=editable)
        plain = requirement_from_pep508(at["name"], place, text=text, group=group)
        version = at["version"].strip()
        specifier = SpecifierSet() if version == "latest" else poetry_specifier(version)
        return msgspec.structs.replace(plain, specifier=specifier)
    except InvalidValueError as error:
        draft.refuse(place.line, error)
        return None


def _is_address(text: str) -> bool:
    return _ADDRESS.match(text) is not None


def _is_local(text: str) -> bool:
    """Whether pip takes an argument for a path: by its separators, its dots, or an archive's ending."""
    if " @ " in text or _is_address(text):
        return text.lower().startswith("file:")
    path = text.partition("[")[0]
    return (
        path.startswith((".", "~", "file:"))
        or "/" in path.partition(";")[0]
        or "\\" in path
        or _ARCHIVE.search(text) is not None
    )


def _known_name(argument: Argument) -> str:
    """The name, with extras, of a package whose version a variable gives; empty where even the name is hidden."""
    text, known = argument.text.strip(), argument.known or 0
    found = _KNOWN_NAME.match(text)
    if found is None or found.end() > known or "/" in text[:known]:
        return ""
    return found["name"] + (found["extras"] or "")


def _looks_local(text: str) -> bool:
    """Whether what a variable gives a part of is a path of one's own."""
    return (
        "/" in text
        or text.startswith(".")
        or _ARCHIVE.search(text) is not None
        or _LOCAL_VARIABLE.search(text) is not None
    )


def add_conda(draft: Draft, text: str, place: Location, *, channel: str, into: list[Requirement]) -> None:
    """Add a package as conda names it. One whose name no Python project can have counts as foreign."""
    spec = conda_spec(text)
    if spec is None:
        draft.defect(place.line, f"not a package as conda names one: {one_line(text, 120)!r}")
        return
    try:
        name = project_name(spec.name)
    except InvalidValueError:
        foreign = getattr(draft, "foreign", None)
        if foreign is not None:
            version = str(spec.specifier)
            foreign.append(
                ForeignDependency(ecosystem="conda", name=spec.name, version=version, location=place)
            )
        return
    into.append(
        Requirement(
            name=name,
            spelled=spec.name,
            specifier=spec.specifier,
            location=place,
            text=one_line(redact(text)),
            source=Source(index=f"conda:{spec.channel or channel or 'defaults'}"),
        )
    )
