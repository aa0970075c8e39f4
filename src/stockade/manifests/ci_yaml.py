"""CI configuration and other YAML that holds commands: GitHub, GitLab, Azure, CircleCI, Bitbucket, Travis,
Drone, Woodpecker, Buildkite, Cloud Build, compose files, pre-commit, Read the Docs.

They differ in their frames, not in where commands stand: under a few keys, as a string or a list. So
one walk reads them all.
"""

from __future__ import annotations

import re

from stockade.manifests.command_lines import Argument
from stockade.manifests.commands import CommandDraft
from stockade.manifests.documents import SEEMS_TO_INSTALL
from stockade.manifests.package_arguments import add_requirement
from stockade.manifests.places import places_of
from stockade.manifests.reader import ReadContext
from stockade.manifests.shell import Shell, mentions_installer
from stockade.manifests.shell_tokens import Dialect
from stockade.manifests.text import one_line
from stockade.manifests.urls import strip_credentials
from stockade.manifests.yaml_lines import (
    Listing,
    Node,
    Scalar,
    Table,
    load_yaml,
    places_in,
    strings,
)
from stockade.model.requirements import Manifest

_SCRIPTS = frozenset(
    """run script before_script after_script commands command before_install install after_install
    before_deploy deploy after_success after_failure bash pwsh powershell cmd cmds inlineScript
    buildCommand startCommand preDeployCommand entrypoint args plugins_script init build_script
    test_script install_script setup_script pre_build post_build pre_install post_install pre_create_environment
    post_create_environment post_checkout pre_checkout pre_system_dependencies post_system_dependencies create_environment
    html htmlzip pdf epub before before_build onCreateCommand updateContentCommand postCreateCommand postStartCommand
    postAttachCommand before_cache epilogue prologue always on_success on_failure entry
    """.split()  # noqa: SIM905  the keys of a dozen systems, as their manuals list them
)
"""Keys under which commands stand."""

_ENVIRONMENTS = frozenset({"env", "environment", "variables", "global", "jobs_env", "build_args", "matrix"})
_DIALECTS = {
    "pwsh": Dialect.POWERSHELL,
    "powershell": Dialect.POWERSHELL,
    "cmd": Dialect.CMD,
    "ps": Dialect.POWERSHELL,
}
_NO_SHELL = re.compile(r"\s*(?:python|node|ruby|perl|deno|nu|R)\b")
_LINTER = re.compile(r"eslint|prettier|stylelint|markdownlint|commitlint|golangci|shellcheck-go")
"""Hooks of other languages, which a configuration does not tell by itself."""

_CIBW_SCRIPT = re.compile(r"CIBW_(?:BEFORE_\w+|TEST_COMMAND|ENVIRONMENT)")


def read_ci(path: str, text: str, context: ReadContext) -> Manifest:
    """Read one YAML file of commands."""
    draft = CommandDraft(path, context)
    stream = load_yaml(text)
    for line, message in stream.faults:
        draft.defect(line, message)
    if mentions_installer(text) or "\\" in text or "additional_dependencies" in text:
        walk = _Walk(draft, text.split("\n"))
        for document in stream.documents:
            walk.visit(document, {})
    for include in _includes(stream.documents):
        if "*" in include.value or "$" in include.value:
            draft.defect(
                include.line,
                f"includes {one_line(include.value, 120)!r}: which files that are was not looked up, they were not judged",
                "name each included file",
            )
        else:
            draft.include(include.line, include.value.lstrip("/"))
    for include in _from_elsewhere(stream.documents):
        draft.defect(
            include.line,
            f"includes {one_line(strip_credentials(include.value)[0], 120)!r} from elsewhere, which was not judged",
            "exclude this file in the policy once you trust what it includes, or keep a copy in the tree",
        )
    return draft.manifest()


def _from_elsewhere(documents: list[Node]) -> list[Scalar]:
    """What GitLab's ``include`` takes from another server or project."""
    found: list[Scalar] = []
    for document in documents:
        include = document.get("include") if isinstance(document, Table) else None
        for entry in include.items if isinstance(include, Listing) else [include]:
            if isinstance(entry, Table):
                found += [scalar for key in ("remote", "project") for scalar in strings(entry.get(key))]
            else:
                found += [scalar for scalar in strings(entry) if "://" in scalar.value]
    return found


def _includes(documents: list[Node]) -> list[Scalar]:
    """The local files that GitLab's ``include`` names, patterns and variables in them as written."""
    found: list[Scalar] = []
    for document in documents:
        include = document.get("include") if isinstance(document, Table) else None
        for entry in include.items if isinstance(include, Listing) else [include]:
            local = entry.get("local") if isinstance(entry, Table) else entry
            found += [
                scalar
                for scalar in strings(local)
                if scalar.value.endswith((".yml", ".yaml")) and "://" not in scalar.value
            ]
    return found


