"""Every Python format by a sample: what is read of it, with lines, as a golden file says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

import pytest

from stockade.manifests.formats import format_of
from stockade.manifests.reader import read_strictly
from stockade.model.requirements import LockedPackage, Manifest, Requirement, Source

DATA = Path(__file__).parent / "data" / "python"
SAMPLES = sorted(path.name for path in DATA.iterdir())
AS = {"poetry-pyproject.toml": "pyproject.toml", "poetry-old.lock": "poetry.lock"}

NAMED_ELSEWHERE = {"numpyish", "acme-parts-testing"}
"""Requirements whose line is that of an alternative below the name, or builds the name."""


def source_words(source: Source) -> str:
    flags = [f"index={source.index}" if source.index else ""]
    flags += ["editable" if source.editable else "", "credentials" if source.credentials else ""]
    address = f"{source.vcs or source.kind}:{source.url}" + (f"@{source.revision}" if source.revision else "")
    return " ".join(filter(None, [address, *flags]))


def place(item: Requirement | LockedPackage) -> str:
    return f"{item.location.line}" + (f"-{item.location.end_line}" if item.location.end_line else "")


def requirement_words(item: Requirement) -> str:
    extras = f"[{','.join(item.extras)}]" if item.extras else ""
    parts = [f"{place(item)} {item.name}{extras} {item.specifier}".rstrip()]
    parts += [f"if {item.marker}"] if item.marker else []
    parts += [f"group {item.group}"] if item.group else []
    parts += [source_words(item.source)]
    parts += [f"hash {digest[:13]}" for digest in item.hashes]
    return " | ".join([*parts, f"«{item.text}»"])


def package_words(item: LockedPackage) -> str:
    parts = [
        f"{place(item)} {item.name} {item.version}{' OWN' if item.own else ''}",
        source_words(item.source),
    ]
    parts += [f"hash {digest[:13]}" for digest in item.hashes]
    parts += [f"unhashed {item.unhashed_artifacts}"] if item.unhashed_artifacts else []
    parts += [f"needs {', '.join(item.dependencies)}"] if item.dependencies else []
    parts += [f"groups {', '.join(item.groups)}"] if item.groups else []
    parts += [f"if {item.marker}"] if item.marker else []
    return " | ".join(parts)


def manifest_words(manifest: Manifest) -> Iterator[str]:
    yield f"{manifest.kind} as {manifest.role}"
    for field in (
        "project",
        "project_private",
        "requires_python",
        "generated_by",
        "require_hashes",
        "first_wins",
    ):
        if value := getattr(manifest, field):
            yield f"{field}: {value}"
    if manifest.input_digest:
        yield f"input_digest: {manifest.input_digest[:16]}"
    for item in manifest.requirements:
        yield f"requirement {requirement_words(item)}"
    for item in manifest.constraints:
        yield f"constraint {requirement_words(item)}"
    for package in manifest.locked:
        yield f"locked {package_words(package)}"
    for index in manifest.indexes:
        flags = f"{' credentials' if index.credentials else ''}{'' if index.verify_tls else ' no-tls-check'}"
        yield f"index {index.location.line} {index.role} {index.url} {index.name}{flags}".rstrip()
    for include in manifest.includes:
        yield f"include {include}" + (" (constrains)" if include in manifest.constraint_includes else "")
    for defect in manifest.defects:
        yield f"DEFECT {defect.location.line} {defect.message}" + (
            f" -> {defect.hint}" if defect.hint else ""
        )


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_read(name: str, golden: Callable[[str, str], None]) -> None:
    path = f"shop/deploy/{AS.get(name, name)}"
    fmt = format_of(PurePosixPath(path))
    assert fmt is not None
    data = (DATA / name).read_bytes()
    words = "\n".join(manifest_words(read_strictly(fmt, path, data)))
    golden(f"manifests/{name}.txt", words + "\n")
    assert "hunter2" not in words
    for item in read_strictly(fmt, path, data).requirements:
        line = data.decode().split("\n")[item.location.line - 1]
        assert item.spelled in line or item.spelled in NAMED_ELSEWHERE


@pytest.mark.parametrize("name", SAMPLES)
def test_line_ends_and_byte_order_marks_change_nothing(name: str) -> None:
    path = f"shop/deploy/{AS.get(name, name)}"
    fmt = format_of(PurePosixPath(path))
    assert fmt is not None
    text = (DATA / name).read_bytes().decode()
    plain = read_strictly(fmt, path, text.encode())
    assert read_strictly(fmt, path, text.replace("\n", "\r\n").encode("utf-8-sig")) == plain
    assert read_strictly(fmt, path, text.encode("utf-16")) == plain
    assert read_strictly(fmt, path, text.encode("utf-32")) == plain
