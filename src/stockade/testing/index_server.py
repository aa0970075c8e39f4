"""A package index on loopback, made of Python objects: PEP 503, 592, 691, 700, 714, 740 and 792, and the
project JSON that tells of owners. It keeps to the specifications, so that a client which passes here has met
what a real index does."""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.parse import parse_qs, urlsplit

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)

from stockade.testing.loopback import LoopbackServer, Reply, Seen

JSON_TYPE = "application/vnd.pypi.simple.v1+json"
HTML_TYPE = "application/vnd.pypi.simple.v1+html"
LATEST = {
    "application/vnd.pypi.simple.latest+json": JSON_TYPE,
    "application/vnd.pypi.simple.latest+html": HTML_TYPE,
}
OFFERED = (HTML_TYPE, "text/html", JSON_TYPE)
"""In the order of our preference where the client has none."""


@dataclass(frozen=True, kw_only=True)
class ServedFile:
    """A distribution file."""

    filename: str
    content: bytes = b"a distribution"
    upload_time: str | None = "2026-01-02T03:04:05.678900Z"
    sized: bool = True
    """Tell the size; where one file does not, the page declares version 1.0 of the API, as it must."""
    yanked: bool | str = False
    provenance: str | None = None
    """The PEP 740 object's address; None is sent as null."""
    requires_python: str | None = None
    metadata: bytes | None = None
    """The core metadata, served at ``{url}.metadata`` and announced (PEP 658, 714)."""


@dataclass(frozen=True, kw_only=True)
class ServedProject:
    """A project."""

    name: str
    files: tuple[ServedFile, ...] = ()
    status: str | None = None
    status_reason: str | None = None
    status_in_meta: bool = False
    """Write PEP 792's status as its example does, under ``meta``, and not as its text says."""
    attests: bool = True
    """The index speaks PEP 740."""
    owners: tuple[str, ...] | None = None
    """User names in the project's JSON; None where it does not tell."""
    organization: str | None = None


class IndexServer(LoopbackServer):
    """An index at :attr:`url`."""

    def __init__(
        self,
        projects: Iterable[ServedProject] = (),
        *,
        speaks_json: bool = True,
        files_at: str = "",
        port: int = 0,
    ) -> None:
        """Serve ``projects``; an index without ``speaks_json`` knows PEP 503 only.

        The pages lead to files at ``files_at``, the origin of another server with the same projects, where it is given.
        """
        super().__init__(port)
        self._files_at = files_at
        self._offered = OFFERED if speaks_json else ("text/html",)
        self._projects: dict[str, ServedProject] = {}
        for project in projects:
            self.put(project)

    @property
    def url(self) -> str:
        """The index's address, ``…/simple/``."""
        return f"{self.origin}/simple/"

    def put(self, project: ServedProject) -> None:
        """Add a project, or serve it in another state from now on."""
        self._projects[canonicalize_name(project.name)] = project

    def remove(self, name: str) -> None:
        """Take a project away."""
        del self._projects[canonicalize_name(name)]

    def answer(self, seen: Seen) -> Reply:
        """The index's answer; other paths are those of :meth:`LoopbackServer.serve`."""
        parts = urlsplit(seen.path).path.strip("/").split("/")
        match parts:
            case ["simple"]:
                return self._page(seen, None)
            case ["simple", name]:
                return self._page(seen, name)
            case ["files", name, filename]:
                return self._file(name, filename)
            case ["pypi", name, "json"]:
                return self._project_json(name)
        return super().answer(seen)

    def _page(self, seen: Seen, name: str | None) -> Reply:
        address = urlsplit(seen.path)
        wanted = "/simple/" if name is None else f"/simple/{canonicalize_name(name)}/"
        if address.path != wanted:
            return Reply(status=301, headers={"Location": wanted}, etag=False)
        project = None
        if name is not None and (project := self._projects.get(name)) is None:
            return _not_found()
        asked = parse_qs(address.query).get("format", [seen.headers.get("accept", "*/*")])[0]
        kind = negotiate(asked, self._offered)
        if kind is None:
            return Reply(b"not acceptable\n", status=406, etag=False)
        if project is None:
            text = self._root_json() if kind == JSON_TYPE else self._root_html()
        else:
            text = (_json_page if kind == JSON_TYPE else _html_page)(project, self._files_at)
        vary = {"Vary": "Accept, Accept-Encoding", "Cache-Control": "max-age=600, public"}
        return Reply(text.encode(), kind, headers=vary)

    def _root_json(self) -> str:
        projects = [{"name": name} for name in sorted(self._projects)]
        return json.dumps({"meta": {"api-version": "1.4"}, "projects": projects})

    def _root_html(self) -> str:
        return _html_document(f'<a href="/simple/{name}/">{name}</a><br>' for name in sorted(self._projects))

    def _file(self, name: str, filename: str) -> Reply:
        project = self._projects.get(name)
        for file in project.files if project else ():
            if file.filename == filename:
                return Reply(file.content, "application/octet-stream")
            if f"{file.filename}.metadata" == filename and file.metadata is not None:
                return Reply(file.metadata, "application/octet-stream")
        return _not_found()

    def _project_json(self, name: str) -> Reply:
        project = self._projects.get(canonicalize_name(name))
        if project is None:
            return _not_found()
        body: dict[str, Any] = {"info": {"name": project.name}, "vulnerabilities": []}
        if project.owners is not None or project.organization is not None:
            roles = [{"role": "Owner", "user": user} for user in project.owners or ()]
            body["ownership"] = {"roles": roles, "organization": project.organization}
        return Reply(json.dumps(body).encode(), "application/json")


