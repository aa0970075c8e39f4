"""The filters in the order in which they run. A new one is one file and one line here."""

from __future__ import annotations

from stockade.firewall.filters import cooldown, immutability, lists, vetting
from stockade.firewall.filters.base import ContentFilter, PageFilter
from stockade.model.findings import Rule

PAGE_FILTERS: tuple[PageFilter, ...] = (
    lists.FILTER,
    cooldown.FILTER,
    immutability.FILTER,
)
"""Over a project's page."""

CONTENT_FILTERS: tuple[ContentFilter, ...] = (vetting.FILTER,)
"""Over the bytes of one file, when it is first asked for."""

FILTERS: tuple[PageFilter | ContentFilter, ...] = (*PAGE_FILTERS, *CONTENT_FILTERS)
FIREWALL_RULES: tuple[Rule, ...] = tuple(
    sorted((rule for each in FILTERS for rule in each.rules), key=lambda r: r.id)
)
"""Every rule of the filters, by id."""
