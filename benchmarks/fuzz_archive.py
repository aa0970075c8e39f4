"""Coverage-guided fuzzing of the archive reader with atheris: ``python -m benchmarks.fuzz_archive --seconds 120``.

Every input is read as five kinds of file. What must hold: nothing is raised, no limit is passed by much, time is
bounded, and what cannot be read whole has a problem. The hostile archives are the first inputs; what atheris finds
new goes to ``--corpus``. Ends with exit code 0 when nothing broke; on a failure the input is
written to ``--failures`` and the traceback printed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import atheris  # type: ignore[import-untyped] # it brings no types

with atheris.instrument_imports(include=["stockade.archive"]):
    from stockade.archive import reading

from stockade.archive.types import Limits
from stockade.testing.archives import compress, honest_tar, honest_zip
from stockade.testing.hostile_archives import HOSTILE

LIMITS = Limits(total=4 << 20, member=1 << 20, members=1_000, depth=2, seconds=2)
SECONDS = 4.0
NAMES = ("a-1.0-py3-none-any.whl", "a-1.0.tar.gz", "a-1.0.tar", "a-1.0.tar.xz", "a.py")
LARGEST = 1 << 16


def one_input(data: bytes) -> None:
    """Read ``data``: its first byte chooses the name that the rest goes by."""
    if not data:
        return
    name = NAMES[data[0] % len(NAMES)]
    began = time.process_time()
    archive = reading.open_archive(data[1:], name, LIMITS)
    read = 0
    for member, content in archive.walk():
        read += len(content)
        if member.path.startswith("/") or ".." in member.path.split("/"):
            raise AssertionError(f"a path that is not normalised: {member.path!a}")
    if read > 4 * LIMITS.total:
        raise AssertionError(f"{read:,} bytes were read")
    if name != "a.py" and not archive.members and not archive.problems and data[1:].strip(b"\x00"):
        raise AssertionError("nothing was read and nothing was told")
    if time.process_time() - began > SECONDS:
        raise AssertionError("it took too long")


def seeds(folder: Path) -> int:
    """Write the first inputs to ``folder``; returns how many."""
    files = {"a/a.py": b"x = 1\n" * 40, "a/b.txt": b"b\n", "a/c/d.py": b""}
    inner = honest_zip(files)
    first = [
        (0, inner),
        (0, honest_zip({"inner.whl": inner, "inner.tar": honest_tar(files)})),
        (1, honest_tar(files)),
        (2, honest_tar({**files, "a/" + "n" * 130: b"long\n"}, compression="")),
        (3, honest_tar(files, compression="xz")),
        (3, compress(honest_tar(files, compression=""), "zst")),
        (4, b"print('inert')\n"),
    ]
    for hostile in HOSTILE:
        data = hostile.build()
        if len(data) < LARGEST:
            first.append((NAMES.index("a-1.0.tar.gz") if ".tar" in hostile.file else 0, data))
    for index, (kind, data) in enumerate(first):
        (folder / f"seed-{index:03}").write_bytes(bytes([kind]) + data)
    return len(first)


def main() -> None:
    """Fuzz for ``--seconds``."""
    parser = argparse.ArgumentParser(description="Fuzz the archive reader.")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument(
        "--corpus", type=Path, help="folder of inputs, which grows; a temporary one if not given"
    )
    parser.add_argument(
        "--failures", type=Path, default=Path(tempfile.gettempdir()), help="folder for inputs that break"
    )
    options = parser.parse_args()
    corpus = options.corpus or Path(tempfile.mkdtemp(prefix="stockade-fuzz-"))
    corpus.mkdir(parents=True, exist_ok=True)
    options.failures.mkdir(parents=True, exist_ok=True)
    print(f"{seeds(corpus)} first inputs in {corpus}")
    flags = [
        f"-max_total_time={options.seconds}",
        f"-max_len={LARGEST}",
        f"-artifact_prefix={options.failures}/",
        "-timeout=10",
        "-rss_limit_mb=1500",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *flags, str(corpus)], one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
