"""File names on pages: read as packaging reads them, each part once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from stockade.model.names import ProjectName
from stockade.sources.distribution_names import refused_name, version_of

NAME = ProjectName("acme-lib")
PARTS = st.sampled_from(
    [
        "acme_lib",
        "Acme.Lib",
        "acme",
        "lib",
        "",
        "1.0",
        "1!2.0rc1+cpu",
        "2004d",
        "1",
        "1a",
        "x1",
        "py3",
        "py2.py3",
        "none",
        "any",
        "cp311",
        "manylinux_2_17_x86_64.manylinux2014_x86_64",
        "a..b",
        "3py",
        "acme__lib",
        " 1.0",
        "é",
    ]
)


def plainly(filename: str) -> Version | None:
    try:
        if filename.endswith(".whl"):
            project, version = parse_wheel_filename(filename)[:2]
        else:
            project, version = parse_sdist_filename(filename)
    except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion):
        return None
    return version if str(project) == str(NAME) else None


@given(st.lists(PARTS, max_size=7), st.sampled_from([".whl", ".tar.gz", ".zip", ".tar", ".egg", ""]))
def test_versions_are_what_packaging_says(parts: list[str], ending: str) -> None:
    filename = "-".join(parts) + ending
    assert version_of(filename, NAME) == plainly(filename)


@given(st.sampled_from(["py3-none-any", "1-py3-none-any", "cp39-abi3-win32", "a-b", "-py3-none-any"]))
def test_wheels_of_the_project(tail: str) -> None:
    filename = f"acme_lib-1.0-{tail}.whl"
    assert version_of(filename, NAME) == plainly(filename)


def test_a_tag_set_that_stands_for_millions_is_not_unfolded() -> None:
    many = ".".join(f"a{n}" for n in range(40))
    assert version_of(f"acme_lib-1.0-{many}-{many}-{many}.whl", NAME) is None


@given(
    st.lists(
        st.text(max_size=5) | st.sampled_from(["a-1.0.zip", "a.asc", "a.asc.zip", ".", ".."]), max_size=4
    )
)
def test_the_quick_look_finds_what_a_look_at_each_name_finds(names: list[str]) -> None:
    singly = [refused_name([each]) for each in names]
    assert refused_name(names) == next((each for each in singly if each is not None), None)


@pytest.mark.parametrize(
    "name", ["acme_lib-1.0+cpu.tar.gz", "a b.zip", "é-1.0.zip", "a%2Fb.zip", "a.asc.zip"]
)
def test_odd_names_that_are_names(name: str) -> None:
    assert refused_name([name]) is None
