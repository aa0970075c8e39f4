"""Write the wheel's popularity list from a ``name<TAB>rank`` file.

python tools/build_popularity.py pypi-top.tsv 2026-11
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

OUT = Path(__file__).resolve().parents[1] / "src" / "stockade" / "names" / "data" / "popular.txt.gz"


def main(source: str, made: str) -> None:
    """Pack the names of ``source``, in rank order, with the month ``made`` (``YYYY-MM``)."""
    rows = [line.split("\t") for line in Path(source).read_text().splitlines() if not line.startswith("#")]
    names = [name for name, _ in sorted(rows, key=lambda row: int(row[1]))]
    text = "\n".join([f"# made {made}", *names, ""])
    OUT.write_bytes(gzip.compress(text.encode("ascii"), 9, mtime=0))
    print(f"{len(names)} names, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
