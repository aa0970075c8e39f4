"""Neighbours are found alike without preparation, with it, and by brute force."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st
from tests.names.strategies import crowds, long_names, names, one_edit

from stockade.model.names import ProjectName
from stockade.names.edits import Edit, align
from stockade.names.engine import Engine
from stockade.names.targets import STUCK_ON, Targets


def _brute_force(name: str, targets: list[ProjectName]) -> list[Edit]:
    return [edit for target in targets if (edit := align(name, target)) is not None]


@given(crowds(), st.data())
def test_both_ways_agree_with_brute_force(targets: list[ProjectName], data: st.DataObject) -> None:
    name = data.draw(one_edit(data.draw(st.sampled_from(targets))))
    cold, warm = Targets(targets), Targets(targets)
    warm.warm()
    assert cold.near(name) == warm.near(name) == _brute_force(name, targets)


LONG_CROWDS = st.lists(
    st.text("ab", min_size=8, max_size=11).map(ProjectName), min_size=1, max_size=12, unique=True
)


@given(LONG_CROWDS, st.data())
def test_both_ways_agree_on_long_names_whose_ends_are_shared(
    targets: list[ProjectName], data: st.DataObject
) -> None:
    name = data.draw(one_edit(data.draw(st.sampled_from(targets))))
    cold, warm = Targets(targets), Targets(targets)
    warm.warm()
    assert cold.near(name) == warm.near(name) == _brute_force(name, targets)


@given(st.data())
def test_both_ways_agree_on_the_list_of_the_wheel(engine: Engine, data: st.DataObject) -> None:
    known = [ProjectName(name) for name in engine.popular.ranks]
    name = data.draw(one_edit(data.draw(st.sampled_from(known))))
    cold, warm = Targets(known), _warmed(engine)
    assert cold.near(name) == warm.near(name)


def _warmed(engine: Engine) -> Targets:
    engine.warm()
    return engine.popular


@given(crowds(), st.data())
def test_nothing_with_something_stuck_on_is_ruled_out(
    targets: list[ProjectName], data: st.DataObject
) -> None:
    stem = data.draw(st.sampled_from(targets))
    stuck = data.draw(st.text("abc1", min_size=1, max_size=STUCK_ON))
    warm = Targets(targets)
    warm.warm()
    for name in (stem + stuck, stuck + stem):
        if len(stem) >= 6:  # a shorter stem says nothing
            assert [window[0] for window in warm.survey([name])] == [name]


@given(st.lists(names(), max_size=8), crowds())
def test_many_names_have_the_neighbours_that_each_has(
    some: list[ProjectName], targets: list[ProjectName]
) -> None:
    warm = Targets(targets)
    warm.warm()
    each = {name: warm.near(name) for name in [*some, *targets]}
    many = dict(warm.near_many(warm.survey([*some, *targets])))
    assert many == {name: edits for name, edits in each.items() if edits}


class _Counting(dict[str, int]):
    """Counts the questions whether a key is there."""

    asked = 0

    def __contains__(self, key: object) -> bool:
        self.asked += 1
        return super().__contains__(key)


@given(long_names())
def test_the_work_grows_no_faster_than_the_name(name: ProjectName) -> None:
    targets = Targets([name, ProjectName("a" * 250), ProjectName("ab" * 100)])
    targets.ranks = counting = _Counting(targets.ranks)
    targets.near(name)
    assert counting.asked <= 76 * (len(name) + 1)


def test_a_name_longer_than_every_target_costs_nothing() -> None:
    targets = Targets([ProjectName("requests")])
    assert targets.near("requests" * 30) == []


@given(names())
def test_a_target_is_not_near_itself(name: ProjectName) -> None:
    assert Targets([name]).near(name) == []


def test_the_best_ranked_comes_first() -> None:
    def ranked() -> Iterator[str]:
        for order in (["flask", "flasky"], ["flasky", "flask"]):
            yield Targets([ProjectName(name) for name in order]).near("flaske")[0].target

    assert list(ranked()) == ["flask", "flasky"]
