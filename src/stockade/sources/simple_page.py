"""Reads a project's page of a package index: PEP 691 JSON or PEP 503 HTML, with PEP 592, 700, 714, 740, 792.

What the page says and does not fit makes the whole page unreadable: half of a page could hide that a file is
yanked or a project quarantined.
"""

from __future__ import annotations

from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import msgspec
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from stockade.errors import InvalidValueError
from stockade.model.index import IndexFile, IndexProject, Ownership, ProjectStatus
from stockade.model.names import ProjectName

JSON_TYPE = "application/vnd.pypi.simple.v1+json"
HTML_TYPE = "application/vnd.pypi.simple.v1+html"
ACCEPT = f"{JSON_TYPE}, {HTML_TYPE};q=0.2, text/html;q=0.1"
MAJOR = "1"
"""The major version of the API that is understood; another one may mean another thing by the same words."""


class PageError(InvalidValueError):
    """The page cannot be read."""


class _File(msgspec.Struct, rename="kebab"):
    filename: str
    url: str
    hashes: dict[str, str] = {}
    size: int | None = None
    upload_time: str | None = None
    yanked: bool | str = False
    provenance: str | msgspec.UnsetType | None = msgspec.UNSET
    requires_python: str | None = None


class _Page(msgspec.Struct, rename="kebab"):
    name: str
    files: list[_File]
    meta: dict[str, Any] = {}
    project_status: dict[str, str | None] | str | None = None


class _Role(msgspec.Struct):
    user: str


class _Ownership(msgspec.Struct):
    roles: list[_Role] = []
    organization: str | dict[str, Any] | None = None


class _Project(msgspec.Struct):
    ownership: _Ownership | None = None


_PAGE = msgspec.json.Decoder(_Page)
_DISTRIBUTIONS = (
    ".whl",
    ".tar.gz",
    ".zip",
    ".tar.bz2",
    ".tgz",
    ".tar.xz",
    ".tar.Z",
    ".tar",
    ".egg",
    ".exe",
    ".rpm",
    ".msi",
    ".deb",
    ".dmg",
)


def read_page(name: ProjectName, body: bytes, content_type: str, address: str) -> IndexProject:
    """Read the page of ``name`` as the server at ``address`` gave it.

    Raises:
        PageError: another content type or API version, another project's page, or a malformed one.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind in {JSON_TYPE, "application/json"}:
        return _read_json(name, body, address)
    if kind in {HTML_TYPE, "text/html"}:
        return _read_html(name, body, address)
    raise PageError(f"the page has the content type {kind[:60]!r}, expected {JSON_TYPE} or text/html")


def read_ownership(body: bytes) -> Ownership | None:
    """The owners in a project's JSON (``/pypi/NAME/json``); None where it tells of none.

    Raises:
        PageError: it is malformed.
    """
    try:
        found = msgspec.json.decode(body, type=_Project).ownership
    except (msgspec.MsgspecError, RecursionError) as error:
        raise PageError(f"the project's JSON does not fit: {error}") from error
    if found is None:
        return None
    organization = found.organization
    if isinstance(organization, dict):
        organization = str(organization.get("name") or "")
    users = tuple(dict.fromkeys(role.user for role in found.roles))
    if not users and not organization:
        return None
    return Ownership(users=users, organization=organization or "")


def version_of(filename: str, name: ProjectName) -> Version | None:
    """The version in a wheel's or sdist's file name; None where it does not parse or names another project."""
    try:
        if filename.endswith(".whl"):
            project, version = parse_wheel_filename(filename)[:2]
        else:
            project, version = parse_sdist_filename(filename)
    except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion):
        return None
    return version if str(project) == str(name) else None


def _read_json(name: ProjectName, body: bytes, address: str) -> IndexProject:
    try:
        page = _PAGE.decode(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise PageError(f"the page's JSON does not fit: {str(error)[:200]}") from error
    _require_version(page.meta.get("api-version", "1.0"))
    if str(canonicalize_name(page.name)) != str(name):
        raise PageError(f"the page is of {page.name[:60]!r}, not of {name!r}")
    status, reason = _status(page)
    return IndexProject(
        name=name,
        status=status,
        status_reason=reason,
        files=tuple(_file(item, name, address) for item in page.files),
        provenance_offered=any(item.provenance is not msgspec.UNSET for item in page.files),
    )


def _file(item: _File, name: ProjectName, address: str) -> IndexFile:
    yanked = None
    if item.yanked:
        yanked = item.yanked if isinstance(item.yanked, str) else ""
    return IndexFile(
        filename=item.filename,
        version=version_of(item.filename, name),
        url=urljoin(address, item.url),
        hashes=item.hashes,
        size=item.size,
        uploaded=_moment(item.upload_time),
        yanked=yanked,
        provenance=urljoin(address, item.provenance) if item.provenance else None,
        requires_python=item.requires_python or "",
    )


def _moment(text: str | None) -> datetime | None:
    """PEP 700's time; None where it is missing, malformed, or without an offset: never guessed."""
    if not text:
        return None
    try:
        moment = msgspec.convert(text, datetime)
    except msgspec.ValidationError:
        return None
    return None if moment.tzinfo is None else moment.astimezone(UTC)


