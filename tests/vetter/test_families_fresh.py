"""The fresh set: each of its samples gets the verdict that it got when it was last measured, or a stricter one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from tests.vetter.test_families_inert import _hidden, foreign

from stockade.model.policy import Thresholds
from stockade.model.verdicts import Action
from stockade.policy.engine import action_for
from stockade.vetter.run import vet

VERDICTS: dict[str, str] = json.loads(
    (Path(__file__).resolve().parents[1] / "families" / "fresh" / "verdicts.json").read_text(encoding="utf-8")
)
"""By sample, the verdict of the day; ``allow`` among the malicious is a miss, anything else among the clean a false alarm."""
FALSE_ALARMS = {"k13-binary-wheel-fetch", "k35-hf-token"}
"""Clean ones that are stopped: a build that fetches a program, its digest checked, from a host of its own; and a model hub's
token that goes to a host which is not that hub's, since the real one may not be named here."""
MOST_TEXT = 1 << 20
SHORT = 60
"""Characters of a decoded piece below which an address may be cut off."""
LEAST_STOPPED = 0.95
"""Share of the malicious samples of which every part is stopped at the least."""


@cache
def samples() -> dict[str, Any]:
    return {each.name: each for each in import_module("tests.families.fresh").samples()}


def malicious(part: str) -> list[str]:
    return [name for name, each in samples().items() if each.part == part and each.place != "clean"]


@pytest.mark.parametrize("name", sorted(VERDICTS))
def test_the_verdict_holds(name: str) -> None:
    sample = samples()[name]
    result = vet(*sample.distribution())
    got = max((action_for(each, Thresholds()) for each in result.findings), default=Action.ALLOW)
    told = [(each.rule, each.severity.value, each.message) for each in result.findings]
    if sample.place == "clean" and name not in FALSE_ALARMS:
        assert got < Action.QUARANTINE, told
    elif VERDICTS[name] == "allow":
        assert got < Action.QUARANTINE, "it is stopped now: say so in verdicts.json"
    else:
        assert got >= Action(VERDICTS[name]), told


def test_every_sample_has_a_verdict() -> None:
    assert set(VERDICTS) == set(samples())


@pytest.mark.parametrize("part", ["dev", "more"])
def test_most_are_stopped(part: str) -> None:
    names = malicious(part)
    assert len(names) >= 80
    assert sum(VERDICTS[name] != "allow" for name in names) >= LEAST_STOPPED * len(names)


def test_false_alarms_are_few() -> None:
    clean = [name for name, each in samples().items() if each.place == "clean"]
    assert len(clean) >= 55
    assert {name for name in clean if VERDICTS[name] in {"quarantine", "block"}} <= FALSE_ALARMS


@pytest.mark.parametrize("name", sorted(VERDICTS))
def test_no_address_that_somebody_owns(name: str) -> None:
    owned = [address for text in _texts(name) for address in foreign(text)]
    assert owned == []


def _texts(name: str) -> Iterator[str]:
    for content in samples()[name].files.values():
        text = content if isinstance(content, str) else content.decode("latin-1")
        if len(text) < MOST_TEXT:
            yield text
            yield from (shown for shown in _hidden(text) if len(shown) > SHORT)
