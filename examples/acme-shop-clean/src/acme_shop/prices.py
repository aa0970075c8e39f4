"""Prices as customers see them."""

from __future__ import annotations

from acme_corp_utils.money import format_cents

VAT_PERCENT = 20


def gross(cents: int) -> int:
    """Cents with VAT, rounded half up."""
    return (cents * (100 + VAT_PERCENT) + 50) // 100


def label(cents: int, currency: str = "EUR") -> str:
    """The price tag of an article."""
    return format_cents(gross(cents), currency)
