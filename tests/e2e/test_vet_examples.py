"""The two packages of the story, and their clean twins, as a user vets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stockade.cli.main import main

PACKAGES = Path(__file__).parents[2] / "examples" / "packages"


@pytest.mark.parametrize(
    ("package", "words"),
    [
        ("acme-corp-util", ("os.environ", "json.dumps", "base64.b64encode", "urllib.request.urlopen")),
        (
            "torch-utilites",
            ("AWS_SECRET_ACCESS_KEY", "base64", "ld.so.conf.d/nvidia-cuda.conf", "hidden names"),
        ),
    ],
)
def test_the_attack_is_blocked_with_its_chain(
    package: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["vet", str(PACKAGES / package), "--offline", "--no-cache", "--format", "json"])
    result = json.loads(capsys.readouterr().out)["results"][0]
    assert code == 1
    assert result["verdict"] == "block"
    assert result["score"] > 0.9
    told = json.dumps(result["findings"])
    assert [word for word in words if word not in told] == []
    worst = result["findings"][0]
    assert worst["chain"][0]["role"] == "source"
    assert worst["chain"][-1]["role"] == "sink"


@pytest.mark.parametrize("package", ["acme-corp-util-clean", "torch-utilites-clean"])
def test_the_clean_twin_passes(package: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["vet", str(PACKAGES / package), "--offline", "--no-cache", "--format", "json"])
    result = json.loads(capsys.readouterr().out)["results"][0]
    assert code == 0
    assert result["verdict"] == "allow"
    assert result["incomplete"] == []
