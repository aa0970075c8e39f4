"""STK-E016 and STK-E017: advisories on what is in use."""

from __future__ import annotations

import msgspec
import pytest
from packaging.version import Version
from tests.checks import locks
from tests.checks.locks import pyproject
from tests.checks.trees import Tree, World, findings, places, tree, unknowns

from stockade.model.advisories import Advisory
from stockade.model.findings import Severity
from stockade.model.names import ProjectName
from stockade.model.policy import Policy, Protect
from stockade.model.verdicts import Cause, Indeterminate
from stockade.testing.fakes import FakeAdvisories

__all__ = ["tree"]

TOOL, TWO = ProjectName("tool"), Version("2.0")
HOLE = Advisory(id="PYSEC-1", project=TOOL, malicious=False, summary="a hole", severity=Severity.MEDIUM)
MALWARE = Advisory(id="MAL-1", project=TOOL, malicious=True, summary="", severity=None)


def feed(*hits: Advisory, whole: Advisory | Indeterminate | None = None) -> FakeAdvisories:
    """A feed with advisories on tool 2.0, and one on the whole project."""
    return FakeAdvisories({(TOOL, TWO): hits} if hits else {}, {TOOL: whole} if whole else {})


PINNED = {"requirements.txt": "tool==2.0\n"}


@pytest.mark.parametrize(
    ("given", "severity", "said"),
    [
        (Severity.LOW, Severity.LOW, "yes"),
        (Severity.CRITICAL, Severity.CRITICAL, "yes"),
        (None, Severity.HIGH, "no: taken as high"),
    ],
)
def test_the_severity_is_the_advisorys_and_high_where_it_gives_none(
    tree: Tree, given: Severity | None, severity: Severity, said: str
) -> None:
    hole = msgspec.structs.replace(HOLE, severity=given, aliases=("CVE-2026-1", "GHSA-1"))
    (found,) = findings("STK-E016", World(advisories=feed(hole)).facts(tree(PINNED)))
    assert found.severity is severity
    evidence = dict(found.evidence)
    assert evidence["severity given"] == said
    assert evidence["aliases"] == "CVE-2026-1, GHSA-1"
    assert found.subject == "tool==2.0 (PYSEC-1)"


@pytest.mark.parametrize(
    ("fixed", "mend"),
    [
        (("2.1",), "Move to 2.1 or later."),
        (("1.9.5", "2.0.1", "3.1"), "Move to 2.0.1 or later."),
        (("1.9.5",), "No fixed version is known: replace or isolate it."),
        (("2.0",), "No fixed version is known: replace or isolate it."),
        ((), "No fixed version is known: replace or isolate it."),
    ],
)
def test_the_mend_is_the_next_fixed_version(tree: Tree, fixed: tuple[str, ...], mend: str) -> None:
    hole = msgspec.structs.replace(HOLE, fixed=fixed)
    (found,) = findings("STK-E016", World(advisories=feed(hole)).facts(tree(PINNED)))
    assert found.mend == mend


def test_a_lock_is_to_be_written_again(tree: Tree) -> None:
    hole = msgspec.structs.replace(HOLE, fixed=("2.1",))
    files = {"pyproject.toml": pyproject("tool"), "uv.lock": locks.uv({"tool": "2.0"})}
    (found,) = findings("STK-E016", World(advisories=feed(hole)).facts(tree(files)))
    assert found.mend == "Move to 2.1 or later, and lock again."


def test_two_advisories_on_one_version_are_two_findings_with_two_identities(tree: Tree) -> None:
    other = msgspec.structs.replace(HOLE, id="PYSEC-2")
    found = findings("STK-E016", World(advisories=feed(HOLE, other)).facts(tree(PINNED)))
    assert [one.subject for one in found] == ["tool==2.0 (PYSEC-1)", "tool==2.0 (PYSEC-2)"]
    assert len({one.fingerprint for one in found}) == 2


def test_every_file_that_names_the_version_is_told(tree: Tree) -> None:
    files = {"a/requirements.txt": "tool==2.0\ntool==2.0\n", "b/requirements.txt": "tool==2\n"}
    found = findings("STK-E016", World(advisories=feed(HOLE)).facts(tree(files)))
    assert places(found) == [
        "a/requirements.txt:1 tool==2.0 (PYSEC-1)",
        "b/requirements.txt:1 tool==2.0 (PYSEC-1)",
    ]


@pytest.mark.parametrize(
    "text", ["tool>=2.0\n", "tool==2.*\n", "tool\n", "tool!=2.0\n", "tool==2.0,==2.0.0\n", "./tool\n"]
)
def test_only_exact_versions_are_judged_by_version(tree: Tree, text: str) -> None:
    assert findings("STK-E016", World(advisories=feed(HOLE)).facts(tree({"requirements.txt": text}))) == []


def test_malware_is_critical_whatever_its_record_says(tree: Tree) -> None:
    mild = msgspec.structs.replace(MALWARE, severity=Severity.LOW, fixed=("3.0",))
    (found,) = findings("STK-E017", World(advisories=feed(mild)).facts(tree(PINNED)))
    assert found.severity is Severity.CRITICAL
    assert found.mend.startswith("Remove it now")
    assert findings("STK-E016", World(advisories=feed(mild)).facts(tree(PINNED))) == []


@pytest.mark.parametrize("text", ["tool\n", "tool>=1\n", "Tool[extra]\n"])
def test_a_project_that_is_malware_as_a_whole_needs_no_version(tree: Tree, text: str) -> None:
    facts = World(advisories=feed(whole=MALWARE)).facts(
        tree({"a.sh": "pip install tool\n", "requirements.txt": text})
    )
    assert places(findings("STK-E017", facts)) == ["a.sh:1 tool (MAL-1)", "requirements.txt:1 tool (MAL-1)"]


def test_a_pin_elsewhere_does_not_hide_an_open_requirement_of_malware(tree: Tree) -> None:
    files = {"a/requirements.txt": "tool==2.0\n", "b/requirements.txt": "tool\n"}
    facts = World(advisories=feed(MALWARE, whole=MALWARE)).facts(tree(files))
    assert places(findings("STK-E017", facts)) == [
        "b/requirements.txt:1 tool (MAL-1)",
        "a/requirements.txt:1 tool==2.0 (MAL-1)",
    ]


def test_an_advisory_that_cannot_be_judged_is_a_gap(tree: Tree) -> None:
    doubtful = Indeterminate(cause=Cause.UNREADABLE, subject="tool==2.0", detail="its range does not parse")
    by_version = World(advisories=FakeAdvisories({(TOOL, TWO): doubtful})).facts(tree(PINNED))
    assert unknowns("STK-E016", by_version) == [doubtful]
    whole = World(advisories=feed(whole=doubtful)).facts(tree({"requirements.txt": "tool\n"}))
    assert unknowns("STK-E017", whole) == [doubtful]


def test_no_feed_is_a_gap_only_where_there_is_something_to_judge(tree: Tree) -> None:
    missing = Indeterminate(cause=Cause.FEED_MISSING, subject="advisories", detail="not imported")
    assert unknowns("STK-E016", World(advisories=missing).facts(tree(PINNED))) == [missing]
    assert unknowns("STK-E016", World(advisories=missing).facts(tree({"requirements.txt": "./lib\n"}))) == []


def test_an_internal_project_is_not_looked_up_by_its_version(tree: Tree) -> None:
    policy = Policy(protect=Protect(names=("tool",)))
    facts = World(policy=policy, advisories=feed(HOLE)).facts(tree(PINNED))
    assert findings("STK-E016", facts) == []
