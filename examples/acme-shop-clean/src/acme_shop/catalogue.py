"""What the shop sells, as the stock service tells it."""

from __future__ import annotations

import os
from dataclasses import dataclass

import requests

STOCK_URL = os.environ.get("STOCK_URL", "https://stock.acme.example")


@dataclass(frozen=True)
class Article:
    """One thing for sale."""

    sku: str
    title: str
    cents: int
    in_stock: int


def articles(session: requests.Session | None = None) -> list[Article]:
    """Every article that the stock service knows, in its order."""
    answer = (session or requests.Session()).get(f"{STOCK_URL}/v1/articles", timeout=5)
    answer.raise_for_status()
    return [
        Article(sku=row["sku"], title=row["title"], cents=int(row["cents"]), in_stock=int(row["stock"]))
        for row in answer.json()
    ]
