"""docs/policy.md tells what the program does."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from stockade.policy.variables import RESERVED, variables

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "build_policy_page", ROOT / "tools" / "build_policy_page.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = _tool()


def test_the_generated_parts_are_current() -> None:
    assert TOOL.build(PAGE) == PAGE, "run 'python tools/build_policy_page.py' and commit what it writes"


def test_a_page_without_its_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="needs the lines"):
        TOOL.build(PAGE.replace("end generated: keys", ""))


def test_the_page_names_every_variable_and_no_other() -> None:
    for_users = RESERVED - {"STOCKADE_SHARED_DATA"}  # which only the developers' tests read
    assert set(re.findall(r"`(STOCKADE_[A-Z_]*[A-Z])`", PAGE)) == set(variables()) | for_users
