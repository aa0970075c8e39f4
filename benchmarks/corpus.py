"""The benign corpus of the vetter's benchmarks: popular, innocent projects, by name and digest.

    python -m benchmarks.corpus [FOLDER]

fetches what ``benign_corpus.tsv`` lists and FOLDER lacks (default: ``BENCH_CORPUS``, else ``.state/corpus``), into
``wheels/`` and ``sdists/``. pip fetches, from the index that it is configured for, and checks the digests; of an
sdist nothing is run (see :mod:`benchmarks.pip_unbuilt`). A file with another digest is refused: exit 1.
"""

from __future__ import annotations

import csv
import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name, parse_sdist_filename, parse_wheel_filename

ROOT = Path(__file__).resolve().parents[1]
LIST = Path(__file__).resolve().parent / "benign_corpus.tsv"
COLUMNS = ("project", "version", "filename", "sha256")


@dataclass(frozen=True, order=True)
class Entry:
    """One file of the corpus."""

    project: str
    version: str
    filename: str
    sha256: str

    @property
    def kind(self) -> str:
        """``wheels`` or ``sdists``, also the name of its folder."""
        return "wheels" if self.filename.endswith(".whl") else "sdists"

    @property
    def requirement(self) -> str:
        """As pip reads it in a file of requirements."""
        return f"{self.project}=={self.version} --hash=sha256:{self.sha256}"


def entries(path: Path = LIST) -> list[Entry]:
    """The list, in its order.

    Raises:
        SystemExit: it lacks a column.
    """
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t")
        if tuple(rows.fieldnames or ()) != COLUMNS:
            raise SystemExit(f"{path.name}: expected the columns {', '.join(COLUMNS)}")
        return [Entry(**row) for row in rows]


def corpus_folder(named: str | None = None) -> Path:
    """Where the corpus lies: as named, else ``BENCH_CORPUS``, else ``.state/corpus`` of the checkout."""
    return Path(named or os.environ.get("BENCH_CORPUS") or ROOT / ".state" / "corpus")


def present(folder: Path) -> list[Path]:
    """The files of the list that lie in ``folder``, in the order of the list.

    Raises:
        SystemExit: the corpus is not there at all, or one of its files has another digest.
    """
    paths = []
    for entry in entries():
        path = folder / entry.kind / entry.filename
        if path.is_file():
            if not same_digest(path, entry.sha256):
                raise SystemExit(f"{entry.filename}: its digest is not the one in {LIST.name}")
            paths.append(path)
    if not paths:
        raise SystemExit("no corpus: run python -m benchmarks.corpus first, or set BENCH_CORPUS")
    return paths


def same_digest(path: Path, sha256: str) -> bool:
    """Whether the file's bytes have this SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256


def listed(folder: Path) -> Iterator[Entry]:
    """The entries that describe the files in ``folder``: what the list would say of them."""
    for path in sorted(folder.glob("wheels/*.whl")):
        name, version, _, _ = parse_wheel_filename(path.name)
        yield Entry(name, str(version), path.name, hashlib.sha256(path.read_bytes()).hexdigest())
    for path in sorted(folder.glob("sdists/*")):
        name, version = parse_sdist_filename(path.name)
        yield Entry(name, str(version), path.name, hashlib.sha256(path.read_bytes()).hexdigest())


def write_list(folder: Path) -> None:
    """Write the list anew from the files in ``folder``."""
    with LIST.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(COLUMNS)
        for entry in sorted(listed(folder)):
            writer.writerow((canonicalize_name(entry.project), entry.version, entry.filename, entry.sha256))


def wheel_options(wanted: Sequence[Entry]) -> list[str]:
    """Options of pip that make it see these wheels whatever machine it runs on."""
    tags = {tag for entry in wanted for tag in parse_wheel_filename(entry.filename)[3]}
    options = ["--only-binary", ":all:", "--implementation", "cp", "--python-version", "3.11"]
    for option, values in (
        ("--platform", {tag.platform for tag in tags} - {"any"}),
        ("--abi", {tag.abi for tag in tags}),
    ):
        for value in sorted(values):
            options += [option, value]
    return options


def fetch(folder: Path, kind: str, wanted: Sequence[Entry]) -> bool:
    """Fetch these entries; whether all came."""
    target = folder / kind
    target.mkdir(parents=True, exist_ok=True)
    module = "pip" if kind == "wheels" else "benchmarks.pip_unbuilt"
    options = wheel_options(wanted) if kind == "wheels" else ["--no-binary", ":all:"]
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.writelines(f"{entry.requirement}\n" for entry in wanted)
        file.flush()
        command = [sys.executable, "-m", module, "download", "--quiet", "--no-deps", "--require-hashes"]
        command.append("--ignore-requires-python")  # a project may refuse one micro version: it is only read
        done = subprocess.run(
            [*command, *options, "--dest", str(target), "--requirement", file.name], cwd=ROOT, check=False
        )
    return done.returncode == 0


def main(arguments: Sequence[str]) -> int:
    """Fetch what is missing, then say what is there."""
    folder = corpus_folder(arguments[0] if arguments else None)
    good = True
    for kind in ("wheels", "sdists"):
        wanted = [
            entry
            for entry in entries()
            if entry.kind == kind and not (folder / kind / entry.filename).is_file()
        ]
        good &= not wanted or fetch(folder, kind, wanted)
    print(f"corpus: {len(present(folder))} of {len(entries())} files")
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
