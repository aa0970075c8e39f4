"""What was served and is refused by now is told, with who has it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.firewall.place import Place
from tests.firewall.web import Web

from stockade.firewall.recall import KIND, Recall
from stockade.model.verdicts import Cause, Indeterminate

OLD = "goodlib-1.0-py3-none-any.whl"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place(tmp_path)
    found.put("goodlib", (OLD, b"old", 400))
    assert Web(found).get(f"/files/goodlib/{OLD}").status_code == 200
    return found


def look(place: Place, recall: Recall) -> list[str]:
    async def main() -> list[str]:
        await place.firewall.look()
        return [f"{each.subject} {each.detail['served to']}" for each in await recall.look()]

    return asyncio.run(main())


def test_what_is_still_admitted_is_not_told(place: Place) -> None:
    assert look(place, Recall(place.firewall)) == []


def test_what_a_new_feed_refuses_is_told_once_with_who_has_it(place: Place) -> None:
    recall = Recall(place.firewall)
    place.knowledge.gap = Indeterminate(cause=Cause.FEED_STALE, subject="advisories", detail="99 days old")
    place.knowledge.generation += 1
    (told,) = look(place, recall)
    assert told.startswith(OLD)
    assert "127.0.0.1" in told
    assert look(place, recall) == []
    assert [each.kind for each in place.state.events.events].count(KIND) == 1


def test_another_file_under_the_name_recalls_nothing(place: Place) -> None:
    place.put("goodlib", (OLD, b"changed", 400))
    place.clock.moment += place.parts.fresh
    assert look(place, Recall(place.firewall)) == []
