"""What the index tells of a release: each rule hits on its sign, and is silent on the honest twin."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from packaging.version import Version

from stockade.model.findings import Severity
from stockade.model.index import IndexFile, IndexProject
from stockade.model.names import ProjectName
from stockade.model.vetting import Detection, Phase
from stockade.names.engine import Engine
from stockade.testing.fakes import NOON
from stockade.vetter.history import Dependency, Facts, judge_history, rules_run
from stockade.vetter.history_rules import INDEX_RULES
from stockade.vetter.profile import Profile

POPULAR = tuple(map(ProjectName, ("urllib3", "requests", "numpy", "django", "flask")))
ENGINE = Engine.build(POPULAR)
HONEST = Profile(described=900, title="acme-reports", repositories=("acme-reports",))


def page(name: str, *versions: str, days: float = 900) -> IndexProject:
    files = tuple(
        IndexFile(
            filename=f"{name}-{version}.tar.gz",
            version=Version(version),
            url="https://index.example/f",
            uploaded=NOON - timedelta(days=days - at),
        )
        for at, version in enumerate(versions)
    )
    return IndexProject(name=ProjectName(name), files=files)


def facts(name: str = "acme-reports", version: str = "1.1", **more: object) -> Facts:
    given: dict[str, object] = {
        "name": ProjectName(name),
        "version": version,
        "page": page(name, "1.0", version),
        "now": NOON,
        "profile": HONEST,
        "ranks": {each: rank for rank, each in enumerate(POPULAR, 1)},
        "judgement": next(ENGINE.suspects([ProjectName(name)]), None),
    }
    return Facts(**{**given, **more})  # type: ignore[arg-type]  # the fields are those above


def found(given: Facts) -> dict[str, Detection]:
    hits = list(judge_history(given))
    assert len({hit.rule for hit in hits}) == len(hits)
    return {hit.rule: hit for hit in hits}


def test_an_honest_release_has_nothing_to_tell() -> None:
    assert found(facts()) == {}
    assert rules_run(facts()) == {rule.id for rule in INDEX_RULES}


def test_a_young_project_is_told_with_its_age() -> None:
    hits = found(facts(page=page("acme-reports", "1.1", days=3)))
    assert hits["STK-E160"].severity is Severity.LOW
    assert "3 days ago, and this is its only file" in hits["STK-E160"].message
    assert "STK-E160" not in found(facts(page=page("acme-reports", "1.1", days=31)))


def test_an_index_without_times_does_not_judge_the_age() -> None:
    files = tuple(
        IndexFile(filename="f", version=Version("1"), url="u", uploaded=each) for each in (None, NOON)
    )
    given = facts(page=IndexProject(name=ProjectName("acme-reports"), files=files))
    assert "STK-E160" not in found(given)
    assert "STK-E160" not in rules_run(given)
    assert "STK-E161" in rules_run(given)


@pytest.mark.parametrize(
    ("versions", "severity"),
    [
        (("99.9.9",), Severity.MEDIUM),
        (("1.0", "99.0"), Severity.MEDIUM),
        (("0.1", "45.0"), Severity.LOW),
        (("44.0", "45.0"), None),
        (("1.0", "2.0"), None),
        (("2026.1",), None),
        (("23.1",), None),
        (("3.2", "2026.1"), None),
        (("2025.1", "9000.0"), None),
    ],
)
def test_a_version_far_above_is_told(versions: tuple[str, ...], severity: Severity | None) -> None:
    hits = found(facts(version=versions[-1], page=page("acme-reports", *versions)))
    assert (hits["STK-E161"].severity if "STK-E161" in hits else None) is severity


def test_a_bare_description_weighs_more_on_a_young_project() -> None:
    bare = replace(HONEST, described=4)
    assert found(facts(profile=bare))["STK-E162"].severity is Severity.INFO
    young = facts(profile=bare, page=page("acme-reports", "1.1", days=2))
    assert found(young)["STK-E162"].severity is Severity.LOW


@pytest.mark.parametrize(
    ("name", "profile", "expected"),
    [
        ("acme-reports", replace(HONEST, repositories=("requests",)), Severity.LOW),
        ("acme-reports", replace(HONEST, title="django"), Severity.LOW),
        ("reqeusts", replace(HONEST, repositories=("requests",)), Severity.MEDIUM),
        ("requests-cache", replace(HONEST, repositories=("requests",)), None),
        ("urllib3", replace(HONEST, repositories=("requests",)), None),
        ("acme-reports", replace(HONEST, repositories=("acme-monorepo",)), None),
    ],
)
def test_a_borrowed_identity_is_told(name: str, profile: Profile, expected: Severity | None) -> None:
    hits = found(facts(name, profile=profile))
    assert (hits["STK-E163"].severity if "STK-E163" in hits else None) is expected


def test_a_confusable_name_is_told() -> None:
    hit = found(facts("reqeusts"))["STK-E164"]
    assert "'requests'" in hit.message
    assert hit.severity is Severity.MEDIUM


def test_a_doubtful_dependency_is_told() -> None:
    squat = Dependency(
        name=ProjectName("reqeusts"), judgement=next(ENGINE.suspects([ProjectName("reqeusts")]))
    )
    fresh = Dependency(name=ProjectName("acme-core"), first_upload=NOON - timedelta(days=2))
    known = Dependency(name=ProjectName("acme-base"), first_upload=NOON - timedelta(days=400))
    hits = list(judge_history(facts(dependencies=(squat, fresh, known))))
    assert [hit.rule for hit in hits] == ["STK-E165", "STK-E165"]
    assert "'reqeusts'" in hits[0].message
    assert "2 days ago" in hits[1].message


def test_no_sign_condemns_by_itself() -> None:
    worst = facts(
        "reqeusts",
        "999.0",
        page=page("reqeusts", "999.0", days=1),
        profile=Profile(repositories=("requests",)),
        dependencies=(Dependency(name=ProjectName("x-y"), first_upload=NOON),),
    )
    hits = found(worst)
    assert set(hits) == {rule.id for rule in INDEX_RULES}
    for hit in hits.values():
        assert hit.severity <= Severity.MEDIUM
        assert hit.phase is Phase.NEVER
        assert hit.subject == "reqeusts==999.0"


def test_a_moment_of_the_future_is_no_crash() -> None:
    future = NOON + timedelta(days=3)
    assert isinstance(future, datetime)
    hits = found(facts(page=page("acme-reports", "1.1", days=-3)))
    assert "0 days ago" in hits["STK-E160"].message
