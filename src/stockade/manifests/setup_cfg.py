"""setup.cfg, the declarative form of setuptools: ``[options]`` and ``[options.extras_require]``."""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from stockade.manifests.reader import Draft, ReadContext
from stockade.manifests.text import one_line
from stockade.model.requirements import Manifest

_SECTION = re.compile(r"\[([^\]]+)\]")
_DELIMITER = re.compile(r"[=:]")
_WIDE_SPACE = re.compile(r"[^\S\n]{50,}")
"""White space that costs configparser quadratic time."""

_GROUPS = {"install_requires": "", "setup_requires": "build-system", "tests_require": "test"}

Rows = list[tuple[int, str]]
"""``(line, text)`` of a value's lines, stripped, empty ones and comments left out."""


@dataclass(slots=True)
class _Config:
    sections: dict[str, dict[str, Rows]] = field(default_factory=dict)

    def rows(self, section: str, key: str) -> Rows:
        return self.sections.get(section, {}).get(key, [])

    def first(self, section: str, key: str) -> str:
        return next((text for _, text in self.rows(section, key)), "")


def read_setup_cfg(path: str, text: str, context: ReadContext) -> Manifest:
    """Read a setup.cfg."""
    draft = Draft(path, context)
    _check(draft, text)
    config = _load(text)
    for key, group in _GROUPS.items():
        _read_list(draft, config.rows("options", key), group)
    for extra, rows in config.sections.get("options.extras_require", {}).items():
        _read_list(draft, rows, one_line(extra))
    classifiers = config.rows("metadata", "classifiers") + config.rows("metadata", "classifier")
    return draft.manifest(
        project=one_line(config.first("metadata", "name")),
        project_private=any(text.startswith("Private ::") for _, text in classifiers),
        requires_python=one_line(config.first("options", "python_requires")),
    )


def _check(draft: Draft, text: str) -> None:
    """Let configparser say whether the file is valid: setuptools reads it with that. What it refuses becomes
    a defect; the rest of the file is read all the same."""
    try:
        configparser.RawConfigParser().read_string(_WIDE_SPACE.sub(" " * 50, text))
    except configparser.MissingSectionHeaderError as error:
        draft.defect(error.lineno, "no section header stands before this line")
    except configparser.DuplicateSectionError as error:
        draft.defect(error.lineno or 0, f"the section [{error.section}] stands twice")
    except configparser.DuplicateOptionError as error:
        draft.defect(error.lineno or 0, f"the option {error.option!r} stands twice in [{error.section}]")
    except configparser.ParsingError as error:
        for line, source in error.errors:
            draft.defect(line, f"neither a section nor an option: {source.strip()}")


def _load(text: str) -> _Config:
    """The values of a valid file, with their lines."""
    config = _Config()
    section: dict[str, Rows] = {}
    rows: Rows | None = None
    indent = 0
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip()
        if not stripped or stripped[0] in "#;":
            continue
        here = len(line) - len(line.lstrip())
        if rows is not None and here > indent:
            rows.append((number, stripped))
        elif header := _SECTION.match(stripped):
            section = config.sections.setdefault(header[1], {})
            rows = None
        elif delimiter := _DELIMITER.search(stripped):
            value = stripped[delimiter.end() :].strip()
            rows = [(number, value)] if value else []
            section[_key(stripped[: delimiter.start()])] = rows
            indent = here
    return config


def _key(name: str) -> str:
    return name.strip().lower().replace("-", "_")


def _read_list(draft: Draft, rows: Rows, group: str) -> None:
    """Requirements one a line, or separated by ``;`` where there is one line; or ``file:`` and paths."""
    if rows and rows[0][1].startswith("file:"):
        for line, target in _files(rows):
            draft.include(line, target)
        return
    for line, spec in _entries(rows):
        if spec.startswith("attr:"):
            draft.defect(line, "computed at run time, cannot be read", "list the requirements in the file")
        else:
            draft.require(spec, line, group=group)


def _files(rows: Rows) -> Iterator[tuple[int, str]]:
    for line, text in rows:
        for part in text.removeprefix("file:").split(","):
            if target := part.strip():
                yield line, target


def _entries(rows: Rows) -> Iterator[tuple[int, str]]:
    if len(rows) == 1:
        line, text = rows[0]
        rows = [(line, part.strip()) for part in _split_semicolons(text)]
    for line, text in rows:
        spec = text.partition(" #")[0].strip()
        if spec:
            yield line, spec


def _split_semicolons(text: str) -> list[str]:
    """The requirements of a one-line value. A marker's ``;`` is told by what follows it."""
    parts: list[str] = []
    for part in text.split(";"):
        if parts and _MARKER.match(part):
            parts[-1] += f";{part}"
        else:
            parts.append(part)
    return parts


_MARKER = re.compile(r"\s*\(*\s*(?:['\"]|(?:python_|os_|sys_|platform_|implementation_|extra\b))")
