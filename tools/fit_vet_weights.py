"""Fits the weights of the vetter's score and writes ``src/stockade/vetter/weights.toml``.

    python tools/fit_vet_weights.py [CORPUS] [--judged FOLDER] [--save FILE] [--load FILE]

Innocent: the files of benchmarks/benign_corpus.tsv of at most LARGEST bytes, as benchmarks/corpus.py fetches them, and the
clean twins of the samples. Malicious: the inert samples under tests/families and tests/samples, one of a kind. Nothing
else, so that whoever has the checkout can make the file again. A logistic regression with an L2
penalty over the features of ``stockade.vetter.scoring``; a weight that comes out negative is put to nought and the rest is
fitted again, so that no finding can make a package look better. Both classes weigh the same. What is printed: the area
under the curve by five-fold cross-validation over whole families, and the scores at which the innocent end.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Sequence
from functools import partial
from multiprocessing import Pool
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
WEIGHTS = ROOT / "src" / "stockade" / "vetter" / "weights.toml"
LARGEST = 2_000_000
"""Bytes of the largest archive that the fit looks at: larger ones take most of the time and are few."""

Row = dict[str, Any]
"""``group`` (a family, or the project), ``bad`` and ``features``."""


def main() -> int:
    """Gather, fit, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", nargs="?", help="the folder of the benign corpus")
    parser.add_argument(
        "--judged",
        type=Path,
        help="the cache folder of `stockade vet`; what it holds by today's rules is not judged again",
    )
    parser.add_argument("--save", type=Path, help="keep the gathered features here")
    parser.add_argument("--load", type=Path, help="features that were gathered before")
    asked = parser.parse_args()
    rows = json.loads(asked.load.read_text()) if asked.load else list(gathered(asked.corpus, asked.judged))
    if asked.save:
        asked.save.write_text(json.dumps(rows))
    bias, weights = fitted(rows)
    report(rows)
    WEIGHTS.write_text(document(bias, weights, rows), encoding="utf-8")
    return 0


def gathered(corpus: str | None, judged: Path | None) -> Iterable[Row]:
    """The features of every sample and every innocent archive.

    Raises:
        SystemExit: the corpus is not whole.
    """
    from benchmarks.corpus import corpus_folder, entries, present  # noqa: PLC0415 - for --help it need not be there

    innocent = present(corpus_folder(corpus))
    if len(innocent) != len(entries()):
        raise SystemExit(
            f"{len(innocent)} of {len(entries())} files of the corpus are there: fetch the rest first"
        )
    samples = [path.parent for path in sorted((ROOT / "tests").glob("families/*/*/expected.json"))]
    samples += [path.parent for path in sorted((ROOT / "tests").glob("samples/STK-E1*/*/expected.json"))]
    with Pool(os.cpu_count(), maxtasksperchild=10) as pool:
        yield from pool.imap(partial(_innocent, judged), innocent)
        yield from pool.imap(_sample, samples)


def _innocent(judged: Path | None, path: Path) -> Row:
    from stockade.vetter.cache import JudgementCache  # noqa: PLC0415 - in the worker
    from stockade.vetter.ruleset import ruleset  # noqa: PLC0415 - in the worker
    from stockade.vetter.run import vet  # noqa: PLC0415 - as above

    name = path.name.partition("-")[0].lower()
    found = None
    if judged is not None:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        found = JudgementCache(judged, ruleset()).load(digest, path.name)
    found = found or vet(path, path.name)
    return {"group": name, "bad": False, "features": _features(found.findings)}


def _sample(folder: Path) -> Row:
    from tests.vetter.build import distribution, expected  # noqa: PLC0415 - in the worker

    from stockade.vetter.run import vet  # noqa: PLC0415 - in the worker

    with tempfile.TemporaryDirectory() as scratch:
        data, name = distribution(folder, Path(scratch))
    said = expected(folder)
    bad = said.get("least", "allow") != "allow" if "least" in said else folder.name == "hit"
    return {"group": folder.parent.name, "bad": bad, "features": _features(vet(data, name).findings)}


def _features(findings: Any) -> dict[str, float]:
    from stockade.vetter.scoring import features  # noqa: PLC0415 - in the worker

    return features(findings)


def fitted(rows: Sequence[Row]) -> tuple[float, dict[str, float]]:
    """Bias and weights, none negative."""
    from sklearn.linear_model import (  # type: ignore[import-untyped]  # noqa: PLC0415 - ships no types; a second for --help
        LogisticRegression,
    )

    names = sorted({name for row in rows for name in row["features"]})
    labels = [int(row["bad"]) for row in rows]
    while True:
        table = [[row["features"].get(name, 0.0) for name in names] for row in rows]
        model = LogisticRegression(C=4.0, class_weight="balanced", max_iter=2_000).fit(table, labels)
        weights = dict(zip(names, model.coef_[0], strict=True))
        wrong = [name for name, weight in weights.items() if weight < 0]
        if not wrong:
            return float(model.intercept_[0]), {name: float(weight) for name, weight in weights.items()}
        names = [name for name in names if name not in wrong]


def report(rows: Sequence[Row]) -> None:
    """Print how well it does on families and projects that it was not fitted on."""
    from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]  # noqa: PLC0415 - ships no types; a second for --help

    groups = sorted({row["group"] for row in rows})
    scores: list[tuple[float, bool]] = []
    for fold in range(5):
        outside = set(groups[fold::5])
        bias, weights = fitted([row for row in rows if row["group"] not in outside])
        for row in rows:
            if row["group"] in outside:
                total = bias + sum(weights.get(name, 0.0) * value for name, value in row["features"].items())
                scores.append((total, row["bad"]))
    print(
        f"area under the curve, left-out groups: {roc_auc_score([bad for _, bad in scores], [s for s, _ in scores]):.4f}"
    )
    innocent = sorted(total for total, bad in scores if not bad)
    for share in (0.97, 0.99, 0.995):
        cut = innocent[min(int(len(innocent) * share), len(innocent) - 1)]
        caught = sum(total > cut for total, bad in scores if bad) / sum(bad for _, bad in scores)
        print(
            f"at the score below which {share:.1%} of the innocent lie, {caught:.1%} of the samples lie above"
        )


def document(bias: float, weights: dict[str, float], rows: Sequence[Row]) -> str:
    """The file of weights."""
    bad = sum(bool(row["bad"]) for row in rows)
    lines = [
        "# Weights of the vetter's score, written by tools/fit_vet_weights.py: a logistic regression over",
        f"# {bad} inert malicious samples and {len(rows) - bad} innocent distributions and clean twins.",
        "# RULE:running is code that runs when it is installed, started or imported; RULE:called is the rest.",
        f"bias = {bias:.4f}",
        "",
        "[weights]",
    ]
    lines += [f'"{name}" = {weight:.4f}' for name, weight in sorted(weights.items())]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.exit(main())
