"""Shared helpers of Acme Corp."""

__version__ = "1.0.3"


def slug(text):
    """Lower case, words joined by dashes."""
    return "-".join(text.lower().split())
