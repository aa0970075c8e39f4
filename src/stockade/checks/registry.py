"""The explicit, ordered list of checks. A new check is one file and its line here."""

from __future__ import annotations

from stockade.checks import (
    advisories,
    confusable_names,
    cooldown,
    dependency_confusion,
    drift,
    hashes,
    import_names,
    index_credentials,
    index_options,
    install_commands,
    internal_exposure,
    lockfiles,
    loose_requirements,
    origins,
    owners,
    project_status,
    provenance,
    squats,
    unmaintained,
    unreadable_manifests,
    unregistered_names,
    yanked,
)
from stockade.checks.base import Check
from stockade.model.findings import Rule

CHECKS: tuple[Check, ...] = (
    confusable_names.CHECK,
    import_names.CHECK,
    unregistered_names.CHECK,
    internal_exposure.CHECK,
    dependency_confusion.CHECK,
    squats.CHECK,
    index_credentials.CHECK,
    unreadable_manifests.CHECK,
    lockfiles.CHECK,
    loose_requirements.CHECK,
    hashes.CHECK,
    install_commands.CHECK,
    origins.CHECK,
    index_options.CHECK,
    yanked.CHECK,
    project_status.CHECK,
    cooldown.CHECK,
    owners.CHECK,
    unmaintained.CHECK,
    provenance.CHECK,
    advisories.CHECK,
    drift.CHECK,
)
"""In the order in which they run."""

RULES: tuple[Rule, ...] = tuple(
    sorted((rule for check in CHECKS for rule in check.rules), key=lambda r: r.id)
)
"""Every rule, by id."""
