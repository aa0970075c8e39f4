"""Reads a project's page as HTML: PEP 503 with PEP 592, 629, 708, 714, 740, 792."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import unquote, urljoin

from stockade.model.index import IndexFile, IndexProject
from stockade.model.names import ProjectName
from stockade.sources.distribution_names import COMPANIONS, version_of
from stockade.sources.html_links import Links, read_links
from stockade.sources.page_addresses import SCHEMES, Addresses
from stockade.sources.page_parts import PageError, marker, once, require_names, require_version

Digests = dict[str, str]
MAIL = "mailto:"
"""Servers that list folders sign with the address of whoever runs them."""
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


def read_html(name: ProjectName, body: bytes, address: str) -> IndexProject:
    """See :func:`stockade.sources.simple_page.read_page`."""
    try:
        page = read_links(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise PageError(f"the page is not UTF-8: {error.reason} at byte {error.start}") from error
    files = _html_files(page, name, address)
    version = _first(page.meta, "pypi:repository-version")
    if version is None and not any(each.filename.endswith(_DISTRIBUTIONS) for each in files):
        raise PageError("the page is HTML, but neither names its API version nor links a distribution")
    require_version(version or "1.0")
    addresses = Addresses(address)
    return IndexProject(
        name=name,
        status=marker(_first(page.meta, "pypi:project-status")),
        status_reason=_first(page.meta, "pypi:project-status-reason") or "",
        files=files,
        provenance_offered=any("data-provenance" in attributes for attributes in page.links),
        api_version=(version or "1.0")[:20],
        tracks=tuple(addresses.absolute(each) for each in page.meta.get("pypi:tracks", ())),
        alternate_locations=tuple(
            addresses.absolute(each) for each in page.meta.get("pypi:alternate-locations", ())
        ),
    )


def _first(meta: Mapping[str, Sequence[str]], name: str) -> str | None:
    found = meta.get(name)
    return found[0] if found else None


def _html_files(page: Links, name: ProjectName, address: str) -> tuple[IndexFile, ...]:
    """The files that the page links. Links to folders, to companions of files and to people are no files."""
    addresses = Addresses(Addresses(address).absolute(page.base) if page.base else address)
    files = []
    for attributes in page.links:
        plain, _, fragment = attributes["href"].strip(" \t\n\f").partition("#")
        if plain[: len(MAIL)].lower() == MAIL:
            continue
        url = addresses.absolute(plain)
        filename = _leaf(url)
        if filename and not filename.endswith(COMPANIONS):
            files.append(_html_file(filename, url, fragment, attributes, name, addresses))
    require_names([each.filename for each in files])
    return once(files)


def _leaf(url: str) -> str:
    """The last part of an address's path, decoded."""
    path = url.partition("?")[0]
    slash = path.rfind("/")
    leaf = path[slash + 1 :] if slash > len("https:/") else ""
    return unquote(leaf) if "%" in leaf else leaf


def _html_file(  # noqa: PLR0913, PLR0917 - what one link is made of
    filename: str,
    url: str,
    fragment: str,
    attributes: Mapping[str, str],
    name: ProjectName,
    addresses: Addresses,
) -> IndexFile:
    algorithm, sep, digest = fragment.partition("=")
    provenance, signed = attributes.get("data-provenance", ""), attributes.get("data-gpg-sig")
    return IndexFile(
        filename=filename,
        version=version_of(filename, name),
        url=url,
        hashes={algorithm: digest} if sep else {},
        yanked=attributes.get("data-yanked"),
        provenance=_beside(url, provenance, addresses) if provenance else None,
        requires_python=attributes.get("data-requires-python", ""),
        core_metadata=_html_metadata(attributes),
        gpg_sig=None if signed is None else signed.lower() == "true",
    )


def _beside(url: str, address: str, addresses: Addresses) -> str:
    """PEP 740 wants a whole address; where it is none, it is taken as relative to the file's."""
    return addresses.absolute(address if address.startswith(SCHEMES) else urljoin(url, address))


def _html_metadata(attributes: Mapping[str, str]) -> Digests | None:
    """PEP 714: ``data-core-metadata`` counts where it stands, else ``data-dist-info-metadata``."""
    said = attributes.get("data-core-metadata", attributes.get("data-dist-info-metadata"))
    if said is None or said.lower() == "false":
        return None
    algorithm, sep, digest = said.partition("=")
    return {algorithm: digest} if sep else {}