def _status(page: _Page) -> tuple[ProjectStatus, str]:
    """PEP 792 in both spellings: a dictionary beside ``files``, or strings under ``meta``."""
    given: Any = page.project_status
    reason: Any = None
    if isinstance(given, dict):
        given, reason = given.get("status"), given.get("reason")
    if given is None:
        given, reason = page.meta.get("project-status"), page.meta.get("project-status-reason")
    if isinstance(given, dict):
        given, reason = given.get("status"), given.get("reason")
    return _marker(given), str(reason or "")


def _marker(given: object) -> ProjectStatus:
    if given is None:
        return ProjectStatus.ACTIVE
    try:
        return ProjectStatus(str(given))
    except ValueError:
        raise PageError(f"the project's status {str(given)[:60]!r} is unknown") from None


def _require_version(version: object) -> None:
    if str(version).partition(".")[0] != MAJOR:
        raise PageError(f"the page speaks version {str(version)[:20]!r} of the API, expected {MAJOR}.x")


def _read_html(name: ProjectName, body: bytes, address: str) -> IndexProject:
    parser = _Links(address)
    try:
        parser.feed(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise PageError(f"the page is not UTF-8: {error.reason} at byte {error.start}") from error
    parser.close()
    files = tuple(_html_file(url, attributes, name) for url, attributes in parser.links)
    if "pypi:repository-version" not in parser.meta and not any(
        f.filename.endswith(_DISTRIBUTIONS) for f in files
    ):
        raise PageError("the page is HTML, but neither names its API version nor links a distribution")
    _require_version(parser.meta.get("pypi:repository-version", "1.0"))
    return IndexProject(
        name=name,
        status=_marker(parser.meta.get("pypi:project-status")),
        status_reason=parser.meta.get("pypi:project-status-reason", ""),
        files=files,
        provenance_offered=any("data-provenance" in attributes for _, attributes in parser.links),
    )


def _html_file(url: str, attributes: dict[str, str], name: ProjectName) -> IndexFile:
    plain, fragment = urldefrag(url)
    algorithm, sep, digest = fragment.partition("=")
    filename = unquote(urlsplit(plain).path.rpartition("/")[2])
    provenance = attributes.get("data-provenance", "")
    return IndexFile(
        filename=filename,
        version=version_of(filename, name),
        url=plain,
        hashes={algorithm: digest} if sep else {},
        yanked=attributes.get("data-yanked"),
        provenance=urljoin(url, provenance) if provenance else None,
        requires_python=attributes.get("data-requires-python", ""),
    )


class _Links(HTMLParser):
    """Collects the links and meta elements of a PEP 503 page."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._base = address
        self._base_given = False
        self.links: list[tuple[str, dict[str, str]]] = []
        self.meta: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {key: value or "" for key, value in attrs}
        if tag == "base" and not self._base_given and "href" in attributes:
            self._base, self._base_given = urljoin(self._base, attributes["href"]), True
        elif tag == "meta" and "name" in attributes:
            self.meta[attributes["name"]] = attributes.get("content", "")
        elif tag == "a" and attributes.get("href"):
            self.links.append((urljoin(self._base, attributes["href"]), attributes))
