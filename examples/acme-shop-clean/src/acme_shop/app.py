"""The web service itself."""

from __future__ import annotations

from acme_corp_utils.logs import configure_logging
from flask import Flask, abort, jsonify

from acme_shop.catalogue import articles
from acme_shop.prices import label

configure_logging("acme-shop")
app = Flask(__name__)


@app.get("/health")
def health() -> str:
    """Answers the load balancer."""
    return "ok"


@app.get("/articles")
def list_articles():
    """Everything in stock, with its price tag."""
    return jsonify(
        [{"sku": a.sku, "title": a.title, "price": label(a.cents)} for a in articles() if a.in_stock > 0]
    )


@app.get("/articles/<sku>")
def show_article(sku: str):
    """One article, or 404."""
    for article in articles():
        if article.sku == sku:
            return jsonify({"sku": sku, "title": article.title, "price": label(article.cents)})
    return abort(404)
