"""What is written down of decisions: all of them, and no more however often one asks."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.firewall.place import CLIENT, NOW, Place, page

from stockade.errors import IncompleteError
from stockade.firewall import files as files_module
from stockade.firewall.attestations import Verified
from stockade.firewall.kept import Kept, Reviews
from stockade.firewall.replies import FileAnswer, Refused, Unavailable
from stockade.firewall.tellings import HOUR_SECONDS, MOST_AN_HOUR, REPEAT_SECONDS, Refusals
from stockade.model.firewall import Client, Origin, Ruling
from stockade.model.names import project_name
from stockade.model.verdicts import Action, Reason, Verdict

LIB = project_name("goodlib")
NEW = "goodlib-2.0-py3-none-any.whl"


@dataclass
class Seconds:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def ruling(number: int = 0) -> Ruling:
    return Ruling(
        project=LIB,
        version="1.0",
        filename=f"goodlib-1.{number}.tar.gz",
        origin=Origin.UPSTREAM,
        sha256="a" * 64,
        verdict=Verdict.of(Reason("STK-F001", "too young", Action.BLOCK)),
        content_judged=False,
    )


def kinds(refusals: Refusals, what: Ruling, client: Client = CLIENT) -> list[str]:
    return [each.kind for each in refusals.events(what, client, NOW)]


def test_the_same_refusal_is_told_once_a_minute_to_each_client() -> None:
    seconds = Seconds()
    refusals = Refusals(seconds)
    assert kinds(refusals, ruling()) == ["file.refused"]
    assert kinds(refusals, ruling()) == []
    assert kinds(refusals, ruling(1)) == ["file.refused"], "another file"
    assert kinds(refusals, ruling(), Client(name="other")) == ["file.refused"], "another client"
    seconds.now = REPEAT_SECONDS
    assert kinds(refusals, ruling()) == ["file.refused"]


def test_one_client_fills_no_disk_and_others_are_still_told_of() -> None:
    seconds = Seconds()
    refusals = Refusals(seconds)
    told = [kind for number in range(3 * MOST_AN_HOUR) for kind in kinds(refusals, ruling(number))]
    assert told == ["file.refused"] * MOST_AN_HOUR + ["refusals.many"]
    assert kinds(refusals, ruling(), Client(name="other")) == ["file.refused"]
    seconds.now = HOUR_SECONDS
    assert kinds(refusals, ruling(9_999)) == ["file.refused"]


def test_a_refusal_that_could_not_be_recorded_is_recorded_when_it_is_repeated(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.put("goodlib", (NEW, b"new", 1))
    held = place.state.approvals.held

    def broken(*_: Any, **__: Any) -> Any:
        raise IncompleteError("the disk is full")

    place.state.approvals.held = broken  # type: ignore[method-assign] # a fake that fails
    assert isinstance(asyncio.run(place.firewall.files.file(LIB, NEW, CLIENT)), Unavailable)
    place.state.approvals.held = held  # type: ignore[method-assign]
    assert isinstance(asyncio.run(place.firewall.files.file(LIB, NEW, CLIENT)), Refused)
    assert len(place.state.approvals.queue()) == 1


def test_asking_again_and_again_writes_nothing_more(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.put("goodlib", (NEW, b"new", 1))

    async def ask() -> None:
        for _ in range(30):
            await place.firewall.files.file(LIB, NEW, CLIENT)
            place.firewall.projects.forget(LIB)

    asyncio.run(ask())
    told = [each.kind for each in place.state.events.events]
    assert told == ["project.judged", "file.refused"]


@dataclass(frozen=True)
class Weight:
    files: range


def test_what_is_kept_is_bounded_by_projects_and_by_their_files() -> None:
    kept: Kept[Weight] = Kept(most=3, most_files=100)
    for name in "abcd":
        kept.put(project_name(name), Weight(range(10)))
    assert kept.get(project_name("a")) is None
    assert len(kept) == 3
    kept.put(project_name("big"), Weight(range(5_000)))
    assert len(kept) == 1
    assert kept.get(project_name("big")) is not None, "the newest is there for who asked for it"
    kept.put(project_name("small"), Weight(range(1)))
    assert kept.get(project_name("big")) is None
    kept.drop(project_name("small"))
    for name in "ab":
        kept.put(project_name(name), Weight(range(50)))
    assert len(kept) == 2, "what is gone weighs nothing"


def test_files_to_review_are_bounded() -> None:
    reviews = Reviews(most=2)
    assert [reviews.add(LIB, name) for name in ("a", "b", "a", "c")] == [True, True, False, True]
    assert list(reviews.of(LIB)) == ["c", "a"]


def test_a_proven_publisher_is_remembered_once_a_version_is_let_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place(tmp_path)
    place.put("goodlib", (NEW, b"new", 400))
    body = json.loads(place.upstream.pages["goodlib"].body)  # type: ignore[union-attr] # a page, as put above
    body["files"][0]["provenance"] = "https://index.example/integrity/goodlib"
    place.upstream.pages["goodlib"] = page("goodlib", json.dumps(body).encode())
    place.upstream.files["https://index.example/integrity/goodlib"] = b"{}"
    proven = Verified("github:acme/goodlib/release.yml")
    monkeypatch.setattr(files_module, "verify", lambda *_: proven)
    monkeypatch.setattr("stockade.firewall.filters.provenance.verify", lambda *_: proven)
    assert isinstance(asyncio.run(place.firewall.files.file(LIB, NEW, CLIENT)), FileAnswer)
    assert place.state.judgements.publishers(LIB) == {"2.0": proven.publisher}
    other = Verified("github:mallory/goodlib/release.yml")
    monkeypatch.setattr("stockade.firewall.filters.provenance.verify", lambda *_: other)
    place.clock.moment += timedelta(hours=1)
    place.firewall.projects.forget(LIB)
    refused = asyncio.run(place.firewall.files.file(LIB, NEW, CLIENT))
    assert isinstance(refused, Refused)
    assert "mallory" in refused.ruling.phrase
