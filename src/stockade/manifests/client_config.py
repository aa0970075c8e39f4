"""Installers' own configuration inside a project: index addresses and options.

``pip.conf``, ``pip.ini``, ``uv.toml``, ``.pypirc``, ``poetry.toml``, ``pdm.toml``, ``.condarc``.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

import msgspec

from stockade.manifests.commands import CommandDraft
from stockade.manifests.conda_spec import channel_reference
from stockade.manifests.ini_sections import Option, Section, load_ini
from stockade.manifests.lines import Document, Path
from stockade.manifests.reader import ReadContext
from stockade.manifests.toml_lines import load_toml
from stockade.manifests.urls import index_reference
from stockade.manifests.yaml_lines import Scalar, Table, load_yaml, strings
from stockade.model.requirements import IndexReference, IndexRole, Manifest

_PIP = {
    "index-url": IndexRole.PRIMARY,
    "pypi-url": IndexRole.PRIMARY,
    "index": IndexRole.PRIMARY,
    "extra-index-url": IndexRole.EXTRA,
    "find-links": IndexRole.FIND_LINKS,
    "trusted-host": IndexRole.TRUSTED_HOST,
}
_UV = {
    "index-url": IndexRole.PRIMARY,
    "default-index": IndexRole.PRIMARY,
    "extra-index-url": IndexRole.EXTRA,
    "find-links": IndexRole.FIND_LINKS,
    "allow-insecure-host": IndexRole.TRUSTED_HOST,
    "publish-url": IndexRole.UPLOAD,
}
_ON = frozenset({"1", "true", "yes", "on", "t", "y"})
_VARIABLE = ("$", "%", "{")


def read_client_config(path: str, text: str, context: ReadContext) -> Manifest:
    """Read one configuration file, by its name."""
    draft = CommandDraft(path, context)
    name = PurePosixPath(path).name.lower()
    if name in {"pip.conf", "pip.ini"}:
        return draft.manifest(require_hashes=_pip(draft, text))
    if name == ".pypirc":
        _pypirc(draft, text)
    elif name.endswith("condarc"):
        _condarc(draft, text)
    elif name == "uv.toml":
        strategy = _uv(draft, load_toml(text))
        return draft.manifest(first_wins=strategy in {"", "first-index"})
    else:
        _named_tables(draft, load_toml(text))
    return draft.manifest()


def _sections(draft: CommandDraft, text: str) -> list[Section]:
    sections, faults = load_ini(text)
    for line, message in faults:
        draft.defect(line, message)
    return sections


def _pip(draft: CommandDraft, text: str) -> bool:
    """Pip's sections all name the same options; whether hashes are required."""
    hashes = False
    for section in _sections(draft, text):
        for option in section.options:
            key = option.key.replace("_", "-")
            if key == "require-hashes":
                hashes = option.value.lower() in _ON
            elif key in {"requirement", "constraint", "editable"}:
                _installs(draft, key, option)
            elif role := _PIP.get(key):
                if key == "index" and section.name != "search":
                    continue
                for line, word in option.words():
                    draft.indexes.append(index_reference(word, role, draft.at(line)))
    return hashes


def _installs(draft: CommandDraft, key: str, option: Option) -> None:
    """Take what pip installs, or is constrained by, with every command."""
    for line, word in option.words():
        if key == "editable":
            draft.require(word, line, editable=True)
        else:
            draft.include(line, word, constrains=key == "constraint")


def _literal(option: Option | None) -> bool:
    """Whether an option holds a value itself, no reference to one."""
    return option is not None and bool(option.value.strip()) and not option.value.startswith(_VARIABLE)


def _pypirc(draft: CommandDraft, text: str) -> None:
    for section in _sections(draft, text):
        if section.name == "distutils":
            continue
        repository = section.get("repository")
        password = section.get("password")
        url = repository.value if repository else ""
        line = repository.line if repository else section.line
        reference = index_reference(url, IndexRole.UPLOAD, draft.at(line), name=section.name)
        draft.indexes.append(_with_credentials(reference, literal=_literal(password)))


def _with_credentials(reference: IndexReference, *, literal: bool) -> IndexReference:
    """``reference``, marked where a secret stands beside the address."""
    if not literal:
        return reference
    return msgspec.structs.replace(reference, credentials=True)