def negotiate(accept: str, offered: Iterable[str]) -> str | None:
    """The best of ``offered`` for an ``Accept`` header, by q-values (RFC 9110); None where none will do."""
    weights: dict[str, float] = {}
    for part in accept.split(","):
        message = Message()
        message["content-type"] = part.strip()
        kind = part.partition(";")[0].strip().lower()
        weights[LATEST.get(kind, kind)] = float(str(message.get_param("q", "1")))
    best, weight = None, 0.0
    for kind in offered:
        family = kind.partition("/")[0] + "/*"
        q = weights.get(kind, weights.get(family, weights.get("*/*", 0.0)))
        if q > weight:
            best, weight = kind, q
    return best


def _not_found() -> Reply:
    return Reply(b"not found\n", status=404, etag=False)


def _address(project: ServedProject, file: ServedFile, files_at: str) -> str:
    return files_at + file_path(project.name, file.filename)


def file_path(project: str, filename: str) -> str:
    """Where an index serves a file."""
    return f"/files/{canonicalize_name(project)}/{filename}"


def _offered_files(project: ServedProject) -> tuple[ServedFile, ...]:
    return () if project.status == "quarantined" else project.files


def _versions(files: Iterable[ServedFile]) -> list[str]:
    found: dict[str, None] = {}
    for file in files:
        try:
            if file.filename.endswith(".whl"):
                found[str(parse_wheel_filename(file.filename)[1])] = None
            else:
                found[str(parse_sdist_filename(file.filename)[1])] = None
        except (InvalidWheelFilename, InvalidSdistFilename):
            continue
    return list(found)


def _json_page(project: ServedProject, files_at: str) -> str:
    files = _offered_files(project)
    sized = all(file.sized for file in files)
    meta: dict[str, Any] = {"api-version": "1.4" if sized else "1.0"}
    page: dict[str, Any] = {"meta": meta, "name": project.name, "files": []}
    if sized:
        page["versions"] = _versions(files)
    if project.status is not None and project.status_in_meta:
        meta["project-status"] = project.status
        meta["project-status-reason"] = project.status_reason or ""
    elif project.status is not None:
        page["project-status"] = {"status": project.status, "reason": project.status_reason or ""}
    page["files"] = [_json_file(project, file, files_at) for file in files]
    return json.dumps(page)


def _json_file(project: ServedProject, file: ServedFile, files_at: str) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "filename": file.filename,
        "url": _address(project, file, files_at),
        "hashes": {"sha256": hashlib.sha256(file.content).hexdigest()},
        "yanked": file.yanked,
        "requires-python": file.requires_python,
        "core-metadata": _metadata_hash(file),
    }
    if file.sized:
        entry["size"] = len(file.content)
    if file.upload_time is not None:
        entry["upload-time"] = file.upload_time
    if project.attests:
        entry["provenance"] = file.provenance
    return entry


def _metadata_hash(file: ServedFile) -> dict[str, str] | bool:
    return {"sha256": hashlib.sha256(file.metadata).hexdigest()} if file.metadata is not None else False


def _html_page(project: ServedProject, files_at: str) -> str:
    meta = ""
    if project.status is not None:
        meta = f'<meta name="pypi:project-status" content="{html.escape(project.status)}">'
        meta += (
            f'<meta name="pypi:project-status-reason" content="{html.escape(project.status_reason or "")}">'
        )
    return _html_document((_anchor(project, file, files_at) for file in _offered_files(project)), meta)


def _anchor(project: ServedProject, file: ServedFile, files_at: str) -> str:
    digest = hashlib.sha256(file.content).hexdigest()
    attributes = {"href": f"{_address(project, file, files_at)}#sha256={digest}"}
    if file.requires_python is not None:
        attributes["data-requires-python"] = file.requires_python
    if file.yanked is not False:
        attributes["data-yanked"] = file.yanked if isinstance(file.yanked, str) else ""
    if file.metadata is not None:
        attributes["data-core-metadata"] = f"sha256={hashlib.sha256(file.metadata).hexdigest()}"
    if file.provenance is not None and project.attests:
        attributes["data-provenance"] = file.provenance
    written = " ".join(f'{name}="{html.escape(value)}"' for name, value in attributes.items())
    return f"<a {written}>{html.escape(file.filename)}</a><br>"


def _html_document(lines: Iterable[str], meta: str = "") -> str:
    head = f'<meta name="pypi:repository-version" content="1.4">{meta}<title>index</title>'
    return f"<!DOCTYPE html>\n<html><head>{head}</head><body>\n" + "\n".join(lines) + "\n</body></html>\n"
