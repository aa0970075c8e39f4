"""The lists and the weights of the wheel."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from stockade.errors import IncompleteError
from stockade.model.names import ProjectName, project_name
from stockade.model.verdicts import Action
from stockade.names.classes.one_edit import ONE_EDIT_CLASSES
from stockade.names.importnames import IMPORTS, PROJECT_OF_IMPORT
from stockade.names.kinds import EditClass
from stockade.names.model import Thresholds, built_in_weights
from stockade.names.popular import BuiltInPopularity, builtin_popularity

WIDER = [
    EditClass.DELIMITER,
    EditClass.PLURAL,
    EditClass.LOOK_ALIKE,
    EditClass.WORD_ORDER,
    EditClass.VERSION_SUFFIX,
    EditClass.PYTHON_AFFIX,
    EditClass.IMPORT_NAME,
    EditClass.COMBOSQUAT,
]


def test_the_popularity_list_is_whole_and_canonical() -> None:
    popular = builtin_popularity()
    assert len(popular.names) == len(set(popular.names)) == popular.stamp.entries >= 14_000
    assert all(project_name(name) == name for name in popular.names)
    assert popular.stamp.feed == "popularity"
    assert popular.stamp.source == "built in"
    assert popular.stamp.made == datetime(2026, 11, 1, tzinfo=UTC)


def test_a_broken_popularity_list_is_incomplete_not_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    cut_off = gzip.compress(b"# made 2026-11\nrequests\n")[:-9]
    monkeypatch.setattr(Path, "read_bytes", lambda _path: cut_off)
    with pytest.raises(IncompleteError, match="cannot be read"):
        _ = BuiltInPopularity().names


def test_import_names_differ_from_their_projects() -> None:
    assert len(PROJECT_OF_IMPORT) == len(IMPORTS) >= 120
    assert all(module != project for module, project in PROJECT_OF_IMPORT.items())
    assert all(project_name(project) == project for project in IMPORTS.values())
    assert PROJECT_OF_IMPORT["google-protobuf"] == "protobuf"


@pytest.mark.parametrize(
    ("module", "project"),
    [
        ("sklearn", "scikit-learn"),
        ("cv2", "opencv-python"),
        ("bs4", "beautifulsoup4"),
        ("yaml", "pyyaml"),
        ("pil", "pillow"),
        ("dateutil", "python-dateutil"),
        ("dotenv", "python-dotenv"),
        ("git", "gitpython"),
        ("jwt", "pyjwt"),
        ("attr", "attrs"),
        ("serial", "pyserial"),
        ("usb", "pyusb"),
        ("crypto", "pycryptodome"),
        ("openssl", "pyopenssl"),
        ("faiss", "faiss-cpu"),
        ("skimage", "scikit-image"),
    ],
)
def test_import_name(module: str, project: str) -> None:
    assert PROJECT_OF_IMPORT[ProjectName(module)] == project


def test_thresholds_rise_and_give_each_action_back() -> None:
    thresholds = built_in_weights().thresholds
    assert 0 < thresholds.warn < thresholds.quarantine < thresholds.block < 1
    assert [thresholds.action(thresholds.score(action)) for action in Action] == list(Action)
    assert thresholds.action(thresholds.innocent) is Action.ALLOW
    assert thresholds.action(thresholds.warn) is Action.WARN


def test_a_threshold_belongs_to_its_action() -> None:
    thresholds = Thresholds(warn=0.2, quarantine=0.5, block=0.8)
    scores = [0.0, 0.199, 0.2, 0.499, 0.5, 0.799, 0.8, 1.0]
    wanted = ["allow", "allow", "warn", "warn", "quarantine", "quarantine", "block", "block"]
    assert [thresholds.action(score) for score in scores] == wanted


def test_every_relation_to_a_protected_name_has_an_action() -> None:
    internal = built_in_weights().internal
    edits = [kind for kind, _ in ONE_EDIT_CLASSES]
    wanted = {str(kind) for kind in [*edits, *WIDER]} | {"pattern", "prefix"}
    wanted |= {f"{kind}:short" for kind in edits} | {f"prefix:{kind}" for kind in edits}
    assert set(internal) == wanted
    assert all(internal[kind] >= Action.QUARANTINE for kind in edits)


def test_the_shares_of_variants_sum_to_one() -> None:
    assert sum(built_in_weights().variants.values()) == pytest.approx(1, abs=0.01)
