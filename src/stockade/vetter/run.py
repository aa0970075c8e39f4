"""The vetter's core: one distribution in, one judgement out. Nothing of it is executed.

Read the members once, map what runs when, grade and parse the Python that can matter, walk it, look into the files that
are not Python, and let the detectors speak over all of it.
"""

from __future__ import annotations

import ast
import gc
import hashlib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from packaging.utils import canonicalize_name

from stockade.archive.reading import Archive, open_archive
from stockade.archive.types import Limits, Weight
from stockade.model.findings import worst_first
from stockade.model.locations import Location
from stockade.model.verdicts import Cause, Indeterminate
from stockade.model.vetting import Detection, Phase
from stockade.vetter import patterns
from stockade.vetter.acts import Act
from stockade.vetter.detectors.base import Detector
from stockade.vetter.detectors.reach import Reach, settled
from stockade.vetter.files import registry as file_readers
from stockade.vetter.files.base import Code, Looked
from stockade.vetter.files.kinds import sniff
from stockade.vetter.judged import Judged
from stockade.vetter.package import FileInfo, Oddity, Package
from stockade.vetter.profile import profile_of
from stockade.vetter.python import cold, source
from stockade.vetter.python.walk import Walked, walk
from stockade.vetter.registry import DETECTORS
from stockade.vetter.ruleset import ruleset
from stockade.vetter.scoring import score
from stockade.vetter.surface import map_surface
from stockade.vetter.surface_record import check_record
from stockade.vetter.surface_types import Surface

KEEP_COLD = 32 << 10
"""Bytes of a Python file without a telling word that are kept of a tar: it may be a ``setup.py``."""
KEEP_FILE = 256 << 10
"""Bytes of one file of text that are kept for the walk; a longer one is read again when it is asked for."""
KEEP_PYTHON = 256 << 20
"""Bytes of all files up to which Python with telling words is kept."""
KEEP_ALL = 8 << 20
"""Bytes of all files up to which other texts are kept."""
KEEP_PLAIN = 16 << 20
"""Bytes of all files from which what is kept is compressed."""
WALK_PLAIN = 1_700_000
"""Bytes of Python that is walked from which trees of functions are made when they are needed, each time."""
SHALLOW = 2
"""Folders above a text that is kept whatever others there are: settings and metadata lie there."""
KEEP_SHALLOW = 4 << 20
DULL = (".po", ".pot", ".svg")
"""Endings of texts that code hardly ever opens as text, and of which there are many."""
UNREAD = frozenset({"too-large", "too-deep", "not-python"})
"""Oddities after which a file counts as not judged."""
DOCS_PICKLE = 64 << 10
"""Bytes of a pickle of built documentation from which it is not looked into: incomplete where code loads it."""
TEXTS = frozenset({"python", "shell", "javascript", "notebook", "text"})


@dataclass(slots=True)
class Reading:
    """What one pass over the members leaves."""

    files: dict[str, FileInfo] = field(default_factory=dict)
    kept: dict[str, bytes] = field(default_factory=dict)
    packed: set[str] = field(default_factory=set)
    """Paths of which the kept bytes are compressed."""
    kept_bytes: int = 0
    texts_bytes: int = 0
    walked_bytes: int = 0
    looked: list[tuple[str, Looked]] = field(default_factory=list)
    """What the texts say that are not Python; when they run is not known yet."""
    acts: list[Act] = field(default_factory=list)
    oddities: list[Oddity] = field(default_factory=list)
    incomplete: list[Indeterminate] = field(default_factory=list)
    grades: dict[str, patterns.Grade] = field(default_factory=dict)
    codes: list[tuple[str, Code]] = field(default_factory=list)
    """Python that stands in files of another kind, to be walked."""


def vet(path: Path | bytes, name: str, *, limits: Limits | None = None) -> Judged:
    """Judge one distribution, folder or file.

    Args:
        path: where it lies, or its content.
        name: its file name, which says what it claims to be.
        limits: bounds of the reading.

    Raises:
        UsageError: ``path`` is neither a file nor a folder.
        IncompleteError: it cannot be opened.
    """
    with open_archive(path, name, limits) as archive, _lazy_collector():
        reading = _read(archive)
        surface = map_surface(
            archive.kind, tuple(reading.files), lambda each: _content(archive, reading, each), filename=name
        )
        codes = _look_into_texts(reading, surface)
        walked = _walk(archive, reading, surface, codes)
        package = _package(archive, reading, surface, walked)
        findings, broken = _detect(package)
        metadata = surface.metadata
        return Judged(
            path=name,
            sha256=archive.sha256,
            kind=archive.kind,
            project=canonicalize_name(metadata.name) if metadata.name else "",
            version=metadata.version,
            size=archive.size,
            files=len(reading.files),
            score=score(findings),
            findings=tuple(findings),
            incomplete=(*package.incomplete, *broken),
            ruleset=ruleset(),
            judged_by=frozenset(rule.id for detector in DETECTORS for rule in detector.rules),
            profile=profile_of(package),
        )


