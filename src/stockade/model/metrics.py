"""The battlecards' Metrics/Signal lines as values that are computed."""

from __future__ import annotations

import msgspec

from stockade.model.stages import Stage


class Metric(msgspec.Struct, frozen=True, kw_only=True):
    """One figure, with how much it rests on."""

    id: str
    """Stable kebab-case id, ``<stage>.<slug>``, such as ``evaluation.projects-locked``."""
    title: str
    stage: Stage
    value: float | None
    """None where nothing could be evaluated; never a made-up zero."""
    unit: str
    """``%``, ``count``, ``per project`` …"""
    evaluated: int
    """How many things the value rests on."""
    skipped: int
    """How many could not be evaluated."""
    reason: str = ""
    """Why some were skipped or the value is None; empty otherwise."""