class _Walk:
    """Visits every node; the variables of a scope hold for what stands below it."""

    def __init__(self, draft: CommandDraft, source: list[str]) -> None:
        self.draft = draft
        self.source = source
        self._visited: set[int] = set()
        self._scripts: set[int] = set()

    def visit(self, node: Node, variables: dict[str, str]) -> None:
        """Read what stands below ``node``."""
        if isinstance(node, Scalar) or id(node) in self._visited:
            return  # an alias: what it names was read where it stands
        self._visited.add(id(node))
        if isinstance(node, Listing):
            for item in node.items:
                self.visit(item, variables)
            return
        scope = dict(variables)
        for name, value in node.entries:
            if name.value in _ENVIRONMENTS:
                self._environment(value, scope)
        self._table(node, scope)

    def _table(self, node: Table, scope: dict[str, str]) -> None:
        dialect = self._dialect(node)
        shell = Shell(self.draft, scope)  # the scripts of one job run in one shell
        for name, value in sorted(node.entries, key=lambda entry: not entry[0].value.startswith("before")):
            if name.value == "additional_dependencies":
                self._dependencies(value, node)
            elif name.value in _SCRIPTS and self._is_script(value):
                self._script(name.value, value, node, shell, dialect)
            else:
                self.visit(value, scope)

    def _dialect(self, node: Table) -> Dialect | None:
        """How the step's shell reads its script; None where it is no shell."""
        shell = node.text("shell")
        if _NO_SHELL.match(shell):
            return None
        return _DIALECTS.get(shell.partition(" ")[0], Dialect.POSIX)

    @staticmethod
    def _is_script(value: Node) -> bool:
        return isinstance(value, Scalar) or (
            isinstance(value, Listing) and all(not isinstance(item, Table) for item in value.items)
        )

    def _script(self, key: str, value: Node, node: Table, shell: Shell, dialect: Dialect | None) -> None:
        if id(value) in self._scripts:
            return
        self._scripts.add(id(value))
        if dialect is None:
            self._foreign_script(value, node)
            return
        dialect = _DIALECTS.get(key, dialect)
        words = list(strings(value))
        if isinstance(value, Listing) and key in {"args", "command", "entrypoint"} and _is_argv(words):
            program = [] if key != "args" else list(strings(node.get("entrypoint")))
            argv = [Argument(word.value, line=word.line) for word in (*program, *words)]
            if argv:
                shell.read_arguments(argv, self.draft.at(words[0].line, words[-1].end_line))
            return
        for word in words:
            shell.read(word.value, places_in(word, self.source), dialect)

    def _foreign_script(self, value: Node, node: Table) -> None:
        """Note a script of no shell that seems to install."""
        for word in strings(value):
            if found := SEEMS_TO_INSTALL.search(word.value):
                line = word.line + (word.end_line > word.line) * (
                    1 + word.value.count("\n", 0, found.start())
                )
                self.draft.defect(
                    line,
                    f"a script for {one_line(node.text('shell'), 60)!r} seems to install packages: it is not read",
                    "install in a step of its own, run by a shell",
                )

    def _environment(self, node: Node, scope: dict[str, str]) -> None:
        """Take variables: a mapping, a list of ``NAME=value``, or a list of ``name:``/``value:``."""
        if isinstance(node, Table):
            for name, value in node.entries:
                setting = value.get("value") if isinstance(value, Table) else value
                if isinstance(setting, Scalar):
                    self._variable(name.value, setting, scope)
        elif isinstance(node, Listing):
            for item in node.items:
                if isinstance(item, Table) and isinstance(setting := item.get("value"), Scalar):
                    self._variable(item.text("name"), setting, scope)
                elif isinstance(item, Table):
                    self._environment(item, scope)
                elif isinstance(item, Scalar):
                    self._assignments(item, scope)
        elif isinstance(node, Scalar):
            self._assignments(node, scope)

    def _assignments(self, item: Scalar, scope: dict[str, str]) -> None:
        shell = Shell(self.draft, scope)
        shell.read(item.value, places_of(item.value, item.line))
        scope.update(shell.variables.plain())

    def _variable(self, name: str, value: Scalar, scope: dict[str, str]) -> None:
        if "${{" in value.value or "$(" in value.value:
            scope.pop(name, None)
        else:
            scope[name] = value.value
        self.draft.set_variable(name, value.value, self.draft.at(value.line))
        if _CIBW_SCRIPT.match(name):
            Shell(self.draft, scope).read(value.value, places_in(value, self.source))
        elif name == "CIBW_TEST_REQUIRES":
            for word in value.value.split():
                add_requirement(self.draft, Argument(word, line=value.line), self.draft.at(value.line))

    def _dependencies(self, value: Node, hook: Table) -> None:
        """Requirements of a pre-commit hook; those of hooks in other languages are no Python packages."""
        language = hook.text("language")
        if language not in {"", "python", "conda"}:
            return
        words = list(strings(value))
        if not language and (_LINTER.search(hook.text("id")) or any(_foreign(word.value) for word in words)):
            return
        for word in words:
            add_requirement(
                self.draft,
                Argument(word.value, line=word.line),
                self.draft.at(word.line),
                group=hook.text("id"),
            )


def _foreign(word: str) -> bool:
    """Whether an additional dependency is spelled as npm or Go spell theirs."""
    return word.startswith("@") or re.fullmatch(r"[\w./-]+@v?[\d^~].*", word) is not None


def _is_argv(words: list[Scalar]) -> bool:
    """Whether a list is one command's words, not a list of commands."""
    return bool(words) and not re.search(r"\s", words[0].value.strip()) and len(words) > 1
