"""What holds for every format: golden files, no hidden character, lazy loading, speed."""

from __future__ import annotations

import subprocess  # noqa: TID251 - a fresh interpreter is the only honest witness of imports
import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.report.hostile import assessment_of, hidden, nasty, unstyled
from tests.report.sample import ASSESSMENT, CLEAN, many

from stockade.report.formats import FORMATS
from stockade.report.options import Options

SUFFIXES = {"text": "txt", "json": "json", "sarif": "sarif", "markdown": "md", "html": "html"}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("which", ["findings", "clean"])
def test_golden(name: str, which: str, golden: Callable[[str, str], None]) -> None:
    assessment = {"findings": ASSESSMENT, "clean": CLEAN}[which]
    golden(f"report/{which}.{SUFFIXES[name]}", FORMATS[name](assessment, Options()))


def test_golden_colour(golden: Callable[[str, str], None]) -> None:
    golden("report/findings.ansi", FORMATS["text"](ASSESSMENT, Options(width=80, color=True)))


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_ends_with_one_line_break(name: str) -> None:
    shown = FORMATS[name](ASSESSMENT, Options())
    assert shown.endswith("\n")
    assert not shown.endswith("\n\n")


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=40)
@given(text=nasty, color=st.booleans())
def test_no_format_shows_a_hidden_character(name: str, text: str, color: bool) -> None:
    shown = FORMATS[name](assessment_of(text), Options(color=color))
    assert not hidden(unstyled(shown) if color else shown)
    shown.encode()


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_is_a_pure_function(name: str) -> None:
    assert FORMATS[name](ASSESSMENT, Options()) == FORMATS[name](ASSESSMENT, Options())


def test_a_thousand_findings_are_all_shown() -> None:
    shown = FORMATS["text"](many(1000), Options(width=80, color=True))
    assert all(f"package-{number}" in shown for number in range(1000))


HEAVY = ("rich", "jinja2", "sqlalchemy", "httpx2", "yaml", "stockade.report.html", "stockade.report.sarif")


def test_naming_the_formats_loads_none_of_them() -> None:
    script = (
        "import sys; from stockade.report.formats import FORMATS; "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    asked = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)  # noqa: S603 - ours
    assert asked.stdout.strip() == "[]"