@contextmanager
def _lazy_collector() -> Iterator[None]:
    """Millions of small objects that all live until the end: looking for cycles among them as often as Python does by
    itself costs much and finds nothing."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)


# -- reading ----------------------------------------------------------------------------------------


def _read(archive: Archive) -> Reading:
    """One pass over the members: digests, kinds, the texts; binaries are looked into as they go by."""
    reading = Reading()
    for member, data in archive.walk():
        kind = sniff(member.path, data[:4096])
        reading.files[member.path] = FileInfo(
            path=member.path, size=len(data), sha256=hashlib.sha256(data).hexdigest(), kind=kind
        )
        if kind == "python":
            grade = reading.grades[member.path] = patterns.grade(data)
            if not _is_dull(archive, grade, len(data)) and reading.kept_bytes + len(data) <= KEEP_PYTHON:
                _keep(reading, member.path, data)
        elif kind in TEXTS:
            _text(reading, kind, member.path, data)
        elif kind == "pickle" and len(data) > DOCS_PICKLE and _is_built_docs(archive, member.path):
            detail = "a large pickle of built documentation, not looked into"
            reading.oddities.append(Oddity(kind="pickle-unreadable", at=Location(member.path), detail=detail))
        elif (looked := file_readers.look(kind, member.path, data)) is not None:
            reading.acts += looked.acts
            reading.oddities += looked.oddities
            reading.codes += [(member.path, each) for each in looked.code]
    _tell_problems(archive, reading)
    return reading


def _tell_problems(archive: Archive, reading: Reading) -> None:
    """What is wrong with the archive itself."""
    for problem in archive.problems:
        at = Location(problem.path or archive.name)
        if problem.weight is Weight.FATAL:
            reading.incomplete.append(
                Indeterminate(
                    cause=Cause.UNREADABLE,
                    subject=problem.path or archive.name,
                    detail=f"{problem.kind}: {problem.detail}",
                    mend="Get it again from its source, and compare its hash; where it stays so, refuse it.",
                )
            )
        reading.oddities.append(
            Oddity(kind=f"archive-{problem.weight}", at=at, detail=f"{problem.kind}: {problem.detail}")
        )


def _text(reading: Reading, kind: str, path: str, data: bytes) -> None:
    """Look into a text that is not Python; keep it where it is one that is likely to be asked for."""
    looked = file_readers.look(kind, path, data)
    if looked is not None and (looked.acts or looked.oddities or looked.code):
        reading.looked.append((path, looked))
    if path.count("/") <= SHALLOW and len(data) <= KEEP_SHALLOW:
        _keep(reading, path, data)
    elif len(data) <= KEEP_FILE and reading.texts_bytes + len(data) <= KEEP_ALL and not path.endswith(DULL):
        reading.texts_bytes += len(data)
        _keep(reading, path, data)


def _is_dull(archive: Archive, grade: patterns.Grade, size: int) -> bool:
    """Whether a Python file is hardly ever asked for: of a zip any of its members can be read again at once."""
    return grade.level is patterns.Level.COLD and (size > KEEP_COLD or archive.seeks)


def _keep(reading: Reading, path: str, data: bytes) -> None:
    """Keep a member's bytes: a second pass over a tar is dear."""
    packed = reading.kept_bytes > KEEP_PLAIN
    held = zlib.compress(data, 1) if packed else data
    (reading.packed.add if packed else reading.packed.discard)(path)
    reading.kept[path] = held
    reading.kept_bytes += len(held)


def _is_built_docs(archive: Archive, path: str) -> bool:
    """Whether a file is what building documentation leaves in an sdist: large pickles that nothing loads."""
    return archive.kind == "sdist" and ".doctrees" in path.split("/")[:-1]


def _content(archive: Archive, reading: Reading, path: str) -> bytes:
    """A member's bytes: as kept, or from a second pass for one that was too large."""
    found = reading.kept.get(path)
    if found is not None:
        return zlib.decompress(found) if path in reading.packed else found
    info = reading.files.get(path)
    if info is None or info.kind not in TEXTS:
        raise KeyError(path)
    return archive.read(path)


# -- walking ----------------------------------------------------------------------------------------


def _look_into_texts(reading: Reading, surface: Surface) -> list[tuple[str, Code]]:
    """Tell when the texts run that are not Python; the Python that stands in some of them is to be walked."""
    codes = list(reading.codes)
    for path, looked in reading.looked:
        phase = surface.phases.get(path, Phase.NEVER)
        if phase is Phase.NEVER:
            reading.acts += looked.acts
            reading.oddities += looked.oddities
        else:
            reading.acts += (replace(each, phase=phase) for each in looked.acts)
            reading.oddities += (replace(each, phase=phase) for each in looked.oddities)
        codes += [(path, each) for each in looked.code]
    reading.looked.clear()
    return codes


