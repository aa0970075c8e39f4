"""Every metric: its value, what was evaluated and skipped, and why, in a known and in an unknown world."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from packaging.version import Version
from tests.checks import locks
from tests.checks.locks import pyproject
from tests.checks.trees import Everything, Tree, World, bare_engine, installed, page, released, tree

from stockade.checks.base import Facts
from stockade.model.advisories import Advisory
from stockade.model.findings import Severity
from stockade.model.index import IndexProject, Ownership
from stockade.model.metrics import Metric
from stockade.model.names import ProjectName
from stockade.model.policy import Policy, Protect
from stockade.model.verdicts import Cause, Indeterminate
from stockade.stages.assess import METRICS, STAGES, assess
from stockade.testing.fakes import FakeAdvisories, FakeIndex, FakeRegister

__all__ = ["tree"]

NO_NAMES = Indeterminate(cause=Cause.FEED_MISSING, subject="registered-names", detail="no names")
NO_ADVISORIES = Indeterminate(cause=Cause.FEED_MISSING, subject="advisories", detail="no advisories")
NO_INDEX = Indeterminate(cause=Cause.SOURCE_UNREACHABLE, subject="package index", detail="no index")
PRIVATE = "https://pypi.acme.example/simple"
TOOL, FLASK = ProjectName("tool"), ProjectName("flask")
ACME = Policy(protect=Protect(names=("acme-corp-utils",), patterns=("acme-*",), indexes=(PRIVATE,)))

SHOP = {
    "a/requirements.txt": f"--extra-index-url {PRIVATE}\nflask\ntool>=1\nacme-corp-utils==1.2\nreqeusts==1.0\n",
    "b/pyproject.toml": pyproject("flask>=3,<4", "click"),
    "b/uv.lock": locks.uv({"flask": "2.0", "click": "8.1"}),
    "b/deploy.sh": "#!/bin/sh\nuv sync\nuv sync --locked\npip install rich\n",
}


def measured(facts: Facts) -> dict[str, tuple[Any, ...]]:
    """``{id: (value, evaluated, skipped)}``."""
    return {m.id.partition(".")[2]: (m.value, m.evaluated, m.skipped) for m in metrics(facts)}


def metrics(facts: Facts) -> tuple[Metric, ...]:
    found = assess(facts, stages=STAGES).metrics
    assert [metric.id for metric in found] == [spec.id for spec in METRICS]
    for metric in found:
        assert (metric.value is not None) or metric.reason, f"{metric.id} has neither value nor reason"
        assert not metric.skipped or metric.reason, f"{metric.id} skips without a reason"
        if metric.unit == "count" and metric.value and metric.id.partition(".")[2] != "squats-foreseen":
            assert metric.value <= metric.evaluated or metric.id.endswith("confusion-hazards"), metric
    return found


def known_world() -> World:
    hole = Advisory(id="PYSEC-1", project=FLASK, malicious=False, summary="", severity=Severity.LOW)
    malware = Advisory(id="MAL-1", project=TOOL, malicious=True, summary="", severity=None)
    other = Advisory(id="PYSEC-2", project=FLASK, malicious=False, summary="", severity=Severity.LOW)
    return World(
        policy=ACME,
        registered=FakeRegister.of("flask", "click", "tool", "rich", "acme-corp-util"),
        advisories=FakeAdvisories({(FLASK, Version("2.0")): (hole, other)}, {TOOL: malware}),
        index=FakeIndex(
            {FLASK: IndexProject(name=FLASK, files=(released("2.0", 100),))},
            {FLASK: Ownership(users=("one",))},
        ),
        environment=(installed("flask", "2.0"), installed("evil")),
    )


def test_every_metric_in_a_known_world(tree: Tree) -> None:
    found = measured(known_world().facts(tree(SHOP)))
    squats, names, _ = found.pop("squats-foreseen")
    assert names == 6  # acme-corp-utils, and what is required of the public index
    free = found.pop("squats-free")
    assert free == (squats - 1, squats, 0)
    assert found.pop("squats-registered") == (1, squats, 0)
    assert found == {
        "repositories": (1, 1, 0),
        "manifests": (4, 4, 0),
        "internal-names-exposed": (1, 1, 0),
        "internal-versions-exposed": (1, 1, 0),
        "private-indexes-exposed": (1, 1, 0),
        "mistyped-names": (1, 6, 0),
        "confusion-hazards": (1, 5, 0),
        "unregistered-names": (1, 5, 0),
        "projects-locked": (50, 2, 0),
        "projects-hash-locked": (50, 2, 0),
        "stale-lockfiles": (1, 1, 0),
        "floor-only": (0.5, 2, 0),
        "unpinned": (1, 2, 0),
        "unbounded": (1.5, 2, 0),
        "not-pinned-and-hashed": (66.67, 6, 0),
        "round-the-lock": (2, 3, 0),
        "single-owner": (1, 1, 4),
        "vulnerable": (1, 3, 0),
        "malicious": (1, 8, 0),
        "drift": (2, 2, 0),
        "unreviewed-changes": (None, 0, 0),
        "time-to-production": (None, 0, 0),
    }


def test_every_metric_in_a_world_without_any_data(tree: Tree) -> None:
    world = World(registered=NO_NAMES, advisories=NO_ADVISORIES, index=NO_INDEX)
    facts = dataclasses.replace(world.facts(tree(SHOP)), names=bare_engine())
    found = {metric.id.partition(".")[2]: metric for metric in metrics(facts)}
    reasons = {
        name: (metric.skipped, metric.reason) for name, metric in found.items() if metric.value is None
    }
    squats = found["squats-foreseen"].value
    assert reasons == {
        "internal-names-exposed": (0, "no internal names are declared under [protect]"),
        "internal-versions-exposed": (0, "no internal names are declared under [protect]"),
        "mistyped-names": (6, "there is no list of popular names to compare with"),
        "unregistered-names": (6, "no names"),
        "squats-registered": (squats, "no names"),
        "squats-free": (squats, "no names"),
        "single-owner": (6, "no index"),
        "vulnerable": (4, "no advisories"),
        "malicious": (8, "no advisories"),
        "drift": (0, "no environment was named (--env)"),
        "unreviewed-changes": (0, "needs the review records of the forge, which this version does not read"),
        "time-to-production": (0, "needs the review records of the forge, which this version does not read"),
    }


def test_what_was_not_asked_is_skipped_with_its_reason(tree: Tree) -> None:
    found = {m.id: m for m in metrics(World(policy=ACME, registered=NO_NAMES).facts(tree(SHOP)))}
    owners = found["evaluation.single-owner"]
    assert (owners.value, owners.skipped, owners.reason) == (None, 5, "the index was not asked (offline)")
    hazards = found["reconnaissance.confusion-hazards"]
    assert (hazards.value, hazards.evaluated, hazards.skipped, hazards.reason) == (1, 4, 1, "no names")


def test_owners_that_the_index_tells_of_nobody(tree: Tree) -> None:
    facts = World(index=page(released("1.0", 9))).facts(tree({"requirements.txt": "tool\nflask\n"}))
    (owners,) = [m for m in metrics(facts) if m.id == "evaluation.single-owner"]
    assert (owners.value, owners.evaluated, owners.skipped) == (None, 0, 2)
    assert owners.reason == "the index was not asked, or did not say who owns them"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"requirements.txt": "flask\n"}, (None, 0, 0)),
        (
            {"requirements.txt": locks.requirements({"flask": "3"})},
            (None, 0, 1),
        ),  # nothing says what it locks
        (
            {"requirements.in": "flask\n", "requirements.txt": locks.requirements({"flask": "3"})},
            (0, 1, 0),
        ),
        ({"pyproject.toml": pyproject("flask"), "uv.lock": "version = 1\n[[package\n"}, (None, 0, 1)),
        (
            {
                "pyproject.toml": pyproject("flask"),
                "uv.lock": locks.uv({"flask": "3"}),
                "poetry.lock": locks.poetry({"flask": "3"}),
            },
            (0, 1, 1),
        ),
    ],
)
def test_only_locks_that_were_compared_count_as_fresh(
    tree: Tree, files: dict[str, str], expected: tuple[float | None, int, int]
) -> None:
    assert measured(World().facts(tree(files)))["stale-lockfiles"] == expected


def test_versions_whose_advisories_cannot_be_judged_are_skipped(tree: Tree) -> None:
    doubtful = Indeterminate(cause=Cause.UNREADABLE, subject="tool==1.0", detail="its range does not parse")
    feed = FakeAdvisories({(TOOL, Version("1.0")): doubtful})
    found = measured(World(advisories=feed).facts(tree({"requirements.txt": "tool==1.0\nflask==3.0\n"})))
    assert found["vulnerable"] == (0, 1, 1)
    assert found["malicious"] == (0, 1, 1)
    alone = measured(World(advisories=feed).facts(tree({"requirements.txt": "tool==1.0\n"})))
    assert alone["vulnerable"] == (None, 0, 1)


def test_an_environment_without_a_lock_was_not_compared(tree: Tree) -> None:
    world = World(environment=(installed("flask"),))
    (drift,) = [
        m for m in metrics(world.facts(tree({"requirements.txt": "flask\n"}))) if m.id.endswith("drift")
    ]
    assert (drift.value, drift.skipped) == (None, 1)
    assert drift.reason == "there is no lockfile to compare the environment with"


def test_repositories_are_counted_by_what_they_hold(tree: Tree) -> None:
    folder = tree(
        {"a/requirements.txt": "flask\n", "b/sub/requirements.txt": "flask\n", "c/readme": "nothing\n"}
    )
    for name in "abc":
        (folder / name / ".git").mkdir()
    assert measured(World(registered=Everything()).facts(folder))["repositories"] == (2, 3, 0)
