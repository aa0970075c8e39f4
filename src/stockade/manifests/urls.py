"""Addresses in manifests: credentials come off, direct references become sources."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from stockade.manifests.text import one_line
from stockade.model.locations import Location
from stockade.model.requirements import IndexReference, IndexRole, Source, SourceKind

HASHES = {"md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128}
"""The algorithms that installers accept, and how many hex digits each has."""

MAX_ADDRESS = 2048
"""Characters kept of one address."""

_PLACEHOLDER = re.compile(
    r"\$\{[^{}]*\}|\$\{\{[^{}]*\}\}|\{\{[^{}]*\}\}|\$\([^()]*\)|\$[A-Z_][A-Z0-9_]*|%[A-Za-z_]\w*%"
    r"|%\(\w+\)s|\{env:[^{}]*\}|\{\w*\}|<[^<>]*>|\*+"
)
"""What stands for a value that is elsewhere: an environment variable, a template, a redaction."""

_AUTHORITY = re.compile(r"^((?:[^\s/?#@:]+:)?//)([^/?#\s]*)@")
_ODD_AUTHORITY = re.compile(r"^((?:[A-Za-z][A-Za-z0-9+.-]*:)?//)([^/?#@\s:]+:(?!\d*(?:[/?#]|$))[^@\s]*)@")
"""A password with an unquoted ``/``, ``?`` or ``#``: no legal address, but a secret all the same."""

_SECRET_PARAMETER = re.compile(
    r"(?<=[?&#;])([A-Za-z0-9_.-]*(?:token|passw(?:or)?d|secret|signature|key|sig|auth|credentials?)=)([^&#;\s\"']+)",
    re.IGNORECASE,
)
_BARE_AUTHORITY = re.compile(r"^((?:https?:[/\\]*)?)[^\s@/\\:]+:[^\s@]+@", re.IGNORECASE)
"""``user:password@`` where the slashes before it are missing or wrong."""
_WORD = re.compile(r"\S+")
_FIRST_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}://")
_NEXT_ADDRESS = re.compile(r"(?<=[\"'=,;(<\[|])[A-Za-z][A-Za-z0-9+.-]{0,30}://")
"""Where another address begins in a word that holds one already. What else looks like it is a password."""
_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]+):")
_VCS = re.compile(r"^(git|hg|svn|bzr)\+(?=[A-Za-z])")
_HARMLESS_USERS = frozenset({"git", "hg", "svn", "bzr"})
_REDACTED = "***"


def strip_credentials(url: str) -> tuple[str, bool]:
    """``url`` without user name, password and secret parameters, and whether it held literal ones.

    What stands for a value that is elsewhere (``${TOKEN}``) is no literal and stays as written; so
    does the user of an SSH address, who is no secret.
    """
    clean, literal = _strip_user(url)
    if "=" not in clean:
        return clean, literal

    def redact(found: re.Match[str]) -> str:
        nonlocal literal
        if not _PLACEHOLDER.sub("", found[2]):
            return found[0]
        literal = True
        return found[1] + _REDACTED

    return _SECRET_PARAMETER.sub(redact, clean), literal


def redact(text: str) -> str:
    """``text`` with the credentials of every address in it removed."""
    if "://" not in text:
        return text
    return _WORD.sub(lambda found: _redact_word(found[0]), text)


def _redact_word(word: str) -> str:
    first = _FIRST_ADDRESS.search(word)
    if first is None:
        return word
    starts = [first.start(), *(found.start() for found in _NEXT_ADDRESS.finditer(word, first.end()))]
    pieces = [word[start:end] for start, end in zip(starts, [*starts[1:], len(word)], strict=True)]
    return word[: first.start()] + "".join(strip_credentials(piece)[0] for piece in pieces)


def _strip_user(url: str) -> tuple[str, bool]:
    found = (_AUTHORITY.match(url) or _ODD_AUTHORITY.match(url)) if "@" in url else None
    if found is None:
        return url, False
    user, colon, password = found[2].partition(":")
    if not _PLACEHOLDER.sub("", user) and not _PLACEHOLDER.sub("", password):
        return url, False
    harmless = user.lower() in _HARMLESS_USERS or "ssh" in found[1].lower()
    if harmless and not colon:
        return url, False
    secret = password if colon else user
    return found[1] + url[found.end() :], _PLACEHOLDER.sub("", secret) != ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectReference:
    """What an address or path in a manifest says."""

    source: Source
    hashes: tuple[str, ...] = ()
    """From the fragment, ``algorithm:hex`` in lower case."""
    egg: str = ""
    """The project that the fragment names (``#egg=``), with its extras."""


def direct_reference(target: str, *, editable: bool = False, index: str = "") -> DirectReference:
    """Parse a direct reference: ``git+https://…@rev#egg=…``, an archive's address, ``file:…`` or a path."""
    target = target.strip()
    address, _, fragment = target.partition("#")
    fields = _fragment(fragment)
    hashes = tuple(
        f"{name}:{value.lower()}" for name, value in fields.items() if valid_hash(f"{name}:{value}")
    )
    vcs = _VCS.match(address)
    revision = ""
    if vcs:
        address = address[vcs.end() :]
        address, revision = split_revision(address)
        kind = SourceKind.VCS
    else:
        kind = _kind(address)
    clean, credentials = strip_credentials(address)
    source = Source(
        kind=kind,
        url=one_line(clean, MAX_ADDRESS),
        vcs=vcs[1] if vcs else "",
        revision=revision,
        editable=editable,
        credentials=credentials,
        index=index,
    )
    return DirectReference(source=source, hashes=hashes, egg=fields.get("egg", ""))


def index_reference(
    url: str, role: IndexRole, location: Location, *, name: str = "", verify_tls: bool = True
) -> IndexReference:
    """An index address as a manifest gives it, its credentials removed."""
    clean, credentials = strip_credentials(url.strip())
    if "//" not in clean and (bare := _BARE_AUTHORITY.match(clean)):
        clean, credentials = bare[1] + clean[bare.end() :], True
    return IndexReference(
        url=one_line(clean, MAX_ADDRESS),
        role=role,
        location=location,
        name=one_line(name),
        credentials=credentials,
        verify_tls=verify_tls and role is not IndexRole.TRUSTED_HOST,
    )


def split_revision(address: str) -> tuple[str, str]:
    """An address of a repository and the revision after the ``@`` of its path; empty where there is none."""
    scheme, separator, rest = address.partition("://")
    if not separator:
        scheme, rest = "", address
    start = rest.find("/")
    at = rest.rfind("@")
    if start < 0 or at < start:
        return address, ""
    return scheme + separator + rest[:at], rest[at + 1 :]


def valid_hash(text: str) -> bool:
    """Whether ``text`` is ``algorithm:hex`` with a known algorithm and the right number of digits."""
    algorithm, _, digits = text.partition(":")
    return HASHES.get(algorithm.lower()) == len(digits) and not digits.strip("0123456789abcdefABCDEF")


def _kind(address: str) -> SourceKind:
    scheme = _SCHEME.match(address)
    if scheme is None or scheme[1].lower() == "file":
        return SourceKind.PATH
    return SourceKind.URL


def _fragment(text: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for part in text.split("&"):
        name, equals, value = part.partition("=")
        if equals:
            fields.setdefault(name.lower(), unquote(value))
    return fields