def _walk(archive: Archive, reading: Reading, surface: Surface, codes: list[tuple[str, Code]]) -> Walked:
    """Walk the Python along its surface."""
    always = {root.path for root in surface.roots if root.phase >= Phase.START}
    failed: dict[str, str] = {}

    def load(path: str) -> tuple[ast.Module, tuple[int, ...]] | None:
        grade = reading.grades.get(path)
        if grade is not None and grade.level is patterns.Level.COLD and path not in always:
            return None
        try:
            data = _content(archive, reading, path)
        except KeyError:
            return None
        parsed = source.parse(data, path)
        reading.oddities += parsed.problems
        unread = [each for each in parsed.problems if each.kind in UNREAD]
        if unread:
            failed[path] = f"{unread[0].kind}: {unread[0].detail}"
        lines = patterns.hot_lines(data, most=len(data)) if len(data) > patterns.SMALL else ()
        reading.walked_bytes += len(data)
        if parsed.mode == "strict":
            cold.put_away(parsed.tree, parsed.text, lines, every=reading.walked_bytes > WALK_PLAIN)
        if archive.seeks:
            reading.kept_bytes -= len(reading.kept.pop(path, b""))
        return parsed.tree, lines

    reading.incomplete += [
        Indeterminate(
            cause=Cause.UNREADABLE,
            subject=each.at.path or archive.name,
            detail=each.detail,
            mend="Read it yourself before it is used.",
        )
        for each in surface.oddities
        if each.kind == "surface-unreadable"
    ]
    walked = walk(
        surface,
        tuple(reading.files),
        load=load,
        read=lambda each: _content(archive, reading, each),
        parse=_parse_text,
        codes=codes,
    )
    reading.incomplete += [
        Indeterminate(
            cause=Cause.UNREADABLE, subject=path, detail=detail, mend="Read it yourself before it is used."
        )
        for path, detail in sorted(failed.items())
        if walked.phases.get(path, Phase.NEVER) > Phase.NEVER
    ]
    reading.incomplete += [
        Indeterminate(cause=Cause.CHECK_FAILED, subject=archive.name, detail=gap) for gap in walked.gaps
    ]
    return walked


def _parse_text(text: str) -> ast.Module | None:
    """The tree of code that was decoded; None where it is none."""
    parsed = source.parse(text.encode("utf-8", "surrogatepass"), "<decoded>")
    return parsed.tree if parsed.mode == "strict" else None


def _package(archive: Archive, reading: Reading, surface: Surface, walked: Walked) -> Package:
    """Everything put together for the detectors."""
    phases = {**surface.phases, **walked.phases}
    files = {
        path: FileInfo(
            path=path, size=info.size, sha256=info.sha256, kind=info.kind, phase=phases.get(path, info.phase)
        )
        for path, info in reading.files.items()
    }
    acts = [*walked.acts, *reading.acts]
    oddities = [*surface.oddities, *reading.oddities, *walked.oddities, *_records(archive, reading, surface)]
    package = Package(
        kind=archive.kind,
        metadata=surface.metadata,
        files=files,
        acts=tuple(acts),
        oddities=tuple(oddities),
        read=lambda each: _content(archive, reading, each),
        incomplete=tuple(dict.fromkeys(reading.incomplete)),
    )
    return replace(settled(package), incomplete=(*package.incomplete, *_unread(package)))


def _unread(package: Package) -> Iterator[Indeterminate]:
    """Files that some code reaches and no reader could read."""
    unreadable = [
        each
        for each in package.oddities
        if each.kind.endswith("-unreadable") and each.at.path in package.files
    ]
    reach = Reach(package) if unreadable else None
    for each in unreadable:
        if reach is not None and reach.phase(each.at.path) > Phase.NEVER:
            yield Indeterminate(
                cause=Cause.UNREADABLE,
                subject=each.at.path,
                detail=each.detail,
                mend="Look at the file yourself before it is used.",
            )


def _records(archive: Archive, reading: Reading, surface: Surface) -> Iterator[Oddity]:
    """What the wheel's RECORD contradicts."""
    digests = (
        {each.path: (each.sha256, each.size) for each in reading.files.values()} if surface.records else {}
    )
    for path in surface.records:
        text = _content(archive, reading, path).decode("utf-8", "replace")
        base = path.removesuffix(path.rpartition("/")[0].rpartition("/")[2] + "/RECORD")
        yield from check_record(text, digests, record=path, base=base)


# -- judging ----------------------------------------------------------------------------------------


def _detect(package: Package) -> tuple[list[Detection], list[Indeterminate]]:
    """Every detector over the package; one that crashes is an ``Indeterminate``, never a pass."""
    findings: list[Detection] = []
    broken: list[Indeterminate] = []
    for detector in DETECTORS:
        try:
            findings += detector.run(package)
        except Exception as error:  # noqa: BLE001 - whatever it was, the detector did not finish, and that is its result
            broken.append(_crashed(detector, error))
    return [each for each in worst_first(list(findings)) if isinstance(each, Detection)], broken


def _crashed(detector: Detector, error: Exception) -> Indeterminate:
    return Indeterminate(
        cause=Cause.CHECK_FAILED,
        subject=f"detector {detector.name}",
        detail=f"{type(error).__name__}: {error}",
        mend="This is a defect of Stockade: please report it with the file that causes it.",
        needed_by=", ".join(rule.id for rule in detector.rules),
    )
