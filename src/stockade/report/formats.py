"""The formats of a report, each loaded when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType

from stockade.model.assessment import Assessment
from stockade.report.options import Options

__all__ = ["FORMATS", "Options", "Renderer"]

Renderer = Callable[[Assessment, Options], str]
"""Makes a whole report, with its final newline. Pure: same assessment and options, same text."""


def _lazy(module: str) -> Renderer:
    def render(assessment: Assessment, options: Options) -> str:
        renderer: Renderer = import_module(f"stockade.report.{module}").render
        return renderer(assessment, options)

    return render


FORMATS: Mapping[str, Renderer] = MappingProxyType(
    {name: _lazy(name) for name in ("text", "json", "sarif", "markdown", "html")}
)
"""By the name that ``--format`` takes, the default first."""
