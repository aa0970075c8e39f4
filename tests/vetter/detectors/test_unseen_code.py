"""Code of which neither origin nor text is known: told by how much speaks for hiding, silent where the walk knows it."""

from __future__ import annotations

import pytest

from stockade.model.findings import Severity
from stockade.testing.archives import honest_zip
from stockade.vetter.run import vet

NUMBERS = ", ".join(str(place * 7 % 30) for place in range(400))
LETTERS = "LETTERS = 'abcdefghijklmnopqrstuvwxyz ()=_.'\n"
MACHINE = """
class Machine:
    def __init__(self):
        self.out = []

    def run(self, program):
        place = 0
        while place < len(program):
            self.out.append(LETTERS[program[place]])
            place += 1
        return ''.join(self.out)
"""
LONG_LOOP = """
def text(program):
    out = ''
    for each in program:
        first = each % 7
        second = each - first
        third = first + second
        if third:
            out = out + LETTERS[third]
        last = out
    return out
"""
UNSEEN = {
    "evaluator": f"{LETTERS}{MACHINE}exec(Machine().run(TABLE))",
    "compiled": f"{LETTERS}{MACHINE}exec(compile(Machine().run(TABLE), '<m>', 'exec'))",
    "long loop": f"{LETTERS}{LONG_LOOP}exec(text(TABLE))",
    "eval": f"{LETTERS}{LONG_LOOP}eval(text(TABLE))",
}
KNOWN = {
    "constant": "exec('VALUE = 1')",
    "pieces": "exec('VALUE' + ' = ' + '1')",
    "made by a loop": (
        "lines = []\nfor name in NAMES:\n    lines.append(f'    self.{name} = {name}')\n"
        "exec('def __init__(self):\\n' + '\\n'.join(lines))"
    ),
    "fresh in each turn": (
        "while True:\n    parts = []\n    parts.append('VALUE')\n    parts.append(' = 1')\n    exec(''.join(parts))\n    break"
    ),
}


def told(source: str, **files: str) -> list[Severity]:
    """Severities of STK-E123 over a wheel whose package is this source."""
    whole = {
        "acmelib/__init__.py": source,
        **files,
        "acmelib-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: acmelib\nVersion: 1.0\n",
        "acmelib-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    data = honest_zip({path: text.encode() for path, text in whole.items()})
    found = vet(data, "acmelib-1.0-py3-none-any.whl").findings
    return [each.severity for each in found if each.rule == "STK-E123"]


@pytest.mark.parametrize("name", UNSEEN)
def test_code_that_nobody_can_follow_is_told_when_it_runs_by_itself(name: str) -> None:
    assert told(f"from acmelib.data import TABLE\n{UNSEEN[name]}\n", **{"acmelib/data.py": ""}) == [
        Severity.MEDIUM
    ]
    assert told(f"TABLE = [{NUMBERS}]\n{UNSEEN[name]}\n") == [Severity.HIGH], "a program lies beside it"


def test_what_comes_out_of_a_shipped_file_counts() -> None:
    source = (
        "import json, os\nwith open(os.path.join(os.path.dirname(__file__), 'rules.json')) as file:\n"
        "    RULES = json.load(file)\n" + LETTERS + MACHINE + "exec(Machine().run(RULES))\n"
    )
    assert told(source, **{"acmelib/rules.json": "[1, 2, 3]"}) == [Severity.HIGH]


def test_a_line_of_a_file_of_python_is_no_program() -> None:
    source = (
        "import os\nINFO = {}\nwith open(os.path.join(os.path.dirname(__file__), '_info.py')) as file:\n"
        "    for line in file.read().splitlines():\n        name, value = (i.strip() for i in line.split('='))\n"
        "        INFO[name] = eval(value)\n"
    )
    assert set(told(source, **{"acmelib/_info.py": "VERSION = (1, 2)\n"})) <= {Severity.MEDIUM}


def test_code_that_is_called_is_context() -> None:
    called = f"{LETTERS}{MACHINE}def start():\n    exec(Machine().run(TABLE))\n"
    assert told(f"from acmelib.data import TABLE\n{called}", **{"acmelib/data.py": ""}) == [Severity.INFO]
    assert told(f"TABLE = [{NUMBERS}]\n{called}") == [Severity.LOW]


@pytest.mark.parametrize("name", KNOWN)
def test_code_of_which_the_text_tells_is_none(name: str) -> None:
    assert told(f"NAMES = __all__ = ['first', 'second']\n{KNOWN[name]}\n") == []
