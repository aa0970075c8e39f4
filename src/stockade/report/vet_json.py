"""The vetting report as JSON. ``docs/schemas/vet.schema.json`` is made from its type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stockade.report.json import json_document
from stockade.report.vet_options import DEFAULTS, VetOptions

if TYPE_CHECKING:
    from stockade.model.vetting import VetReport


def render(report: VetReport, options: VetOptions = DEFAULTS) -> str:
    """The report as indented JSON with a final newline, nothing left out or shortened."""
    del options
    return json_document(report)
