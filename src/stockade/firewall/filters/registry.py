"""The filters in the order in which they run. A new one is one file and one line here."""

from __future__ import annotations

from stockade.firewall.filters import (
    attested,
    cooldown,
    file_types,
    immutability,
    internal,
    licences,
    lists,
    malware,
    provenance,
    sdists,
    sizes,
    status,
    typosquats,
    vetting,
    vulnerabilities,
    yanked,
)
from stockade.firewall.filters.base import ContentFilter, PageFilter
from stockade.model.findings import Rule

PAGE_FILTERS: tuple[PageFilter, ...] = (
    lists.FILTER,
    internal.FILTER,
    typosquats.FILTER,
    cooldown.FILTER,
    malware.FILTER,
    vulnerabilities.FILTER,
    yanked.FILTER,
    status.FILTER,
    file_types.FILTER,
    sdists.FILTER,
    sizes.FILTER,
    immutability.FILTER,
    attested.FILTER,
)
"""Over a project's page."""

CONTENT_FILTERS: tuple[ContentFilter, ...] = (
    sizes.CONTENT_FILTER,
    provenance.FILTER,
    vetting.FILTER,
    licences.FILTER,
)
"""Over the bytes of one file, when it is first asked for."""

FILTERS: tuple[PageFilter | ContentFilter, ...] = (*PAGE_FILTERS, *CONTENT_FILTERS)
FIREWALL_RULES: tuple[Rule, ...] = tuple(
    sorted((rule for each in FILTERS for rule in each.rules), key=lambda rule: rule.id)
)
"""Every rule of the filters, by id."""
