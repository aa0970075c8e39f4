"""Places in files, and the stages' letters."""

from __future__ import annotations

from stockade.model.locations import Location
from stockade.model.stages import Stage


def test_a_place_reads_as_path_and_line() -> None:
    assert str(Location("app/requirements.txt", 3, 5)) == "app/requirements.txt:3"
    assert str(Location("app/requirements.txt")) == "app/requirements.txt"


def test_places_sort_by_path_then_line() -> None:
    places = [Location("b", 1), Location("a", 10), Location("a", 9), Location("a")]
    assert sorted(places) == [Location("a"), Location("a", 9), Location("a", 10), Location("b", 1)]


def test_the_letters_of_the_stages_spell_the_rule_ids() -> None:
    assert "".join(stage.letter for stage in Stage) == "REFLPX"
