"""The detectors in the order in which they run, and their rules."""

from __future__ import annotations

from stockade.model.findings import Rule
from stockade.vetter.detectors import (
    agent_instructions,
    bytecode,
    capture,
    conjunctions,
    dependencies,
    destruction,
    execution,
    foreign_files,
    forms,
    hidden_payload,
    memory,
    metadata_mismatch,
    native,
    pickles,
    record,
    remote_control,
    second_destination,
    shadowing,
    startup_files,
    tampering,
    theft,
    unseen_code,
)
from stockade.vetter.detectors.base import Detector

DETECTORS: tuple[Detector, ...] = (
    theft.DETECTOR,
    execution.DETECTOR,
    unseen_code.DETECTOR,
    remote_control.DETECTOR,
    tampering.DETECTOR,
    capture.DETECTOR,
    destruction.DETECTOR,
    memory.DETECTOR,
    second_destination.DETECTOR,
    dependencies.DETECTOR,
    conjunctions.DETECTOR,
    forms.DETECTOR,
    native.DETECTOR,
    pickles.DETECTOR,
    bytecode.DETECTOR,
    agent_instructions.DETECTOR,
    hidden_payload.DETECTOR,
    record.DETECTOR,
    foreign_files.DETECTOR,
    shadowing.DETECTOR,
    startup_files.DETECTOR,
    metadata_mismatch.DETECTOR,
)
"""In the order in which they run. A new one is one file and one line here."""

VET_RULES: tuple[Rule, ...] = tuple(
    sorted((rule for each in DETECTORS for rule in each.rules), key=lambda r: r.id)
)
"""Every rule of the vetter, by id."""
