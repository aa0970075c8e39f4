"""Links within a tar: which files they are further names of."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import replace

from stockade.archive.bounds import LimitReachedError, Scope
from stockade.archive.paths import leads_outside, link_target
from stockade.archive.types import Member

_HOPS = 40
"""Links behind links that are followed, as kernels do."""
_MANY = 10_000
"""Links of one archive at most."""
_PARTS = 64
"""Parts of a path beyond which links in its middle are not looked for."""


class Links:
    """The links and files of one tar; afterwards, every further name of a file."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._links: dict[str, Member] = {}
        self._files: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._links)

    def add(self, member: Member) -> None:
        """Take a member in; of several of one path the last counts, as it does for an installer.

        Raises:
            LimitReachedError: there are too many links.
        """
        if member.link:
            self._links[member.path] = member
            if len(self._links) > _MANY:
                raise LimitReachedError("too-many-links", f"more than {_MANY:,} links")
            self._files.discard(member.path)
        elif member.kind == "file":
            self._files.add(member.path)
            self._links.pop(member.path, None)

    def names(self) -> tuple[dict[str, list[Member]], list[Member]]:
        """Each linked file's path with the links that are names of it, and the links that lead to no file.

        A link to a folder gives one name for each file below that folder.

        Raises:
            LimitReachedError: the links make too many names.
        """
        found: defaultdict[str, list[Member]] = defaultdict(list)
        nowhere: list[Member] = []
        listing = sorted(self._files)
        for member in self._links.values():
            target = self._resolve(member)
            if target in self._files:
                found[target].append(member)
                continue
            nowhere.append(member)
            if target is None:
                self._scope.odd("dangling-link", member.path, f"{member.path!a} links to {member.link!a}")
                continue
            below = f"{target}/" if target else ""
            for index in range(bisect_left(listing, below), len(listing)):
                path = listing[index]
                if not path.startswith(below):
                    break
                self._scope.budget.entry()
                name = f"{member.path}/{path[len(below) :]}"
                found[path].append(replace(member, path=name, raw=name))
        return found, nowhere

    def _resolve(self, member: Member) -> str | None:
        """Where ``member`` leads in the end; None when it leads out, in a circle or too far."""
        for _ in range(_HOPS):
            self._scope.budget.tick()
            hard = member.kind == "hardlink"
            if leads_outside(member.path, member.link, hard=hard):
                return None
            path = link_target(member.path, member.link, hard=hard)
            behind = self._behind(path)
            if behind is None:
                return path
            member = behind
        return None

    def _behind(self, path: str) -> Member | None:
        """The link that ``path`` is or goes through, as a link at ``path`` itself."""
        if path in self._links:
            return self._links[path]
        if path in self._files or path.count("/") > _PARTS:
            return None
        parent, _, rest = path.rpartition("/")
        while parent:
            if parent in self._links:
                link = self._links[parent]
                return replace(link, link=f"{link.link}/{rest}")
            parent, _, last = parent.rpartition("/")
            rest = f"{last}/{rest}"
        return None
