"""Fetches the files of releases that an installer on this machine could choose, and tells which it left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from stockade.model.index import IndexFile, IndexProject
from stockade.model.names import ProjectName
from stockade.model.policy import Policy
from stockade.model.requirements import LeftOut
from stockade.model.verdicts import Cause, Indeterminate
from stockade.report.safe import visible
from stockade.sources.addresses import origin, shown
from stockade.sources.client_config import IndexSettings
from stockade.sources.downloads import Downloaded, download
from stockade.sources.index_address import IndexAddress
from stockade.sources.package_index import HttpPackageIndex
from stockade.stages.vet_choice import chosen, fits_here, python_fits
from stockade.stages.vet_inputs import Input, Inputs, like, missing
from stockade.stages.vet_wanted import Wanted

AT_ONCE = 6
"""Files fetched at the same time."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Which files of a release are taken."""

    wheels: bool = True
    sdists: bool = True
    previous: bool = False
    """Take the release before it too, to compare with."""


@dataclass(frozen=True, kw_only=True)
class _Picked:
    """A file that is to be fetched."""

    wanted: Wanted
    file: IndexFile
    index: HttpPackageIndex
    page: IndexProject
    before: str = ""
    reported: bool = True


class IndexTargets:
    """The user's indexes as a source of inputs. Use it as a context manager.

    Args:
        settings: the configuration of pip and uv.
        indexes: one for each index of the settings.
        folder: where files are put: private, and removed by whoever made it.
        policy: its protected names are not asked of the public default index.
        choice: which files are taken.
    """

    def __init__(
        self,
        settings: IndexSettings,
        indexes: Sequence[HttpPackageIndex],
        folder: Path,
        policy: Policy,
        choice: Choice,
    ) -> None:
        self.indexes = tuple(indexes)
        self._settings = settings
        self._folder = folder
        self._policy = policy
        self._choice = choice
        self._numbers = count()
        self._held: dict[tuple[HttpPackageIndex, ProjectName], IndexProject | Indeterminate | None] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for index in self.indexes:
            index.close()

    def inputs(self, wanted: Sequence[Wanted], progress: Progress | None = None) -> Inputs:
        """Fetch what is wanted; what cannot be had is an input with the reason."""
        self._ask_ahead(wanted)
        found: list[Input | _Picked] = []
        left_out: list[LeftOut] = []
        for each in wanted:
            picked, left = self._pick(each)
            found += picked
            left_out += left
        picks = [item for item in found if isinstance(item, _Picked)]
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="download") as pool:
            fetched = []
            for done in pool.map(self._fetch, [next(self._numbers) for _ in picks], picks):
                fetched.append(done)
                if progress is not None:
                    progress(len(fetched), len(picks))
        rest = iter(fetched)
        inputs = tuple(next(rest) if isinstance(item, _Picked) else item for item in found)
        return Inputs(found=inputs, left_out=tuple(left_out))

    def page(self, name: ProjectName) -> IndexProject | Indeterminate | None:
        """The page of a project on the first index that has it; a protected name is not asked of the public one."""
        if self._withheld(Wanted(shown=name, name=name, specifier=SpecifierSet())) is not None:
            return None
        for index in self.indexes:
            found = self._page(index, name)
            if found is not None:
                return found
        return None

    def _ask_ahead(self, wanted: Sequence[Wanted]) -> None:
        """Ask each index for all pages at once, several at a time."""
        for index in self.indexes:
            names = [
                each.name for each in wanted if self._withheld(each) is None and index in self._asked(each)
            ]
            if len(names) > 1:
                self._held.update({(index, name): page for name, page in index.projects(names).items()})

    def _page(self, index: HttpPackageIndex, name: ProjectName) -> IndexProject | Indeterminate | None:
        if (index, name) not in self._held:
            self._held[index, name] = index.project(name)
        return self._held[index, name]

    def _pick(self, wanted: Wanted) -> tuple[list[Input | _Picked], list[LeftOut]]:
        if (gap := self._withheld(wanted)) is not None:
            return [gap], []
        pages, gaps = self._pages(wanted)
        offered = [(page, index, file) for page, index in pages for file in page.files]
        version = chosen(wanted, (file for _, _, file in offered))
        if version is None:
            return list(gaps or [self._absent(wanted, pages)]), []
        picks, left = self._of_release(wanted, version, offered)
        if not picks:
            detail = f"{wanted.name} {version} has no file that could be chosen here"
            return [*gaps, missing(wanted.shown, Cause.FACT_MISSING, detail)], left
        if self._choice.previous:
            picks = self._with_previous(picks, version, offered)
        return [*gaps, *picks], left

    def _withheld(self, wanted: Wanted) -> Input | None:
        """No protected name leaves the machine for the public index, and no bound one for another index."""
        protect = self._policy.protect
        internal = wanted.name in protect.names or any(
            fnmatchcase(wanted.name, each) for each in protect.patterns
        )
        if internal and not self._settings.configured:
            detail = "it is declared internal, so the public index was not asked about it"
            return missing(
                wanted.shown, Cause.FACT_MISSING, detail, "Configure your own index, or name a file."
            )
        if not self._asked(wanted):
            detail = f"it is bound to the index {wanted.index!r}, which pip and uv are not told of here"
            return missing(wanted.shown, Cause.FACT_MISSING, detail, "Configure that index, or name a file.")
        return None

    def _asked(self, wanted: Wanted) -> tuple[HttpPackageIndex, ...]:
        """The indexes that may have it: all, or the one that it is bound to."""
        if not wanted.index:
            return self.indexes
        bound = wanted.index.rstrip("/")
        return tuple(
            index for index in self.indexes if bound in {index.address.name, index.address.url.rstrip("/")}
        )

    def _pages(self, wanted: Wanted) -> tuple[list[tuple[IndexProject, HttpPackageIndex]], list[Input]]:
        pages, gaps = [], []
        for index in self._asked(wanted):
            page = self._page(index, wanted.name)
            if isinstance(page, Indeterminate):
                gaps.append(Input(shown=wanted.shown, gap=page))
            elif page is not None:
                pages.append((page, index))
        return pages, gaps

    def _absent(self, wanted: Wanted, pages: Sequence[tuple[IndexProject, HttpPackageIndex]]) -> Input:
        asked = ", ".join(shown(index.address.url) for index in self.indexes)
        if not pages:
            return missing(
                wanted.shown, Cause.FACT_MISSING, f"no file and no project of that name: asked {asked}"
            )
        reason = "; ".join(f"it is {page.status}" for page, _ in pages if page.status != "active")
        detail = f"no release of {wanted.name} fits {str(wanted.specifier) or 'an installer'}: asked {asked}"
        return missing(wanted.shown, Cause.FACT_MISSING, f"{detail}{f' ({reason})' if reason else ''}")

    def _of_release(
        self,
        wanted: Wanted,
        version: Version,
        offered: Sequence[tuple[IndexProject, HttpPackageIndex, IndexFile]],
        *,
        reported: bool = True,
    ) -> tuple[list[_Picked], list[LeftOut]]:
        picks, left = [], []
        for page, index, file in offered:
            if file.version != version:
                continue
            reason = self._unfit(wanted, file)
            if reason:
                left.append(LeftOut(visible(file.filename), reason))
            else:
                picks.append(_Picked(wanted=wanted, file=file, index=index, page=page, reported=reported))
        return picks, left if reported else []

    def _unfit(self, wanted: Wanted, file: IndexFile) -> str:
        """Why an installer on this machine would not take a file; empty where it could."""
        wheel = file.filename.endswith(".whl")
        if wheel and not self._choice.wheels:
            return "a wheel, and only sdists are asked for"
        if not wheel and not self._choice.sdists:
            return "an sdist, and only wheels are asked for"
        if wheel and not fits_here(file.filename):
            return "a wheel for another machine or Python"
        if not python_fits(file.requires_python):
            return f"needs Python {visible(file.requires_python, 60)}"
        strong = {f"{name}:{digest}".lower() for name, digest in file.hashes.items()}
        if wanted.hashes and not strong & {each.lower() for each in wanted.hashes}:
            return "the lockfile does not name its hash"
        return ""

    def _with_previous(
        self,
        picks: Sequence[_Picked],
        version: Version,
        offered: Sequence[tuple[IndexProject, HttpPackageIndex, IndexFile]],
    ) -> list[_Picked]:
        earlier = sorted(
            {
                file.version
                for _, _, file in offered
                if file.version and file.version < version and file.yanked is None
            }
        )
        stable = [each for each in earlier if not each.is_prerelease]
        if not earlier:
            return list(picks)
        wanted = replace(picks[0].wanted, hashes=())
        before, _ = self._of_release(wanted, (stable or earlier)[-1], offered, reported=False)
        paired = [
            replace(pick, before=like(pick.file.filename, [each.file.filename for each in before]))
            for pick in picks
        ]
        needed = {pick.before for pick in paired}
        return [*paired, *(each for each in before if each.file.filename in needed)]

    def _fetch(self, number: int, picked: _Picked) -> Input:
        address = picked.index.address
        label = visible(picked.file.filename)
        got = download(
            picked.file,
            self._folder / f"{number}.part",
            address,
            plain_allowed=self._trusts(address),
            locked=picked.wanted.hashes,
        )
        if not isinstance(got, Downloaded):
            return Input(shown=label, gap=got, asked=picked.wanted.shown, reported=picked.reported)
        return Input(
            shown=label,
            name=picked.file.filename,
            source=got.path,
            sha256=got.sha256,
            size=got.size,
            page=picked.page,
            version=str(picked.file.version),
            asked=picked.wanted.shown,
            reported=picked.reported,
            before=visible(picked.before),
        )

    def _trusts(self, address: IndexAddress) -> bool:
        host = address.host
        return bool({host, f"{host}:{origin(address.url)[2]}"} & set(self._settings.trusted_hosts))