def _uv(draft: CommandDraft, document: Document) -> str:
    """Read uv's settings, and its ``[pip]`` table; the index strategy, empty where none is set."""
    strategy = ""
    pip = document.value.get("pip")
    tables: list[tuple[Path, Any]] = [((), document.value), (("pip",), pip)]
    for base, table in tables:
        if not isinstance(table, dict):
            continue
        for key, role in _UV.items():
            for number, value in enumerate(_list(table.get(key))):
                line = document.lines.of(*base, key, number)
                draft.indexes.append(index_reference(value, role, draft.at(line)))
        if isinstance(table.get("index-strategy"), str):
            strategy = table["index-strategy"]
    entries = document.value.get("index")
    for number, entry in enumerate(entries if isinstance(entries, list) else []):
        line = document.lines.of("index", number, "url")
        if not isinstance(entry, dict) or not isinstance(entry.get("url"), str):
            draft.defect(line, "an index without an address: it is not read")
            continue
        role = IndexRole.PRIMARY if entry.get("default") is True else IndexRole.EXTRA
        role = IndexRole.EXPLICIT if entry.get("explicit") is True else role
        name = entry.get("name")
        draft.indexes.append(
            index_reference(entry["url"], role, draft.at(line), name=name if isinstance(name, str) else "")
        )
    return strategy


def _list(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _named_tables(draft: CommandDraft, document: Document) -> None:
    """Poetry's ``[repositories.NAME]`` and ``[http-basic.NAME]``; PDM's ``[pypi]`` and ``[repository.NAME]``."""
    secrets = document.value.get("http-basic")
    for key in ("repositories", "repository"):
        table = document.value.get(key)
        for name, entry in table.items() if isinstance(table, dict) else ():
            url = entry.get("url") if isinstance(entry, dict) else entry
            if not isinstance(url, str):
                continue
            line = document.lines.of(key, name, "url")
            secret = entry.get("password") if isinstance(entry, dict) else None
            reference = index_reference(url, IndexRole.UPLOAD, draft.at(line), name=name)
            draft.indexes.append(_with_credentials(reference, literal=isinstance(secret, str)))
    for name, entry in secrets.items() if isinstance(secrets, dict) else ():
        if isinstance(entry, dict) and isinstance(entry.get("password"), str):
            line = document.lines.of("http-basic", name)
            reference = index_reference("", IndexRole.UPLOAD, draft.at(line), name=name)
            draft.indexes.append(_with_credentials(reference, literal=True))
    pypi = document.value.get("pypi")
    if isinstance(pypi, dict):
        _pdm(draft, document, pypi)


def _pdm(draft: CommandDraft, document: Document, pypi: dict[str, Any]) -> None:
    tables = [(("pypi",), "", pypi)]
    tables += [(("pypi", name), name, found) for name, found in pypi.items() if isinstance(found, dict)]  # type: ignore[misc]  # paths of two lengths
    for path, name, table in tables:
        url = table.get("url")
        if isinstance(url, str):
            line = document.lines.of(*path, "url")
            role = IndexRole.EXTRA if name else IndexRole.PRIMARY
            reference = index_reference(
                url, role, draft.at(line), name=name, verify_tls=table.get("verify_ssl") is not False
            )
            draft.indexes.append(_with_credentials(reference, literal=isinstance(table.get("password"), str)))


def _condarc(draft: CommandDraft, text: str) -> None:
    """Conda's channels: no Python index, so asked for conda's packages only."""
    stream = load_yaml(text)
    for line, message in stream.faults:
        draft.defect(line, message)
    for document in stream.documents:
        if not isinstance(document, Table):
            continue
        found: list[Scalar] = []
        for key in ("channels", "default_channels", "channel_alias", "migrated_channel_aliases"):
            found += strings(document.get(key))
        for key in ("custom_channels", "custom_multichannels"):
            table = document.get(key)
            for _, value in table.entries if isinstance(table, Table) else ():
                found += strings(value)
        verify = document.text("ssl_verify").lower() not in {"false", "no", "off"}
        for scalar in found:
            if "://" in scalar.value:
                draft.indexes.append(
                    channel_reference(scalar.value, draft.at(scalar.line), verify_tls=verify)
                )
