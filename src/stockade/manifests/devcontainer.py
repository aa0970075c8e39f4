"""``devcontainer.json``: what its lifecycle commands install and its variables set.

JSON with comments and trailing commas, as the development container specification has it.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

from stockade.manifests.command_lines import Argument
from stockade.manifests.commands import CommandDraft
from stockade.manifests.install_formats import is_ci, is_dockerfile
from stockade.manifests.json_lines import load_json
from stockade.manifests.lines import Document, Path
from stockade.manifests.places import places_of
from stockade.manifests.reader import ReadContext
from stockade.manifests.shell import Shell
from stockade.manifests.text import one_line
from stockade.model.requirements import LeftOut, Manifest

_COMMANDS = (
    "initializeCommand",
    "onCreateCommand",
    "updateContentCommand",
    "postCreateCommand",
    "postStartCommand",
    "postAttachCommand",
)
_COMMENT = re.compile(r'"(?:[^"\\\n]|\\.)*+"?|//[^\n]*+|/\*(?s:.*?)(?:\*/|\Z)')
_TRAILING_COMMA = re.compile(r'"(?:[^"\\\n]|\\.)*+"?|,(?=\s*+[}\]])')
_ENVIRONMENT_OPTION = re.compile(r"(?:-e|--env)(?:=(.*))?")


def read_devcontainer(path: str, text: str, context: ReadContext) -> Manifest:
    """Read one configuration. The features that it names are left out: they are no files of the tree."""
    return _Container(CommandDraft(path, context), load_json(_plain(text))).read()


def _plain(text: str) -> str:
    """``text`` as JSON, every value where it stood."""
    bare = _COMMENT.sub(lambda found: found[0] if found[0][0] == '"' else "\n" * found[0].count("\n"), text)
    return _TRAILING_COMMA.sub(lambda found: found[0] if found[0] != "," else " ", bare)


class _Container:
    """One configuration while it is read."""

    def __init__(self, draft: CommandDraft, document: Document) -> None:
        self.draft = draft
        self.document = document
        self.shell = Shell(draft)

    def read(self) -> Manifest:
        for line, message in self.document.faults:
            self.draft.defect(line, message)
        root = self.document.value
        for key in ("containerEnv", "remoteEnv"):
            for name, value in _table(root.get(key)).items():
                if isinstance(value, str):
                    self._variable(name, value, (key, name))
        self._run_arguments(root.get("runArgs"))
        for key in _COMMANDS:
            value = root.get(key)
            self._command((key,), value)
            for name, inner in _table(value).items():
                self._command((key, name), inner)
        build = _table(root.get("build"))
        self._named_file(("build", "dockerfile"), build.get("dockerfile"))
        self._named_file(("dockerFile",), root.get("dockerFile"))
        compose = root.get("dockerComposeFile")
        for number, name in enumerate(compose if isinstance(compose, list) else [compose]):
            self._named_file(("dockerComposeFile", number), name)
        return self.draft.manifest(left_out=self._features(_table(root.get("features"))))

    def _line(self, path: Path) -> int:
        return self.document.lines.of(*path)

    def _variable(self, name: str, value: str, path: Path) -> None:
        if "$" not in value:
            self.shell.variables.set(name, [Argument(value)])
        self.draft.set_variable(name, value, self.draft.at(self._line(path)))

    def _run_arguments(self, words: object) -> None:
        """Take ``-e NAME=value`` of the options that the container is started with."""
        follows = False
        for number, word in enumerate(words if isinstance(words, list) else []):
            if not isinstance(word, str):
                continue
            option = _ENVIRONMENT_OPTION.fullmatch(word)
            setting = word if follows else option[1] if option else None
            follows = option is not None and option[1] is None
            name, equals, value = (setting or "").partition("=")
            if equals:
                self._variable(name, value, ("runArgs", number))

    def _command(self, path: Path, value: object) -> None:
        """A string goes to a shell; a list is one command's words."""
        line = self._line(path)
        if isinstance(value, str):
            places = places_of(value.replace("\n", " "), line)
            self.shell.fork().read(value, places)
        elif isinstance(value, list):
            argv = [
                Argument(word, line=self._line((*path, number)))
                for number, word in enumerate(value)
                if isinstance(word, str)
            ]
            if argv:
                self.shell.read_arguments(argv, self.draft.at(line))

    def _named_file(self, path: Path, name: object) -> None:
        """Note a Dockerfile or compose file that is not read, since its name does not tell what it is."""
        if isinstance(name, str) and name and "$" not in name:
            file = PurePosixPath(name)
            if not (is_dockerfile(file) or is_ci(file)):
                self.draft.defect(
                    self._line(path),
                    f"builds from {one_line(name, 120)!r}, which is not read: its name does not tell what it is",
                    "name it Dockerfile, or NAME.dockerfile",
                )

    def _features(self, features: dict[str, Any]) -> tuple[LeftOut, ...]:
        reason = (
            "a feature of a development container: what it installs comes from elsewhere and is not judged"
        )
        return tuple(
            LeftOut(f"{self.draft.path} ({one_line(name, 120)})", reason)
            for name in features
            if not name.startswith("./")  # its install.sh is in the tree, and read there
        )


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
