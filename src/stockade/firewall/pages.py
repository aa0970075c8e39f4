"""Renders what clients see of an index: project pages and the list of projects, as PEP 691 JSON and PEP 503 HTML.

The page is built anew from what was read; nothing of an upstream's text is passed on unescaped. Refused files:

- ``yank``: while some file of the page is admitted, a refused one stays listed and is yanked, with the ruling's phrase
  as the reason: resolvers take another release, and clients show why. Where no file is admitted, all are listed as the
  index has them: the client asks for one of them, and is shown the reason by the answer.
- ``hide``: a refused file is not listed at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from html import escape
from urllib.parse import quote

import msgspec

from stockade.model.firewall import Ruling
from stockade.model.index import IndexFile, IndexProject, ProjectStatus
from stockade.model.names import ProjectName
from stockade.model.policy import RefusedFiles
from stockade.sources.distribution_names import parsed_version

API_VERSION = "1.4"
BARE_VERSION = "1.0"
"""Declared where the size or the version of some file is not known, since PEP 700 makes both mandatory."""
FILES = "../../files/"
"""Where files lie, seen from a project's page."""

UNSET = msgspec.UNSET
Unset = msgspec.UnsetType
_UNPRINTABLE = re.compile(r"[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_PLAIN = re.compile(r"[A-Za-z0-9._-]+").fullmatch
MOST_GUESSES = 100_000
"""Pairs of a file name that does not parse and a version, up to which the one is looked for in the other."""
SHORT = 200
"""Characters up to which a text is remembered: the same few stand at thousands of files."""
_STRENGTH = ("sha256", "sha512", "sha384", "sha224", "blake2b", "sha1", "md5")


class ShownFile(msgspec.Struct, rename="kebab", gc=False):
    """A file as PEP 691 writes it."""

    filename: str
    url: str
    hashes: dict[str, str]
    requires_python: str | Unset = UNSET
    size: int | Unset = UNSET
    upload_time: datetime | Unset = UNSET
    yanked: bool | str = False
    core_metadata: bool | dict[str, str] | Unset = UNSET
    provenance: str | Unset = UNSET
    gpg_sig: bool | Unset = UNSET


class Status(msgspec.Struct):
    """PEP 792."""

    status: ProjectStatus
    reason: str | Unset = UNSET


class Meta(msgspec.Struct, rename="kebab"):
    """What a page says of itself."""

    api_version: str
    tracks: tuple[str, ...] | Unset = UNSET
    last_serial: int | Unset = msgspec.field(default=UNSET, name="_last-serial")


class ShownProject(msgspec.Struct, rename="kebab", kw_only=True):
    """A project's page as PEP 691 writes it."""

    meta: Meta
    name: ProjectName
    project_status: Status
    alternate_locations: tuple[str, ...] | Unset = UNSET
    versions: list[str] | Unset = UNSET
    files: list[ShownFile]


class _Name(msgspec.Struct):
    name: str


class _Names(msgspec.Struct):
    meta: Meta
    projects: list[_Name]


_JSON = msgspec.json.Encoder()
_PAGE = msgspec.json.Decoder(ShownProject)
_NAMES = msgspec.json.Decoder(_Names)


def compose(  # noqa: PLR0913 - the page, the decisions on it, and what the operator chose
    project: IndexProject,
    rulings: Mapping[str, Ruling],
    *,
    refused: RefusedFiles = RefusedFiles.YANK,
    origin: str = "",
    metadata: Mapping[str, str] | None = None,
    signatures: bool = False,
) -> ShownProject:
    """What clients are shown of a project.

    Args:
        project: as an index, or the private registry, offers it.
        rulings: by file name. Each file has one: a file without a ruling is an error, not a file that is shown.
        refused: what is done with refused files.
        origin: the firewall's own address, like ``https://index.example``. PEP 740 wants whole addresses of
            provenance; without an origin none is announced.
        metadata: by file name, the SHA-256 of core metadata that this firewall made where the index has none.
        signatures: the firewall answers ``.asc`` too; without it no page says that a signature lies there.

    Raises:
        KeyError: a file has no ruling.
    """
    shown, reasons = _choice(project, rulings, refused)
    if not signatures:
        shown = [msgspec.structs.replace(each, gpg_sig=False) if each.gpg_sig else each for each in shown]
    files = _files(project.name, shown, reasons, origin.rstrip("/"), metadata or {})
    versions = _versions(project.versions, shown)
    complete = versions is not None and all(each.size is not UNSET for each in files)
    return ShownProject(
        meta=Meta(
            API_VERSION if complete else BARE_VERSION,
            project.tracks or UNSET,
            UNSET if project.last_serial is None else project.last_serial,
        ),
        name=project.name,
        project_status=Status(project.status, printable(project.status_reason) or UNSET),
        alternate_locations=project.alternate_locations or UNSET,
        versions=versions if complete and versions is not None else UNSET,
        files=files,
    )


def _choice(
    project: IndexProject, rulings: Mapping[str, Ruling], refused: RefusedFiles
) -> tuple[Sequence[IndexFile], dict[str, str]]:
    """The files that are listed, and the reasons of those that are listed as yanked by us."""
    if project.status is ProjectStatus.QUARANTINED:
        return (), {}
    no = {each.filename for each in project.files if rulings[each.filename].refused}
    if not no:
        return project.files, {}
    if refused is RefusedFiles.HIDE:
        return [each for each in project.files if each.filename not in no], {}
    if len(no) == len(project.files):
        return project.files, {}
    return project.files, {name: rulings[name].phrase for name in no}


def _files(
    project: ProjectName,
    files: Sequence[IndexFile],
    reasons: Mapping[str, str],
    origin: str,
    metadata: Mapping[str, str],
) -> list[ShownFile]:
    folder, whole = f"{FILES}{project}/", f"{origin}/files/{project}/"
    found = []
    for file in files:
        filename = file.filename
        path = _quoted(filename)
        said, made = file.core_metadata, metadata.get(filename)
        yanked: bool | str = False if file.yanked is None else printable(file.yanked) or True
        found.append(
            ShownFile(
                filename,
                folder + path,
                file.hashes,
                printable(file.requires_python) or UNSET,
                UNSET if file.size is None else file.size,
                UNSET if file.uploaded is None else file.uploaded,
                reasons.get(filename, yanked),
                (said or True) if said is not None else {"sha256": made} if made else UNSET,
                f"{whole}{path}.provenance" if file.provenance and origin else UNSET,
                UNSET if file.gpg_sig is None else file.gpg_sig,
            )
        )
    return found


def _versions(listed: Sequence[str], files: Sequence[IndexFile]) -> list[str] | None:
    """PEP 700's ``versions``: those of the files that are shown, written as the index writes them.

    None where a file's version is not known. A version without a file is left out: it throws resolvers off.
    """
    known = dict.fromkeys(each.version for each in files)
    known.pop(None, None)
    wanted = {str(each): str(each) for each in known if each is not None}
    odd = [each.filename for each in files if each.version is None]
    if len(odd) * (len(listed) + len(wanted)) > MOST_GUESSES:
        return None
    for text in listed:
        version = parsed_version(text)
        normal = text if version is None else str(version)
        if normal in wanted or any(_tells(name, text) for name in odd):
            wanted[normal] = text
    texts = list(wanted.values())
    return texts if all(any(_tells(name, text) for text in texts) for name in odd) else None


def _tells(filename: str, version: str) -> bool:
    """Whether a file name that does not parse holds a version."""
    return f"-{version}-" in filename or f"-{version}." in filename


def as_json(page: ShownProject) -> bytes:
    """PEP 691."""
    return _JSON.encode(page)


def from_json(body: bytes) -> ShownProject:
    """What :func:`as_json` wrote."""
    return _PAGE.decode(body)


def as_html(page: ShownProject) -> bytes:
    """PEP 503, with the attributes of PEP 592, 658, 714 and 740 and the elements of PEP 629, 708 and 792."""
    metas = [
        ("repository-version", page.meta.api_version),
        ("project-status", page.project_status.status.value),
    ]
    if page.project_status.reason is not UNSET:
        metas.append(("project-status-reason", page.project_status.reason))
    metas += [("tracks", each) for each in page.meta.tracks or ()]
    metas += [("alternate-locations", each) for each in page.alternate_locations or ()]
    lines = _html(f"Links for {page.name}", metas, map(_link, page.files))
    return "\n".join(lines).encode()


def names_as_json(names: Iterable[ProjectName]) -> bytes:
    """The list of projects as PEP 691 has it."""
    return _JSON.encode(_Names(Meta(API_VERSION), [_Name(each) for each in names]))


def names_from_json(body: bytes) -> list[ProjectName]:
    """What :func:`names_as_json` wrote."""
    return [ProjectName(each.name) for each in _NAMES.decode(body).projects]


def names_as_html(names: Iterable[ProjectName]) -> bytes:
    """The list of projects as PEP 503 has it."""
    links = (f'<a href="{quote(each)}/">{escape(each)}</a><br>' for each in names)
    return "\n".join(_html("Projects", [("repository-version", API_VERSION)], links)).encode()


def _html(title: str, metas: Iterable[tuple[str, str]], links: Iterable[str]) -> Iterator[str]:
    yield '<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">'
    for name, content in metas:
        yield f'<meta name="pypi:{name}" content="{_attribute(content)}">'
    yield f"<title>{escape(title)}</title>\n</head>\n<body>\n<h1>{escape(title)}</h1>"
    yield from links
    yield "</body>\n</html>\n"


def _link(file: ShownFile) -> str:
    parts = [f'<a href="{file.url}{_fragment(file.hashes)}"']
    if file.requires_python is not UNSET:
        parts.append(f'data-requires-python="{_attribute(file.requires_python)}"')
    if file.yanked is not False:
        parts.append(f'data-yanked="{"" if file.yanked is True else _attribute(file.yanked)}"')
    if file.core_metadata is not UNSET and file.core_metadata is not False:
        value = "true" if file.core_metadata is True else _fragment(file.core_metadata)[1:] or "true"
        parts.append(f'data-core-metadata="{value}" data-dist-info-metadata="{value}"')
    if file.provenance is not UNSET:
        parts.append(f'data-provenance="{_attribute(file.provenance)}"')
    if file.gpg_sig is not UNSET:
        parts.append(f'data-gpg-sig="{"true" if file.gpg_sig else "false"}"')
    return f"{' '.join(parts)}>{escape(file.filename)}</a><br>"


def _fragment(hashes: Mapping[str, str]) -> str:
    """``#algorithm=digest`` of one hash, the best known; empty without any."""
    digest = hashes.get("sha256")
    if digest is not None and digest.isalnum() and digest.isascii():
        return f"#sha256={digest}"
    for algorithm in (*_STRENGTH, *sorted(hashes)):
        if algorithm in hashes:
            return f"#{quote(algorithm, safe='')}={quote(hashes[algorithm], safe='')}"
    return ""


def _quoted(filename: str) -> str:
    """A file name as one part of a path."""
    return filename if _PLAIN(filename) else quote(filename, safe="")


def _attribute(text: str) -> str:
    return _short_attribute(text) if len(text) <= SHORT else _escaped(text)


def _escaped(text: str) -> str:
    return escape(text).replace("\n", "&#10;").replace("\t", "&#9;")


def printable(text: str) -> str:
    """Text that clients print: what steers a terminal or turns the direction of writing is replaced."""
    return _short_printable(text) if len(text) <= SHORT else _replaced(text)


def _replaced(text: str) -> str:
    return _UNPRINTABLE.sub("\ufffd", text.replace("\r\n", "\n"))


_short_attribute = lru_cache(maxsize=4_096)(_escaped)
_short_printable = lru_cache(maxsize=4_096)(_replaced)
