"""Reads a project's page of a package index: PEP 691 JSON or PEP 503 HTML, with PEP 592, 700, 708, 714, 740, 752, 792.

What the page says and does not fit makes the whole page unreadable: half of a page could hide that a file is
yanked or a project quarantined.
"""

from __future__ import annotations

from typing import Any

import msgspec

from stockade.model.index import IndexProject, Ownership
from stockade.model.names import ProjectName
from stockade.sources.distribution_names import version_of
from stockade.sources.html_links import HtmlError
from stockade.sources.page_addresses import AddressError
from stockade.sources.page_parts import PageError
from stockade.sources.simple_html import read_html
from stockade.sources.simple_json import read_json

JSON_TYPE = "application/vnd.pypi.simple.v1+json"
HTML_TYPE = "application/vnd.pypi.simple.v1+html"
ACCEPT = f"{JSON_TYPE}, {HTML_TYPE};q=0.2, text/html;q=0.1"

__all__ = ["ACCEPT", "HTML_TYPE", "JSON_TYPE", "PageError", "read_ownership", "read_page", "version_of"]


class _Role(msgspec.Struct):
    user: str


class _Ownership(msgspec.Struct):
    roles: list[_Role] = []
    organization: str | dict[str, Any] | None = None


class _Project(msgspec.Struct):
    ownership: _Ownership | None = None


def read_page(name: ProjectName, body: bytes, content_type: str, address: str) -> IndexProject:
    """Read the page of ``name`` as the server at ``address`` gave it.

    All addresses of the result are absolute, with ``http`` or ``https``; each file name stands there once.

    Raises:
        PageError: another content type or API version, another project's page, or a malformed one; an address or a
            file name that is refused; two files of one name.
    """
    kind = content_type.partition(";")[0].strip().lower()
    try:
        if kind in {JSON_TYPE, "application/json"}:
            return read_json(name, body, address)
        if kind in {HTML_TYPE, "text/html"}:
            return read_html(name, body, address)
    except (AddressError, HtmlError) as error:
        raise PageError(error.message) from error
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
