"""The detectors of form: what each oddity weighs, and that every kind of the surface has its rule."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stockade.model.findings import Confidence, Severity
from stockade.model.locations import Location
from stockade.model.vetting import Detection, Phase
from stockade.vetter import surface
from stockade.vetter.detectors import foreign_files, metadata_mismatch, record, shadowing, startup_files
from stockade.vetter.detectors.base import Detector
from stockade.vetter.package import Metadata, Oddity, Package

DETECTORS: tuple[Detector, ...] = (
    record.DETECTOR,
    foreign_files.DETECTOR,
    shadowing.DETECTOR,
    startup_files.DETECTOR,
    metadata_mismatch.DETECTOR,
)


def _run(kind: str, path: str = "acme/x.txt", phase: Phase = Phase.START) -> list[Detection]:
    oddity = Oddity(kind=kind, at=Location(path, 1), detail="what was seen", phase=phase, evidence="the text")
    package = Package(
        kind="wheel",
        metadata=Metadata(name="acme", version="1.0"),
        files={},
        acts=(),
        oddities=(oddity,),
        read={path: b"first\nsecond\n"}.__getitem__,
    )
    return [found for detector in DETECTORS for found in detector.run(package)]


@pytest.mark.parametrize(
    ("kind", "rule", "severity"),
    [
        ("record-mismatch", "STK-E150", Severity.HIGH),
        ("record-unlisted", "STK-E151", Severity.MEDIUM),
        ("record-missing", "STK-E151", Severity.MEDIUM),
        ("record-weak", "STK-E151", Severity.INFO),
        ("data-takes-over", "STK-E152", Severity.HIGH),
        ("foreign-top-level", "STK-E152", Severity.LOW),
        ("shadows-command", "STK-E153", Severity.HIGH),
        ("shadows-stdlib", "STK-E154", Severity.MEDIUM),
        ("backport", "STK-E154", Severity.INFO),
        ("overlays-project", "STK-E155", Severity.HIGH),
        ("shadows-project", "STK-E155", Severity.MEDIUM),
        ("likeness-of-project", "STK-E155", Severity.INFO),
        ("pth-imports-own", "STK-E156", Severity.LOW),
        ("pth-executes", "STK-E156", Severity.MEDIUM),
        ("pth-reaches-out", "STK-E156", Severity.HIGH),
        ("startup-module", "STK-E156", Severity.HIGH),
        ("pth-hidden-code", "STK-E157", Severity.CRITICAL),
        ("name-mismatch", "STK-E158", Severity.HIGH),
        ("version-mismatch", "STK-E158", Severity.MEDIUM),
        ("tag-mismatch", "STK-E159", Severity.LOW),
    ],
)
def test_each_fact_has_its_rule_and_weight(kind: str, rule: str, severity: Severity) -> None:
    (found,) = _run(kind)
    assert (found.rule, found.severity, found.phase) == (rule, severity, Phase.START)
    assert found.message == "what was seen"
    assert found.subject == "acme==1.0"
    assert dict(found.evidence) == {"fact": kind, "text": "the text"}
    assert found.excerpt[0] == (1, "first")


def test_an_oddity_of_another_reader_is_none_of_theirs() -> None:
    assert _run("pickle-imports") == []


def test_unlisted_code_weighs_more_than_unlisted_data() -> None:
    (found,) = _run("record-unlisted", "acme/late.py")
    assert (found.severity, found.confidence) == (Severity.HIGH, Confidence.MEDIUM)


@pytest.mark.parametrize(
    ("kind", "severity"),
    [
        ("pth-hidden-code", Severity.MEDIUM),
        ("pth-reaches-out", Severity.LOW),
        ("pth-executes", Severity.INFO),
    ],
)
def test_a_start_up_line_that_nothing_installs_weighs_less(kind: str, severity: Severity) -> None:
    (found,) = _run(kind, phase=Phase.NEVER)
    assert found.severity == severity


def test_every_kind_that_the_surface_tells_has_a_rule() -> None:
    """Except ``surface-unreadable``, which is no fact but a gap."""
    folder = Path(surface.__file__).parent
    text = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("surface*.py"))
    words = "pth|start|record|data|shadows|overlays|likeness|foreign|startup"
    words += "|name|version|tag|settings-name|several|metadata|wheel|purelib"
    told = set(re.findall(rf'"((?:{words})-[a-z-]+)"', text)) - {"data-files"}  # a key of pyproject.toml
    assert len(told) > 25
    assert sorted(kind for kind in told if not _run(kind)) == []
