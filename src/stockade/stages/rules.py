"""Every rule of every part, in one place: for the commands that explain them and for their pages."""

from __future__ import annotations

from collections.abc import Mapping

from stockade.checks.registry import CHECKS
from stockade.firewall.filters.registry import FILTERS
from stockade.model.findings import Rule
from stockade.vetter.history_rules import CHANGE_RULES, INDEX_RULES
from stockade.vetter.registry import DETECTORS

_GROUPS: tuple[tuple[str, tuple[Rule, ...]], ...] = (
    *((check.name, check.rules) for check in CHECKS),
    *((f"vet: {detector.name}", detector.rules) for detector in DETECTORS),
    ("vet: history", INDEX_RULES),
    ("vet: changes", CHANGE_RULES),
    *((f"serve: {each.name}", each.rules) for each in FILTERS),
)

EVERY_RULE: tuple[Rule, ...] = tuple(
    sorted((rule for _, rules in _GROUPS for rule in rules), key=lambda rule: rule.id)
)
"""By id."""

RUN_BY: Mapping[str, str] = {rule.id: name for name, rules in _GROUPS for rule in rules}
"""The check or detector that runs a rule, by the rule's id."""
