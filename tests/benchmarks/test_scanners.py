"""What scanners say is read as it is meant, and the driver of the peers answers for every file."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import subprocess  # noqa: TID251 - starts the driver as the benchmark does
import zipfile
from pathlib import Path
from typing import Any

import pytest
from benchmarks.measure import tool
from benchmarks.samples import Sample, families, packed, recorded, write_packed
from benchmarks.scanners import DRIVER, Said, batched, of_guarddog, of_hexora, of_hexora_model, share
from benchmarks.vet_quality import cost, mutations, recall
from benchmarks.vet_speed import project, spread

WHEEL = {"demo/__init__.py": b"x = 1\n", "demo-1.0.dist-info/RECORD": b"old", "demo-1.0.dist-info/WHEEL": b""}
SDIST = {"demo-1.0/setup.py": b"import os\nos.system('echo one two')\n", "demo-1.0/PKG-INFO": b""}


def _answer(level: float, *labels: str) -> dict[str, Any]:
    return {"level": level, "labels": list(labels), "error": "", "seconds": 1.0, "peak_mib": 2.0}


@pytest.mark.parametrize(("score", "level"), [(0.0, 0), (0.49, 0), (0.5, 1), (0.69, 1), (0.7, 2), (1.0, 2)])
def test_guarddog_is_read_at_its_own_words(score: float, level: int) -> None:
    assert of_guarddog(_answer(score, "suspicious")).level == level


@pytest.mark.parametrize(("confidence", "level"), [("very_high", 2), ("high", 1), ("medium", 0), ("", 0)])
def test_hexora_is_read_by_its_confidence(confidence: str, level: int) -> None:
    assert of_hexora(_answer(0.99, confidence)).level == level


@pytest.mark.parametrize(("score", "level"), [(0.49, 0), (0.5, 1), (0.9, 2)])
def test_hexoras_model_is_read_by_its_score(score: float, level: int) -> None:
    assert of_hexora_model(_answer(score, "very_high")).level == level


def test_a_peer_that_says_nothing_has_no_level() -> None:
    assert of_hexora(_answer(0.0)).level == 0


def test_shares_count_what_reaches_a_level() -> None:
    said = [Said(level=0), Said(level=1), Said(level=2), Said(level=2)]
    assert (share(said, 1), share(said, 2), share([], 1)) == (0.75, 0.5, 0.0)


def test_paths_are_batched_whole() -> None:
    assert [list(part) for part in batched([Path(str(n)) for n in range(5)], 2)] == [
        [Path("0"), Path("1")],
        [Path("2"), Path("3")],
        [Path("4")],
    ]


def test_a_tree_is_packed_the_same_each_time() -> None:
    with gzip.GzipFile(fileobj=io.BytesIO(packed(SDIST, "sdist"))) as file:
        assert file.read(1)
        assert file.mtime == 0
    assert packed(WHEEL, "wheel") == packed(WHEEL, "wheel")
    with zipfile.ZipFile(io.BytesIO(packed(WHEEL, "wheel"))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == WHEEL


def test_record_is_written_anew() -> None:
    tree = recorded(WHEEL)
    digest = base64.urlsafe_b64encode(hashlib.sha256(b"x = 1\n").digest()).decode().rstrip("=")
    lines = tree["demo-1.0.dist-info/RECORD"].decode().splitlines()
    assert f"demo/__init__.py,sha256={digest},6" in lines
    assert "demo-1.0.dist-info/RECORD,," in lines
    assert recorded(SDIST) == SDIST


def test_every_family_can_be_packed(tmp_path: Path) -> None:
    found = list(families())
    assert {sample.group for sample in found} == {"dev", "heldout"}
    assert {sample.bad for sample in found} == {True, False}
    for number, sample in enumerate(found):
        path = write_packed(tmp_path / str(number), sample)
        assert path.name.endswith("-py3-none-any.whl" if sample.build == "wheel" else ".tar.gz")


def _sample(name: str, *, bad: bool) -> Sample:
    return Sample(name=name, group="dev", bad=bad, place="setup", tree=SDIST, build="sdist")


def test_recall_counts_hits_and_clean_twins_apart() -> None:
    samples = {
        Path("a"): _sample("a", bad=True),
        Path("b"): _sample("b", bad=True),
        Path("c"): _sample("c", bad=False),
    }
    said = {Path("a"): Said(level=2), Path("b"): Said(level=0), Path("c"): Said(level=1, why=("X",))}
    found = recall(said, samples, listing=True)
    assert found["dev"] == {"hits": 2, "found": 0.5, "blocked": 0.5, "clean twins": 1, "stopped": 1.0}
    assert found["found by place"] == {"setup": 0.5}
    assert found["missed"] == ["b"]
    assert found["only quarantined"] == []
    assert found["clean twins stopped"] == [{"name": "c", "why": ["X"]}]


def test_the_cost_of_mutations_is_against_the_same_samples(tmp_path: Path) -> None:
    mutated = mutations(tmp_path, [_sample("a", bad=True), _sample("b", bad=False)], 4, seed=1)
    assert len(mutated) == 4
    assert {name for name, _, _ in mutated.values()} == {"a"}
    said = {path: Said(level=int(number > 0)) for number, path in enumerate(mutated)}
    found = cost(said, mutated, {"a": 1}, listing=True)
    assert (found["found before"], found["found after"], found["points lost"]) == (1.0, 0.75, 25.0)
    assert len(found["lost"]) == 1


def test_a_project_is_told_from_a_file_name() -> None:
    assert project(Path("pydantic_core-2.1-cp311-cp311-linux_x86_64.whl")) == "pydantic-core"
    assert project(Path("huggingface_hub-2.4.0.tar.gz")) == "huggingface-hub"


def test_percentiles_are_by_nearest_rank() -> None:
    assert spread([0.1 * n for n in range(1, 22)]) == {"median, s": 1.1, "p95, s": 2.0, "max, s": 2.1}


FAKE = """
def audit_path(folder):
    import pathlib
    names = sorted(path.name for path in pathlib.Path(folder).rglob("*.py"))
    if names == ["bad.py"]:
        raise ValueError("cannot read it")
    item = {"rule": "HX3000", "confidence": "high"}
    noise = {"rule": "HX5020", "confidence": "very_high"}
    return [{"items": [item, noise], "path": name, "score": 0.25} for name in names]
"""


def test_the_driver_answers_for_every_file(tmp_path: Path) -> None:
    (tmp_path / "hexora.py").write_text(FAKE, "utf-8")
    paths = []
    for name in ("good", "bad"):
        path = tmp_path / f"{name}.whl"
        path.write_bytes(packed({f"{name}.py": b"x = 1\n"}, "wheel"))
        paths.append(str(path))
    done = subprocess.run(  # noqa: S603 - see the import
        [tool("python"), str(DRIVER), "hexora", "2"],
        input="\n".join(paths),
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    answers = {Path(answer["path"]).name: answer for answer in map(json.loads, done.stdout.splitlines())}
    assert set(answers) == {"good.whl", "bad.whl"}
    assert answers["good.whl"]["labels"] == ["high", "HX3000"]
    assert answers["good.whl"]["level"] == 0.25
    assert answers["bad.whl"]["error"] == "ValueError: cannot read it"
