"""Write the engine's table of spelling from the list of all names of the public index.

Usage: ``python -m tools.build_spelling FOLDER`` with the folder of the development data; needs the ``bench``
group, as ``tools/fit_names.py`` does, which must be run afterwards: its weights depend on the table.

No name that is judged stands in the table by its own occurrence: those within distance 1 of a popular name and
known-malicious ones are left out, innocent or not, so that figures measured on them are those of new names.
"""

from __future__ import annotations

import gzip
import sys
from collections import Counter
from collections.abc import Iterable
from math import log2
from pathlib import Path

from tools.names_fitting import load

from stockade.model.names import ProjectName
from stockade.names.engine import Engine
from stockade.names.spelling import EDGE, LONGEST

OUT = Path(__file__).resolve().parents[1] / "src" / "stockade" / "names" / "data" / "spelling.txt.gz"
FEWEST = 200
"""A sequence that fewer names have is left out: the table stays small, and tells of no single project."""


def main(folder: Path) -> None:
    """Count, turn into bits, write."""
    data = load(folder)
    engine = Engine.build(data.popular)
    engine.warm()
    left_out = {row.name for row in data.malicious}
    targets = engine.popular
    left_out.update(ProjectName(name) for name, _ in targets.near_many(targets.survey(data.names)))
    counted = [name for name in data.names if name in targets.ranks or name not in left_out]
    table = spelling_table(counted)
    by_bits: dict[int, list[str]] = {}
    for sequence, bits in table.items():
        by_bits.setdefault(bits, []).append(sequence)
    lines = [f"{bits} {' '.join(sorted(found))}" for bits, found in sorted(by_bits.items())]
    text = "\n".join(["# bits of the last character after the others", *lines]) + "\n"
    OUT.write_bytes(gzip.compress(text.encode("ascii"), 9, mtime=0))
    print(f"{len(table)} sequences of {len(counted)} names, {OUT.stat().st_size} bytes")


def spelling_table(names: Iterable[str]) -> dict[str, int]:
    """The sequences that enough of ``names`` have, each with the bits of its last character."""
    text = f"{EDGE}{EDGE.join(names)}{EDGE}"
    counts: Counter[str] = Counter(text)
    for length in range(2, LONGEST + 1):
        counts.update(map("".join, zip(*[text[at:] for at in range(length)], strict=False)))
    total = len(text)
    return {
        sequence: round(log2((counts[sequence[:-1]] if len(sequence) > 1 else total) / count))
        for sequence, count in counts.items()
        if (count >= FEWEST or len(sequence) == 1) and EDGE not in sequence[1:-1]
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
