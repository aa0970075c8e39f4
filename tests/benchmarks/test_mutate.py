"""Mutations keep what a program does, keep to their seed, and really change the text."""

from __future__ import annotations

import ast
import subprocess  # noqa: TID251 - the harmless program of this test is run before and after
import sys
from pathlib import Path

import pytest
from benchmarks.mutate import MUTATIONS, variants, write_tree
from benchmarks.mutations.base import Tree

PACKAGE: Tree = {
    "setup.py": b'''"""Set up."""
from __future__ import annotations
import os
import json, platform
from setuptools import setup
from setuptools.command.install import install

LIMIT = 3
WORDS = ["alpha", "beta", "gamma delta"]


def shorten(text, size=LIMIT):
    """Cut."""
    found = [letter for letter in text if letter != "~"]
    return "".join(found)[:size]


def report(value):
    line = f"value: {value!r:>10} of {'words'}"
    print(shorten("long~er text"), line, json.dumps({"key": value, "platform": bool(platform.system())}))


class Command(install):
    """Install, and say so."""

    words = WORDS

    def run(self):
        install.run(self)
        for word in self.words:
            if word.startswith("beta"):
                continue
            report(shorten(word, size=5))
        self.done = True


class Other:
    def run(self, count):
        super().__init__()
        total = count * 2
        print("the total of all is", total)
        return total


try:
    number = int("not a number")
except ValueError as error:
    number = len(str(error))

folder = os.path.join("some", "folder")
Other().run(number)
report(folder)
for item in WORDS:
    print("item", item.upper())
setup(name="harmless", version="1.0", packages=["pack"], cmdclass={"install": Command}, description="a long text")
''',
    "setuptools/__init__.py": b"""def setup(**given):
    print(sorted(given), given["name"], given["description"])
    given["cmdclass"]["install"]().run()
""",
    "setuptools/command/__init__.py": b"",
    "setuptools/command/install.py": b"""class install:
    def run(self):
        print("installing the package")
""",
    "pack/__init__.py": b"""import base64
from pack.work import compute, Box
payload = base64.b64decode("cHJpbnQoJ2RlY29kZWQgdGV4dCcsIDEgKyAxKQ==")
exec(payload)
print(compute("some words here", times=2), Box("inner value").shown())
""",
    "pack/work.py": b"""import os.path
import collections as c

MARK = b"bytes that are rather long, so that they look like a payload"


def compute(text, *, times=1):
    counts = c.Counter(text.split())
    return [os.path.basename("a/b/" + word) * times for word in counts], len(MARK)


class Box:
    def __init__(self, value):
        self.value = value

    def shown(self):
        match self.value:
            case "inner value":
                return "matched the value"
            case _:
                return "no match at all"
""",
    "note.txt": b"text\n",
}


def _output(tree: Tree, folder: Path) -> list[str]:
    write_tree(tree, folder)
    lines: list[str] = []
    for command in (["setup.py"], ["-c", "import pack"]):
        done = subprocess.run(  # noqa: S603 - see the import
            [sys.executable, "-B", *command],
            cwd=folder,
            env={"PYTHONPATH": str(folder)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        lines += [*sorted(done.stdout.splitlines()), "--"]
    return lines


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What the program says before it is changed."""
    return _output(PACKAGE, tmp_path_factory.mktemp("before"))


SINGLES = dict(variants(PACKAGE, seed=7))


def test_every_mutation_applies_to_an_ordinary_package() -> None:
    assert set(SINGLES) == {mutation.name for mutation in MUTATIONS}


@pytest.mark.parametrize("name", sorted(SINGLES))
def test_a_mutation_keeps_what_the_program_does(name: str, before: list[str], tmp_path: Path) -> None:
    mutated = SINGLES[name]
    assert mutated != PACKAGE
    assert _output(mutated, tmp_path) == before


def test_combinations_keep_what_the_program_does(before: list[str], tmp_path: Path) -> None:
    many = list(variants(PACKAGE, seed=3, count=len(MUTATIONS) + 6))[len(MUTATIONS) :]
    assert len(many) == 6
    for number, (name, tree) in enumerate(many):
        assert " + " in name
        assert _output(tree, tmp_path / str(number)) == before, name


def test_variants_depend_on_the_seed_only() -> None:
    first, again = (list(variants(PACKAGE, seed=1, count=40)) for _ in range(2))
    assert first == again
    assert first != list(variants(PACKAGE, seed=2, count=40))


def test_every_variant_parses_and_differs() -> None:
    found = [tree for _, tree in variants(PACKAGE, seed=5, count=60)]
    assert len(found) == 60
    assert len({frozenset(tree.items()) for tree in found}) == 60
    for tree in found:
        for path, data in tree.items():
            if path.endswith(".py"):
                ast.parse(data)


def test_a_tree_without_python_has_no_variants() -> None:
    assert list(variants({"data.bin": b"\x00\x01"}, seed=1, count=5)) == []
