"""Sorts product pictures."""
