"""The project's own inert samples, packed as the distributions that they stand for. Read as data, never run."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.mutate import read_tree
from benchmarks.mutations.base import Tree
from tests.vetter.build import tree_of

TESTS = Path(__file__).resolve().parents[1] / "tests"
FAMILIES = TESTS / "families"
RULE_SAMPLES = TESTS / "samples"
EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Sample:
    """One distribution made up for a test."""

    name: str
    """``family/variant``, or ``STK-E101/hit``."""
    group: str
    """``dev`` or ``heldout`` for families, ``rules`` for the samples of the rules."""
    bad: bool
    place: str
    """Where its behaviour runs; empty where it is not said."""
    tree: Tree
    """Its members; for a sdist below ``name-version/``."""
    build: str
    """``sdist`` or ``wheel``."""
    rule: str = ""
    """The rule whose sample it is."""

    @property
    def filename(self) -> str:
        """The name of the packed file."""
        tops = sorted({path.partition("/")[0] for path in self.tree})
        if self.build == "wheel":
            info = next((top for top in tops if top.endswith(".dist-info")), "sample-1.0.dist-info")
            return f"{info.removesuffix('.dist-info')}-py3-none-any.whl"
        return f"{tops[0]}.tar.gz"


def families() -> Iterator[Sample]:
    """The families of ``tests/families``."""
    for described in sorted(FAMILIES.glob("*/*/expected.json")):
        expected = json.loads(described.read_text(encoding="utf-8"))
        yield Sample(
            name=described.parent.relative_to(FAMILIES).as_posix(),
            group=expected["split"],
            bad=expected["least"] != "allow",
            place=expected["place"],
            tree=read_tree(described.parent / "tree"),
            build=expected["build"],
        )


def rule_samples() -> Iterator[Sample]:
    """The hits and clean twins of the vetter's rules that are one distribution each."""
    for described in sorted(RULE_SAMPLES.glob("STK-E1??/*/expected.json")):
        folder = described.parent
        expected = json.loads(described.read_text(encoding="utf-8"))
        if expected.get("build") not in {"sdist", "wheel"}:
            continue
        with TemporaryDirectory(prefix="stockade-bench-") as scratch:
            made = tree_of(folder, Path(scratch))
            tree = read_tree(made, caches=made.is_relative_to(scratch))
        if expected["build"] == "sdist" and len({path.partition("/")[0] for path in tree}) > 1:
            tree = {f"sample-1.0/{path}": data for path, data in tree.items()}
        yield Sample(
            name=f"{folder.parent.name}/{folder.name}",
            group="rules",
            bad=folder.name == "hit",
            place="",
            tree=tree,
            build=expected["build"],
            rule=folder.parent.name,
        )


def packed(tree: Tree, build: str) -> bytes:
    """A tree as the bytes of a wheel or a gzipped tar, the same for the same tree."""
    buffer = io.BytesIO()
    if build == "wheel":
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(tree):
                archive.writestr(zipfile.ZipInfo(path, EPOCH), tree[path])
        return buffer.getvalue()
    with (
        gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as compressed,
        tarfile.open(fileobj=compressed, mode="w") as file,
    ):
        for path in sorted(tree):
            member = tarfile.TarInfo(path)
            member.size = len(tree[path])
            file.addfile(member, io.BytesIO(tree[path]))
    return buffer.getvalue()


def recorded(tree: Tree) -> Tree:
    """A wheel's tree whose ``RECORD`` lists what is in it now; a tree without one stays."""
    record = next((path for path in tree if path.endswith(".dist-info/RECORD")), None)
    if record is None:
        return tree
    lines = [f"{record},,"]
    for path, data in sorted(tree.items()):
        if path != record:
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
            lines.append(f"{path},sha256={digest},{len(data)}")
    return {**tree, record: "\n".join([*lines, ""]).encode()}


def write_packed(folder: Path, sample: Sample, tree: Tree | None = None) -> Path:
    """Write a sample, or a variant of its tree, as a distribution into ``folder``, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / sample.filename
    path.write_bytes(packed(sample.tree if tree is None else tree, sample.build))
    return path
