"""The formats of a vetting report, each loaded when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stockade.model.vetting import VetReport
    from stockade.report.vet_options import VetOptions

VetRenderer = Callable[["VetReport", "VetOptions"], str]
"""Makes a whole report, with its final newline. Pure: same report and options, same text."""


def _lazy(module: str) -> VetRenderer:
    def render(report: VetReport, options: VetOptions) -> str:
        renderer: VetRenderer = import_module(f"stockade.report.{module}").render
        return renderer(report, options)

    return render


VET_FORMATS: Mapping[str, VetRenderer] = MappingProxyType(
    {name: _lazy(f"vet_{name}") for name in ("text", "json", "sarif", "markdown")}
)
"""By the name that ``--format`` takes, the default first."""
