"""Names of members: the normalised path, what is wrong with a name, and names that collide."""

from __future__ import annotations

import re
import unicodedata

from stockade.archive.bounds import LimitReachedError, Scope

# Anything but printable ASCII, a backslash, a colon, or an empty, "." or ".." segment.
_UNUSUAL = re.compile(r"[^ -~]|[\\:]|(?:^|/)\.{0,2}(?:/|$)")
_KEPT = 64 << 20
"""Characters of the paths and folders of one archive at most."""
_DEAR = 8
"""How much dearer a character is that has to be normalised; some grow eighteenfold."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_DRIVE = re.compile(r"[A-Za-z]:")
_CONTROL = re.compile("[\x01-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LONG = 4096
"""Characters of a path at most: what systems open (``PATH_MAX``)."""


def normalise(raw: str, scope: Scope) -> str:
    """The normalised POSIX path of the name ``raw``, relative and without ``.`` or ``..``.

    What is wrong with the name goes to the log of ``scope``. The result is empty for a name that means the
    archive's root.
    """
    name = raw.removesuffix("/")
    if not _UNUSUAL.search(name):
        return name
    path = printable(_resolve(name))
    for kind, detail in _faults(raw, name):
        scope.suspicious(kind, path or ascii(raw), detail)
    if _SURROGATE.search(raw):
        scope.odd("undecodable-name", path, f"{raw!a} is not in the encoding it says")
    return path


def printable(text: str) -> str:
    """``text`` with each byte that is in no encoding, which Python keeps as a surrogate, as ``%FF``."""
    return text if text.isascii() else _SURROGATE.sub(lambda match: f"%{ord(match[0]) & 0xFF:02X}", text)


def _resolve(name: str) -> str:
    parts: list[str] = []
    for part in _DRIVE.sub("", name.replace("\\", "/"), count=1).split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)


def _faults(raw: str, name: str) -> list[tuple[str, str]]:
    faults = []
    slashed = name.replace("\\", "/")
    if "\\" in name:
        faults.append(("backslash-path", f"{raw!a}: a separator on some systems only"))
    if _DRIVE.match(name):
        faults.append(("drive-path", f"{raw!a} names a drive"))
    if slashed.startswith("/"):
        faults.append(("absolute-path", f"{raw!a} is absolute"))
    if ".." in slashed.split("/"):
        faults.append(("path-traversal", f"{raw!a} climbs out of its folder"))
    if "\x00" in name:
        faults.append(("nul-in-name", f"{raw!a}: some readers stop at the NUL"))
    elif _CONTROL.search(name):
        faults.append(("control-in-name", f"{raw!a} has control or direction characters"))
    return faults


def leads_outside(path: str, link: str, *, hard: bool = False) -> bool:
    """Whether a link at ``path`` to ``link`` points out of the archive.

    A symbolic link's target is relative to the link's folder, a hard link's to the archive.
    """
    target = link.replace("\\", "/")
    if target.startswith("/") or _DRIVE.match(target):
        return True
    depth = 0 if hard else path.count("/")
    for part in target.split("/"):
        if part == "..":
            depth -= 1
            if depth < 0:
                return True
        elif part not in {"", "."}:
            depth += 1
    return False


def link_target(path: str, link: str, *, hard: bool = False) -> str:
    """The path within the archive that a link leads to, as far as its text says."""
    if hard:
        return _resolve(link)
    folder, _, _ = path.rpartition("/")
    return _resolve(f"{folder}/{link}")


class Names:
    """The names of one archive so far: finds those that some file system takes for the same.

    :meth:`add` raises :class:`LimitReachedError` once the names themselves are too much to keep.
    """

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._kept = 0
        self._seen: dict[str, str] = {}
        self._folders: set[str] = set()

    def add(self, path: str, *, folder: bool = False) -> None:
        """Add a normalised path; collisions go to the log."""
        if len(path) > _LONG:
            self._scope.suspicious("long-name", path[:_LONG], f"a path of {len(path):,} characters")
        if folder:
            self._folder(path)
            return
        key = _key(path)
        before = self._seen.get(key)
        if before is not None:
            self._collision(before, path)
            return
        self._keep(len(path))
        if not path.isascii():
            self._keep(_DEAR * len(key))
        self._seen[key] = path
        if path in self._folders:
            self._both(path)
        parent, _, _ = path.rpartition("/")
        self._folder(parent)

    def _folder(self, path: str) -> None:
        while path and path not in self._folders:
            self._keep(len(path))
            self._folders.add(path)
            if self._seen.get(_key(path)) == path:
                self._both(path)
            path, _, _ = path.rpartition("/")

    def _keep(self, count: int) -> None:
        self._kept += count
        if self._kept > _KEPT:
            raise LimitReachedError("names-too-long", f"more than {_KEPT:,} characters of paths")

    def _both(self, path: str) -> None:
        self._scope.suspicious("file-and-folder", path, f"{path!a} is a file or link and a folder")

    def _collision(self, before: str, path: str) -> None:
        if before == path:
            self._scope.suspicious("duplicate-name", path, f"{path!a} occurs more than once")
        elif unicodedata.normalize("NFKC", before) == unicodedata.normalize("NFKC", path):
            self._scope.suspicious(
                "unicode-collision", path, f"{path!a} and {before!a} are one name once normalised"
            )
        else:
            self._scope.suspicious("case-collision", path, f"{path!a} and {before!a} differ in case only")


def _key(path: str) -> str:
    if path.isascii() or len(path) > _LONG:
        return path.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", path).casefold())
