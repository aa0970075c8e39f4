"""The committed JSON schemas are those of the types, and accept what the loader accepts."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from tests.policy.strategies import TODAY, policy_tables, toml

from stockade.model.verdicts import Action
from stockade.policy.starter import starter_policy

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "schemas"


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_schemas", ROOT / "tools" / "build_schemas.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["build_schemas"] = module
    spec.loader.exec_module(module)
    return module


TOOL = _tool()


@pytest.mark.parametrize("schema", TOOL.SCHEMAS, ids=lambda schema: schema.filename)
def test_the_committed_schema_is_that_of_the_type(schema: Any) -> None:
    committed = (FOLDER / schema.filename).read_text(encoding="utf-8")
    assert committed == TOOL.build(schema), "run 'python tools/build_schemas.py' and commit what it writes"


@pytest.mark.parametrize("schema", TOOL.SCHEMAS, ids=lambda schema: schema.filename)
def test_the_schema_is_one(schema: Any) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads((FOLDER / schema.filename).read_text()))


def test_no_schema_is_left_over() -> None:
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(
        schema.filename for schema in TOOL.SCHEMAS
    )


def test_the_check_option_tells_and_does_not_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(TOOL, "FOLDER", tmp_path / "schemas")
    assert TOOL.main(["--check"]) == 1
    assert not (tmp_path / "schemas").exists()
    assert "policy.schema.json differs from its type" in capsys.readouterr().out
    assert TOOL.main([]) == 0
    assert TOOL.main(["--check"]) == 0


def valid(text: str) -> bool:
    import tomllib

    schema = json.loads((FOLDER / "policy.schema.json").read_text())
    plain = json.loads(json.dumps(tomllib.loads(text), default=str))
    return jsonschema.Draft202012Validator(schema).is_valid(plain)


@given(policy_tables)
def test_the_policy_schema_accepts_what_the_loader_accepts(table: dict[str, Any]) -> None:
    assert valid(toml(table)) == (Action.ALLOW not in table.get("indeterminate", {}).values())


def test_the_policy_schema_accepts_the_starter() -> None:
    assert valid(starter_policy(TODAY))


@pytest.mark.parametrize(
    "text",
    [
        "failon = 'low'",
        "fail_on = 'hihg'",
        "[lock]\ncooldown_days = -1",
        "[rules]\nSTK-Z001 = 'low'",
        "[indeterminate]\nofflin = 'warn'",
        "[[exceptions]]\nrule = 'STK-R001'",
    ],
)
def test_the_policy_schema_refuses_what_the_loader_refuses(text: str) -> None:
    assert not valid(text)
