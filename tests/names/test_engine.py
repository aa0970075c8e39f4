"""The engine as a whole: the stories, the user's own names, and what must always hold."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.names.strategies import long_names, names, one_edit

from stockade.model.names import ProjectName, project_name
from stockade.model.verdicts import Action
from stockade.names.engine import EditClass, Engine, Protected
from stockade.names.targets import Targets, edits_of

OURS = Protected(frozenset(map(ProjectName, ("acme-corp-utils", "zetapay", "ab"))), ("acme-*",))


@pytest.fixture(scope="module")
def guarded(engine: Engine) -> Engine:
    return Engine.build([ProjectName(name) for name in engine.popular.ranks], OURS)


@pytest.mark.parametrize(
    ("name", "least", "target"),
    [
        ("reqeusts", Action.BLOCK, "requests"),
        ("torch-utilites", Action.QUARANTINE, "torch"),
        ("beautifulsuop4", Action.BLOCK, "beautifulsoup4"),
        ("tensorfllow", Action.BLOCK, "tensorflow"),
        ("scikit-lear", Action.WARN, "scikit-learn"),
        ("acme-corp-util", Action.QUARANTINE, "acme-corp-utils"),
        ("acme-crop-utils", Action.QUARANTINE, "acme-corp-utils"),
    ],
)
def test_the_stories(guarded: Engine, name: str, least: Action, target: str) -> None:
    judgement = guarded.judge(ProjectName(name))
    assert judgement.verdict >= least
    assert judgement.target == target


def test_nothing_resembling_is_allowed_without_a_relation(engine: Engine) -> None:
    judgement = engine.judge(ProjectName("qwxzkvjq-hhhggg"))
    assert (judgement.verdict, judgement.score, judgement.relations) == (Action.ALLOW, 0.0, ())
    assert judgement.target is None
    assert judgement.kind is None


def test_protected_names_are_allowed(guarded: Engine) -> None:
    assert all(guarded.judge(name).verdict is Action.ALLOW for name in OURS.names)


@pytest.mark.parametrize("name", ["acme-corp-utils", "zetapay"])
def test_every_edit_of_a_protected_name_is_at_least_quarantined(guarded: Engine, name: str) -> None:
    edited = {text for text in edits_of(name) if text not in {name, *guarded.popular.ranks}}
    for text in edited:
        if text.strip("-") != text or "--" in text:
            continue
        judgement = guarded.judge(project_name(text))
        assert judgement.verdict >= Action.QUARANTINE, text


def test_edits_of_a_short_protected_name_only_warn(guarded: Engine) -> None:
    internal = [r for r in guarded.judge(ProjectName("abq")).relations if r.kind is EditClass.INTERNAL_EDIT]
    assert [guarded._weights.thresholds.action(relation.score) for relation in internal] == [Action.WARN]


def test_an_undeclared_name_of_a_pattern_only_warns(guarded: Engine) -> None:
    judgement = guarded.judge(ProjectName("acme-data-lake"))
    assert judgement.verdict is Action.WARN
    assert judgement.kind is EditClass.INTERNAL_PREFIX


def test_a_shared_prefix_needs_no_pattern() -> None:
    engine = Engine.build([], Protected(frozenset({ProjectName("zeta-lab-auth")})))
    judgement = engine.judge(ProjectName("zeta-lab-billing"))
    assert (judgement.kind, judgement.target) == (EditClass.INTERNAL_PREFIX, "zeta-lab-auth")
    assert engine.judge(ProjectName("zeta-other")).relations == ()


def test_a_popular_prefix_is_nobodys_own(engine: Engine) -> None:
    popular = [ProjectName(name) for name in engine.popular.ranks]
    guarded = Engine.build(popular, Protected(frozenset({ProjectName("django-acme")})))
    assert guarded.judge(ProjectName("django-billing")).verdict is Action.ALLOW


def test_popular_names_are_innocent_of_more_popular_ones(engine: Engine) -> None:
    judgements = list(engine.judge_many([ProjectName(name) for name in engine.popular.ranks]))
    assert [j.name for j in judgements if j.verdict is not Action.ALLOW] == []
    assert all(
        r.target_rank is not None and j.rank and r.target_rank < j.rank
        for j in judgements
        for r in j.relations
    )


def test_the_numbered_sibling_is_the_target(engine: Engine) -> None:
    judgement = engine.judge(ProjectName("beautifulsop"))
    assert judgement.target == "beautifulsoup4"
    assert "'beautifulsoup', that is 'beautifulsoup4'" in judgement.relations[0].evidence


def test_a_target_and_its_sibling_are_told_once(engine: Engine) -> None:
    targets = [relation.target for relation in engine.judge(ProjectName("beautifulsoup44")).relations]
    assert targets == ["beautifulsoup4"]


def test_the_limit_cuts_the_list() -> None:
    names_ = [ProjectName("requests"), ProjectName("flask")]
    assert Engine.build(names_, limit=1).judge(ProjectName("flaskk")).relations == ()


@given(st.data())
def test_judging_many_equals_judging_each(engine: Engine, data: st.DataObject) -> None:
    known = sorted(engine.popular.ranks)
    some = data.draw(
        st.lists(
            st.one_of(names(), long_names(), st.sampled_from(known).flatmap(one_edit).filter(_valid)),
            max_size=8,
        )
    )
    wanted = [project_name(name) for name in some] * 60
    fresh = Engine(
        Targets([ProjectName(name) for name in engine.popular.ranks]), Protected(), engine._weights
    )
    assert list(engine.judge_many(wanted))[: len(some)] == [fresh.judge(name) for name in wanted[: len(some)]]


def _valid(text: str) -> bool:
    return bool(text) and text.strip("-") == text and "--" not in text


@given(long_names())
@settings(max_examples=50)
def test_any_valid_name_is_judged(engine: Engine, name: ProjectName) -> None:
    judgement = engine.judge(name)
    assert judgement == engine.judge(name)
    assert 0 <= judgement.score <= 1
    scores = [relation.score for relation in judgement.relations]
    assert scores == sorted(scores, reverse=True)
    assert len({relation.target for relation in judgement.relations}) == len(scores)


@pytest.mark.parametrize("spelling", ["ReQeusts", "reqeusts", "REQEUSTS"])
def test_spelling_does_not_matter_once_canonical(engine: Engine, spelling: str) -> None:
    assert engine.judge(project_name(spelling)).target == "requests"
