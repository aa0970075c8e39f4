"""Requirements and locks, written in every format, are read back whole: names, versions, hashes, lines."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from stockade.manifests.formats import format_of
from stockade.manifests.reader import read_strictly
from stockade.model.requirements import Manifest, Role


@dataclass(frozen=True)
class Wanted:
    name: str
    specifier: str
    extras: tuple[str, ...] = ()

    @property
    def spec(self) -> str:
        return self.name + (f"[{','.join(self.extras)}]" if self.extras else "") + self.specifier


Render = Callable[[list[Wanted], st.DataObject], tuple[str, list[int]]]

# "python" is Poetry's word for the interpreter; a name is no word of a format.
names = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,5}(?:[-_.][a-z0-9]{1,4})?", fullmatch=True).filter(
    lambda name: name.lower() != "python"
)
versions = st.lists(st.integers(0, 30), min_size=1, max_size=3).map(lambda parts: ".".join(map(str, parts)))
specifiers = st.one_of(
    st.just(""),
    st.builds(lambda op, v: op + v, st.sampled_from(["==", ">=", "<", "!=", ">", "<="]), versions),
    st.builds(lambda a, b: f">={a},<{b}", versions, versions),
)
extras = st.lists(st.sampled_from(["cli", "async", "speed"]), max_size=2, unique=True).map(
    lambda e: tuple(sorted(e))
)
wanted = st.lists(
    st.builds(Wanted, names, specifiers, extras), max_size=6, unique_by=lambda w: canonicalize_name(w.name)
)
blanks = st.sampled_from(["", "\n", "# a comment\n", "\n  # another==1.0\n"])


def read(path: str, text: str) -> Manifest:
    fmt = format_of(PurePosixPath(path))
    assert fmt is not None
    return read_strictly(fmt, path, text.encode())


class Lines:
    """Text, and the lines at which items were put."""

    def __init__(self, head: str) -> None:
        self.text = head
        self.at: list[int] = []

    def put(self, text: str, *, before: str = "") -> None:
        self.text += before
        self.at.append(self.text.count("\n") + 1)
        self.text += text

    def end(self, tail: str = "") -> tuple[str, list[int]]:
        return self.text + tail, self.at


def as_requirements(items: list[Wanted], data: st.DataObject) -> tuple[str, list[int]]:
    lines = Lines("")
    for item in items:
        joined = data.draw(
            st.sampled_from(
                [item.spec, item.spec + "  # why", f"{item.name} \\\n{item.spec[len(item.name) :]}"]
            )
        )
        lines.put(joined + "\n", before=data.draw(blanks))
    return lines.end()


def as_pyproject(items: list[Wanted], data: st.DataObject) -> tuple[str, list[int]]:
    lines = Lines("[project]\nname = 'own-project'\ndependencies = [\n")
    for item in items:
        lines.put(
            json.dumps(item.spec) + data.draw(st.sampled_from([",", ", ", ",\n"])), before=data.draw(blanks)
        )
    return lines.end("]\n")


def as_setup_cfg(items: list[Wanted], data: st.DataObject) -> tuple[str, list[int]]:
    lines = Lines("[options]\ninstall_requires =\n")
    for item in items:
        lines.put(
            f"    {item.spec}\n", before=data.draw(st.sampled_from(["", "\n", "# note\n", "    # note\n"]))
        )
    return lines.end("[tool]\n")


def as_setup_py(items: list[Wanted], data: st.DataObject) -> tuple[str, list[int]]:
    lines = Lines("from setuptools import setup\nWANTED = [\n")
    for item in items:
        lines.put(f"    {item.spec!r},\n", before=data.draw(blanks))
    return lines.end("]\nsetup(install_requires=WANTED)\n")


def keyed(head: str) -> Render:
    """Poetry's and pipenv's tables: a key and a constraint a line."""

    def render(items: list[Wanted], data: st.DataObject) -> tuple[str, list[int]]:
        lines = Lines(head)
        for item in items:
            version = json.dumps(item.specifier or "*")
            listed = ", ".join(map(json.dumps, item.extras))
            value = f"{{ version = {version}, extras = [{listed}] }}" if item.extras else version
            lines.put(f'"{item.name}" = {value}\n', before=data.draw(blanks))
        return lines.end()

    return render


@pytest.mark.parametrize(
    ("path", "render"),
    [
        ("requirements.txt", as_requirements),
        ("pyproject.toml", as_pyproject),
        ("setup.cfg", as_setup_cfg),
        ("setup.py", as_setup_py),
        ("Pipfile", keyed("[packages]\n")),
        ("pyproject.toml", keyed("[tool.poetry.dependencies]\npython = '^3.11'\n")),
    ],
    ids=["requirements", "pyproject", "setup.cfg", "setup.py", "pipfile", "poetry"],
)
@settings(max_examples=60)
@given(items=wanted, data=st.data())
def test_requirements_come_back(path: str, render: Render, items: list[Wanted], data: st.DataObject) -> None:
    text, lines = render(items, data)
    manifest = read(path, text)
    assert manifest.defects == ()
    assert [(r.spelled, r.specifier, r.extras) for r in manifest.requirements] == [
        (item.name, SpecifierSet(item.specifier), item.extras) for item in items
    ]
    assert [r.location.line for r in manifest.requirements] == lines


@dataclass(frozen=True)
class Package:
    name: str
    version: str
    artifacts: int

    @property
    def hashes(self) -> tuple[str, ...]:
        seeds = (f"{self.name} {self.version} {number}" for number in range(self.artifacts))
        return tuple(hashlib.sha256(seed.encode()).hexdigest() for seed in seeds)


packages = st.lists(
    st.builds(Package, names.map(canonicalize_name), versions, st.integers(1, 3)),
    min_size=1,
    max_size=5,
    unique_by=lambda p: p.name,
)


def wheel(package: Package, number: int) -> str:
    return f"{package.name.replace('-', '_')}-{package.version}-py{number + 2}-none-any.whl"


def lock_rows(
    head: str, block: Callable[[Package], str], tail: str = ""
) -> Callable[[list[Package]], tuple[str, list[int]]]:
    def render(items: list[Package]) -> tuple[str, list[int]]:
        lines = Lines(head)
        for item in items:
            lines.put(block(item) + "\n")
        return lines.end(tail)

    return render


def uv_block(package: Package) -> str:
    wheels = "".join(
        f'    {{ url = "https://files.example/{wheel(package, n)}", hash = "sha256:{digest}" }},\n'
        for n, digest in enumerate(package.hashes)
    )
    return (
        f'[[package]]\nname = "{package.name}"\nversion = "{package.version}"\n'
        f'source = {{ registry = "https://index.example/simple" }}\nwheels = [\n{wheels}]\n'
    )


def files_block(package: Package) -> str:
    files = "".join(
        f'    {{file = "{wheel(package, n)}", hash = "sha256:{digest}"}},\n'
        for n, digest in enumerate(package.hashes)
    )
    return f'[[package]]\nname = "{package.name}"\nversion = "{package.version}"\nfiles = [\n{files}]\n'


def pylock_block(package: Package) -> str:
    wheels = ", ".join(
        f'{{ url = "https://files.example/{wheel(package, n)}", hashes = {{ sha256 = "{digest}" }} }}'
        for n, digest in enumerate(package.hashes)
    )
    return f'[[packages]]\nname = "{package.name}"\nversion = "{package.version}"\nwheels = [{wheels}]\n'


def hashed_block(package: Package) -> str:
    hashes = "".join(f" \\\n    --hash=sha256:{digest}" for digest in package.hashes)
    return f"{package.name}=={package.version}{hashes}"


def pipfile_lock(items: list[Package]) -> tuple[str, list[int]]:
    lines = Lines('{"_meta": {},\n "default": {\n')
    for number, item in enumerate(items):
        value = {"version": f"=={item.version}", "hashes": [f"sha256:{digest}" for digest in item.hashes]}
        lines.put(f"  {json.dumps(item.name)}: {json.dumps(value, indent=1)}", before=",\n" if number else "")
    return lines.end("}}\n")


@pytest.mark.parametrize(
    ("path", "render"),
    [
        ("uv.lock", lock_rows('version = 1\nrequires-python = ">=3.11"\n\n', uv_block)),
        ("poetry.lock", lock_rows("", files_block, '[metadata]\npython-versions = "*"\n')),
        ("pdm.lock", lock_rows('[metadata]\nlock_version = "4.5.0"\n\n', files_block)),
        ("pylock.toml", lock_rows('lock-version = "1.0"\ncreated-by = "us"\n\n', pylock_block)),
        ("requirements.txt", lock_rows("", hashed_block)),
        ("Pipfile.lock", pipfile_lock),
    ],
    ids=["uv", "poetry", "pdm", "pylock", "requirements", "pipenv"],
)
@settings(max_examples=40)
@given(items=packages, large=st.booleans())
def test_locks_come_back(
    path: str, render: Callable[[list[Package]], tuple[str, list[int]]], items: list[Package], large: bool
) -> None:
    text, lines = render(items)
    if large and path.endswith((".lock", ".toml")) and path != "Pipfile.lock":
        text += "# beyond the size from which the quick parser reads\n" * 700
    manifest = read(path, text)
    assert manifest.role is Role.LOCK
    assert manifest.defects == ()
    assert [(p.name, str(p.version), p.hashes, p.unhashed_artifacts) for p in manifest.locked] == [
        (item.name, item.version, tuple(f"sha256:{digest}" for digest in item.hashes), 0) for item in items
    ]
    assert [p.location.line for p in manifest.locked] == lines
