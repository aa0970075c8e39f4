"""The kinds of distribution files, by their names' endings."""

from __future__ import annotations

from collections.abc import Iterator

from stockade.firewall.filters.base import About, Offer, PageFilter
from stockade.model.findings import Rule, Severity, finding
from stockade.model.policy import FileType
from stockade.model.stages import Stage

WRONG_TYPE = Rule(
    id="STK-F014",
    name="file-type",
    stage=Stage.FORTIFY,
    title="A file is of a kind that the policy does not let through",
    severity=Severity.CRITICAL,
    why="Eggs and installers for old systems run code in ways that nobody reviews any more; today's clients need neither.",
    mend="Use a wheel, or add the kind to [firewall] file_types.",
    references=("PEP 427", "PEP 527", "PEP 625"),
)
ENDINGS: tuple[tuple[str, FileType], ...] = (
    (".whl", FileType.WHEEL),
    (".tar.gz", FileType.SDIST),
    (".zip", FileType.SDIST),
    (".tar.bz2", FileType.SDIST),
    (".tar.xz", FileType.SDIST),
    (".tar.z", FileType.SDIST),
    (".tgz", FileType.SDIST),
    (".tar", FileType.SDIST),
    (".egg", FileType.EGG),
    (".exe", FileType.EXE),
    (".msi", FileType.MSI),
    (".rpm", FileType.RPM),
)


def type_of(filename: str) -> FileType:
    """The kind of a file; ``other`` for endings that no client installs."""
    low = filename.lower()
    return next((kind for ending, kind in ENDINGS if low.endswith(ending)), FileType.OTHER)


def run(offer: Offer) -> Iterator[About]:
    """One finding for each release and kind."""
    allowed = frozenset(offer.policy.firewall.file_types)
    groups: dict[tuple[str, FileType], list[str]] = {}
    wheels = FileType.WHEEL in allowed
    for file in offer.project.files:
        if wheels and file.filename.endswith(".whl"):
            continue  # most files
        kind = type_of(file.filename)
        if kind not in allowed:
            groups.setdefault((offer.subjects[id(file.version)], kind), []).append(file.filename)
    for (about, kind), names in groups.items():
        said = f"files of the kind {kind.value!r} are not let through"
        yield About(outcome=finding(WRONG_TYPE, subject=about, message=said), files=tuple(names))


FILTER = PageFilter(name="file-types", rules=(WRONG_TYPE,), run=run)
