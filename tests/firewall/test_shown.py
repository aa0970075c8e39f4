"""Pages are kept within their bounds, and are not used where they may not be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from stockade.firewall import shown
from stockade.firewall.rendered import render
from stockade.firewall.shown import Pages, Shown
from stockade.model.index import IndexProject
from stockade.model.names import ProjectName

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NAMES = [ProjectName(each) for each in ("first", "second", "third")]


def _shown(name: str = "first", until: datetime | None = None) -> Shown:
    return Shown(
        page=render(IndexProject(name=ProjectName(name)), {}),
        revision=("a", 1),
        judged_at=NOW,
        fresh_until=NOW + 5 * MINUTE,
        until=until,
    )


@pytest.mark.parametrize(
    ("at", "until", "revision", "holds"),
    [
        (NOW, None, ("a", 1), True),
        (NOW + 5 * MINUTE, None, ("a", 1), False),
        (NOW - MINUTE, None, ("a", 1), False),
        (NOW + MINUTE, NOW + MINUTE, ("a", 1), False),
        (NOW + MINUTE, NOW + 2 * MINUTE, ("a", 1), True),
        (NOW + MINUTE, None, ("a", 2), False),
    ],
    ids=["now", "stale", "clock set back", "lapsed", "not yet lapsed", "state changed"],
)
def test_a_page_holds_while_nothing_that_it_rests_on_has_changed(
    at: datetime, until: datetime | None, revision: tuple[object, ...], *, holds: bool
) -> None:
    assert _shown(until=until).holds(at, revision) is holds


def test_pages_that_take_too_much_go_the_one_that_was_used_longest_ago_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pages = Pages()
    for name in NAMES:
        pages.put(name, _shown(name))
    first = pages.get(NAMES[0])
    assert first is not None
    monkeypatch.setattr(shown, "MOST_BYTES", 2 * first.page.size + 10)
    pages.tidy()
    assert [pages.get(name) is not None for name in NAMES] == [True, False, True]
    monkeypatch.setattr(shown, "MOST_BYTES", 1)
    pages.tidy()
    assert [pages.get(name) is not None for name in NAMES] == [False, False, True]


def test_no_more_pages_are_kept_than_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown, "MOST_PAGES", 2)
    pages = Pages()
    for name in NAMES:
        pages.put(name, _shown(name))
    assert [pages.get(name) is not None for name in NAMES] == [False, True, True]


def test_a_page_grows_with_the_representations_that_clients_ask_for() -> None:
    page = _shown().page
    before = page.size
    page.answer({b"accept": b"text/html", b"accept-encoding": b"identity"}, b"", NOW)
    assert page.size > before


def test_what_is_dropped_is_gone() -> None:
    pages = Pages()
    for name in NAMES:
        pages.put(name, _shown(name))
    pages.drop(NAMES[1])
    pages.drop(ProjectName("unknown"))
    assert [pages.get(name) is not None for name in NAMES] == [True, False, True]
    pages.clear()
    assert [pages.get(name) is not None for name in NAMES] == [False] * 3
