"""The HTML report: one page that needs nothing but itself, in light and dark, on paper and on a phone."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from stockade.report import words
from stockade.report.groups import grouped, grouped_gaps
from stockade.report.options import DEFAULTS, Options
from stockade.report.safe import LONGEST, visible

if TYPE_CHECKING:
    from stockade.model.assessment import Assessment


def render(assessment: Assessment, options: Options = DEFAULTS) -> str:
    """The assessment as one HTML document.

    It loads nothing: a content security policy admits only its own style and script, by digest.
    Without the script all is there but the filter. No text from outside becomes an address.
    """
    del options
    style, script = _file("check.css"), _file("check.js")
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        _environment()
        .get_template("check.html.j2")
        .render(
            of=assessment,
            groups=grouped(assessment.findings, assessment.rules),
            gaps=grouped_gaps(assessment.incomplete),
            words=words,
            policy=policy,
            style=Markup(style),  # noqa: S704 - a file of this package, not text from outside
            script=Markup(script),  # noqa: S704 - a file of this package, not text from outside
        )
    )


def _shown(value: object) -> str:
    """What every expression of the template passes through, before it is escaped."""
    return value if isinstance(value, Markup) else visible(str(value), LONGEST)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(_file),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def _file(name: str) -> str:
    return resources.files("stockade.report").joinpath("templates", name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
