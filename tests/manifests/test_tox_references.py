"""References of tox.ini to options of other sections."""

from __future__ import annotations

from tests.manifests.reading import commands, defects, read, requirements


def test_commands_and_deps_of_another_section_are_followed() -> None:
    found = read(
        "tox.ini",
        "[testenv]\ncommands =\n    - {[other]run}\ndeps = {[other]mine}\n"
        "[other]\nmine =\n    a\n    {[other]more}\nmore = b\nrun = {[other]last}\nlast = pip install x\n",
    )
    assert commands(found) == ["11 pip install | x"]
    assert requirements(found) == ["7 a", "9 b"]
    assert defects(found) == []


def test_an_option_that_is_read_anyway_is_read_once() -> None:
    found = read("tox.ini", "[testenv]\ncommands = {[other]commands}\n[other]\ncommands = pip install x\n")
    assert (commands(found), defects(found)) == (["4 pip install | x"], [])


def test_a_reference_to_nothing_is_a_defect() -> None:
    found = read("tox.ini", "[testenv]\ncommands = {[none]run}\ndeps =\n    {[testenv]none}\n")
    assert [line.split(" ")[0] for line in defects(found)] == ["2", "4"]


def test_a_cycle_ends() -> None:
    found = read("tox.ini", "[testenv]\ndeps = {[a]x}\n[a]\nx = {[a]y}\ny =\n    {[a]x}\n    b\n")
    assert requirements(found) == ["7 b"]
