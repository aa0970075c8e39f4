"""Reads a project's page as JSON: PEP 691 with PEP 592, 700, 708, 714, 740, 752, 792."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from packaging.utils import canonicalize_name

from stockade.model.index import IndexFile, IndexProject, ProjectStatus
from stockade.model.names import ProjectName
from stockade.sources.distribution_names import version_of
from stockade.sources.page_addresses import Addresses
from stockade.sources.page_parts import PageError, marker, once, require_names, require_version

Digests = dict[str, str]
Unset = msgspec.UnsetType
Size = Annotated[int, msgspec.Meta(ge=0, le=1 << 53)]
MOST_SERIAL = 1 << 63


class _Common(msgspec.Struct, rename="kebab", gc=False):
    filename: str
    url: str
    hashes: Digests = {}
    size: Size | None = None
    yanked: bool | str = False
    provenance: str | Unset | None = msgspec.UNSET
    requires_python: str | None = None
    core_metadata: bool | Digests | Unset | None = msgspec.UNSET
    dist_info_metadata: bool | Digests | None = None
    legacy_metadata: msgspec.Raw | Unset = msgspec.field(
        default=msgspec.UNSET, name="data-dist-info-metadata"
    )
    """What one index wrote by mistake before it wrote ``core-metadata``; read only where that is missing."""
    gpg_sig: bool | None = None


class _File(_Common, rename="kebab", gc=False):
    upload_time: datetime | None = None


class _FileWithOddTime(_Common, rename="kebab"):
    """Its time is text that need not be a time: it is then unknown, and the rest of the page holds."""

    upload_time: str | None = None


class _Meta(msgspec.Struct, rename="kebab"):
    api_version: Any = "1.0"
    last_serial: Any = msgspec.field(default=None, name="_last-serial")
    tracks: list[str] | None = None
    project_status: Any = None
    project_status_reason: Any = None


class _Head(msgspec.Struct, rename="kebab"):
    name: str
    meta: _Meta = msgspec.field(default_factory=_Meta)
    project_status: dict[str, Any] | str | None = None
    versions: list[str] | None = None
    alternate_locations: list[str] | None = None
    namespace: dict[str, Any] | None = None
    namespaces: list[dict[str, Any]] | None = None


class _Page(_Head, rename="kebab", kw_only=True):
    files: list[_File]


class _PageWithOddTimes(_Head, rename="kebab", kw_only=True):
    files: list[_FileWithOddTime]


_PAGE = msgspec.json.Decoder(_Page)
_ODD_PAGE = msgspec.json.Decoder(_PageWithOddTimes)
_METADATA = msgspec.json.Decoder(bool | Digests | None)


def read_json(name: ProjectName, body: bytes, address: str) -> IndexProject:
    """See :func:`stockade.sources.simple_page.read_page`."""
    page = _decoded(body)
    meta = page.meta
    require_version(meta.api_version)
    if str(canonicalize_name(page.name)) != str(name):
        raise PageError(f"the page is of {page.name[:60]!r}, not of {name!r}")
    require_names([item.filename for item in page.files])
    addresses = Addresses(address)
    status, reason = _status(page)
    return IndexProject(
        name=name,
        status=status,
        status_reason=reason,
        files=once([_file(item, name, addresses) for item in page.files]),
        provenance_offered=any(item.provenance is not msgspec.UNSET for item in page.files),
        versions=tuple(dict.fromkeys(page.versions or ())),
        api_version=str(meta.api_version)[:20],
        tracks=tuple(addresses.absolute(each) for each in meta.tracks or ()),
        alternate_locations=tuple(addresses.absolute(each) for each in page.alternate_locations or ()),
        namespace=_namespace(page),
        last_serial=_serial(meta.last_serial),
    )


def _decoded(body: bytes) -> _Page | _PageWithOddTimes:
    """Read with all times as times; only where that fails, with those that are none as text."""
    try:
        return _PAGE.decode(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        pass
    try:
        return _ODD_PAGE.decode(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise PageError(f"the page's JSON does not fit: {str(error)[:200]}") from error


def _file(item: _File | _FileWithOddTime, name: ProjectName, addresses: Addresses) -> IndexFile:
    yanked, uploaded, provenance = item.yanked, item.upload_time, item.provenance
    return IndexFile(
        filename=item.filename,
        version=version_of(item.filename, name),
        url=addresses.absolute(item.url),
        hashes=item.hashes,
        size=item.size,
        uploaded=uploaded if uploaded is None else _moment(uploaded),
        yanked=None if not yanked else "" if yanked is True else yanked,
        provenance=addresses.absolute(provenance) if provenance else None,
        requires_python=item.requires_python or "",
        core_metadata=_metadata(item),
        gpg_sig=item.gpg_sig,
    )


def _metadata(item: _Common) -> Digests | None:
    """PEP 714: ``core-metadata`` counts where it stands at all, else what it was called before."""
    said = item.core_metadata
    if said is msgspec.UNSET:
        said = item.dist_info_metadata
        if said is None and item.legacy_metadata is not msgspec.UNSET:
            try:
                said = _METADATA.decode(item.legacy_metadata)
            except msgspec.MsgspecError as error:
                raise PageError(f"data-dist-info-metadata does not fit: {str(error)[:200]}") from error
    if isinstance(said, dict):
        return said
    return {} if said is True else None


def _moment(given: datetime | str) -> datetime | None:
    """PEP 700's time; None where it is malformed or without an offset: never guessed."""
    try:
        moment = msgspec.convert(given, datetime) if isinstance(given, str) else given
        if moment.tzinfo is UTC:
            return moment
        return None if moment.tzinfo is None else moment.astimezone(UTC)
    except (msgspec.ValidationError, OverflowError):
        return None


def _status(page: _Head) -> tuple[ProjectStatus, str]:
    """PEP 792 in all its spellings: a dictionary beside ``files``, or strings under ``meta``."""
    given: Any = page.project_status
    reason: Any = None
    if given is None:
        given, reason = page.meta.project_status, page.meta.project_status_reason
    if isinstance(given, dict):
        given, reason = given.get("status", given.get("state")), given.get("reason")
    return marker(given), str(reason or "")


def _namespace(page: _Head) -> dict[str, str] | None:
    """PEP 752: the project's namespace, the longest where several are given; its values as text."""
    several = page.namespaces or []
    given = page.namespace or max(several, key=lambda each: len(str(each.get("prefix", ""))), default=None)
    if given is None:
        return None
    return {key: _text(value) for key, value in given.items() if isinstance(value, str | int | bool)}


def _text(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _serial(given: object) -> int | None:
    """``_last-serial`` is an index's private matter: anything else than a number says nothing."""
    if isinstance(given, str) and given.isascii() and given.isdigit() and len(given) <= len(str(MOST_SERIAL)):
        given = int(given)
    if isinstance(given, int) and not isinstance(given, bool) and 0 <= given < MOST_SERIAL:
        return given
    return None
