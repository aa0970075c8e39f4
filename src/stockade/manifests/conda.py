"""Conda's environment files and ``conda-lock.yml``.

Conda's own packages are not those of the Python package index: their requirements carry
``source.index = "conda:CHANNEL"``. Those of the ``pip:`` part are ordinary ones.
"""

from __future__ import annotations

from packaging.version import InvalidVersion, Version

from stockade.errors import InvalidValueError
from stockade.manifests.command_lines import Argument
from stockade.manifests.commands import CommandDraft
from stockade.manifests.conda_spec import channel_reference
from stockade.manifests.package_arguments import add_conda, add_requirement
from stockade.manifests.reader import ReadContext
from stockade.manifests.shell import Shell
from stockade.manifests.yaml_lines import Listing, Node, Scalar, Table, load_yaml, strings
from stockade.model.names import project_name
from stockade.model.requirements import ForeignDependency, LockedPackage, Manifest, Source


def read_conda(path: str, text: str, context: ReadContext) -> Manifest:
    """Read an environment file: ``channels``, ``dependencies`` with their ``pip`` part."""
    draft = CommandDraft(path, context)
    stream = load_yaml(text)
    for line, message in stream.faults:
        draft.defect(line, message)
    project = ""
    for document in stream.documents:
        if not isinstance(document, Table):
            continue  # of another tool that names its files alike
        project = project or document.text("name")
        channels = list(strings(document.get("channels")))
        for channel in channels:
            if "://" in channel.value:
                draft.indexes.append(channel_reference(channel.value, draft.at(channel.line)))
        first = next((c.value for c in channels if "://" not in c.value), "")
        _dependencies(draft, document.get("dependencies"), first)
    return draft.manifest(project=project)


def _dependencies(draft: CommandDraft, node: Node | None, channel: str) -> None:
    if node is None:
        return
    if not isinstance(node, Listing):
        draft.defect(node.line, "'dependencies' is no list: it is not read")
        return
    for item in node.items:
        if isinstance(item, Scalar):
            if not item.value.startswith(("{", "#")) and item.value.strip():
                add_conda(draft, item.value, draft.at(item.line), channel=channel, into=draft.requirements)
        elif isinstance(item, Table) and (pip := item.get("pip")) is not None:
            for row in strings(pip):
                _pip(draft, row)
        else:
            draft.defect(item.line, "a dependency that is neither a string nor a 'pip' list: it is not read")


def _pip(draft: CommandDraft, row: Scalar) -> None:
    """One row of the ``pip`` part: what may stand in a requirements file."""
    text = row.value.strip()
    option, _, rest = (
        text.replace("=", " ", 1).partition(" ") if text.startswith("--") else text.partition(" ")
    )
    if option in {"-r", "--requirement", "-c", "--constraint"}:
        draft.include(row.line, rest.strip(), constrains=option in {"-c", "--constraint"})
    elif option in {"-e", "--editable"}:
        add_requirement(draft, Argument(rest.strip(), line=row.line), draft.at(row.line), editable=True)
    elif text.startswith("-"):
        before = len(draft.commands)
        words = [Argument(word, line=row.line) for word in ("pip", "install", *text.split())]
        Shell(draft).read_arguments(words, draft.at(row.line))
        for command in draft.commands[before:]:
            draft.indexes.extend(command.indexes)
        del draft.commands[before:]
    elif text:
        add_requirement(draft, Argument(text, line=row.line), draft.at(row.line))


def read_conda_lock(path: str, text: str, context: ReadContext) -> Manifest:
    """Read a unified ``conda-lock.yml``."""
    draft = CommandDraft(path, context)
    stream = load_yaml(text)
    for line, message in stream.faults:
        draft.defect(line, message)
    for document in stream.documents:
        packages = document.get("package") if isinstance(document, Table) else None
        if not isinstance(packages, Listing):
            draft.defect(document.line, "no list 'package': this is no lockfile of conda-lock")
            continue
        for item in packages.items:
            if isinstance(item, Table):
                _locked(draft, item)
            else:
                draft.defect(item.line, "a package that is no mapping: it is not read")
    return draft.manifest(generated_by="conda-lock")


def _locked(draft: CommandDraft, item: Table) -> None:
    name, version = item.text("name"), item.text("version")
    digests = item.get("hash")
    hashes = tuple(
        f"{key.value.lower()}:{value.value.lower()}"
        for key, value in (digests.entries if isinstance(digests, Table) else ())
        if isinstance(value, Scalar)
    )
    conda = item.text("manager") != "pip"
    channel = item.text("url").rpartition("/")[0].rpartition("/")[0].rpartition("/")[2]
    try:
        project = project_name(name)
        parsed = Version(version)
    except (InvalidVersion, InvalidValueError) as error:
        if conda and name:  # conda's names and versions go beyond Python's
            draft.foreign.append(
                ForeignDependency(
                    ecosystem="conda", name=name, version=version, location=draft.at(item.line), locked=True
                )
            )
        else:
            draft.refuse(item.line, error)
        return
    draft.locked.append(
        LockedPackage(
            name=project,
            version=parsed,
            location=draft.at(item.line),
            hashes=hashes,
            unhashed_artifacts=0 if hashes else 1,
            source=Source(index=f"conda:{channel}") if conda else Source(),
        )
    )
